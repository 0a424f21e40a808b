"""Requests that nobody should send: real ones of a working day, altered at random, and commands typed by a cat."""

import copy
import json
import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from bot.sandbox.sender import Request
from tests.support import hostile
from tests.support.world import World

COMMANDS = {
    "/meeting": ("new", "list", "show", "gates", "edit", "cancel", "start", "end", "urgent", "tick", "invite", "help"),
    "/participant": ("add", "list", "remove", "add adults", "help"),
    "/invitation": ("for", "page", "answers", "answer", "M-1", ""),
    "/checklist": ("tick", "M-1", ""),
    "/attendance": ("M-1", "all except", "only", "none", ""),
    "/incident": ("list", "show", "amend", "M-1", ""),
    "/concern": ("list", "", "help"),
    "/guide": ("", "lock"),
    "/report": ("week", "last", "", "one-to-one", "1 November to"),
    "/facilitator": ("help", "status", "policy", "roles", "away until", "back", "meeting new", "concern", "drill"),
}
ODD = (
    "\u00a0",
    "\n",
    "\t",
    "\r\n",
    "\u2028",
    "\u200b",
    "\u202e",
    "\u3164",
    "\ufeff",
    "\x00",
    "\x1b[31m",
    "\ud800",
    "😢",
    "ŵ",
    "M-3000000000",
    "M-99999999999999999999",
    "I-3000000000",
    "C-2026-99999",
    "M-0",
    "M--1",
    "M-١",  # noqa: RUF001
    "-1",
    "1e309",
    "NaN",
    "²",
    "٣",
    "<@U0FAC>",
    "<@U0FAC|fay>",
    "<!channel>",
    "<https://evil.example|x>",
    "<#C0GENERAL|general>",
    "&amp;",
    "&lt;",
    "one-to-one",
    "for",
    "to",
    "because",
    "at 25:61",
    "31 February",
    "29 February 2027 at 10:00",
    "on Thursday at 16:00",
    "year 99999",
    "1 January 0001",
    "in 99999999999 days",
    "999999999 years ago",
    "for 999999999999 min",
    "for ² h",
    "for ٣ min",
    "100000000000000000000",
    "%s",
    "{0}",
    "'; DROP TABLE staff; --",
    "../../etc/passwd",
    "..",
    "*",
    "_",
    "`",
    "“",
    "”",
    "done:",
    "follow up:",
    "kind:",
    "by",
    "with @nobody",
    "plus",
    "+",
    "except",
    "recording",
    "kept for 99999 days",
    ",",
    ";",
    "@",
)
_NUMBERS = (None, True, False, 0, -1, 2**31, 2**63, 10**30, 1.5)
_SHAPES: tuple[Any, ...] = ([], {}, [[]], [{}], {"id": None}, {"value": 1}, ["x"])
_STRINGS = ("", " ", "junk", "\x00", "\ud800", "\u202e", "x" * 5_000, "C-2026-00000")
_IDS = ("U0FAC", "T0OTHER", str(UUID(int=0)))
JUNK: tuple[Any, ...] = (*_NUMBERS, *_SHAPES, *_STRINGS, *_IDS)


@dataclass
class Fuzz:
    """Draws requests from those that were recorded."""

    world: World
    chance: random.Random
    recorded: list[Request] = field(default_factory=list)

    def record(self) -> None:
        """Keep a copy of each request that the workspace sends from now on."""
        sandbox = self.world.sandbox
        deliver = sandbox.deliver

        def recording(request: Request, *, fresh: bool = True) -> Any:
            self.recorded.append(copy.deepcopy(request))
            return deliver(request, fresh=fresh)

        sandbox.deliver = recording  # type: ignore[method-assign]
        self.world.extra.append(lambda: setattr(sandbox, "deliver", deliver))

    def typed(self) -> tuple[str, str, str]:
        """Somebody, a command, and what they type after it."""
        chance = self.chance
        command = chance.choice(list(COMMANDS))
        words = [chance.choice(COMMANDS[command])]
        for _ in range(chance.randint(0, 6)):
            words.append(
                chance.choice(ODD) if chance.random() < 0.8 else chance.choice(hostile.texts(chance.randint(1, 400)))
            )
        gap = chance.choice((" ", " ", " ", "\u00a0", "\n", "  ", ""))
        return chance.choice(("U0FAC", "U0LEAD", "U0MAN", "U0ADM", "U0GUEST")), command, gap.join(words)

    def altered(self) -> tuple[bytes, dict[str, str], bool]:
        """A recorded request with some of its parts exchanged: its bytes, its headers, and whether they are signed as
        Slack signs."""
        chance, sandbox = self.chance, self.world.sandbox
        request = copy.deepcopy(chance.choice(self.recorded))
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            self._alter(request.payload)
        if "trigger_id" in request.payload and chance.random() < 0.9:
            request.payload["trigger_id"] = f"{chance.random()}"
        body = self._encoded(request)
        if chance.random() < 0.1:
            cut = chance.randint(0, len(body))
            body = chance.choice(
                (body[:cut], body[cut:], body[:cut] + b"\xff\x00" + body[cut:], b"payload=%7B", b"{", b"[1]")
            )
        readable = body.decode("utf-8", "ignore").encode() == body
        headers = {**sandbox.sign(body if readable else b""), "Content-Type": request.content_type}
        if chance.random() < 0.1:
            name = chance.choice(("X-Slack-Request-Timestamp", "X-Slack-Signature", "Content-Type"))
            value = chance.choice(
                ("", "abc", "1e9", "-1", "99999999999999999999", "v0=", "v0=zz", "application/json", "٣")
            )
            headers[name] = value.encode("utf-8").decode("latin-1")
            return body, headers, name == "Content-Type"
        return body, headers, True

    def _encoded(self, request: Request) -> bytes:
        if request.kind == "slash_commands":
            return urlencode({name: str(value) for name, value in request.payload.items()}, errors="replace").encode()
        content = json.dumps(request.payload)
        return content.encode() if request.kind == "events_api" else urlencode({"payload": content}).encode()

    def _alter(self, payload: Any) -> None:
        """Exchange, drop or double one part, somewhere in the payload."""
        chance = self.chance
        places = list(_places(payload))
        if not places:
            return
        holder, key = chance.choice(places)
        match chance.randint(0, 4):
            case 0:
                del holder[key]
            case 1:
                holder[key] = copy.deepcopy(chance.choice(JUNK))
            case 2 if isinstance(holder[key], str):
                text = holder[key]
                place = chance.randint(0, len(text))
                holder[key] = text[:place] + chance.choice(ODD) + text[place:]
            case 3:
                other, other_key = chance.choice(places)
                holder[key] = copy.deepcopy(other[other_key]) if other_key in _keys(other) else None
            case _:
                holder[key] = [copy.deepcopy(holder[key])] * 2


def _keys(holder: Any) -> Any:
    return holder if isinstance(holder, dict) else range(len(holder))


def _places(part: Any) -> Any:
    for key in list(part) if isinstance(part, dict) else range(len(part)):
        yield part, key
        if isinstance(part[key], dict | list):
            yield from _places(part[key])
