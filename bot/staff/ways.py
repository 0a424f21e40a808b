"""The ways to reach a person beside Slack: mail, and whatever their `notify` addresses hold.

A way is named by what it is and, where there are several, which of them: `mail`, `notify.1`. Addresses are kept with
the person and go nowhere else: neither into a delivery nor into the record of what was tried.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from bot import alerts
from db.models import Staff
from db.scope import of

SLACK, MAIL = "slack", "mail"
_NOTIFY = "notify."


def addresses(staff: Staff) -> list[str]:
    """A person's `notify` addresses, in the order of the organisation file."""
    return staff.notify.splitlines() if staff.notify else []


def ways_of(staff: Staff, *, mail: bool) -> list[str]:
    """The ways to reach somebody beside Slack; `mail`: whether there is a mail server."""
    found = [f"{_NOTIFY}{number + 1}" for number in range(len(addresses(staff)))]
    return [MAIL, *found] if mail and staff.email else found


def notify_ways(staff: Staff) -> list[str]:
    """Those of the ways that are addresses of the organisation file."""
    return ways_of(staff, mail=False)


def called(staff: Staff | None, way: str) -> str:
    """A way in words: `Slack`, `mail`, `ntfy (notify 1)`."""
    known = {SLACK: "Slack", MAIL: "mail"}
    if way in known:
        return known[way]
    address = address_of(staff, way)
    number = way.removeprefix(_NOTIFY)
    return f"{alerts.kind_of(address)} (notify {number})" if address else f"notify {number}"


def address_of(staff: Staff | None, way: str) -> str | None:
    """The address that a way stands for, or None where it is there no more."""
    every = addresses(staff) if staff is not None else []
    number = int(way.removeprefix(_NOTIFY)) - 1
    return every[number] if number < len(every) else None


def note_answer(session: Session, organisation_id: UUID, slack_id: str, way: str, code: str) -> None:
    """Keep which of somebody's ways refuse (`code`, empty where one was accepted), for `check` and the status."""
    staff = person(session, organisation_id, slack_id)
    refusing = {name: kept for name, kept in staff.refusing.items() if name != way}
    if code:
        refusing[way] = code
    if refusing != staff.refusing:
        staff.refusing = refusing


def person(session: Session, organisation_id: UUID, slack_id: str) -> Staff:
    """One member of staff."""
    return session.scalars(of(organisation_id, Staff).where(Staff.slack_id == slack_id)).one()
