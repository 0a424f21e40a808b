"""The calendar entry of one person for one meeting."""

from datetime import datetime
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vText

from bot.mail.message import sender_address
from db.models import Meeting

REQUEST, CANCEL = "REQUEST", "CANCEL"
_TITLE = "Online session"
_WHERE = "Online. The way in is in our messages."


def entry(
    method: str,
    meeting: Meeting,
    registration_id: UUID,
    to: str,
    sender: str,
    organisation: str,
    sequence: int,
    now: datetime,
) -> bytes:
    """The entry, or its cancellation. Families share calendars: title and place say nothing of whom or what it is, and
    link and passcode are not in it. Its times are in UTC, so that every calendar shows the right hour, whatever it
    knows of our zone."""
    own = sender_address(sender)
    event = Event()
    event.add("uid", f"{registration_id.hex}@{own.domain}")
    event.add("sequence", sequence)
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", _TITLE)
    event.add("location", _WHERE)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    organiser = vCalAddress(f"MAILTO:{own.addr_spec}")
    organiser.params["CN"] = vText(organisation)
    event.add("organizer", organiser)
    attendee = vCalAddress(f"MAILTO:{to}")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", "-//Facilitator assistant//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found
