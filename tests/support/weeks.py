"""A group's first and second session, walked as its host does who follows the card: what is read, tapped and typed.

Read is every line that a message or a form shows anew; a word is anything with a letter or a figure in it. What reminds
and holds nothing up is read and not tapped.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.sandbox.person import Person

_WORD = re.compile(r"\S*\w\S*")
_DATE, _MENTION = re.compile(r"<![^|>]*\|([^>]*)>"), re.compile(r"<@[^>]*>")
CLUB = "Cooking club"
WHY = "We talked it through as a team"
FAMILIES = ("Ann", "Bob", "Cath", "Dan", "Eve", "Finn", "Gwen", "Huw", "Iris", "Jack")
NAMES = ("Amy", "Ben", "Cai", "Dee", "Ed", "Fay", "Guy", "Hal", "Ida", "Jo")
Shown = Mapping[str, Sequence[str]]
"""The lines of every form or message that somebody sees, by what names it."""


class Client(Protocol):
    """What somebody's phone shows and lets them do."""

    def shown(self) -> Shown:
        """The form on top, or else the direct messages of the bot."""

    def card(self, reference: str) -> tuple[str, list[str]]:
        """What the card of a meeting says is next, and the buttons under it."""

    def press(self, label: str, reference: str) -> None:
        """Press a button under the next thing of a card."""

    def type(self, command: str, text: str) -> None:
        """Type a command among the direct messages."""

    def form(self) -> str:
        """What the button of the open form says; empty where there is only one that closes it, or no form."""

    def opened(self) -> bool:
        """Whether a form is open."""

    def tick(self) -> int:
        """Tick every box of the open form that is not ticked and give the reasons that it wants; how many that were."""

    def submit(self) -> None:
        """Press the form's button."""

    def close(self) -> None:
        """Close the form."""


@dataclass
class Count:
    """What a session asked of its host."""

    taps: int = 0
    typed: int = 0
    words: int = 0
    ready: int = 0
    link: int = 0
    door: int = 0
    stuck: str = ""


@dataclass
class Walk:
    """Goes through sessions. `settle` waits for all that is due, `go_to` moves the clock."""

    client: Client
    settle: Callable[[], None]
    go_to: Callable[[datetime], None]
    manager: Callable[[str], None] = lambda reference: None
    looked: Callable[[str], None] = lambda name: None
    count: Count = field(default_factory=Count)
    first: Count = field(default_factory=Count)
    second: Count = field(default_factory=Count)
    told: list[str] = field(default_factory=list)
    _seen: dict[str, Sequence[str]] = field(default_factory=dict)

    def made(self, people: Sequence[str]) -> None:
        """A group with these people."""
        with_whom = "on Thursdays at 16:00 for 60 min with @Col.Co-worker in Cooking, about cooking"
        self._type("/group", f"new {CLUB} {with_whom}")
        self._type("/group", f"add {', '.join(people)} to {CLUB}")
        self._submit()
        self._close()

    def session(self, number: int, starts: Callable[[], datetime], *, first: bool = False) -> Count:
        """A session from planning to its closed register."""
        reference = f"M-{number}"
        self._type("/group", f"next {CLUB}")
        if first:
            self.manager(reference)
            self._look(count=False)
        begins = starts()
        self._follow(reference, "planning")
        for moment, name in ((timedelta(days=-1), "day_before"), (timedelta(minutes=-20), "start")):
            self.go_to(begins + moment)
            self._look()
            self._follow(reference, name)
        self.go_to(begins + timedelta(minutes=7))
        self._look()
        self._follow(reference, "running")
        self.go_to(begins + timedelta(minutes=60))
        self._look()
        self._follow(reference, "over")
        done, self.count = self.count, Count()
        return done

    def _follow(self, reference: str, name: str) -> None:
        """Do what the card says is next, until nothing is that cannot wait."""
        self.looked(f"{reference}-{name}")
        before = ("", [""])
        for number in range(12):
            text, labels = self.client.card(reference)
            if (text, labels) == before:
                self.count.stuck = f"{name}: {labels[0]}"
                return
            before = (text, labels)
            label = "All in" if "All in" in labels else labels[0] if labels else ""
            if not label or _can_wait(text, label, name):
                return
            self._do(reference, text, label)
            self.looked(f"{reference}-{name}-{number}")

    def _do(self, reference: str, text: str, label: str) -> None:
        self.count.taps += 1
        self.told.append(f"[{label}]")
        self.client.press(label, reference)
        self.settle()
        self._look()
        things = int(label in ("Yes, as last time", "Yes, it is so", "I lead"))
        while self.client.opened():
            if not self.client.form():
                self._close()
                continue
            ticked = self.client.tick()
            things += ticked
            self.count.taps += ticked
            self._submit()
        where = "link" if "the link" in text.lower() else "ready" if "before it is ready" in text else "door"
        where = "ready" if label in ("Yes, as last time", "Confirm checklist") else where
        setattr(self.count, where, getattr(self.count, where) + things)

    def _type(self, command: str, text: str) -> None:
        self.count.typed += 1
        self.told.append(f"> {command} {text}")
        self.client.type(command, text)
        self.settle()
        self._look()

    def _submit(self) -> None:
        self.count.taps += 1
        self.told.append(f"<{self.client.form()}>")
        self.client.submit()
        self.settle()
        self._look()

    def _close(self) -> None:
        self.count.taps += 1
        self.client.close()
        self.settle()
        self._look()

    def _look(self, *, count: bool = True) -> None:
        for key, lines in self.client.shown().items():
            left = list(self._seen.get(key, ()))
            for line in lines:
                if line in left:
                    left.remove(line)
                elif count:
                    words = len(_WORD.findall(line))
                    self.count.words += words
                    self.told.append(f"    {words:3} {line}")
            self._seen[key] = lines


