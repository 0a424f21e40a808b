"""What Zoom sends by itself: whether it is Zoom's, and what it tells."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.providers.told import Happened, Told

LARGEST = 65_536
"""Bytes of an event; Zoom's have a few hundred."""
OLDEST = timedelta(hours=2)
"""Zoom sends what was not answered again after 5, 25 and 85 minutes, and may sign it but once."""
AHEAD = timedelta(minutes=5)
_STAMP = re.compile(r"[0-9]{9,14}", re.ASCII)
_MILLISECONDS = 11
"""From so many digits on a moment is in milliseconds."""
_LONGEST = 200
_HAPPENED = {
    "meeting.started": Happened.STARTED,
    "meeting.ended": Happened.ENDED,
    "meeting.participant_joined": Happened.JOINED,
    "meeting.participant_left": Happened.LEFT,
    "meeting.participant_put_in_waiting_room": Happened.LEFT,
    "recording.started": Happened.RECORDING,
    "recording.resumed": Happened.RECORDING,
    "recording.paused": Happened.RECORDING_STOPPED,
    "recording.stopped": Happened.RECORDING_STOPPED,
    "meeting.updated": Happened.CHANGED,
    "meeting.deleted": Happened.CHANGED,
}
_OF_PEOPLE = (Happened.JOINED, Happened.LEFT)
_WHEN = ("join_time", "leave_time", "date_time")


def is_signed(secret: str, stamp: str, signature: str, body: bytes, now: datetime) -> bool:
    """Whether Zoom signed this body, and not too long ago. Compares in constant time."""
    if not _STAMP.fullmatch(stamp) or not signature.isascii():
        return False
    wanted = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"v0={wanted}", signature):
        return False
    return now - OLDEST <= _moment(int(stamp)) <= now + AHEAD


def content(body: bytes) -> Mapping[str, Any] | None:
    """The event as Zoom wrote it; None for what is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("payload"), dict) else None


def validation(secret: str, event: Mapping[str, Any]) -> dict[str, str] | None:
    """The answer by which Zoom knows that the address is ours; None where that is not what it asks."""
    token = event["payload"].get("plainToken")
    if event.get("event") != "endpoint.url_validation" or not isinstance(token, str):
        return None
    sealed = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    return {"plainToken": token, "encryptedToken": sealed}


def read(event: Mapping[str, Any]) -> Told | None:
    """What an event tells; None where that is nothing that the bot needs, or it cannot be understood."""
    what = _HAPPENED.get(str(event.get("event")))
    about = event["payload"].get("object")
    sent = event.get("event_ts")
    if what is None or not isinstance(about, dict) or not isinstance(sent, int) or isinstance(sent, bool):
        return None
    ref, occasion = str(about.get("id", "")), _text(about.get("uuid"))
    person = about.get("participant")
    whose = person if what in _OF_PEOPLE and isinstance(person, dict) else {}
    if not (ref.isascii() and ref.isdigit()) or (what in _OF_PEOPLE and not _who(whose)):
        return None
    reason = _text(whose.get("leave_reason")).casefold()
    if "breakout" in reason:
        # Who goes into a small room is still in the meeting.
        return None
    try:
        sent_at = _moment(sent)
    except (ValueError, OverflowError):
        return None
    if what is Happened.LEFT and "ended the meeting" in reason:
        what, whose = Happened.ENDED, {}
    key = f"{event.get('event')} {sent} {ref} {occasion} {_who(person) if isinstance(person, dict) else ''}"
    return Told(
        key=hashlib.sha256(key.encode()).hexdigest(),
        what=what,
        ref=ref,
        occasion=occasion,
        at=next((found for name in _WHEN if (found := _read_moment((person or {}).get(name)))), sent_at)
        if isinstance(person, dict)
        else sent_at,
        sent_at=sent_at,
        person=_who(whose),
        name=_text(whose.get("user_name")),
        address=_text(whose.get("email")),
        hosts=bool(whose) and bool(whose.get("id")) and whose.get("id") == about.get("host_id"),
    )


def _who(person: Mapping[str, Any]) -> str:
    """What stays the same between somebody's coming and going."""
    return next((found for name in ("participant_uuid", "user_id", "id") if (found := _text(person.get(name)))), "")


def _text(value: Any) -> str:
    # Half of a sign that was cut is none that can be kept.
    return str(value)[:_LONGEST].encode("utf-8", "replace").decode() if isinstance(value, str | int) else ""


def _moment(number: int) -> datetime:
    seconds = number / 1000 if len(str(number)) > _MILLISECONDS else number
    return datetime.fromtimestamp(seconds, UTC)


def _read_moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
