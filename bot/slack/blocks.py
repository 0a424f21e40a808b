"""Block Kit, as this bot uses it: small functions that give what Slack's documentation shows, within its limits.

Every block has an explicit id. `md` texts are mrkdwn written by the bot; whatever a person typed goes
through `esc` first or is put where Slack shows plain text.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from bot.slack.text import clip, clip_marked

Block = dict[str, Any]
Element = dict[str, Any]
Choice = tuple[str, str]
Button = Element
_LONGEST_ALERT = 200
_A_PARAGRAPH = 2_800
_A_MESSAGE = 10_000


def _plain(text: str, limit: int) -> Element:
    return {"type": "plain_text", "text": clip(text, limit)}


def _marked(md: str) -> Element:
    """A text in mrkdwn of which Slack makes nothing by itself: an address in a title stays a text, and so does a
    channel's name."""
    return {"type": "mrkdwn", "text": clip_marked(md, 3000), "verbatim": True}


def _with(element: Element, **more: Any) -> Element:
    """An element with what else is set: of what is empty Slack wants no word."""
    return element | {name: value for name, value in more.items() if value}


def section(block_id: str, md: str, accessory: Element | None = None) -> Block:
    """A paragraph of mrkdwn, with an optional element at its side."""
    return _with({"type": "section", "block_id": block_id, "text": _marked(md)}, accessory=accessory)


def paragraphs(block_id: str, lines: Sequence[str]) -> list[Block]:
    """Lines of mrkdwn as paragraphs that fit into one message; what does not fit is counted."""
    texts, room = [""], _A_MESSAGE
    for number, line in enumerate(lines):
        line = clip_marked(line, _A_PARAGRAPH)
        room -= len(line) + 1
        if room < 0:
            texts.append(f"… and {len(lines) - number} more.")
            break
        if len(texts[-1]) + len(line) > _A_PARAGRAPH:
            texts.append("")
        texts[-1] = f"{texts[-1]}\n{line}".strip()
    return [section(f"{block_id}.{number}", text) for number, text in enumerate(texts)]


def preformatted(block_id: str, text: str) -> Block:
    """Text shown exactly as it is, ready to copy; no markup in it is read."""
    content = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": block_id, "elements": [content]}


def verbatim(block_id: str, text: str) -> list[Block]:
    """A person's words exactly as stored, in plain text, split where Slack's limit asks for it."""
    parts = [text[start : start + 3000] for start in range(0, len(text), 3000)] or [" "]
    # Slack takes a missing `emoji` for true and draws “:smile:” as a face.
    return [
        {
            "type": "section",
            "block_id": f"{block_id}.{number}",
            "text": {"type": "plain_text", "text": part, "emoji": False},
        }
        for number, part in enumerate(parts)
    ]


def header(block_id: str, text: str) -> Block:
    """A large heading in plain text."""
    return {"type": "header", "block_id": block_id, "text": _plain(text, 150)}


def context(block_id: str, md: str) -> Block:
    """Small grey text."""
    return {"type": "context", "block_id": block_id, "elements": [_marked(md)]}


def divider(block_id: str) -> Block:
    """A line."""
    return {"type": "divider", "block_id": block_id}


def alert(block_id: str, md: str, level: Literal["info", "warning", "error", "success"] = "warning") -> Block:
    """A coloured notice; in modals only. What is too long for one is a plain section."""
    if len(md) > _LONGEST_ALERT:
        return section(block_id, md)
    return {"type": "alert", "block_id": block_id, "text": _marked(md), "level": level}


def confirm(title: str, text: str, yes: str, no: str = "Go back") -> Element:
    """A question asked before a button does its work."""
    said = {"title": _plain(title, 100), "text": _plain(text, 300)}
    return {**said, "confirm": _plain(yes, 30), "deny": _plain(no, 30)}


def button(text: str, action: str, value: str = "", *, style: str | None = None, ask: Element | None = None) -> Button:
    """A button; `value` carries a record's id and version, never content: save the words of a command, in the answer
    to whoever typed them."""
    named = {"type": "button", "action_id": action, "text": _plain(text, 75)}
    return _with(named, value=value, style=style, confirm=ask)


def link_button(text: str, action: str, url: str) -> Button:
    """A button that opens an address."""
    return {"type": "button", "action_id": action, "text": _plain(text, 75), "url": url}


def overflow(action: str, choices: Sequence[Choice]) -> Element:
    """The menu behind three dots, of up to five (value, label)."""
    return {"type": "overflow", "action_id": action, "options": options(choices)}


