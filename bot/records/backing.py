"""Backup and restore: one file with the database and the heads of its chains, verified after writing.

SQLite is copied by its own online backup, which takes what stands in the write-ahead log too; PostgreSQL by `pg_dump`
from one snapshot. What the file holds stands in a sealed list, so that a file that was altered is not restored.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, create_engine, func, inspect, select, text, update
from sqlalchemy.orm import Session

from bot import private
from bot.records import alarm, heads, verifying
from bot.settings import Settings
from db import audit, migrate
from db.base import Base
from db.crypto import keyring
from db.models import Delivery, Organisation
from db.session import Database

_PURPOSE = "backup"
_LIST, _HEADS = "content.json", "audit-heads.jsonl"
_DATABASE = {True: "database.sqlite", False: "database.pgdump"}


class Problem(Exception):
    """Why a backup was not made or not restored, in a sentence."""


@dataclass(frozen=True)
class Held:
    """What a backup holds: when it was made, and each organisation with its numbers of rows by table."""

    made_at: datetime
    organisations: Mapping[str, str]
    counts: Mapping[str, int]
    wrong: tuple[str, ...] = ()
    """What `audit verify` found wrong in it."""

    def words(self) -> str:
        """What it holds, for a terminal."""
        some = ", ".join(f"{self.counts.get(one, 0)} {one}" for one in ("concerns", "incidents", "meetings", "staff"))
        return f"{', '.join(self.organisations.values()) or 'nothing'} as of {self.made_at:%d %B %Y %H:%M} UTC: {some}"


def backup(settings: Settings, database: Database, target: Path, now: datetime) -> Held:
    """Write a backup to a file that is not there yet, readable by its owner only. Raises Problem."""
    if target.exists():
        raise Problem(f"{target} is there already; name another file.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            copy = Path(folder) / _DATABASE[database.sqlite]
            held = (
                _copy_sqlite(settings, database, copy, now) if database.sqlite else _dump(settings, database, copy, now)
            )
            packed = Path(folder) / "packed"
            _pack(packed, copy, settings.heads_file, held)
            with _opened(packed) as (_, content):
                if content["counts"] != dict(held.counts):
                    raise Problem("The backup does not hold what the database holds; nothing was kept. Try again.")
            os.link(packed, target)
    except (OSError, sqlite3.Error) as problem:
        why = getattr(problem, "strerror", None) or type(problem).__name__
        raise Problem(f"The backup could not be written: {why}.") from None
    return held


def _copy_sqlite(settings: Settings, database: Database, copy: Path, now: datetime) -> Held:
    os.close(os.open(copy, os.O_CREAT | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(str(database.url.database))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        if target.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Problem("The database is damaged: SQLite's integrity check fails. Keep it, and ask for help.")
    return _looked_at(settings, URL.create("sqlite", database=str(copy)), now)


def _looked_at(settings: Settings, url: URL, now: datetime) -> Held:
    engine = create_engine(url, hide_parameters=True)
    try:
        with Session(engine) as session:
            return _held(settings, session, now)
    finally:
        engine.dispose()


def _held(settings: Settings, session: Session, now: datetime) -> Held:
    found = verifying.look(session, [settings.heads_file])
    organisations = {one.id.hex: one.name for one in session.scalars(select(Organisation)).all()}
    counts = {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
    return Held(now, organisations, counts, tuple(one.words for one in found if one.wrong))


def _dump(settings: Settings, database: Database, copy: Path, now: datetime) -> Held:
    with database.engine.connect() as connection:
        connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SET statement_timeout = '10min'"))
        connection.commit()
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
        snapshot = str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())
        _run("pg_dump", database.url, "--format=custom", f"--snapshot={snapshot}", f"--file={copy}")
        copy.chmod(0o600)
        with Session(connection) as session:
            held = _held(settings, session, now)
        connection.invalidate()
    if (written := _counted(database.url, copy)) != {table: n for table, n in held.counts.items() if n}:
        raise Problem(f"The dump has other numbers of rows than the database: {written}. Try again.")
    return held


def _counted(url: URL, copy: Path) -> dict[str, int]:
    """The rows of each of our tables that a dump really holds, read through to its end."""
    counts: dict[str, int] = {}
    table = ""
    for line in _run("pg_restore", url, "--data-only", "--file=-", str(copy), joined=False).splitlines():
        if line.startswith("COPY "):
            table = line.split()[1].partition(".")[2].strip('"')
        elif line == "\\.":
            table = ""
        elif table in Base.metadata.tables:
            counts[table] = counts.get(table, 0) + 1
    return counts


def _pack(packed: Path, copy: Path, heads_file: Path, held: Held) -> None:
    content = {
        "made_at": held.made_at.isoformat(timespec="seconds"),
        "database": copy.name,
        "sha256": _digest(copy),
        "organisations": dict(held.organisations),
        "counts": dict(held.counts),
        "keys": [key_id for key_id, _ in keyring().keys],
    }
    seal = keyring().mac(_PURPOSE, json.dumps(content, sort_keys=True)).hex()
    handle = os.open(packed, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            archive.writestr(_LIST, json.dumps({**content, "seal": seal}, indent=1))
            archive.write(copy, copy.name)
            if heads_file.exists():
                archive.write(heads_file, _HEADS)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _opened(packed: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """A backup's archive and the list of what it holds, after a look at every byte of it. Raises Problem."""
    try:
        with zipfile.ZipFile(packed) as archive:
            if archive.testzip() is not None:
                raise Problem(f"{packed} is damaged.")
            content: dict[str, Any] = json.loads(archive.read(_LIST))
            seal = bytes.fromhex(content.pop("seal"))
            if not keyring().fits(_PURPOSE, json.dumps(content, sort_keys=True), seal):
                key = seal[0] if seal else "?"
                raise Problem(f"{packed} was altered, or FACILITATOR_KEYS lacks key {key}, with which it was made.")
            with archive.open(content["database"]) as stored:
                if _digest_of(stored) != content["sha256"]:
                    raise Problem(f"{packed} was altered: its database is another.")
            yield archive, content
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        raise Problem(f"{packed} is no backup of this bot, or it is damaged.") from None
    except OSError as problem:
        raise Problem(f"{packed} cannot be read: {problem.strerror}.") from None


