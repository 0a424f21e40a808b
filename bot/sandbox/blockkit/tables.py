"""Tables and charts."""

from typing import Any

from bot.sandbox.blockkit.rich_text import rich_text
from bot.sandbox.blockkit.rules import (
    Report,
    Rule,
    boolean,
    by_type,
    listing,
    number,
    one_of,
    record,
    string,
)
from bot.sandbox.model import Json, readable

ID = string(255, 1)
TABLE_CHARACTERS = 10_000
DATA_TABLE_CHARACTERS = 20_000

_raw_text = record({"type": one_of("raw_text"), "text": string(3000, 1)})
_raw_number = record({"type": one_of("raw_number"), "value": number(whole=False), "text": string(3000, 1)})
_cell = by_type({"raw_text": _raw_text, "raw_number": _raw_number, "rich_text": rich_text}, "table cell")
_header_cell = by_type({"raw_text": _raw_text, "raw_number": _raw_number}, "header cell")


def _even_rows(block: Json, at: str, report: Report) -> None:
    widths = {len(row) for row in block["rows"]}
    if len(widths) != 1:
        report.add(f"{at}/rows", "all rows must have the same number of cells", "invalid_value")
    columns = len(block.get("column_settings", []))
    if columns > max(widths):
        report.add(f"{at}/column_settings", "more column settings than columns", "too_many_items")


def _not_too_much_text(most: int) -> Any:
    def check(block: Json, at: str, report: Report) -> None:
        if sum(map(len, readable(block["rows"]))) > most:
            report.add(f"{at}/rows", f"cells hold more than {most} characters together", "too_long")

    return check


def _plain_header(block: Json, at: str, report: Report) -> None:
    for index, cell in enumerate(block["rows"][0]):
        _header_cell(cell, f"{at}/rows/0/{index}", report)


def _row_header_exists(block: Json, at: str, report: Report) -> None:
    if block.get("row_header_column_index", 0) >= len(block["rows"][0]):
        report.add(f"{at}/row_header_column_index", "there is no such column", "out_of_range")


_rows = listing(listing(_cell, 20), 100)
table = record(
    {"type": one_of("table"), "rows": _rows},
    {
        "block_id": ID,
        "column_settings": listing(record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}), 20),
    },
    _even_rows,
    _not_too_much_text(TABLE_CHARACTERS),
)
data_table = record(
    {
        "type": one_of("data_table"),
        "caption": string(3000, 1),
        "rows": listing(listing(_cell, 20), 101, 2),
    },
    {"block_id": ID, "page_size": number(1, 100), "row_header_column_index": number(0, 19)},
    _even_rows,
    _plain_header,
    _row_header_exists,
    _not_too_much_text(DATA_TABLE_CHARACTERS),
)

# Slack's pages say 12 series, its published types 6; the sandbox takes the smaller.
SERIES = 6
LABEL = string(20, 1)
_segment = record({"label": LABEL, "value": number(whole=False, above=0)})
_point = record({"label": LABEL, "value": number(whole=False)})
_series = record({"name": LABEL, "data": listing(_point, 20)})
_axis = record({"categories": listing(LABEL, 20)}, {"x_label": string(50, 1), "y_label": string(50, 1)})


def _points_match_categories(chart: Json, at: str, report: Report) -> None:
    categories = chart["axis_config"]["categories"]
    names = [series["name"] for series in chart["series"]]
    if len(set(categories)) != len(categories) or len(set(names)) != len(names):
        report.add(at, "categories and series names must be unique", "duplicate_value")
    for index, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            report.add(f"{at}/series/{index}/data", "one point for every category is required")


def _axis_chart(name: str) -> Rule:
    return record(
        {"type": one_of(name), "series": listing(_series, SERIES), "axis_config": _axis},
        None,
        _points_match_categories,
    )


_charts = by_type(
    {
        "pie": record({"type": one_of("pie"), "segments": listing(_segment, 12)}),
        "bar": _axis_chart("bar"),
        "line": _axis_chart("line"),
        "area": _axis_chart("area"),
    },
    "chart",
)
data_visualization = record(
    {"type": one_of("data_visualization"), "title": string(50, 1), "chart": _charts}, {"block_id": ID}
)
