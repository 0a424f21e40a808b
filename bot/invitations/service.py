"""Who may have the text of an invitation, and what goes into it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import addresses, cards, meetings, roster, states
from bot.diary.addresses import Address
from bot.errors import NotFound, NotNow
from bot.gates import gating
from bot.invitations.letter import Facts, Letter, Whose, compose, for_carer
from bot.organisation.words import recording_words, words_for
from bot.participants import service as participants
from bot.policy import Pack, load_pack
from bot.policy.gates import Gates, Refusal, may
from bot.policy.overrides import applied, stored
from db.models import Meeting, MeetingState, Organisation, Registration
from db.scope import of

TO_INVITE = meetings.TO_COME
_NOT_INVITED_TO = (MeetingState.CANCELLED, *states.OVER)


@dataclass(frozen=True)
class Prepared:
    """An invitation ready to be shown: whom it is for, and the registrations that can be chosen instead.

    `held` are the open gates that hold the link back from those the text is for, `waiting` the registrations that
    have to wait for them; with nobody registered, `held` alone says that the link has to wait.
    """

    meeting: Meeting
    letter: Letter
    pack: Pack
    registrations: tuple[Registration, ...]
    chosen: Registration | None
    held: Gates = ()
    waiting: tuple[Registration, ...] = ()
    with_old_link: tuple[str, ...] = ()
    """The names of those whose invitation had a link that leads nowhere any more."""
    address: Address | None = None
    """Where the text goes that is for one person."""

    @property
    def to_carer(self) -> bool:
        """Whether it speaks to a parent or carer."""
        return for_carer(self.pack, self.chosen, self.address)

    @property
    def cleared(self) -> tuple[Registration, ...]:
        """Those for whom nothing holds the link back."""
        return tuple(one for one in self.registrations if one not in self.waiting)


def prepare(
    session: Session, caller: Caller, meeting: Meeting, now: datetime, registration_id: UUID | None = None
) -> Prepared:
    """The invitation to a meeting, for everybody or for one registration, with link and passcode for those alone
    for whom no gate refuses them. Raises NotNow or NotFound."""
    if meeting.state in _NOT_INVITED_TO:
        raise NotNow(f"{meeting.reference} is {meeting.state.value}. There is nothing to invite anybody to.")
    registrations = tuple(participants.registered(session, meeting))
    chosen = next((one for one in registrations if one.id == registration_id), None)
    if registration_id is not None and chosen is None:
        raise NotFound(f"This person is not registered on {meeting.reference} any more.")
    pack = pack_of(caller.organisation)
    gates = gating.of_meeting(session, meeting, now, caller.slack_id)
    to = (chosen,) if chosen else registrations
    refusals = [may(gates, "invite", one.id.hex) for one in to]
    held = _each_once(refusals or [may(gates, "invite")])
    waiting = tuple(one for one, refusal in zip(to, refusals, strict=True) if refusal is not None)
    whose = Whose.ALL if not held else Whose.SOME if len(waiting) < len(to) else Whose.NOBODY
    letter = compose(pack, meeting, facts_of(session, caller.organisation, meeting), chosen, whose)
    stale = tuple(one.participant.name for one in roster.with_old_link(meeting, registrations))
    address = addresses.of(pack, chosen.participant, meeting.starts_at, caller.zone) if chosen else None
    return Prepared(meeting, letter, pack, registrations, chosen, held, waiting, stale, address)


def note_shown(session: Session, prepared: Prepared, now: datetime) -> Prepared:
    """Keep whose invitation was shown with the link, and when it first was: the day counts for the policy, and they are
    named when the link goes out of use."""
    if prepared.letter.has_link:
        for one in [prepared.chosen] if prepared.chosen else prepared.cleared:
            if roster.link_went(prepared.meeting, one) is None:
                one.link_shown_at = now
                cards.changed(session, prepared.meeting, now)
    return prepared


def registrations(session: Session, meeting: Meeting, ids: Sequence[UUID]) -> list[Registration]:
    """Places on a meeting by their ids, those that people were taken off too, by name."""
    found = of(meeting.organisation_id, Registration).where(Registration.id.in_(ids))
    rows = session.scalars(found.where(Registration.meeting_id == meeting.id))
    return sorted(rows, key=lambda one: one.participant.name.casefold())


def _each_once(refusals: Iterable[Refusal | None]) -> Gates:
    found = {gate.id: gate for refusal in refusals if refusal is not None for gate in refusal.gates}
    return tuple(found.values())


def named(session: Session, caller: Caller, meeting: Meeting, name: str, now: datetime) -> Prepared | None:
    """The invitation for the one registration of that name; None where it is not clear whose it is."""
    found = participants.match([name], participants.registered(session, meeting))
    return prepare(session, caller, meeting, now, found.found[0].id) if found.found else None


def pack_of(organisation: Organisation) -> Pack:
    """The organisation's policy, with its own rules in it."""
    return applied(load_pack(organisation.policy), stored(organisation.options))


def facts_of(session: Session, organisation: Organisation, meeting: Meeting) -> Facts:
    """The words of this meeting that the policy's sentences may hold; a missing one is left out."""
    words = words_for(session, organisation, meeting, meeting.purpose)
    kept = meeting.recording_days or stored(organisation.options).retention.recordings
    return Facts(
        organisation=organisation.name,
        zone=organisation.timezone,
        words={**words.words, "recording": recording_words(meeting, kept)},
        house_rules=organisation.options.get("house_rules", ""),
        slots=words.texts,
        passcode_apart=pack_of(organisation).invitation.passcode.value == "apart",
    )