def actions(block_id: str, *elements: Element) -> Block:
    """A row of buttons and menus."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def turn(block_id: str, words: str, button_text: str, action: str, number: int | str | None) -> list[Block]:
    """Under a page of a list: which part of it this is, and the button to page `number` (None: there is none), which
    names the list too where an action has several."""
    blocks = [context(f"{block_id}.page", words)]
    if number is not None:
        blocks.append(actions(f"{block_id}.turn", button(button_text, action, str(number))))
    return blocks


def options(choices: Sequence[Choice]) -> list[Element]:
    """Choices as (value, label)."""
    return [_option(label, value) for value, label in choices]


def _option(label: str, value: str) -> Element:
    return {"text": _plain(label, 75), "value": value}


def _chosen(choices: Sequence[Choice], value: str | None) -> Element | None:
    return next((_option(label, key) for key, label in choices if key == value), None)


def menu(action: str, choices: Sequence[Choice], chosen: str | None = None, placeholder: str = "Choose") -> Element:
    """A drop-down menu."""
    drawn = {"type": "static_select", "action_id": action, "options": options(choices)}
    return _with(drawn, initial_option=_chosen(choices, chosen), placeholder=_plain(placeholder, 150))


def _input(
    block_id: str, label: str, element: Element, *, hint: str | None, optional: bool, dispatch: bool = False
) -> Block:
    drawn = {"type": "input", "block_id": block_id, "label": _plain(label, 2000), "element": element}
    said = _plain(hint, 2000) if hint else None
    return _with(drawn, hint=said, optional=optional, dispatch_action=dispatch)


def text_input(
    block_id: str,
    label: str,
    *,
    value: str | None = None,
    hint: str | None = None,
    placeholder: str | None = None,
    optional: bool = False,
    multiline: bool = False,
    limit: int = 3000,
) -> Block:
    """A text field; the element's action id is always `v`."""
    drawn = {"type": "plain_text_input", "action_id": "v", "max_length": limit}
    shown = _plain(placeholder, 150) if placeholder else None
    element = _with(drawn, initial_value=(value or "")[:limit], multiline=multiline, placeholder=shown)
    return _input(block_id, label, element, hint=hint, optional=optional)


def email_input(block_id: str, label: str, *, hint: str | None = None, optional: bool = False) -> Block:
    """A field for an e-mail address."""
    return _input(block_id, label, {"type": "email_text_input", "action_id": "v"}, hint=hint, optional=optional)


def select_input(
    block_id: str,
    label: str,
    choices: Sequence[Choice],
    *,
    chosen: str | None = None,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
    action: str = "v",
) -> Block:
    """A field with a drop-down menu of (value, label). `dispatch`: the choice is sent at once."""
    return _input(block_id, label, menu(action, choices, chosen), hint=hint, optional=optional, dispatch=dispatch)


def several_input(
    block_id: str,
    label: str,
    choices: Sequence[Choice],
    *,
    chosen: Sequence[str] = (),
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    """A field with a drop-down menu of up to a hundred (value, label), of which several can be chosen."""
    every = options(choices)
    drawn = {"type": "multi_static_select", "action_id": "v", "options": every, "placeholder": _plain("Choose", 150)}
    element = _with(drawn, initial_options=[one for one in every if one["value"] in chosen])
    return _input(block_id, label, element, hint=hint, optional=optional)


def radio_input(
    block_id: str,
    label: str,
    choices: Sequence[Choice],
    *,
    chosen: str | None = None,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
    action: str = "v",
) -> Block:
    """A field with one choice of a few."""
    drawn = {"type": "radio_buttons", "action_id": action, "options": options(choices)}
    element = _with(drawn, initial_option=_chosen(choices, chosen))
    return _input(block_id, label, element, hint=hint, optional=optional, dispatch=dispatch)


def checkbox_input(
    block_id: str,
    label: str,
    choices: Sequence[tuple[str, str, str]],
    *,
    ticked: Sequence[str] = (),
    hint: str | None = None,
    optional: bool = True,
) -> Block:
    """A field with up to ten boxes, given as (value, label, description)."""
    boxes = [
        _with(_option(named, value), description=_plain(description, 75) if description else None)
        for value, named, description in choices
    ]
    drawn = {"type": "checkboxes", "action_id": "v", "options": boxes}
    element = _with(drawn, initial_options=[box for box in boxes if box["value"] in ticked])
    return _input(block_id, label, element, hint=hint, optional=optional)


def file_input(block_id: str, label: str, kinds: Sequence[str], *, hint: str | None = None) -> Block:
    """A field for one file of these kinds."""
    element = {"type": "file_input", "action_id": "v", "filetypes": list(kinds), "max_files": 1}
    return _input(block_id, label, element, hint=hint, optional=False)


def date_input(
    block_id: str, label: str, *, value: date | None = None, hint: str | None = None, optional: bool = False
) -> Block:
    """A field for a date."""
    element = _with({"type": "datepicker", "action_id": "v"}, initial_date=value.isoformat() if value else None)
    return _input(block_id, label, element, hint=hint, optional=optional)


def time_input(
    block_id: str, label: str, *, value: str | None = None, hint: str | None = None, optional: bool = False
) -> Block:
    """A field for a time of day, `HH:MM`."""
    element = _with({"type": "timepicker", "action_id": "v"}, initial_time=value)
    return _input(block_id, label, element, hint=hint, optional=optional)


def person_input(
    block_id: str,
    label: str,
    *,
    chosen: str | None = None,
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    """A field for one member of the workspace."""
    element = _with({"type": "users_select", "action_id": "v"}, initial_user=chosen)
    return _input(block_id, label, element, hint=hint, optional=optional)


def people_input(
    block_id: str, label: str, *, chosen: Sequence[str] = (), hint: str | None = None, optional: bool = False
) -> Block:
    """A field for several members of the workspace."""
    element = _with({"type": "multi_users_select", "action_id": "v"}, initial_users=list(chosen))
    return _input(block_id, label, element, hint=hint, optional=optional)


def modal(
    callback: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str | None = None,
    close: str = "Close",
    metadata: str = "",
) -> dict[str, Any]:
    """A modal view. `metadata` carries ids only."""
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": callback,
        "title": _plain(title, 24),
        "close": _plain(close, 24),
        "blocks": list(blocks),
        "private_metadata": metadata,
    }
    if submit:
        view["submit"] = _plain(submit, 24)
    return view
