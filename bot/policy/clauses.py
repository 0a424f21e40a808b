"""The register of clauses: every rule of the five documents, with its id."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

PACKS = Path(__file__).parent / "packs"

BROUGHT: set[str] = set()
"""The ids of the clauses that pack files brought along, beside those of the register."""
Serve = Literal["enforce", "record", "remind", "escalate", "guide", "out"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule of a policy document.

    ``document`` is the name of the pack that serves it, ``text`` the rule in the project's words, and
    ``out_of_scope`` the reason why a bot cannot serve it (empty for every clause that is to be served).
    """

    id: str
    document: str
    section: str
    text: str
    kind: str
    serve: Serve
    room: str
    out_of_scope: str


@cache
def clauses() -> dict[str, Clause]:
    """Every clause by its id, in the order of the documents."""
    with (PACKS / "clauses.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        found = [
            Clause(
                id=row["id"],
                document=row["document"],
                section=row["section"],
                text=row["clause"],
                kind=row["kind"],
                serve=_serve(row["serve"]),
                room=row["room"],
                out_of_scope=row["out_of_scope"],
            )
            for row in rows
        ]
    return {clause.id: clause for clause in found}


def _serve(word: str) -> Serve:
    match word:
        case "enforce" | "record" | "remind" | "escalate" | "guide" | "out":
            return word
        case _:
            raise ValueError(f"clauses.csv: unknown way to serve a clause: {word!r}")
