"""The words that an organisation and a meeting put into the policy's sentences."""

from sqlalchemy.orm import Session

from bot.policy.filling import Words, own_words
from bot.policy.overrides import stored
from bot.providers import needs_link, title_of
from bot.reading.invites.links import platform_of
from bot.reading.invites.services import Platform
from bot.staff.people import emails, names
from db.models import Meeting, Organisation

_PLATFORMS = {
    Platform.ZOOM: "Zoom",
    Platform.TEAMS: "Microsoft Teams",
    Platform.MEET: "Google Meet",
    Platform.YOUTUBE: "YouTube",
    Platform.WHATSAPP: "WhatsApp",
}
_UNKNOWN = "a member of our staff"


def words_of(organisation: Organisation) -> Words:
    """The words of the organisation alone."""
    return own_words(organisation.name, stored(organisation.options))


def words_for(session: Session, organisation: Organisation, meeting: Meeting, purpose: str | None = None) -> Words:
    """The words of one meeting; nothing of its participants, and not its title, which may hold a name.

    `purpose` is what the host wrote that it is for, and goes to participants only; else its programme stands there.
    """
    known = names(session, organisation.id, set(meeting.team))
    called = [_UNKNOWN if known[one].startswith("<@") else known[one] for one in meeting.team]
    return own_words(
        organisation.name,
        stored(organisation.options),
        platform=platform(meeting),
        host=called[0],
        people=" and ".join(called),
        purpose=purpose or meeting.programme,
        contact=emails(session, organisation.id, {meeting.host}).get(meeting.host),
    )


def platform(meeting: Meeting) -> str:
    """The name of the meeting service, as the link tells it where the host pasted one; empty where nothing does."""
    if not needs_link(meeting.provider):
        return title_of(meeting.provider)
    found = platform_of(meeting.join_url or "")
    return _PLATFORMS.get(found, "") if found else ""


def recording_words(meeting: Meeting, kept_days: int | None) -> str:
    """Whether this meeting is recorded, what for and for how long; what nobody has said yet stays a blank."""
    if not meeting.recorded:
        return "This meeting is not recorded."
    purpose = (meeting.recording_purpose or "[what for]").strip().rstrip(".")
    kept = "1 day" if kept_days == 1 else f"{kept_days or '[how many]'} days"
    return (
        f"This meeting is to be recorded, for this: {purpose}. The recording is kept for {kept}. "
        "Please tell us whether you agree; without everybody’s agreement it is not recorded."
    )
