"""The bot's own links that lead into a meeting, where its provider takes everybody in by name: one for the meeting, one
for each who is expected, one for each of its team. They name nobody, are sealed under the bot's keys, and hold as long
as what they stand for: not after a removal, and not once the meeting's link got out."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bot.providers import BigBlueButtonProvider
from db.crypto import keyring
from db.models import Meeting, Registration

PATH, ENDED = "/join/", "/bbb/events"
TEAM_FOR = timedelta(minutes=10)
"""How long a link holds that leads in as one of the team: it is made at a press of a button."""
_PURPOSE = "a way into a meeting"
_MEETING, _PERSON, _TEAM, _END = b"m", b"p", b"s", b"e"
_HEAD, _SEAL = 1 + 16, 1 + 32


@dataclass(frozen=True)
class Door:
    """Where a link leads, and as whom: somebody who is expected, one of the team by Slack id, or whoever has it."""

    meeting: Meeting
    registration: Registration | None = None
    slack_id: str = ""


def of_meeting(base: str, meeting: Meeting) -> str:
    """The link of a meeting, for whoever has no own."""
    return base + PATH + _sealed(_MEETING, meeting.id, meeting, b"")


def of_person(meeting: Meeting, registration: Registration | None) -> str | None:
    """The link to give to somebody who is expected: their own where the provider takes in by name."""
    base, path, _ = (meeting.join_url or "").partition(PATH)
    if meeting.provider != BigBlueButtonProvider.name or registration is None or not path:
        return meeting.join_url
    return base + PATH + _sealed(_PERSON, registration.id, meeting, b"", _place(registration))


def of_team(base: str, meeting: Meeting, slack_id: str, now: datetime) -> str:
    """A link for one of the team, for a few minutes."""
    until = int((now + TEAM_FOR).timestamp()).to_bytes(5)
    return base + PATH + _sealed(_TEAM, meeting.id, meeting, until + slack_id.encode())


def of_end(base: str, meeting: Meeting) -> str:
    """The address by which a meeting's provider, and nobody else, says that it has ended."""
    return f"{base}{ENDED}?door={_sealed(_END, meeting.id, meeting, b'')}"


def ended(session: Session, token: str) -> Meeting | None:
    """The meeting of which such an address says so; None for any other."""
    raw = _raw(token)
    meeting = session.get(Meeting, UUID(bytes=raw[1:_HEAD])) if raw[:1] == _END and len(raw) == _HEAD + _SEAL else None
    return meeting if meeting is not None and _fits(_END, meeting.id, meeting, b"", raw[_HEAD:]) else None


def opened(session: Session, token: str, now: datetime) -> Door | None:
    """Where a link leads; None for one that leads nowhere, or no more."""
    raw = _raw(token)
    kind, head, more, seal = raw[:1], raw[1:_HEAD], raw[_HEAD:-_SEAL], raw[-_SEAL:]
    if len(raw) < _HEAD + _SEAL or kind not in (_MEETING, _PERSON, _TEAM):
        return None
    registration = session.get(Registration, UUID(bytes=head)) if kind == _PERSON else None
    if kind == _PERSON and (registration is None or registration.removed_at is not None):
        return None
    meeting = session.get(Meeting, registration.meeting_id if registration else UUID(bytes=head))
    if meeting is None or not _fits(kind, UUID(bytes=head), meeting, more, seal, _place(registration)):
        return None
    if kind != _TEAM:
        return Door(meeting, registration)
    until, slack_id = datetime.fromtimestamp(int.from_bytes(more[:5]), UTC), more[5:].decode()
    return Door(meeting, slack_id=slack_id) if now <= until and slack_id in meeting.staff else None


def _raw(token: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return b""


def _place(registration: Registration | None) -> str:
    """Which place of somebody on a meeting it is: taken off and added again, they have a new one."""
    return registration.added_at.astimezone(UTC).isoformat() if registration else ""


def _message(kind: bytes, record: UUID, meeting: Meeting, more: bytes, place: str) -> str:
    return f"{kind.decode()} {record.hex} {meeting.relinked} {more.hex()} {place}".rstrip()


def _sealed(kind: bytes, record: UUID, meeting: Meeting, more: bytes, place: str = "") -> str:
    seal = keyring().mac(_PURPOSE, _message(kind, record, meeting, more, place))
    return base64.urlsafe_b64encode(kind + record.bytes + more + seal).decode().rstrip("=")


def _fits(kind: bytes, record: UUID, meeting: Meeting, more: bytes, seal: bytes, place: str = "") -> bool:
    """Whether the bot made it."""
    return keyring().fits(_PURPOSE, _message(kind, record, meeting, more, place), seal)
