"""Every block, with its limits and the surfaces on which Slack shows it."""

from bot.sandbox.blockkit.elements import ID, any_of, button, element_rules, image, slack_file
from bot.sandbox.blockkit.rich_text import rich_text
from bot.sandbox.blockkit.rules import (
    Check,
    Report,
    Rule,
    boolean,
    by_type,
    listing,
    one_of,
    plain,
    record,
    string,
    text,
    url,
)
from bot.sandbox.blockkit.tables import data_table, data_visualization, table
from bot.sandbox.model import Json

ELEMENTS = element_rules(rich_text)
SELECTS = "static_select external_select users_select conversations_select channels_select"
MULTI_SELECTS = " ".join(f"multi_{name}" for name in SELECTS.split())
PICKERS = "datepicker timepicker"
TICKS = "checkboxes radio_buttons"
TYPED = "plain_text_input email_text_input url_text_input number_input rich_text_input file_input"

in_input = any_of(ELEMENTS, f"{SELECTS} {MULTI_SELECTS} {PICKERS} datetimepicker {TICKS} {TYPED}")
in_actions = any_of(
    ELEMENTS, f"button workflow_button overflow {SELECTS} {MULTI_SELECTS} {PICKERS} datetimepicker {TICKS}"
)
in_section = by_type(
    {**ELEMENTS, "image": image},
    "element",
    f"image button workflow_button overflow {SELECTS} {MULTI_SELECTS} {PICKERS} {TICKS}".split(),
)
in_context_actions = any_of(ELEMENTS, "feedback_buttons icon_button")


def _block(name: str, required: dict[str, Rule], optional: dict[str, Rule] | None = None, *checks: Check) -> Rule:
    return record({"type": one_of(name), **required}, {"block_id": ID, **(optional or {})}, *checks)


def needs_one_of(*keys: str) -> Check:
    """At least one of the keys must be given."""

    def check(block: Json, at: str, report: Report) -> None:
        if not any(key in block for key in keys):
            report.add(at, f"at least one of {', '.join(keys)} is required", "missing_field")

    return check


def _one_image_source(block: Json, at: str, report: Report) -> None:
    if ("image_url" in block) == ("slack_file" in block):
        report.add(at, "exactly one of image_url and slack_file is required", "missing_field")


def _response_urls_belong_to_inputs(block: Json, at: str, report: Report) -> None:
    for index, element in enumerate(block.get("elements", [])):
        if element.get("response_url_enabled"):
            report.add(f"{at}/elements/{index}", "response_url_enabled works only in an input block")


_context_item = by_type(
    {
        "image": image,
        "plain_text": text(mrkdwn=False),
        "mrkdwn": text(plain=False),
    },
    "element",
)
_source = record({"type": one_of("url"), "url": url(), "text": string(3000, 1)})
_task_card = _block(
    "task_card",
    {
        "task_id": string(255, 1),
        "title": string(3000, 1),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {"details": rich_text, "output": rich_text, "sources": listing(_source, 100)},
)
_card = _block(
    "card",
    {},
    {
        "hero_image": image,
        "icon": image,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": listing(button, 3),
    },
    needs_one_of("hero_image", "title", "body", "actions"),
)
_header = _block("header", {"text": plain(150)})
_divider = _block("divider", {})
_section = _block(
    "section",
    {},
    {"text": text(), "fields": listing(text(2000), 10), "accessory": in_section, "expand": boolean},
    needs_one_of("text", "fields"),
)
_context = _block("context", {"elements": listing(_context_item, 10)})
_actions = _block("actions", {"elements": listing(in_actions, 25)}, None, _response_urls_belong_to_inputs)
_image = _block(
    "image",
    {"alt_text": string(2000, 1)},
    {"image_url": url(), "slack_file": slack_file, "title": plain(2000)},
    _one_image_source,
)
_input = _block(
    "input",
    {"label": plain(2000), "element": in_input},
    {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
)
_video = _block(
    "video",
    {"alt_text": string(2000, 1), "thumbnail_url": url(), "title": plain(200), "video_url": url()},
    {
        "author_name": string(50),
        "description": plain(200),
        "provider_icon_url": url(2000),
        "provider_name": string(50),
        "title_url": url(2000),
    },
)
_child = by_type(
    {
        "actions": _actions,
        "context": _context,
        "divider": _divider,
        "header": _header,
        "image": _image,
        "input": _input,
        "rich_text": rich_text,
        "section": _section,
        "table": table,
        "video": _video,
    },
    "block",
)

BLOCKS: dict[str, Rule] = {
    "actions": _actions,
    "alert": _block("alert", {"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": _card,
    "carousel": _block("carousel", {"elements": listing(_card, 10)}),
    "container": _block(
        "container",
        {"child_blocks": listing(_child, 10)},
        {
            "title": plain(150),
            "rich_text_title": rich_text,
            "subtitle": text(150),
            "icon": image,
            "width": string(50, 1),
            "default_collapsed": boolean,
            "is_collapsible": boolean,
            "has_header_divider": boolean,
        },
    ),
    "context": _context,
    "context_actions": _block("context_actions", {"elements": listing(in_context_actions, 5)}),
    "data_table": data_table,
    "data_visualization": data_visualization,
    "divider": _divider,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _block("markdown", {"text": string(12_000, 1)}),
    "plan": _block("plan", {"title": string(3000, 1)}, {"tasks": listing(_task_card, 50)}),
    "rich_text": rich_text,
    "section": _section,
    "table": table,
    "task_card": _task_card,
    "video": _video,
}

EVERYWHERE = frozenset(["actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video"])
# Slack documents a card in a modal and tables and charts on the Home tab, but does not draw them there.
# A file block cannot be posted by an app at all.
SURFACES: dict[str, frozenset[str]] = {
    "message": EVERYWHERE
    | frozenset(
        [
            "card",
            "carousel",
            "container",
            "context_actions",
            "data_table",
            "data_visualization",
            "markdown",
            "plan",
            "table",
            "task_card",
        ]
    ),
    "modal": EVERYWHERE | {"alert"},
    "home": EVERYWHERE | {"card", "carousel"},
}
