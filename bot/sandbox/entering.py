"""What Slack's own client lets a person enter, and what it says before it submits."""

import re
from datetime import date, datetime
from typing import Any

from bot.sandbox.fields import STATEFUL, TYPED, Field, is_empty, options_of
from bot.sandbox.methods.files import in_form
from bot.sandbox.model import Json, NotPossibleError
from bot.sandbox.state import State

REQUIRED = "This field is required: please complete it."
E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
NUMERAL = re.compile(r"-?\d+(\.\d+)?")
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def entered(state: State, user_id: str, field: Field, value: Any, offered: list[Json] | None = None) -> Json:
    """The element's state once `value` is entered; NotPossibleError where the client would not take it.

    Options are named by value or by label; `offered` are those of an external select.
    """
    key, _, several = STATEFUL[field.kind]
    if field.kind in TYPED:
        return {"type": field.kind, key: _typed(field, value)}
    if several:
        items = _items(field, value)
        limit = field.element.get("max_selected_items") or field.element.get("max_files") or len(items)
        if len(items) > limit:
            raise NotPossibleError(f"{field.action_id} takes {limit} items at most.")
        return {"type": field.kind, key: [_one(state, user_id, field, item, offered) for item in items]}
    if value is None:
        return {"type": field.kind, key: None}
    return {"type": field.kind, key: _one(state, user_id, field, value, offered)}


def _items(field: Field, value: Any) -> list[Any]:
    if value is None or value is False:
        return []
    if value is True:
        return [option["value"] for option in options_of(field.element)]
    return [value] if isinstance(value, str) else list(value)


def _typed(field: Field, value: Any) -> Any:
    if value is None or value == "":
        return None
    typed = str(value)
    most = field.element.get("max_length", 3000)
    if len(typed) > most:
        raise NotPossibleError(f"{field.action_id} takes {most} characters at most, not {len(typed)}.")
    if field.kind == "rich_text_input":
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": typed}]}
        return {"type": "rich_text", "elements": [section]}
    if "\n" in typed and not field.element.get("multiline"):
        raise NotPossibleError(f"{field.action_id} is a single line.")
    return typed


def _one(state: State, user_id: str, field: Field, value: Any, offered: list[Json] | None) -> Any:
    kind = field.kind.removeprefix("multi_")
    if kind in ("static_select", "external_select", "radio_buttons", "checkboxes"):
        return _option(field, value, offered if offered is not None else options_of(field.element))
    if kind == "users_select":
        return _account(state, value)
    if kind in ("conversations_select", "channels_select"):
        return _conversation(state, user_id, field, value)
    if kind == "file_input":
        return _file(state, field, value)
    return _moment(field, value)


def _file(state: State, field: Field, value: Any) -> Json:
    """A file of the workspace, by its id, if the field takes files of its kind."""
    file = state.files.get(value["id"] if isinstance(value, dict) else str(value))
    if file is None:
        raise NotPossibleError(f"There is no file {value!r} to choose.")
    kinds = field.element.get("filetypes")
    if kinds and file.name.rpartition(".")[2].lower() not in kinds:
        raise NotPossibleError(f"{field.action_id} takes only: {', '.join(kinds)}.")
    return in_form(state, file)


def _option(field: Field, value: Any, options: list[Json]) -> Json:
    for option in options:
        if value in (option["value"], option["text"]["text"]):
            return option
    labels = ", ".join(option["text"]["text"] for option in options)
    raise NotPossibleError(f"{field.action_id} does not offer {value!r}, only: {labels}.")


def _account(state: State, value: Any) -> str:
    user = state.users.get(str(value))
    if user is None or user.deleted:
        raise NotPossibleError(f"There is no account {value!r} to choose.")
    return user.id


def _conversation(state: State, user_id: str, field: Field, value: Any) -> str:
    channel = state.channels.get(str(value))
    only_public = field.kind.endswith("channels_select")
    if channel is None or not state.sees(user_id, channel) or (only_public and channel.is_private):
        raise NotPossibleError(f"There is no conversation {value!r} to choose.")
    return channel.id


def _moment(field: Field, value: Any) -> Any:
    if field.kind == "datetimepicker":
        return int(value.timestamp()) if isinstance(value, datetime) else int(value)
    if field.kind == "timepicker":
        if not CLOCK_TIME.fullmatch(str(value)):
            raise NotPossibleError(f"{value!r} is not a time of the form HH:MM.")
        return str(value)
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise NotPossibleError(f"{value!r} is not a date of the form YYYY-MM-DD.") from None


def complaint(field: Field, state: Json) -> str | None:
    """What Slack's client says instead of submitting, or None."""
    if is_empty(state):
        return None if field.optional else REQUIRED
    if field.kind not in TYPED or field.kind == "rich_text_input":
        return None
    value = str(state["value"])
    element = field.element
    if len(value) < element.get("min_length", 0):
        return f"Please use at least {element['min_length']} characters."
    if field.kind == "email_text_input" and not E_MAIL.fullmatch(value):
        return "Please enter a valid email address."
    if field.kind == "url_text_input" and not WEB_ADDRESS.fullmatch(value):
        return "Please enter a valid URL."
    return _number_complaint(element, value) if field.kind == "number_input" else None


def _number_complaint(element: Json, value: str) -> str | None:
    if not NUMERAL.fullmatch(value) or ("." in value and not element["is_decimal_allowed"]):
        return "Please enter a valid number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(value) < float(least):
        return f"Please enter a number of at least {least}."
    if most is not None and float(value) > float(most):
        return f"Please enter a number of at most {most}."
    return None
