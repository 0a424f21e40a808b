"""A database as the product wrote it before ticks were facts.

`earlier.json.gz` holds its rows, of the migration `BEFORE`: what the commit 821fef6 stored while a facilitator, a
co-worker and a manager typed and ticked their way, under each of the five policies in turn, through one session from
its planning to its register (M-1, 4, 7, 10, 13), half of the preparation of the next one (M-2, 5 …) and an urgent call
(M-3, 6 …). Names, addresses and the key are invented; every value is sealed as it was then. Beside the rows stand what
its gates said at that moment, and its sealed texts in plain words.
"""

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, Engine, LargeBinary, Uuid, column, insert, table

from bot.sandbox import sample
from db import migrate
from db.base import UtcDateTime
from tests.policy.test_overrides import complete

BEFORE = "b91d47e6a03c"
"""The migration before ticks were facts."""
_KINDS: Mapping[str, tuple[Any, Callable[[Any], Any]]] = {
    "uuid": (Uuid(), UUID),
    "time": (UtcDateTime(), datetime.fromisoformat),
    "date": (Date(), date.fromisoformat),
    "bytes": (LargeBinary(), base64.b64decode),
    "json": (JSON(), lambda value: value),
    "bool": (Boolean(), bool),
}


@cache
def written() -> dict[str, Any]:
    """All of the file."""
    found: dict[str, Any] = json.loads(gzip.decompress(Path(__file__).with_name("earlier.json.gz").read_bytes()))
    return found


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a table, by column, as they stood."""
    one = written()["tables"][name]
    names = [each.partition(":")[::2] for each in one["columns"]]
    return [
        {
            name: _KINDS[kind][1](value) if kind and value is not None else value
            for (name, kind), value in zip(names, row, strict=True)
        }
        for row in one["rows"]
    ]


def fill(engine: Engine) -> None:
    """Make of a migrated, empty database the one that was written."""
    migrate.downgrade(engine, BEFORE)
    with engine.begin() as connection:
        for name, one in written()["tables"].items():
            names = [each.partition(":")[::2] for each in one["columns"]]
            shape = table(name, *(column(each, _KINDS[kind][0]) if kind else column(each) for each, kind in names))
            connection.execute(insert(shape), rows(name))


def organisation(policy: str) -> dict[str, Any]:
    """What its organisation file said while it worked under that policy."""
    more: dict[str, dict[str, Any]] = {"working4u": {"people": [*sample.organisation()["people"], TRAINED]}}
    more["st_josephs"] = {"account": {"holders": ["U0FAC", "U0MAN"]}}
    return {"policy": policy, **complete(policy), **more.get(policy, {})}


TRAINED = {"slack": "U0COW", "name": "Col Co-worker", "training": {"internet-safety": "2026-01-10"}}
