"""The heads of the audit chains, kept in an append-only file beside the data, and what they tell of the database.

A line has an organisation's newest link at a moment, and the references of the concerns that are new since the line
before: nothing else of them. Lines are sealed and follow each other, so that none can be altered or taken out. A
database that does not have a link of the file is older than it, or was tampered with.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.audit import ChainKeys
from db.crypto import keyring
from db.models import AuditEvent, AuditHead, Concern
from db.scope import of

RESTORED, OLDER = "restored", "older"
"""Notes of lines at which an older database took over: by the command `restore`, or found at a start."""
_TAIL = 65536


class Damaged(Exception):
    """The file of heads is not as the bot wrote it; the message names the first such line."""


@dataclass(frozen=True)
class Head:
    """One line: the newest link of an organisation's chain at a moment."""

    at: datetime
    organisation_id: UUID
    sequence: int
    hash: str
    concerns: tuple[str, ...] = ()
    note: str = ""


def line_of(head: Head, previous: str) -> str:
    """A sealed line for the file, following the line with the seal `previous` (empty: the first)."""
    content = {
        "at": head.at.isoformat(timespec="seconds"),
        "organisation": head.organisation_id.hex,
        "link": head.sequence,
        "hash": head.hash,
        "concerns": list(head.concerns),
        "note": head.note,
        "previous": previous,
    }
    seal = keyring().mac(audit.CHAIN, f"line|{json.dumps(content, sort_keys=True)}")
    return json.dumps({**content, "seal": seal.hex()})


def append(path: Path, heads: Sequence[Head]) -> None:
    """Add lines to the file, whole and on disk, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(path) as file:
        previous = _last_seal(file)
        for head in heads:
            line = line_of(head, previous)
            previous = json.loads(line)["seal"]
            os.write(file, f"{line}\n".encode())
        os.fsync(file)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.fchmod(file, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _last_seal(file: int) -> str:
    """The seal of the last whole line; what a crash cut short after it is taken away."""
    size = os.lseek(file, 0, os.SEEK_END)
    if size == 0:
        return ""
    start = max(0, size - _TAIL)
    tail = os.pread(file, size - start, start)
    whole = tail[: tail.rfind(b"\n") + 1]
    os.ftruncate(file, start + len(whole))
    try:
        return str(json.loads(whole.splitlines()[-1])["seal"])
    except (IndexError, ValueError, KeyError, TypeError):
        return ""


def read(path: Path, keys: ChainKeys) -> list[Head]:
    """The lines of a file, oldest first; none where there is no file. A last line that a crash cut short does not
    count. Raises Damaged."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    found: list[Head] = []
    previous = ""
    for number, line in enumerate(text[: text.rfind("\n") + 1].splitlines(), 1):
        try:
            content = json.loads(line)
            seal = str(content.pop("seal"))
            fits = keys.fit(f"line|{json.dumps(content, sort_keys=True)}", bytes.fromhex(seal))
            fits = fits and content["previous"] in ("", previous)
            head = Head(
                datetime.fromisoformat(content["at"]),
                UUID(content["organisation"]),
                int(content["link"]),
                str(content["hash"]),
                tuple(content["concerns"]),
                str(content["note"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Damaged(f"line {number} of {path} is damaged") from None
        if not fits:
            raise Damaged(f"line {number} of {path} was altered, or one before it taken out")
        previous = seal
        found.append(head)
    return found


def known(heads: Sequence[Head], organisation_id: UUID) -> dict[int, str]:
    """The hashes of an organisation's links that the file has, by number; without those that a restored database
    lacks, which whoever restored it was told of."""
    found: dict[int, str] = {}
    for head in heads:
        if head.organisation_id == organisation_id:
            if head.note == RESTORED:
                found = {number: hash_ for number, hash_ in found.items() if number <= head.sequence}
            if head.note != OLDER:
                found.setdefault(head.sequence, head.hash)
    return found


def references(heads: Sequence[Head], organisation_id: UUID) -> set[str]:
    """The references of the concerns that an organisation had so far."""
    return {one for head in heads if head.organisation_id == organisation_id for one in head.concerns}


def follows(session: Session, last: Head) -> bool:
    """Whether the database has the link of this line; else it is older than the line, or was tampered with."""
    query = of(last.organisation_id, AuditEvent).where(AuditEvent.sequence == last.sequence)
    event = session.scalar(query)
    return event is not None and event.hash == last.hash


def lacking(session: Session, heads: Sequence[Head], organisation_id: UUID) -> list[str]:
    """The references of the file that the database has no concern for."""
    there = select(Concern.reference).where(Concern.organisation_id == organisation_id)
    return sorted(references(heads, organisation_id) - set(session.scalars(there)))


def present(session: Session, now: datetime, since: datetime | None = None) -> list[Head]:
    """The head of each organisation now, with the references of its concerns raised since a moment, or of all."""
    found = []
    for head in session.scalars(select(AuditHead)).all():
        query = select(Concern.reference).where(Concern.organisation_id == head.organisation_id)
        if since is not None:
            query = query.where(Concern.raised_at >= since)
        concerns = tuple(session.scalars(query.order_by(Concern.raised_at)))
        found.append(Head(now, head.organisation_id, head.sequence, head.hash, concerns))
    return found


def noted(head: Head, note: str) -> Head:
    """The same line with a note."""
    return replace(head, note=note)
