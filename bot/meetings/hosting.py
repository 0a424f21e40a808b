"""Whose meeting it is at its provider: the account that hosts it, and what else that account hosts then."""

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from bot.diary.states import OPEN
from bot.providers import BigBlueButtonProvider, needs_link
from bot.staff.people import emails
from db.models import Meeting, Organisation
from db.scope import ORGANISATION, of

_BESIDE = (
    of(ORGANISATION, Meeting)
    .where(
        Meeting.id != bindparam("meeting"),
        Meeting.provider == bindparam("provider"),
        Meeting.state.in_(OPEN),
        Meeting.starts_at < bindparam("ends"),
        Meeting.ends_at > bindparam("starts"),
    )
    .order_by(Meeting.starts_at, Meeting.number)
)


def accounts(session: Session, organisation: Organisation, provider: str, hosts: set[str]) -> dict[str, str]:
    """The accounts under which these hosts are known to the provider, as far as the bot knows them.

    It is the one account that the organisation shares, else the one that its file names for the host, else the
    host's own e-mail address.
    """
    shared = organisation.options.get(f"{provider}_host")
    if shared:
        return dict.fromkeys(hosts, shared)
    return {**emails(session, organisation.id, hosts), **_named(organisation, provider, hosts)}


def second_accounts(organisation: Organisation, provider: str, co_workers: Sequence[str]) -> tuple[str, ...]:
    """The accounts of the co-workers, who can host too: only those that the organisation's file names, because the
    provider refuses the whole meeting for one that it does not know."""
    named = _named(organisation, provider, set(co_workers))
    return tuple(named[one] for one in co_workers if one in named)


def _named(organisation: Organisation, provider: str, hosts: set[str]) -> dict[str, str]:
    users: dict[str, str] = organisation.options.get(f"{provider}_users", {})
    return {host: users[host] for host in hosts if host in users}


def clashes(session: Session, organisation: Organisation, meeting: Meeting) -> Sequence[Meeting]:
    """The other meetings that the same account hosts at the same time: only one of them can be held."""
    if needs_link(meeting.provider) or meeting.provider == BigBlueButtonProvider.name:
        # The one knows no account, the other needs none.
        return ()
    asked = {"organisation": organisation.id, "meeting": meeting.id, "provider": meeting.provider}
    beside = session.scalars(_BESIDE, {**asked, "starts": meeting.starts_at, "ends": meeting.ends_at}).all()
    if not beside:
        return ()
    known = accounts(session, organisation, meeting.provider, {meeting.host, *(one.host for one in beside)})
    own = known.get(meeting.host, "").casefold()
    return [one for one in beside if own and known.get(one.host, "").casefold() == own]
