"""One mail to one person: its subject, its text as plain HTML, and its calendar entry."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.invitations.letter import NAMED, plain
from db.models import Meeting, Stage

_LINK = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)]")
_SUBJECTS = {
    Stage.ABOUT: "Please read: online meeting on {day}",
    Stage.RULES: "The rules of our online meeting on {day}",
    Stage.LINK: "Your way into our online meeting on {day}",
    Stage.PASSCODE: "The passcode of our online meeting on {day}",
    Stage.CHANGED: "Another time: online meeting on {day}",
    Stage.CANCELLED: "Cancelled: online meeting on {day}",
}
_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body style="font-family: Verdana, Arial, sans-serif; font-size: 1.125rem; line-height: 1.5; max-width: 40rem">'
    "{body}</body></html>"
)


@dataclass(frozen=True)
class Mail:
    """What goes to one address; `marked` is the letter with its names marked, `calendar` the method of a calendar entry
    and its content."""

    to: str = field(repr=False)
    subject: str
    marked: str = field(repr=False)
    calendar: tuple[str, bytes] | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """The text as it is read."""
        return plain(self.marked)

    @property
    def html(self) -> str:
        """The same text as a page: paragraphs, lists and links, in large print, and nothing from outside."""
        return _PAGE.format(title=escape(self.subject), body="".join(_block(one) for one in self.marked.split("\n\n")))


def subject(stage: Stage, meeting: Meeting, zone: str) -> str:
    """What the mail is about. The meeting's title may hold a name, and is not in it."""
    return _SUBJECTS[stage].format(day=_day(meeting.starts_at, zone))


def _day(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B}"


def _block(text: str) -> str:
    """A paragraph, or the lists in it with their headings."""
    found = []
    for listed, lines in groupby(text.splitlines(), lambda line: line.startswith("- ")):
        if listed:
            found.append("<ul>" + "".join(f"<li>{_marked(line[2:])}</li>" for line in lines) + "</ul>")
        else:
            found.append("<p>" + "<br>".join(_marked(line) for line in lines) + "</p>")
    return "".join(found)


def _marked(line: str) -> str:
    """The line with its addresses as links, but for what stands in a name; nothing else in it is markup."""
    return "".join(escape(plain(one)) if NAMED.fullmatch(one) else _linked(one) for one in NAMED.split(line))


def _linked(text: str) -> str:
    pieces, at = [], 0
    for found in _LINK.finditer(text):
        shown = escape(found[0])
        pieces += [escape(text[at : found.start()]), f'<a href="{shown}">{shown}</a>']
        at = found.end()
    return "".join([*pieces, escape(text[at:])])