@dataclass(frozen=True)
class Restored:
    """What a restore brought back, and the references of concerns that it is known to lack."""

    held: Held
    lacks: tuple[str, ...]


def restore(settings: Settings, packed: Path, now: datetime) -> Restored:
    """Put a backup into the empty place that DATABASE_URL names. Raises Problem; then nothing was changed."""
    database = Database(settings.database_url)
    try:
        _must_be_empty(database)
        with _opened(packed) as (archive, content):
            if content["database"] != _DATABASE[database.sqlite]:
                raise Problem(f"{packed} holds {content['database']}, which DATABASE_URL is no place for.")
            with tempfile.TemporaryDirectory(dir=settings.data_directory, prefix=".restore-") as folder:
                copy = Path(archive.extract(content["database"], folder))
                copy.chmod(0o600)
                if database.sqlite:
                    os.replace(copy, str(database.url.database))
                else:
                    _run("pg_restore", database.url, "--single-transaction", "--no-owner", "--no-privileges", str(copy))
            if _HEADS in archive.namelist() and not settings.heads_file.exists():
                settings.heads_file.touch(0o600)
                settings.heads_file.write_bytes(archive.read(_HEADS))
        private.prepare(settings)
        return _taken_up(settings, database, now)
    finally:
        database.close()


def _taken_up(settings: Settings, database: Database, now: datetime) -> Restored:
    """Note in the file of heads and in the chains that an older database took over; what was delivered stays so, and
    what was in hand is made again."""
    migrate.upgrade(database.engine)
    with Session(database.engine) as session:
        held = _held(settings, session, now)
        try:
            lines = heads.read(settings.heads_file, audit.ChainKeys(session))
        except heads.Damaged:
            lines = []
        lacks: list[str] = []
        present = [heads.noted(one, heads.RESTORED) for one in heads.present(session, now)]
        for one in present:
            missing = heads.lacking(session, lines, one.organisation_id)
            lacks += missing
            audit.record(
                session, one.organisation_id, now, "system", "records.restored", detail=f"lacks {len(missing)}"
            )
            if missing:
                alarm.owe_alarm(session, one.organisation_id, alarm.OLD, now)
        session.execute(update(Delivery).where(Delivery.done_at.is_(None)).values(lease_until=None, lease_token=None))
        session.commit()
    heads.append(settings.heads_file, present)
    return Restored(held, tuple(lacks))


def _must_be_empty(database: Database) -> None:
    if database.sqlite:
        path = Path(str(database.url.database))
        if path.exists() and path.stat().st_size:
            raise Problem(f"{path} is there already. Restore goes into an empty place: move it away first.")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for more in ("-wal", "-shm"):
            path.with_name(path.name + more).unlink(missing_ok=True)
    elif inspect(database.engine).get_table_names():
        raise Problem("The database that DATABASE_URL names has tables already. Restore goes into an empty one.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return _digest_of(file)


def _digest_of(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    while part := file.read(1 << 20):
        found.update(part)
    return found.hexdigest()


def _run(program: str, url: URL, *arguments: str, joined: bool = True) -> str:
    """Run one of PostgreSQL's programs; what it printed. The password goes in the environment, where only this account
    sees it. Raises Problem."""
    found = shutil.which(program) or next(
        iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))[::-1]), None
    )
    if found is None:
        raise Problem(f"{program} is not on this machine: install PostgreSQL's client programs.")
    to = [f"--dbname={url.database}"] if joined else []
    environment = {
        **os.environ,
        "PGHOST": str(url.query.get("host") or url.host or ""),
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGTZ": "UTC",
    }
    done = subprocess.run(  # noqa: S603  (our own arguments, no shell)
        [str(found), *to, *arguments], env={key: one for key, one in environment.items() if one}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Problem(f"{program} failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    return done.stdout
