"""The interactive elements and composition objects, with their limits."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from bot.sandbox.blockkit.rules import (
    Check,
    Report,
    Rule,
    boolean,
    by_type,
    listing,
    matching,
    number,
    one_of,
    plain,
    record,
    string,
    text,
    url,
)
from bot.sandbox.model import Json

ACTION_ID = string(255, 1)
ID = string(255, 1)
STYLE = one_of("primary", "danger")

confirm = record({"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)}, {"style": STYLE})
dispatch_config = record({"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), 2)})
slack_file = record({}, {"id": ID, "url": url()})
# Slack's page allows a value of 150 characters, its own type definitions 75; the sandbox takes the smaller.
VALUE = string(75, 1)
plain_option = record({"text": plain(75), "value": VALUE}, {"description": plain(75)})
rich_option = record({"text": text(75), "value": VALUE}, {"description": text(75)})
overflow_option = record({"text": plain(75), "value": VALUE}, {"description": plain(75), "url": url()})
option_group = record({"label": plain(75), "options": listing(plain_option, 100)})


def _calendar_day(value: Any, at: str, report: Report) -> None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        report.add(at, "must be a date of the form YYYY-MM-DD", "invalid_format")


def _zone(value: Any, at: str, report: Report) -> None:
    if value not in available_timezones():
        report.add(at, "must be a timezone of the IANA database", "invalid_value")


def _options(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _distinct_values(element: Json, at: str, report: Report) -> None:
    values = [option["value"] for option in _options(element)]
    if len(values) != len(set(values)):
        report.add(at, "two options have the same value", "duplicate_value")


def _either_options_or_groups(element: Json, at: str, report: Report) -> None:
    if ("options" in element) == ("option_groups" in element):
        report.add(at, "exactly one of options and option_groups is required", "missing_field")


def _same(one: Json, other: Json) -> bool:
    same_text = one["text"]["text"] == other["text"]["text"] and one["text"]["type"] == other["text"]["type"]
    return bool(one["value"] == other["value"] and same_text)


def _initials_are_offered(element: Json, at: str, report: Report) -> None:
    single = [element["initial_option"]] if "initial_option" in element else []
    for option in [*single, *element.get("initial_options", [])]:
        if not any(_same(option, offered) for offered in _options(element)):
            report.add(at, "initial option does not exactly match one of the options", "invalid_value")


def _initials_fit(key: str) -> Check:
    def check(element: Json, at: str, report: Report) -> None:
        if len(element.get(key, [])) > element.get("max_selected_items", 10_000):
            report.add(f"{at}/{key}", "more initial items than max_selected_items", "too_many_items")

    return check


def _text_bounds(element: Json, at: str, report: Report) -> None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if least > most:
        report.add(at, "min_length is greater than max_length", "invalid_value")
    if len(element.get("initial_value", "")) > most:
        report.add(f"{at}/initial_value", f"must be less than {most + 1} characters", "too_long")


def _number_bounds(element: Json, at: str, report: Report) -> None:
    bounds = [float(element[key]) for key in ("min_value", "initial_value", "max_value") if element.get(key)]
    if bounds != sorted(bounds):
        report.add(at, "min_value, initial_value and max_value are not in order", "invalid_value")
    if not element["is_decimal_allowed"] and bounds != [int(bound) for bound in bounds]:
        report.add(at, "a decimal is given where none is allowed", "invalid_value")


def _line_bounds(element: Json, at: str, report: Report) -> None:
    if element.get("min_lines", 1) > element.get("max_lines", 100):
        report.add(at, "min_lines is greater than max_lines", "invalid_value")


FOCUS: dict[str, Rule] = {"action_id": ACTION_ID, "focus_on_load": boolean}
PLACED: dict[str, Rule] = {**FOCUS, "placeholder": plain(150)}
SELECT: dict[str, Rule] = {**PLACED, "confirm": confirm}
MULTI: dict[str, Rule] = {**SELECT, "max_selected_items": number(1)}
TYPED: dict[str, Rule] = {**PLACED, "dispatch_action_config": dispatch_config}
LISTED: dict[str, Rule] = {"options": listing(plain_option, 100), "option_groups": listing(option_group, 100)}
FILTERED: dict[str, Rule] = {
    "default_to_current_conversation": boolean,
    "filter": record(
        {},
        {
            "include": listing(one_of("im", "mpim", "private", "public"), 4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        },
    ),
}
RESPONDING: dict[str, Rule] = {"response_url_enabled": boolean}
NUMERAL = matching(r"-?\d+(\.\d+)?", "a number written as a string")


def _type(name: str) -> dict[str, Rule]:
    return {"type": one_of(name)}


def _ids(key: str) -> tuple[dict[str, Rule], Check]:
    return {**MULTI, key: listing(ID, 1000, 0)}, _initials_fit(key)


def _image_source(element: Json, at: str, report: Report) -> None:
    if ("image_url" in element) == ("slack_file" in element):
        report.add(at, "exactly one of image_url and slack_file is required", "missing_field")


image = record(
    {**_type("image"), "alt_text": string(2000, 1)},
    {"image_url": url(), "slack_file": slack_file},
    _image_source,
)
button = record(
    {**_type("button"), "text": plain(75)},
    {
        "action_id": ACTION_ID,
        "url": url(),
        "value": string(2000),
        "style": STYLE,
        "confirm": confirm,
        "accessibility_label": string(75, 1),
    },
)
_feedback = record({"text": plain(75), "value": string(2000, 1)}, {"accessibility_label": string(75, 1)})
_parameter = record({"name": string(255, 1), "value": string(3000)})
_workflow = record({"trigger": record({"url": url()}, {"customizable_input_parameters": listing(_parameter, 100)})})


def element_rules(rich_text: Rule) -> dict[str, Rule]:
    """The rule of every interactive element by its type; `rich_text` is the rule of that block."""
    users, users_fit = _ids("initial_users")
    conversations, conversations_fit = _ids("initial_conversations")
    channels, channels_fit = _ids("initial_channels")
    multi_options = {**MULTI, "initial_options": listing(plain_option, 100)}
    multi_fit = _initials_fit("initial_options")
    ticked = {**FOCUS, "confirm": confirm}
    query = {"min_query_length": number(0)}
    return {
        "button": button,
        "workflow_button": record(
            {**_type("workflow_button"), "text": plain(75), "workflow": _workflow, "action_id": ACTION_ID},
            {"style": STYLE, "accessibility_label": string(75, 1)},
        ),
        "icon_button": record(
            {**_type("icon_button"), "icon": one_of("trash"), "text": plain(75)},
            {
                "action_id": ACTION_ID,
                "value": string(2000),
                "confirm": confirm,
                "accessibility_label": string(75, 1),
                "visible_to_user_ids": listing(ID, 10),
            },
        ),
        "feedback_buttons": record(
            {**_type("feedback_buttons"), "positive_button": _feedback, "negative_button": _feedback},
            {"action_id": ACTION_ID},
        ),
        "overflow": record(
            {**_type("overflow"), "options": listing(overflow_option, 5)},
            {"action_id": ACTION_ID, "confirm": confirm},
            _distinct_values,
        ),
        "checkboxes": record(
            {**_type("checkboxes"), "options": listing(rich_option, 10)},
            {**ticked, "initial_options": listing(rich_option, 10)},
            _distinct_values,
            _initials_are_offered,
        ),
        "radio_buttons": record(
            {**_type("radio_buttons"), "options": listing(rich_option, 10)},
            {**ticked, "initial_option": rich_option},
            _distinct_values,
            _initials_are_offered,
        ),
        "static_select": record(
            _type("static_select"),
            {**SELECT, **LISTED, "initial_option": plain_option},
            _either_options_or_groups,
            _distinct_values,
            _initials_are_offered,
        ),
        "multi_static_select": record(
            _type("multi_static_select"),
            {**multi_options, **LISTED},
            _either_options_or_groups,
            _distinct_values,
            _initials_are_offered,
            multi_fit,
        ),
        "external_select": record(_type("external_select"), {**SELECT, **query, "initial_option": plain_option}),
        "multi_external_select": record(_type("multi_external_select"), {**multi_options, **query}, multi_fit),
        "users_select": record(_type("users_select"), {**SELECT, "initial_user": ID}),
        "multi_users_select": record(_type("multi_users_select"), users, users_fit),
        "conversations_select": record(
            _type("conversations_select"), {**SELECT, **FILTERED, **RESPONDING, "initial_conversation": ID}
        ),
        "multi_conversations_select": record(
            _type("multi_conversations_select"), {**conversations, **FILTERED}, conversations_fit
        ),
        "channels_select": record(_type("channels_select"), {**SELECT, **RESPONDING, "initial_channel": ID}),
        "multi_channels_select": record(_type("multi_channels_select"), channels, channels_fit),
        "datepicker": record(_type("datepicker"), {**SELECT, "initial_date": _calendar_day}),
        "timepicker": record(
            _type("timepicker"),
            {
                **SELECT,
                "initial_time": matching(r"([01]\d|2[0-3]):[0-5]\d", "a time of the form HH:mm"),
                "timezone": _zone,
            },
        ),
        "datetimepicker": record(
            _type("datetimepicker"),
            {**FOCUS, "confirm": confirm, "initial_date_time": number(1_000_000_000, 9_999_999_999)},
        ),
        "plain_text_input": record(
            _type("plain_text_input"),
            {
                **TYPED,
                "initial_value": string(3000),
                "multiline": boolean,
                "min_length": number(0, 3000),
                "max_length": number(1, 3000),
            },
            _text_bounds,
        ),
        "email_text_input": record(_type("email_text_input"), {**TYPED, "initial_value": string(3000)}),
        "url_text_input": record(_type("url_text_input"), {**TYPED, "initial_value": string(3000)}),
        "number_input": record(
            {**_type("number_input"), "is_decimal_allowed": boolean},
            {**TYPED, "initial_value": NUMERAL, "min_value": NUMERAL, "max_value": NUMERAL},
            _number_bounds,
        ),
        "rich_text_input": record(
            _type("rich_text_input"),
            {**TYPED, "initial_value": rich_text, "min_lines": number(1, 100), "max_lines": number(1, 100)},
            _line_bounds,
        ),
        "file_input": record(
            _type("file_input"),
            {"action_id": ACTION_ID, "filetypes": listing(string(50, 1), 100), "max_files": number(1, 10)},
        ),
    }


def any_of(kinds: dict[str, Rule], allowed: str) -> Rule:
    """One of the elements named in `allowed`, a list of types separated by spaces."""
    return by_type(kinds, "element", allowed.split())
