"""Rich text, as in messages, table cells and rich text inputs."""

from bot.sandbox.blockkit.rules import (
    Rule,
    boolean,
    by_type,
    listing,
    matching,
    number,
    one_of,
    record,
    string,
    url,
)

ID = string(255, 1)
STYLE = record({}, dict.fromkeys(("bold", "code", "italic", "strike", "underline"), boolean))
STYLED: dict[str, Rule] = {"style": STYLE}
BORDERED: dict[str, Rule] = {"border": one_of(0, 1)}


def _piece(name: str, required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return record({"type": one_of(name), **required}, {**STYLED, **(optional or {})})


PIECES: dict[str, Rule] = {
    "text": _piece("text", {"text": string(12_000, 1)}),
    "link": _piece("link", {"url": url()}, {"text": string(12_000), "unsafe": boolean}),
    "user": _piece("user", {"user_id": ID}),
    "channel": _piece("channel", {"channel_id": ID}),
    "usergroup": _piece("usergroup", {"usergroup_id": ID}),
    "team": _piece("team", {"team_id": ID}),
    "broadcast": _piece("broadcast", {"range": one_of("here", "channel", "everyone")}),
    "emoji": _piece("emoji", {"name": string(255, 1)}, {"unicode": string(255), "url": url()}),
    "color": _piece("color", {"value": matching(r"#[0-9A-Fa-f]{6}", "a colour of the form #RRGGBB")}),
    "date": _piece(
        "date",
        {"timestamp": number(0), "format": string(255, 1)},
        {"fallback": string(255), "url": url()},
    ),
}
piece = by_type(PIECES, "rich text element")
preformatted_piece = by_type(PIECES, "rich text element", ("text", "link"))
section = record({"type": one_of("rich_text_section"), "elements": listing(piece, 1000, 0)})
PARTS: dict[str, Rule] = {
    "rich_text_section": section,
    "rich_text_list": record(
        {
            "type": one_of("rich_text_list"),
            "style": one_of("bullet", "ordered"),
            "elements": listing(section, 1000),
        },
        {**BORDERED, "indent": number(0, 8), "offset": number(0)},
    ),
    "rich_text_quote": record({"type": one_of("rich_text_quote"), "elements": listing(piece, 1000)}, BORDERED),
    "rich_text_preformatted": record(
        {"type": one_of("rich_text_preformatted"), "elements": listing(preformatted_piece, 1000)}, BORDERED
    ),
}
rich_text = record(
    {"type": one_of("rich_text"), "elements": listing(by_type(PARTS, "rich text part"), 1000)},
    {"block_id": ID},
)
