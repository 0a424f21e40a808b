"""The words that an organisation and a meeting put into the policy's sentences for staff."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from bot.organisation.staff import emails, names
from bot.policy.cited import Text
from bot.policy.overrides import stored
from bot.providers.links import LinkRefused, Platform, check_link
from db.models import Meeting, Organisation

_WORD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Words:
    """`words` fills the words in braces; `texts` are the organisation's own texts by slot."""

    words: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str | None] = field(default_factory=dict)

    def filled(self, text: Text) -> str:
        """A sentence with its words filled in; one that is not known stands in square brackets."""
        said = _WORD.sub(lambda found: self.words.get(found[1]) or f"[{found[1]}]", text.text)
        own = self.texts.get(text.slot) if text.slot else None
        return f"{said} {own}" if own else said


def words_for(session: Session, organisation: Organisation, meeting: Meeting) -> Words:
    """The words of one meeting; nothing of its participants, and not its title, which may hold a name."""
    called = names(session, organisation.id, set(meeting.team))
    address = emails(session, organisation.id, {meeting.host}).get(meeting.host)
    overrides = stored(organisation.options)
    words = {
        "organisation": organisation.name,
        "platform": _platform(organisation, meeting),
        "host": called[meeting.host],
        "people": " and ".join(called[one] for one in meeting.team),
        "purpose": meeting.programme,
        "contact": overrides.account.email or address,
        "phone": overrides.account.phone,
    }
    return Words({name: word for name, word in words.items() if word}, overrides.texts)


def _platform(organisation: Organisation, meeting: Meeting) -> str:
    """The name of the meeting service, as the link tells it where the host pasted one."""
    if meeting.provider != "manual":
        return meeting.provider.title()
    try:
        checked = check_link(meeting.join_url or "", own_hosts=organisation.options.get("meeting_hosts", []))
    except LinkRefused:
        return ""
    return "" if checked.platform is Platform.OWN else checked.platform.value.title()
