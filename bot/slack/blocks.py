"""Block Kit, as this bot uses it: small functions over slackblocks, which holds Slack's limits.

Every block has an explicit id. `md` texts are mrkdwn written by the bot; whatever a person typed goes
through `esc` first or is put where Slack shows plain text.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import slackblocks as sb

from bot.slack.text import clip, clip_marked

Block = dict[str, Any]
Choice = tuple[str, str]
Button = sb.Button
_PLAIN = sb.TextType.PLAINTEXT
_LONGEST_ALERT = 200
_A_PARAGRAPH = 2_800
_A_MESSAGE = 10_000


def _plain(text: str, limit: int) -> sb.Text:
    return sb.Text(clip(text, limit), type_=_PLAIN, emoji=False)


def _marked(md: str) -> sb.Text:
    """A text in mrkdwn of which Slack makes nothing by itself: an address in a title stays a text, and so does a
    channel's name."""
    return sb.Text(clip_marked(md, 3000), verbatim=True)


def _done(block: Any) -> Block:
    resolved: Block = block._resolve()
    return resolved


def section(block_id: str, md: str, accessory: Any = None) -> Block:
    """A paragraph of mrkdwn, with an optional element at its side."""
    return _done(sb.SectionBlock(_marked(md), block_id=block_id, accessory=accessory))


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
    content = sb.RichTextCodeBlock([sb.RichText(text)])
    return _done(sb.RichTextBlock([content], block_id=block_id))


def verbatim(block_id: str, text: str) -> list[Block]:
    """A person's words exactly as stored, in plain text, split where Slack's limit asks for it."""
    parts = [text[start : start + 3000] for start in range(0, len(text), 3000)] or [" "]
    # Slack takes a missing `emoji` for true and draws “:smile:” as a face; slackblocks leaves a false one out.
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
    return _done(sb.HeaderBlock(_plain(text, 150), block_id=block_id))


def context(block_id: str, md: str) -> Block:
    """Small grey text."""
    return _done(sb.ContextBlock([_marked(md)], block_id=block_id))


def divider(block_id: str) -> Block:
    """A line."""
    return _done(sb.DividerBlock(block_id=block_id))


def alert(block_id: str, md: str, level: Literal["info", "warning", "error", "success"] = "warning") -> Block:
    """A coloured notice; in modals only. What is too long for one is a plain section."""
    if len(md) > _LONGEST_ALERT:
        return section(block_id, md)
    return _done(sb.AlertBlock(_marked(md), level=level, block_id=block_id))


def confirm(title: str, text: str, yes: str, no: str = "Go back") -> sb.ConfirmationDialogue:
    """A question asked before a button does its work."""
    return sb.ConfirmationDialogue(_plain(title, 100), _plain(text, 300), _plain(yes, 30), _plain(no, 30))


def button(
    text: str, action: str, value: str = "", *, style: str | None = None, ask: sb.ConfirmationDialogue | None = None
) -> sb.Button:
    """A button; `value` carries a record's id and version, never content: save the words of a command, in the answer
    to whoever typed them."""
    kind: Any = style
    return sb.Button(_plain(text, 75), action_id=action, value=value or None, style=kind, confirm=ask)


def link_button(text: str, action: str, url: str) -> sb.Button:
    """A button that opens an address."""
    return sb.Button(_plain(text, 75), action_id=action, url=url)


def actions(block_id: str, *elements: Any) -> Block:
    """A row of buttons and menus."""
    return _done(sb.ActionsBlock(list(elements), block_id=block_id))


def turn(block_id: str, words: str, button_text: str, action: str, number: int | str | None) -> list[Block]:
    """Under a page of a list: which part of it this is, and the button to page `number` (None: there is none), which
    names the list too where an action has several."""
    blocks = [context(f"{block_id}.page", words)]
    if number is not None:
        blocks.append(actions(f"{block_id}.turn", button(button_text, action, str(number))))
    return blocks


