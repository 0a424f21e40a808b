"""What a request from Slack looks like to the rooms, and what they may answer."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.caller import Caller
from bot.contacts import Contact
from db.inbox import Claim
from db.models import Role

View = dict[str, Any]


class Kind(StrEnum):
    """The kinds of request that Slack sends."""

    COMMAND = "command"
    ACTION = "action"
    SUBMISSION = "submission"
    CLOSED = "closed"
    SHORTCUT = "shortcut"


@dataclass(frozen=True)
class Message:
    """The message that a button or a message shortcut belongs to: where it is, never what it says."""

    channel: str
    ts: str


@dataclass(frozen=True)
class Call:
    """One request of one person, already parsed from Slack's form."""

    kind: Kind
    id: str
    caller: Caller
    text: str = field(default="", repr=False)
    channel: str = ""
    channel_name: str = ""
    trigger: str = ""
    response_url: str = ""
    value: str = ""
    view: View = field(default_factory=dict, repr=False)
    message: Message | None = None

    @property
    def state(self) -> dict[str, Any]:
        """What the form holds: block id → value (text, list, or None)."""
        return read_state(self.view)

    @property
    def typed(self) -> dict[str, str]:
        """What somebody wrote into the fields of the form, by block id."""
        return typed_into(self.view)

    @property
    def metadata(self) -> str:
        """The ids that the view carries."""
        return str(self.view.get("private_metadata", ""))

    @property
    def claim(self) -> Claim:
        """What names this request, for doing it once."""
        if self.kind is Kind.SUBMISSION:
            root = f"form:{self.id}:{self.view.get('id')}:{self.view.get('root_view_id')}"
            content = json.dumps(self.state, sort_keys=True, ensure_ascii=False)
            return Claim(f"{root}:{hashlib.sha256(content.encode()).hexdigest()[:32]}", root)
        return Claim(f"{self.kind}:{self.trigger}")


def read_state(view: Mapping[str, Any]) -> dict[str, Any]:
    """A view's typed values by block id, whatever the kind of element."""
    values: dict[str, Any] = {}
    for block_id, elements in view.get("state", {}).get("values", {}).items():
        for element in elements.values():
            values[block_id] = _element_value(element)
    return values


def typed_into(view: Mapping[str, Any]) -> dict[str, str]:
    """What was written in words into the fields of a view, by block id; what was chosen is not."""
    elements = (
        (block_id, element)
        for block_id, each in view.get("state", {}).get("values", {}).items()
        for element in each.values()
    )
    written = ((name, one.get("value")) for name, one in elements if one.get("type") == "plain_text_input")
    return {name: str(value) for name, value in written if value}


def _element_value(element: Mapping[str, Any]) -> Any:
    kind = element.get("type", "")
    if kind in ("checkboxes", "multi_static_select"):
        return [option["value"] for option in element.get("selected_options") or []]
    if kind in ("static_select", "radio_buttons"):
        option = element.get("selected_option")
        return option["value"] if option else None
    if kind == "file_input":
        return [str(one["id"]) for one in element.get("files") or []]
    for key in ("value", "selected_date", "selected_time", "selected_user", "selected_users", "selected_conversation"):
        if key in element:
            return element[key]
    return None


@dataclass(frozen=True)
class Say:
    """A message that only the caller sees. `give_back`: it refuses, and what was typed is given back under it."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    give_back: bool = False


@dataclass(frozen=True)
class Modal:
    """Open this view; on top of the present one where there is one."""

    view: View


@dataclass(frozen=True)
class Redraw:
    """Replace the present view by this one."""

    view: View


@dataclass(frozen=True)
class Errors:
    """Refuse a submission: what is wrong, by block id. What was typed stays in the form."""

    fields: dict[str, str]


@dataclass(frozen=True)
class Done:
    """Nothing to show; a submitted form closes."""


Answer = Say | Modal | Redraw | Errors | Done
Handler = Callable[[Call], Awaitable[Answer]]
Watcher = Callable[[Call, Answer], Awaitable[Answer]]
DangerGate = Callable[[list[Contact], bool], Answer]
"""From whom to phone, and whether the person may not use the bot (else the records are out of reach)."""
EventHandler = Callable[[Mapping[str, Any]], Awaitable[None]]
EVERYONE: frozenset[Role] = frozenset(Role)
