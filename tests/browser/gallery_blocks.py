"""One of every block and element, as the sample bot of these tests shows them."""

from typing import Any

Json = dict[str, Any]

MOMENT = 1_795_708_800  # 26 November 2026, 16:00 UTC


def plain(text: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    """A text object in Slack's mark-up."""
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str) -> Json:
    """One choice."""
    return {"value": value, "text": plain(text)}


FRUITS = [option("a", "Apples"), option("b", "Bananas"), option("c", "Cherries")]


def field(name: str, kind: str, *, optional: bool = True, dispatch: bool = False, **element: Any) -> Json:
    """An input block whose block_id is `name` and whose label is the same word with a capital."""
    block: Json = {
        "type": "input",
        "block_id": name,
        "label": plain(name.capitalize()),
        "element": {"type": kind, "action_id": "value", **element},
        "optional": optional,
    }
    return block | ({"dispatch_action": True} if dispatch else {})


def form_blocks() -> list[Json]:
    """Every input there is."""
    return [
        {
            "type": "alert",
            "block_id": "alert",
            "level": "warning",
            "text": mrkdwn("Phone *999* first if anyone is in danger."),
        },
        field("title", "plain_text_input", optional=False, placeholder=plain("Cooking club")),
        field("notes", "plain_text_input", multiline=True, min_length=5),
        field("mail", "email_text_input"),
        field("site", "url_text_input"),
        field("number", "number_input", is_decimal_allowed=False, min_value="1", max_value="9"),
        field("day", "datepicker"),
        field("hour", "timepicker"),
        field("moment", "datetimepicker"),
        field("fruit", "static_select", optional=False, option_groups=[
            {"label": plain("Round"), "options": FRUITS[:1]},
            {"label": plain("Long"), "options": FRUITS[1:]},
        ]),
        field("fruits", "multi_static_select", options=FRUITS, max_selected_items=2),
        field("person", "users_select"),
        field("people", "multi_users_select"),
        field("channel", "channels_select"),
        field("channels", "multi_channels_select"),
        field("place", "conversations_select", filter={"include": ["private"]}),
        field("places", "multi_conversations_select"),
        field("measures", "checkboxes", options=FRUITS, initial_options=FRUITS[:1]),
        field("urgency", "radio_buttons", options=FRUITS),
    ]  # fmt: skip


def shown_blocks() -> list[Json]:
    """Every block that only shows something, and every element of sections and actions."""
    when = f"<!date^{MOMENT}^{{date_long}} at {{time}}|Thursday>"
    return [
        {"type": "header", "block_id": "header", "text": plain("Cooking club :lock:")},
        {
            "type": "section",
            "block_id": "marks",
            "text": mrkdwn(
                "*bold* _italic_ ~struck~ `code` <https://example.org|a link> <@U0FAC> <#C0CLUB> <!here>\n"
                f"snake_case_name 2*3*4 &lt;b&gt;not bold&lt;/b&gt; &amp;amp; {when}\n"
                "• first\n1. one\n&gt; quoted\n```\nkept  *as is*\n```<javascript:alert(1)|trap>"
            ),
        },
        {
            "type": "section",
            "block_id": "fields",
            "fields": [mrkdwn("*Host*\nSam"), mrkdwn("*Gates*\n2 open")],
            "accessory": {"type": "overflow", "action_id": "more", "options": FRUITS},
        },
        {"type": "divider", "block_id": "divider"},
        {"type": "context", "block_id": "context", "elements": [plain("*not bold* :shield:")]},
        {
            "type": "image",
            "block_id": "image",
            "image_url": "https://example.org/plan.png",
            "alt_text": "A plan of the room",
        },
        {"type": "actions", "block_id": "actions", "elements": action_elements()},
        {
            "type": "rich_text",
            "block_id": "rich",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "strong", "style": {"bold": True}},
                        {"type": "user", "user_id": "U0LEAD"},
                    ],
                },
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "item"}]}],
                },
            ],
        },
    ]


def action_elements() -> list[Json]:
    """What may stand in an actions block."""
    sure = {
        "title": plain("Cancel the meeting?"),
        "text": mrkdwn("Everybody is *told*."),
        "confirm": plain("Cancel it"),
        "deny": plain("Keep it"),
    }
    return [
        {"type": "button", "action_id": "open", "text": plain("Open"), "style": "primary", "value": "M-12"},
        {"type": "button", "action_id": "cancel", "text": plain("Cancel"), "style": "danger", "confirm": sure},
        {"type": "static_select", "action_id": "pick", "placeholder": plain("Kind"), "options": FRUITS},
        {"type": "datepicker", "action_id": "day", "placeholder": plain("Day")},
        {"type": "checkboxes", "action_id": "ticks", "options": FRUITS[:2]},
    ]


def report_blocks() -> list[Json]:
    """The blocks of reports: a table with pages, a chart, and standard markdown."""
    rows: list[list[Json]] = [[{"type": "raw_text", "text": "Meeting"}, {"type": "raw_text", "text": "Came"}]]
    for number in range(1, 6):
        name = {"type": "raw_text", "text": f"M-{number}"}
        rows.append([name, {"type": "raw_number", "value": number, "text": str(number)}])
    points = [{"label": "M-1", "value": 4}, {"label": "M-2", "value": 9}]
    return [
        {"type": "data_table", "block_id": "table", "caption": "The week", "page_size": 2, "rows": rows},
        {
            "type": "data_visualization",
            "block_id": "chart",
            "title": "Attendance",
            "chart": {
                "type": "bar",
                "series": [{"name": "Came", "data": points}],
                "axis_config": {"categories": ["M-1", "M-2"]},
            },
        },
        {"type": "markdown", "block_id": "markdown", "text": "## Rules\n\n- **first**\n- <b>second</b>\n\n> quoted"},
    ]
