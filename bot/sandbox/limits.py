"""What Slack refuses in a message or a view, and with which error."""

import json
from collections.abc import Iterator
from typing import Any

from bot.sandbox.blockkit.blocks import BLOCKS, SURFACES
from bot.sandbox.blockkit.rules import (
    Problem,
    Report,
    boolean,
    by_type,
    listing,
    one_of,
    plain,
    record,
    string,
)
from bot.sandbox.model import Json

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 40_000
BLOCKS_CHARACTERS = 13_000
VIEW_BYTES = 250_000
ATTACHMENTS = 100
MARKDOWN_CHARACTERS = 12_000
TABLES = frozenset({"table", "data_table"})


def _anything(value: Any, at: str, report: Report) -> None:
    """The blocks of a view are looked at one by one."""


_SHARED_KEYS = {
    "private_metadata": string(3000),
    "callback_id": string(255, 1),
    "external_id": string(255),
}
_VIEWS = by_type(
    {
        "modal": record(
            {"type": one_of("modal"), "title": plain(24), "blocks": _anything},
            {
                **_SHARED_KEYS,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": boolean,
                "notify_on_close": boolean,
                "submit_disabled": boolean,
            },
        ),
        "home": record({"type": one_of("home"), "blocks": _anything}, _SHARED_KEYS),
    },
    "view",
)


def check_blocks(blocks: Any, surface: str, at: str = "/blocks") -> list[Problem]:
    """What is wrong with `blocks` on a surface: "message", "modal" or "home"; empty when nothing is."""
    report = Report()
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    listing(by_type(BLOCKS, "block", SURFACES[surface]), most, 0)(blocks, at, report)
    if not report.problems:
        _check_ids(blocks, at, report)
        _check_counts(blocks, surface, at, report)
    return report.problems


def check_view(view: Any) -> list[Problem]:
    """What is wrong with a modal or a Home tab; empty when nothing is."""
    report = Report()
    _VIEWS(view, "/view", report)
    if report.problems:
        return report.problems
    blocks = view["blocks"]
    report.problems += check_blocks(blocks, view["type"], "/view/blocks")
    if not blocks:
        report.add("/view/blocks", "no fewer than 1 items allowed", "too_few_items")
    if report.problems:
        return report.problems
    if view["type"] == "modal" and any(block["type"] == "input" for block in blocks) and "submit" not in view:
        report.add("/view", "submit is required when an input block is within blocks", "missing_field")
    return report.problems


def view_too_large(view: Json) -> bool:
    """Whether a view is over 250 kB."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES


def blocks_too_long(blocks: list[Json]) -> bool:
    """Whether a message's blocks together are longer than Slack takes."""
    return len(json.dumps(blocks, ensure_ascii=False)) > BLOCKS_CHARACTERS


def _objects(content: Any, at: str) -> Iterator[tuple[str, Json]]:
    if isinstance(content, dict):
        yield at, content
        for key, value in content.items():
            yield from _objects(value, f"{at}/{key}")
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from _objects(value, f"{at}/{index}")


def _check_ids(blocks: list[Json], at: str, report: Report) -> None:
    block_ids: set[str] = set()
    for index, block in enumerate(blocks):
        action_ids: set[str] = set()
        for pointer, item in _objects(block, f"{at}/{index}"):
            for key, seen in (("block_id", block_ids), ("action_id", action_ids)):
                if key not in item:
                    continue
                if item[key] in seen:
                    report.add(f"{pointer}/{key}", f"{key} already exists: {item[key]}", "duplicate_id")
                seen.add(item[key])


def _check_counts(blocks: list[Json], surface: str, at: str, report: Report) -> None:
    objects = [item for _, item in _objects(blocks, at)]
    if sum(item.get("focus_on_load") is True for item in objects) > 1:
        report.add(at, "focus_on_load may be true for one element only")
    if surface != "message":
        return
    kinds = [item.get("type") for item in objects]
    if sum(kind in TABLES for kind in kinds) > 1:
        report.add(at, "only one table is allowed in a message", "too_many_items")
    if kinds.count("data_visualization") > 2:
        report.add(at, "only two charts are allowed in a message", "too_many_items")
    markdown = sum(len(item["text"]) for item in objects if item.get("type") == "markdown")
    if markdown > MARKDOWN_CHARACTERS:
        report.add(at, f"markdown blocks hold more than {MARKDOWN_CHARACTERS} characters", "too_long")