def options(choices: Sequence[Choice]) -> list[sb.Option]:
    """Choices as (value, label)."""
    return [sb.Option(_plain(label, 75), value) for value, label in choices]


def _chosen(choices: Sequence[Choice], value: str | None) -> sb.Option | None:
    return next((sb.Option(_plain(label, 75), key) for key, label in choices if key == value), None)


def menu(action: str, choices: Sequence[Choice], chosen: str | None = None, placeholder: str = "Choose") -> Any:
    """A drop-down menu."""
    return sb.StaticSelectMenu(
        action_id=action,
        options=options(choices),
        initial_option=_chosen(choices, chosen),
        placeholder=_plain(placeholder, 150),
    )


def _input(
    block_id: str, label: str, element: Any, *, hint: str | None, optional: bool, dispatch: bool = False
) -> Block:
    return _done(
        sb.InputBlock(
            _plain(label, 2000),
            element,
            block_id=block_id,
            hint=_plain(hint, 2000) if hint else None,
            optional=optional,
            dispatch_action=dispatch,
        )
    )


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
    element = sb.PlainTextInput(
        action_id="v",
        initial_value=value[:limit] if value else None,
        multiline=multiline,
        max_length=limit,
        placeholder=_plain(placeholder, 150) if placeholder else None,
    )
    return _input(block_id, label, element, hint=hint, optional=optional)


def email_input(block_id: str, label: str, *, hint: str | None = None, optional: bool = False) -> Block:
    """A field for an e-mail address."""
    return _input(block_id, label, sb.EmailInput(action_id="v"), hint=hint, optional=optional)


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
    every = [sb.Option(_plain(label_, 75), value) for value, label_ in choices]
    on = [option for option, (value, _label) in zip(every, choices, strict=True) if value in chosen]
    element = sb.StaticMultiSelectMenu(
        action_id="v", options=every, initial_options=on or None, placeholder=_plain("Choose", 150)
    )
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
    element = sb.RadioButtonGroup(action, options(choices), initial_option=_chosen(choices, chosen))
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
        sb.Option(_plain(label_, 75), value, description=_plain(description, 75) if description else None)
        for value, label_, description in choices
    ]
    on = [box for box, (value, _label, _description) in zip(boxes, choices, strict=True) if value in ticked]
    element = sb.CheckboxGroup("v", boxes, initial_options=on or None)
    return _input(block_id, label, element, hint=hint, optional=optional)


def date_input(
    block_id: str, label: str, *, value: date | None = None, hint: str | None = None, optional: bool = False
) -> Block:
    """A field for a date."""
    element = sb.DatePicker(action_id="v", initial_date=value.isoformat() if value else None)
    return _input(block_id, label, element, hint=hint, optional=optional)


def time_input(
    block_id: str, label: str, *, value: str | None = None, hint: str | None = None, optional: bool = False
) -> Block:
    """A field for a time of day, `HH:MM`."""
    return _input(block_id, label, sb.TimePicker(action_id="v", initial_time=value), hint=hint, optional=optional)


def person_input(
    block_id: str,
    label: str,
    *,
    chosen: str | None = None,
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    """A field for one member of the workspace."""
    element = sb.UserSelectMenu(action_id="v", initial_user=chosen)
    return _input(block_id, label, element, hint=hint, optional=optional)


def people_input(
    block_id: str, label: str, *, chosen: Sequence[str] = (), hint: str | None = None, optional: bool = False
) -> Block:
    """A field for several members of the workspace."""
    element = sb.UserMultiSelectMenu(action_id="v", initial_users=list(chosen) or None)
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
        "title": _done(_plain(title, 24)),
        "close": _done(_plain(close, 24)),
        "blocks": list(blocks),
        "private_metadata": metadata,
    }
    if submit:
        view["submit"] = _done(_plain(submit, 24))
    return view
