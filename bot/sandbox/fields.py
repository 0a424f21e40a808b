"""The interactive parts of blocks: where they are, and the state that Slack keeps for each."""

import copy
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.model import Json

# Element type: the key of its state, the key of its initial value, and whether it holds several.
STATEFUL: dict[str, tuple[str, str, bool]] = {
    "plain_text_input": ("value", "initial_value", False),
    "email_text_input": ("value", "initial_value", False),
    "url_text_input": ("value", "initial_value", False),
    "number_input": ("value", "initial_value", False),
    "rich_text_input": ("rich_text_value", "initial_value", False),
    "static_select": ("selected_option", "initial_option", False),
    "external_select": ("selected_option", "initial_option", False),
    "radio_buttons": ("selected_option", "initial_option", False),
    "multi_static_select": ("selected_options", "initial_options", True),
    "multi_external_select": ("selected_options", "initial_options", True),
    "checkboxes": ("selected_options", "initial_options", True),
    "users_select": ("selected_user", "initial_user", False),
    "multi_users_select": ("selected_users", "initial_users", True),
    "conversations_select": ("selected_conversation", "initial_conversation", False),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", True),
    "channels_select": ("selected_channel", "initial_channel", False),
    "multi_channels_select": ("selected_channels", "initial_channels", True),
    "datepicker": ("selected_date", "initial_date", False),
    "timepicker": ("selected_time", "initial_time", False),
    "datetimepicker": ("selected_date_time", "initial_date_time", False),
    "file_input": ("files", "", True),
}
PRESSABLE = frozenset({"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"})
TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"})

Values = dict[str, dict[str, Json]]


@dataclass(frozen=True)
class Field:
    """One interactive element together with the block around it."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        """The id under which the state keeps the block."""
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        """The id under which the state keeps the element."""
        return str(self.element["action_id"])

    @property
    def kind(self) -> str:
        """Slack's name of the element's type."""
        return str(self.element["type"])

    @property
    def is_input(self) -> bool:
        """Whether it stands in an input block, and so may be required."""
        return bool(self.block["type"] == "input")

    @property
    def optional(self) -> bool:
        """Whether it may stay empty on submission."""
        return not self.is_input or bool(self.block.get("optional"))

    @property
    def label(self) -> str:
        """What a person calls it: the input's label, or the button's own text."""
        shown = self.block.get("label") if self.is_input else self.element.get("text")
        return str(shown.get("text", "")) if isinstance(shown, dict) else ""

    @property
    def tells_at_once(self) -> bool:
        """Whether a change is sent to the bot before any submission."""
        return not self.is_input or bool(self.block.get("dispatch_action"))

    @property
    def tells_on_typing(self) -> bool:
        """Whether every typed character is sent, not only Enter."""
        config = self.element.get("dispatch_action_config", {})
        return self.tells_at_once and "on_character_entered" in config.get("trigger_actions_on", [])

    def answers_to(self, name: str) -> bool:
        """Whether a person or a test may mean this element by `name`."""
        return name in (self.block_id, self.action_id) or (bool(self.label) and name == self.label)


def interactive(blocks: list[Json]) -> Iterator[Field]:
    """Every element of `blocks` that a person can use, in reading order."""
    for block in blocks:
        for element in _elements(block):
            if element.get("type") in STATEFUL or element.get("type") in PRESSABLE:
                yield Field(block, element)
        for nested in [*block.get("child_blocks", []), *_cards(block)]:
            yield from interactive([nested])


def _elements(block: Json) -> list[Json]:
    kind = block.get("type")
    if kind == "input":
        return [block["element"]]
    if kind == "section":
        return [block["accessory"]] if "accessory" in block else []
    if kind in ("actions", "context_actions"):
        return list(block["elements"])
    if kind == "card":
        return list(block.get("actions", []))
    return []


def _cards(block: Json) -> list[Json]:
    return list(block["elements"]) if block.get("type") == "carousel" else []


def initial_state(element: Json, current_channel: str | None = None) -> Json:
    """The state of an element that nobody has touched."""
    key, initial, several = STATEFUL[element["type"]]
    value: Any = element.get(initial, [] if several else None)
    if element.get("default_to_current_conversation") and not value and current_channel:
        value = [current_channel] if several else current_channel
    return {"type": element["type"], key: copy.deepcopy(value)}


def initial_values(blocks: list[Json], kept: Values | None = None, current_channel: str | None = None) -> Values:
    """The state of `blocks`, with what was entered in `kept` under the same ids and types."""
    values: Values = {}
    for field in interactive(blocks):
        if field.kind not in STATEFUL:
            continue
        state = (kept or {}).get(field.block_id, {}).get(field.action_id)
        if state is None or state["type"] != field.kind or not _still_offered(field.element, state):
            state = initial_state(field.element, current_channel)
        values.setdefault(field.block_id, {})[field.action_id] = state
    return values


def _still_offered(element: Json, state: Json) -> bool:
    if "options" not in element and "option_groups" not in element:
        return True
    offered = options_of(element)
    chosen = state.get("selected_options") or [state.get("selected_option")]
    return all(option is None or option in offered for option in chosen)


def options_of(element: Json) -> list[Json]:
    """All options of a select, radio, checkbox or overflow element, groups opened out."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def is_empty(state: Json) -> bool:
    """Whether nothing is entered."""
    return state[STATEFUL[state["type"]][0]] in (None, "", [])


def complete(blocks: list[Json]) -> list[Json]:
    """A copy as Slack stores it: missing block and action ids drawn at random, `emoji` spelled out."""
    copied: list[Json] = copy.deepcopy(blocks)
    for block in copied:
        _complete_block(block)
    _spell_out_emoji(copied)
    return copied


def _complete_block(block: Json) -> None:
    block.setdefault("block_id", secrets.token_urlsafe(4))
    for element in _elements(block):
        if element.get("type") in STATEFUL or element.get("type") in PRESSABLE:
            element.setdefault("action_id", secrets.token_urlsafe(4))
    for nested in [*block.get("child_blocks", []), *_cards(block)]:
        _complete_block(nested)


def _spell_out_emoji(content: Any) -> None:
    if isinstance(content, list):
        for item in content:
            _spell_out_emoji(item)
    elif isinstance(content, dict):
        if content.get("type") == "plain_text":
            content.setdefault("emoji", True)
        for value in content.values():
            _spell_out_emoji(value)
