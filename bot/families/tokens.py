"""The addresses of the pages: one token for one registration and one purpose, of which only a fingerprint is kept.

Whoever has the token may answer for that purpose, and for nothing else. All that is wrong with one, that it was
withdrawn, is over or was never made, is found out by the same one statement, which then finds nothing.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import coalesce

from bot.caller import by_page
from db.base import new_id
from db.models import CarerOf, FamilyPage, Meeting, MeetingState, PagePurpose, Participant, Registration

OVER = (MeetingState.ENDED, MeetingState.CLOSED, MeetingState.CANCELLED)
"""In these nothing is asked of a family any more."""
_BYTES = 20


@dataclass(frozen=True)
class Place:
    """Whose answer something is: of which registration, on which meeting, and whether the carer's or their own."""

    registration: Registration
    meeting: Meeting
    purpose: PagePurpose

    @property
    def carers(self) -> bool:
        """Whether a parent or carer has it: it is theirs, or they opened it for the participant."""
        return self.purpose is PagePurpose.CARER

    def goes_to(self, email: str) -> bool:
        """Whether whoever has it would be written to, now that mails go to this address."""
        return True


@dataclass(frozen=True)
class Found(Place):
    """A page that somebody has the address of, with what it is for."""

    page: FamilyPage
    token: str = field(repr=False)

    @property
    def carers(self) -> bool:
        return super().carers or by_page(self.page.made_by)

    def goes_to(self, email: str) -> bool:
        return self.page.mailed_to in (None, _mailed(self.token, email))


def address_for(
    session: Session, base: str | None, registration: Registration, purpose: PagePurpose, made_by: str, now: datetime
) -> str | None:
    """A new address of the page of a registration, to be given to whom the purpose says; the one before leads nowhere
    from then on. `base` is where the bot's pages are (`Settings.export_base`): None without one. It is known only now:
    it goes into the one message it is made for, and is stored nowhere."""
    if base is None:
        return None
    return address(base, make(session, registration, purpose, made_by, now))


def address(base: str, token: str) -> str:
    """Where a token leads."""
    return f"{base}/family/{token}"


def make(session: Session, registration: Registration, purpose: PagePurpose, made_by: str, now: datetime) -> str:
    """The token of a new page, which somebody hands on; the page before it is withdrawn."""
    withdraw(session, registration, now, purpose)
    token = new()
    _keep(session, registration, purpose, token, made_by, now, _carer(registration, purpose))
    return token


def open_own(session: Session, found: Found, made_by: str, now: datetime, email: str) -> str:
    """The token of a participant's own page, opened on their carer's: it ends with the page that opened it."""
    withdraw(session, found.registration, now, PagePurpose.PARTICIPANT)
    token, page = new(), found.page
    to = email if page.mailed_to else None
    _keep(session, found.registration, PagePurpose.PARTICIPANT, token, made_by, now, page.carer_id, to)
    return token


def mail(
    session: Session, registration: Registration, purpose: PagePurpose, email: str, made_by: str, now: datetime
) -> str:
    """The token of a page that a mail to an address brings, beside those that were given before."""
    token = new()
    _keep(session, registration, purpose, token, made_by, now, _carer(registration, purpose), email)
    return token


def new() -> str:
    """A token that leads nowhere yet."""
    return secrets.token_hex(_BYTES)


def _keep(
    session: Session,
    registration: Registration,
    purpose: PagePurpose,
    token: str,
    made_by: str,
    now: datetime,
    carer: UUID | None,
    email: str | None = None,
) -> None:
    session.add(
        FamilyPage(
            id=new_id(),
            organisation_id=registration.organisation_id,
            registration_id=registration.id,
            purpose=purpose,
            carer_id=carer,
            token_hash=_fingerprint(token),
            mailed_to=_mailed(token, email) if email else None,
            made_by=made_by,
            made_at=now,
        )
    )
    session.flush()


def pages_at(session: Session, addresses: Iterable[str]) -> dict[str, FamilyPage]:
    """The pages at addresses, those of them that were not withdrawn."""
    asked = {_fingerprint(_token(one)): one for one in addresses}
    found = select(FamilyPage).where(FamilyPage.token_hash.in_(asked), FamilyPage.withdrawn_at.is_(None))
    return {asked[page.token_hash]: page for page in session.scalars(found)} if asked else {}


def is_for(page: FamilyPage, address: str, registration: Registration, purpose: PagePurpose, email: str) -> bool:
    """Whether the page at an address is the one that a mail to this e-mail address would bring now."""
    mine = page.mailed_to == _mailed(_token(address), email) and page.made_at >= registration.added_at
    return mine and page.purpose is purpose and page.carer_id == _carer(registration, purpose)


def _token(address: str) -> str:
    return address.rpartition("/")[2]


def _carer(registration: Registration, purpose: PagePurpose) -> UUID | None:
    link = consenting(registration) if purpose is PagePurpose.CARER else None
    return link.carer_id if link else None


def consenting(registration: Registration) -> CarerOf | None:
    """The carer who is asked for somebody: of those who may consent one with an address, where there is one."""
    person = registration.participant
    return person.carer or next((one for one in person.links if one.may_consent), None)


def withdraw(session: Session, registration: Registration, now: datetime, purpose: PagePurpose | None = None) -> None:
    """Make the addresses that were given for a registration lead nowhere; of one purpose, or all."""
    pages = update(FamilyPage).where(
        FamilyPage.organisation_id == registration.organisation_id,
        FamilyPage.registration_id == registration.id,
        FamilyPage.withdrawn_at.is_(None),
    )
    if purpose is not None:
        pages = pages.where(FamilyPage.purpose == purpose)
    session.execute(pages.values(withdrawn_at=now))


_CONSENTS = (
    select(CarerOf.id)
    .where(
        CarerOf.carer_id == FamilyPage.carer_id,
        CarerOf.may_consent.is_(True),
        # By the record that stands for them, as `Registration.participant` has it: what another record says is over.
        CarerOf.participant_id
        == case((Participant.apart, Participant.id), else_=coalesce(Participant.merged_into_id, Participant.id)),
    )
    .exists()
)


def find(session: Session, token: str, now: datetime) -> Found | None:
    """The page of a token, while its meeting is still to come or on, its place is the one that it was made for,
    and the carer that it was made for may consent. None for anything else, told apart by nothing."""
    query = (
        select(FamilyPage, Registration, Meeting)
        .join(Registration, Registration.id == FamilyPage.registration_id)
        .join(Meeting, Meeting.id == Registration.meeting_id)
        .join(Participant, Participant.id == Registration.participant_id)
        .where(
            FamilyPage.token_hash == _fingerprint(token),
            FamilyPage.withdrawn_at.is_(None),
            Registration.removed_at.is_(None),
            # Whoever was taken off and is added again has a new place, and none of the old addresses leads to it.
            FamilyPage.made_at >= Registration.added_at,
            Meeting.state.not_in(OVER),
            Meeting.ends_at > now,
            or_(FamilyPage.carer_id.is_(None), _CONSENTS),
        )
    )
    row = session.execute(query).unique().first()
    if row is None:
        return None
    page, registration, meeting = row
    return Found(registration, meeting, page.purpose, page, token)


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _mailed(token: str, email: str) -> bytes:
    """The token is in it: whoever reads the database can try no addresses."""
    return _fingerprint(f"{token} {email.strip().casefold()}")
