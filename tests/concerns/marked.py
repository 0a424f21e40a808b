"""The whole life of a concern with a mark in every field that takes text, so that any leak can be found."""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from bot.sandbox.page import read_offset, write_offset
from bot.sandbox.person import Person
from bot.sandbox.workspace import Sandbox

MARK = re.compile(r"mark\d{5}x(?:[a-z0-9]*x)?", re.IGNORECASE)
_ABOUT = ("child", "staff", "adult", "unsure")
_WORK = (
    "concern.triage",
    "concern.person_add",
    "concern.decide",
    "concern.action_add",
    "concern.action_done",
    "concern.referral_add",
    "concern.informed_add",
    "concern.question_add",
)


@dataclass
class Marked:
    """Walks concerns from raising to a copy of the record; keeps every mark that was typed, and by whom."""

    sandbox: Sandbox
    today: datetime
    bot_url: str
    clock: Path
    marks: dict[str, str] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    copies: list[bytes] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=itertools.count)

    def person(self, who: str) -> Person:
        """Somebody with nothing open."""
        person = self.sandbox.person(who)
        while person.view:
            person.close()
        return person

    def mark(self, what: str) -> str:
        """A new mark; it stays the same through any escaping of markup, JSON or URLs."""
        mark = f"MARK{next(self._number):05d}x{what.replace('.', '').replace(':', '').replace('_', '')[:12]}x"
        self.marks[mark] = what
        return mark

    def fill_all(self, person: Person, **chosen: Any) -> None:
        """A mark into every text field of the open form, the first option of every other, `chosen` as it is."""
        assert person.view is not None
        done: set[str] = set()
        # A choice can bring further fields, which are filled in the next round.
        while True:
            left = [one for one in person.view["blocks"] if one["type"] == "input" and one["block_id"] not in done]
            if not left:
                return
            block = left[0]
            name = block["block_id"]
            done.add(name)
            value = chosen.get(name, self._value(block["element"], name))
            if value is not None:
                person.fill({name: value})

    def _value(self, element: dict[str, Any], name: str) -> Any:
        kind = element["type"]
        if kind == "plain_text_input":
            return self.mark(name)
        if kind == "datepicker":
            ahead = any(word in name for word in ("due", "until", "review"))
            return (self.today + timedelta(days=30 if ahead else 0)).date().isoformat()
        if kind == "timepicker":
            return "00:00"
        if kind in ("radio_buttons", "static_select"):
            return element["options"][0]["value"]
        if kind in ("checkboxes", "multi_static_select"):
            return [element["options"][0]["value"]]
        return None

    def sent(self, person: Person) -> None:
        """Submit; every error is a mistake of the walk."""
        answer = person.submit()
        assert not answer.errors, answer.errors
        assert not person.errors, person.errors

    def raised(self, who: str, about: str) -> str:
        """A concern with everything filled in; its reference."""
        person = self.person(who)
        typed = self.mark("typed")
        person.command("/concern", typed, channel="C0GENERAL")
        person.click("concern.continue")
        person.choose("about", about)
        self.fill_all(person, about=about, urgency="today", subject_staff="U0COW", left_out=None, facts=typed)
        self.sent(person)
        found = re.search(r"C-\d{4}-\d{5}", person.seen())
        assert found
        reference = re.findall(r"C-\d{4}-\d{5}", json.dumps(person.view))[0]
        person.click("concern.add_more")
        self.fill_all(person)
        self.sent(person)
        person.close()
        self.references.append(reference)
        return str(reference)

    def left_unanswered(self, reference: str, about: str) -> None:
        """The deadline of an hour passes: the next person is asked, or where there is none the raiser is told."""
        write_offset(self.clock, read_offset(self.clock) + 3601)
        if about == "staff":
            self._told("U0FAC", reference, "nobody has answered yet")
        else:
            self._told("U0DEP", reference, "you are asked now")

    def worked(self, reference: str, lead: str, other: str | None) -> None:
        """From the acknowledgement to the closing and a copy, each form with marks in it."""
        person = self._opened(reference, lead)
        person.click("concern.acknowledge")
        for button in _WORK:
            person.click(button)
            # A reason for sharing without agreement belongs to no yes.
            self.fill_all(person, **({"agreed": "no"} if button == "concern.decide" else {}))
            self.sent(person)
        self._answered(reference)
        if other is not None:
            self._handed_over(reference, person, other)
            person = self._opened(reference, other)
        person.click("concern.close")
        self.fill_all(person)
        self.sent(person)
        person.click("concern.reopen")
        self.fill_all(person)
        self.sent(person)
        person.click("concern.export")
        self.fill_all(person)
        self.sent(person)
        self._fetched(json.dumps(person.view))
        self.person(lead)

    def _opened(self, reference: str, who: str) -> Person:
        person = self.person(who)
        person.command("/concern", "list")
        page, value = 0, None
        while value is None:
            assert person.view is not None
            value = _value_beside(person.view["blocks"], reference)
            if value is None:
                page += 1
                person.click("concern.list_open", value=str(page))
        person.click("concern.read", value=value)
        return person

    def _fetched(self, shown: str) -> None:
        """The copy, from the page whose address and digits the modal shows."""
        path, digits = re.search(r"/export/[0-9a-f]+", shown), re.search(r"\*(\d{3}) (\d{3})\*", shown)
        assert path is not None
        assert digits is not None
        page = httpx.get(self.bot_url + path[0])
        assert page.status_code == 200
        copy = httpx.post(self.bot_url + path[0], data={"digits": digits[1] + digits[2]})
        assert copy.headers["content-type"] == "application/pdf"
        self.pages += [page.text, *(str(one.headers) + str(one.url) for one in (page, copy))]
        self.copies.append(copy.content)

    def _answered(self, reference: str) -> None:
        message = self._told("U0FAC", reference, "There is a question for you")
        raiser = self.person("U0FAC")
        raiser.click("concern.answer", message=message)
        self.fill_all(raiser)
        self.sent(raiser)
        raiser.close()

    def _handed_over(self, reference: str, person: Person, other: str) -> None:
        person.click("concern.offer")
        self.fill_all(person, to=other)
        self.sent(person)
        message = self._told(other, reference, "asks you to look after")
        self.person(other).click("concern.offer_accept", message=message)

    def _told(self, who: str, reference: str, words: str) -> Any:
        def found() -> Any:
            wanted = [one for one in self.sandbox.dm(who) if words in one.words and reference in one.words]
            return wanted[-1] if wanted else None

        return self.sandbox.wait_for(found, 20)

    def everything(self, count: int) -> None:
        """So many concerns, one after the other, of every kind."""
        for number in range(count):
            about = _ABOUT[number % len(_ABOUT)]
            reference = self.raised("U0FAC", about)
            self.left_unanswered(reference, about)
            if about == "staff":
                self.worked(reference, "U0HEAD", None)
            else:
                self.worked(reference, "U0LEAD", "U0DEP")


def _value_beside(blocks: list[dict[str, Any]], reference: str) -> str | None:
    """The value of the button that opens this record; None where it is on another page."""
    for block, following in itertools.zip_longest(blocks, blocks[1:]):
        if reference in json.dumps(block):
            for part in (block, following or {}):
                found = re.search(r'"concern.read".*?"value": "([^"]+)"', json.dumps(part)) or re.search(
                    r'"value": "([^"]+)".*?"concern.read"', json.dumps(part)
                )
                if found:
                    return found[1]
    return None


def today(clock: float) -> datetime:
    """The day of the walk."""
    return datetime.fromtimestamp(clock, UTC)