def _can_wait(text: str, label: str, name: str) -> bool:
    """Whether a button need not be pressed now: of a start days ahead, of an end before its time, of a reminder."""
    if label in ("Get ready", "Note it", "Done", "Show it"):
        return True
    return (label == "Start" and name != "start") or (label == "End" and name != "over") or "Who comes" in text


@dataclass
class Typed:
    """Somebody who acts through signed requests."""

    person: Person

    def shown(self) -> Shown:
        """The form on top, or else the direct messages of the bot."""
        state = self.person._state
        with state.lock:
            top = state.modals.top(self.person.id)
            if top is not None:
                return {f"view {top.id}": _lines(top.content)}
            posts = self.person._sandbox.messages(state.open_dm(self.person.id).id)
            return {f"post {one.ts}": _lines({"blocks": one.blocks}) for one in [*posts, *self.person.private]}

    def card(self, reference: str) -> tuple[str, list[str]]:
        """What the card of a meeting says is next, and the buttons under it."""
        blocks = {one.get("block_id"): one for one in self._card(reference).blocks}
        buttons = blocks.get("next_button", {"elements": []})["elements"]
        return blocks["next"]["text"]["text"], [one["text"]["text"] for one in buttons]

    def press(self, label: str, reference: str) -> None:
        """Press a button under the next thing of a card."""
        self.person.click(label, message=self._card(reference))

    def _card(self, reference: str) -> Any:
        posts = self.person._sandbox.messages(self.person._state.open_dm(self.person.id).id)
        return next(one for one in posts if "'block_id': 'facts'" in str(one.blocks) and reference in str(one.blocks))

    def type(self, command: str, text: str) -> None:
        """Type a command among the direct messages."""
        self.person.command(command, text)

    def opened(self) -> bool:
        """Whether a form is open."""
        return self.person.view is not None

    def form(self) -> str:
        """What the button of the open form says."""
        return str(((self.person.view or {}).get("submit") or {}).get("text", ""))

    def tick(self) -> int:
        """Tick every box of the open form and give the reasons that it wants."""
        values: dict[str, Any] = {}
        ticked = 0
        every = ""
        for block in (self.person.view or {})["blocks"]:
            if block["type"] != "input" or block["block_id"].startswith(every or "\0"):
                continue
            element, name = block["element"], block["block_id"]
            if element["type"] == "checkboxes" and not name.startswith("stands."):
                values[name] = [one["value"] for one in element["options"]]
                ticked += len(values[name]) - len(element.get("initial_options", []))
                # What ticks all of a group spares the others of it.
                every = name.removesuffix("all") if name.endswith(".all") else ""
            elif name.startswith("why.") and name != "why.checklist":
                values[name] = WHY
                ticked += 1
        self.person.fill(values)
        return ticked

    def submit(self) -> None:
        """Press the form's button."""
        self.person.submit()

    def close(self) -> None:
        """Close the form."""
        self.person.close()


def _lines(content: Mapping[str, Any]) -> list[str]:
    """What is to be read in a form or a message, line by line: no menu that is not open, no question of a button."""
    found: list[str] = []
    for part in (content.get("title"), *content["blocks"], content.get("submit"), content.get("close")):
        found += _texts(part or {})
    return [line for text in found for line in _DATE.sub(r"\1", _MENTION.sub("@Name", text)).split("\n") if line]


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for one in part for text in _texts(one)]
    if not isinstance(part, dict) or part.get("type") == "overflow":
        return []
    if part.get("type") in ("static_select", "multi_static_select"):
        return _texts([part.get("initial_option"), part.get("initial_options")])
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    inside = ("text", "label", "fields", "element", "elements", "accessory", "options", "description", "hint")
    value = [part["initial_value"]] if isinstance(part.get("initial_value"), str) else []
    return (
        own
        + value
        + [text for name in inside if not isinstance(part.get(name), str) for text in _texts(part.get(name))]
    )
