"""Slack's limits on blocks, elements, messages and views: what passes at the limit, and what is over it."""

from typing import Any

import pytest

from bot.sandbox.limits import blocks_too_long, check_blocks, check_view, view_too_large
from tests.sandbox.bolt_bot import Json, actions, button, field, modal, options, section, text

CONFIRM = {"title": text("t"), "text": text("b"), "confirm": text("y"), "deny": text("n")}
IMAGE = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a"}


def select(**fields: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": options("A", "B"), **fields}


def raw(words: str) -> Json:
    return {"type": "raw_text", "text": words}


def rich(*pieces: Json) -> Json:
    part = {"type": "rich_text_section", "elements": list(pieces)}
    return {"type": "rich_text", "elements": [part]}


def pie(count: int, value: float = 1.0) -> Json:
    segments = [{"label": f"s{number}", "value": value} for number in range(count)]
    return {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": segments}}


def bars(series: int, categories: list[str], labels: list[str] | None = None) -> Json:
    data = [{"label": label, "value": -1.5} for label in labels or categories]
    rows = [{"name": f"n{number}", "data": data} for number in range(series)]
    chart = {"type": "bar", "series": rows, "axis_config": {"categories": categories}}
    return {"type": "data_visualization", "title": "t", "chart": chart}


def accessory(element: Json) -> Json:
    return section("x", accessory=element)


GOOD: dict[str, Json] = {
    "section 3000": section("x" * 3000),
    "fields 2000": {"type": "section", "fields": [text("x" * 2000)] * 10},
    "header 150": {"type": "header", "text": text("x" * 150)},
    "context 10": {"type": "context", "elements": [text("x")] * 9 + [IMAGE]},
    "actions 25": actions(*[button("x" * 75, f"a{number}", value="v" * 2000) for number in range(25)]),
    "confirm": actions(button("x", "a", confirm=CONFIRM, style="danger")),
    "select 100": accessory(select(options=options(*[f"o{number}" for number in range(100)]))),
    "initial option": accessory(select(initial_option=options("B")[0])),
    "groups": accessory({"type": "static_select", "option_groups": [{"label": text("g"), "options": options("A")}]}),
    "overflow 5": accessory({"type": "overflow", "options": options(*"ABCDE")}),
    "radio with mrkdwn": accessory(
        {"type": "radio_buttons", "options": [{"text": text("*x*", "mrkdwn"), "value": "x"}]}
    ),
    "markdown 12000": {"type": "markdown", "text": "x" * 12_000},
    "rich text": rich({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U1"}),
    "table": {"type": "table", "rows": [[raw("x")] * 20] * 100, "column_settings": [{"align": "right"}]},
    "data table": {"type": "data_table", "caption": "c", "rows": [[raw("h")], [rich()]], "page_size": 100},
    "pie 12": pie(12),
    "bars": bars(6, [f"c{number}" for number in range(20)]),
    "card": {"type": "card", "title": text("x" * 150), "actions": [button("x", "a")]},
    "dispatch": field(
        "i",
        {"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}},
        dispatch_action=True,
    ),
}
BAD: dict[str, tuple[Json, str]] = {
    "unknown block": ({"type": "banner"}, ""),
    "file block": ({"type": "file", "external_id": "x", "source": "remote"}, ""),
    "no type": ({}, ""),
    "unknown key": (section("x", colour="red"), "/colour"),
    "section 3001": (section("x" * 3001), "/text/text"),
    "empty text": (section(""), "/text/text"),
    "section of nothing": ({"type": "section"}, ""),
    "field 2001": ({"type": "section", "fields": [text("x" * 2001)]}, "/fields/0/text"),
    "11 fields": ({"type": "section", "fields": [text("x")] * 11}, "/fields"),
    "header 151": ({"type": "header", "text": text("x" * 151)}, "/text/text"),
    "header mrkdwn": ({"type": "header", "text": text("x", "mrkdwn")}, "/text"),
    "context 11": ({"type": "context", "elements": [text("x")] * 11}, "/elements"),
    "context empty": ({"type": "context", "elements": []}, "/elements"),
    "button in context": ({"type": "context", "elements": [button("x", "a")]}, "/elements/0"),
    "actions 26": (actions(*[button("x", f"a{number}") for number in range(26)]), "/elements"),
    "input in actions": (actions({"type": "plain_text_input"}), "/elements/0"),
    "button 76": (actions(button("x" * 76, "a")), "/elements/0/text/text"),
    "button value": (actions(button("x", "a", value="v" * 2001)), "/elements/0/value"),
    "button style": (actions(button("x", "a", style="warning")), "/elements/0/style"),
    "button url": (actions(button("x", "a", url="example.org")), "/elements/0/url"),
    "long action_id": (actions(button("x", "a" * 256)), "/elements/0/action_id"),
    "long block_id": (section("x", block_id="b" * 256), "/block_id"),
    "same action_id": (actions(button("x", "a"), button("y", "a")), "/elements/1/action_id"),
    "confirm without title": (
        actions(button("x", "a", confirm={key: CONFIRM[key] for key in ("text", "confirm", "deny")})),
        "/elements/0/confirm",
    ),
    "confirm 31": (
        actions(button("x", "a", confirm={**CONFIRM, "text": text("x" * 301)})),
        "/elements/0/confirm/text/text",
    ),
    "101 options": (accessory(select(options=options(*map(str, range(101))))), "/accessory/options"),
    "no options": (accessory(select(options=[])), "/accessory/options"),
    "option value 76": (
        accessory(select(options=[{"text": text("x"), "value": "v" * 76}])),
        "/accessory/options/0/value",
    ),
    "option url": (
        accessory(select(options=[{**options("A")[0], "url": "https://example.org"}])),
        "/accessory/options/0/url",
    ),
    "same option value": (accessory(select(options=options("A", "a"))), "/accessory"),
    "options and groups": (
        accessory(select(option_groups=[{"label": text("g"), "options": options("A")}])),
        "/accessory",
    ),
    "foreign initial option": (accessory(select(initial_option=options("C")[0])), "/accessory"),
    "initial option of another label": (
        accessory(select(initial_option={"text": text("Other"), "value": "a"})),
        "/accessory",
    ),
    "too many initial options": (
        accessory(
            {
                "type": "multi_static_select",
                "options": options("A", "B"),
                "initial_options": options("A", "B"),
                "max_selected_items": 1,
            }
        ),
        "/accessory/initial_options",
    ),
    "11 checkboxes": (accessory({"type": "checkboxes", "options": options(*"ABCDEFGHIJK")}), "/accessory/options"),
    "overflow 6": (accessory({"type": "overflow", "options": options(*"ABCDEF")}), "/accessory/options"),
    "bad date": (accessory({"type": "datepicker", "initial_date": "22/11/2026"}), "/accessory/initial_date"),
    "bad time": (accessory({"type": "timepicker", "initial_time": "24:00"}), "/accessory/initial_time"),
    "bad zone": (accessory({"type": "timepicker", "timezone": "Moon/Base"}), "/accessory/timezone"),
    "bad placeholder": (accessory(select(placeholder=text("x" * 151))), "/accessory/placeholder/text"),
    "number without decimals": (field("i", {"type": "number_input"}), "/element"),
    "numbers out of order": (
        field("i", {"type": "number_input", "is_decimal_allowed": True, "min_value": "2", "max_value": "1"}),
        "/element",
    ),
    "initial value over max_length": (
        field("i", {"type": "plain_text_input", "max_length": 2, "initial_value": "xxx"}),
        "/element/initial_value",
    ),
    "max_length 3001": (field("i", {"type": "plain_text_input", "max_length": 3001}), "/element/max_length"),
    "button in input": (field("i", {**button("x", "a")}), "/element"),
    "label 2001": (field("i", label=text("x" * 2001)), "/label/text"),
    "boolean as text": (field("i", optional="true"), "/optional"),
    "image without alt_text": ({"type": "image", "image_url": "https://example.org/a.png"}, ""),
    "image from two places": ({**IMAGE, "slack_file": {"id": "F1"}}, ""),
    "markdown 12001": ({"type": "markdown", "text": "x" * 12_001}, "/text"),
    "table 101": ({"type": "table", "rows": [[raw("x")]] * 101}, "/rows"),
    "table 21 wide": ({"type": "table", "rows": [[raw("x")] * 21]}, "/rows/0"),
    "uneven table": ({"type": "table", "rows": [[raw("x")], [raw("x")] * 2]}, "/rows"),
    "table too long": ({"type": "table", "rows": [[raw("x" * 2001)]] * 5}, "/rows"),
    "data table of one row": ({"type": "data_table", "caption": "c", "rows": [[raw("x")]]}, "/rows"),
    "data table without caption": ({"type": "data_table", "rows": [[raw("x")]] * 2}, ""),
    "rich header": ({"type": "data_table", "caption": "c", "rows": [[rich()], [raw("x")]]}, "/rows/0/0"),
    "row header": (
        {"type": "data_table", "caption": "c", "rows": [[raw("x")]] * 2, "row_header_column_index": 1},
        "/row_header_column_index",
    ),
    "pie 13": (pie(13), "/chart/segments"),
    "pie of nothing": (pie(1, 0), "/chart/segments/0/value"),
    "7 series": (bars(7, ["c"]), "/chart/series"),
    "missing point": (bars(1, ["c", "d"], ["c"]), "/chart/series/0/data"),
    "card of nothing": ({"type": "card"}, ""),
    "card body 201": ({"type": "card", "body": text("x" * 201)}, "/body/text"),
    "rich text piece": (rich({"type": "blink"}), "/elements/0/elements/0"),
    "alert in a message": ({"type": "alert", "text": text("x")}, ""),
}


@pytest.mark.parametrize("name", GOOD)
def test_slack_takes(name: str) -> None:
    assert check_blocks([GOOD[name]], "message") == []


@pytest.mark.parametrize("name", BAD)
def test_slack_refuses_and_says_where(name: str) -> None:
    block, pointer = BAD[name]
    problems = check_blocks([block], "message")
    assert f"/blocks/0{pointer}" in [problem.pointer for problem in problems]


SURFACES = {
    "message": {"section", "card", "table", "markdown", "data_visualization"},
    "modal": {"section", "alert"},
    "home": {"section", "card"},
}
SAMPLES = {
    "section": section("x"),
    "alert": {"type": "alert", "text": text("x"), "level": "info"},
    "card": GOOD["card"],
    "table": GOOD["table"],
    "markdown": {"type": "markdown", "text": "x"},
    "data_visualization": pie(1),
}


@pytest.mark.parametrize("surface", SURFACES)
def test_each_block_has_its_surfaces(surface: str) -> None:
    taken = {name for name, block in SAMPLES.items() if not check_blocks([block], surface)}
    assert taken == SURFACES[surface]


def test_block_ids_are_unique_and_counts_are_kept() -> None:
    assert check_blocks([section("x", block_id="a"), section("y", block_id="a")], "message")
    assert (
        check_blocks([actions(button("x", "a"), block_id="1"), actions(button("x", "a"), block_id="2")], "modal") == []
    )
    assert check_blocks([section("x")] * 50, "message") == []
    assert check_blocks([section("x")] * 51, "message")
    assert check_blocks([section("x")] * 100, "modal") == []
    assert check_blocks([section("x")] * 101, "modal")
    assert check_blocks([GOOD["table"], GOOD["data table"]], "message")
    assert check_blocks([pie(1)] * 2, "message") == []
    assert check_blocks([pie(1)] * 3, "message")
    assert check_blocks([{"type": "markdown", "text": "x" * 6001}] * 2, "message")
    focus = {"type": "plain_text_input", "focus_on_load": True}
    assert check_blocks([field("a", focus)], "modal") == []
    assert check_blocks([field("a", focus), field("b", focus)], "modal")


@pytest.mark.parametrize("wrong", [None, "text", {"type": "section"}, [None], ["text"], [[]]])
def test_what_is_no_list_of_blocks(wrong: Any) -> None:
    assert check_blocks(wrong, "message")


@pytest.mark.parametrize(
    "change",
    [
        {"title": text("x" * 25)},
        {"title": text("x", "mrkdwn")},
        {"submit": text("x" * 25)},
        {"close": text("x" * 25)},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"external_id": "x" * 256},
        {"blocks": []},
        {"type": "banner"},
        {"colour": "red"},
        {"notify_on_close": "yes"},
    ],
)
def test_views_have_limits(change: Json) -> None:
    at_the_limit = modal(section("x"), title=text("x" * 24), close=text("x" * 24), private_metadata="x" * 3000)
    assert check_view(at_the_limit) == []
    assert check_view({**at_the_limit, **change})


def test_inputs_need_a_submit_button() -> None:
    view = modal(field("i"))
    assert check_view(view) == []
    del view["submit"]
    assert check_view(view)


def test_a_home_tab_has_no_title() -> None:
    assert check_view({"type": "home", "blocks": [section("x")]}) == []
    assert check_view({"type": "home", "title": text("x"), "blocks": [section("x")]})


def test_total_sizes() -> None:
    assert not blocks_too_long([section("x" * 2900)] * 4)
    assert blocks_too_long([section("x" * 2900)] * 5)
    assert not view_too_large(modal(*[section("x" * 2900)] * 80))
    assert view_too_large(modal(*[section("é" * 2900)] * 80))
