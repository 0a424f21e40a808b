"""The command line of keys, the audit chain, backup and restore."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.records import backing, sealing, verifying
from bot.terminal import open_database, read_settings, stop
from db import audit, marks
from db.crypto import KeyProblem, Keyring, keyring, use_keyring
from db.models import Organisation
from db.session import Database

keys_cli = typer.Typer(no_args_is_help=True, help="Encryption keys.")
audit_cli = typer.Typer(no_args_is_help=True, help="The audit chain.")
_MOST_KEYS = 256


@keys_cli.command("new")
def keys_new(
    key_id: Annotated[int | None, typer.Option("--id", min=0, max=255, help="Number of the key.")] = None,
) -> None:
    """Print a new key for FACILITATOR_KEYS, with the next number. Keep a copy somewhere safe: without it nothing can be
    read."""
    typer.echo(Keyring.generate(_next_id() if key_id is None else key_id))


def _next_id() -> int:
    """The number after the highest in use, else the first that is free; 1 where there are no keys yet."""
    from bot.settings import Settings

    try:
        used = {key_id for key_id, _ in Keyring.parse(Settings().facilitator_keys.get_secret_value()).keys}
    except (KeyProblem, ValueError, OSError):
        return 1
    free: list[int] = [one for one in (max(used) + 1, *range(_MOST_KEYS)) if one not in used and one < _MOST_KEYS]
    return free[0]


@keys_cli.command("rotate")
def keys_rotate() -> None:
    """Seal everything anew under the newest key, while people are served. Stopped anywhere, it goes on from there."""
    settings = read_settings(slack=False)
    with open_database(settings) as database:
        _must_be_bound(database)
        newest = keyring().newest
        tell = lambda table, rows: typer.echo(f"{table}: {rows} rows")  # noqa: E731
        damaged = asyncio.run(sealing.rotate(database, tell))
        asyncio.run(database.write(lambda session: _note(session, settings.sandbox_clock, "keys.rotated", newest)))
    typer.echo(f"Everything is sealed under key {newest}.")
    if damaged:
        typer.echo(f"{damaged} rows hold something that no key opens; they stay as they are. See `audit verify`.")
        raise typer.Exit(1)


@keys_cli.command("drop")
def keys_drop(key_id: Annotated[int, typer.Argument(min=0, max=255, help="Number of the key.")]) -> None:
    """Say whether a key is still needed. Where it is not, it can be taken out of FACILITATOR_KEYS."""
    settings = read_settings(slack=False)
    with open_database(settings) as database:
        _must_be_bound(database)
        if key_id == keyring().newest:
            stop([f"Key {key_id} is the newest: everything is sealed under it. Put a new one in front of it first."])
        needed = asyncio.run(database.read(lambda session: sealing.needing(session, key_id), seconds=600))
        if needed:
            said = ", ".join(f"{count} rows of {table}" for table, count in needed.items())
            stop([f"Key {key_id} is still needed by {said}. Run `python -m bot keys rotate` and try again."])
        asyncio.run(database.write(lambda session: _note(session, settings.sandbox_clock, "keys.dropped", key_id)))
    typer.echo(f"Nothing needs key {key_id} any more: take it out of FACILITATOR_KEYS on every machine and restart.")
    typer.echo("Backups made before now still need it; keep it with them.")


def _must_be_bound(database: Database) -> None:
    if not asyncio.run(database.read(marks.is_bound, seconds=60)):
        stop(["Values of an earlier version are not bound to their rows yet. Run `python -m bot migrate` first."])


def _note(session: Session, clock: Path | None, action: str, key_id: int) -> None:
    for one in session.scalars(select(Organisation)).all():
        audit.record(session, one.id, Clock(clock).now(), "system", action, detail=f"key {key_id}")


@audit_cli.command("verify")
def audit_verify(
    heads: Annotated[Path | None, typer.Option(help="Another file of heads, such as the line of a mail.")] = None,
) -> None:
    """Walk the audit chain, compare it with the heads kept outside the database, and name the first link that does not
    fit. Exit 1 when something is wrong."""
    settings = read_settings(slack=False)
    if heads is not None and not heads.is_file():
        stop([f"{heads} cannot be read."])
    files = [settings.heads_file, *([heads] if heads else [])]

    def work(session: Session) -> list[verifying.Finding]:
        verifying.at_one_moment(session)
        return verifying.look(session, files)

    with open_database(settings) as database:
        found = asyncio.run(database.read(work, seconds=600))
    for finding in found:
        typer.echo(finding.words)
    if any(finding.wrong for finding in found):
        raise typer.Exit(1)


def backup_command(
    file: Annotated[Path, typer.Argument(help="Where the backup goes; a file that is not there yet.")],
) -> None:
    """Write a backup of everything to one file, also while people are served, and look through what was written."""
    settings = read_settings(slack=False)
    now = Clock(settings.sandbox_clock).now()
    with open_database(settings) as database:
        try:
            held = backing.backup(settings, database, file, now)
        except backing.Problem as problem:
            stop([str(problem)])
    typer.echo(f"{file} written and read again: {held.words()}.")
    typer.echo("Whoever has it and a key can read everything. Keep it, and the keys, away from the server and apart.")
    _say_wrong(held.wrong)


def restore_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file that `backup` wrote.")],
) -> None:
    """Bring a backup back into the empty place that DATABASE_URL names, and say what it holds and what it lacks."""
    settings = read_settings(slack=False)
    use_keyring(settings.keyring())
    try:
        settings.data_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = backing.restore(settings, file, Clock(settings.sandbox_clock).now())
    except backing.Problem as problem:
        stop([str(problem), "Nothing was restored."])
    except (OSError, SQLAlchemyError) as problem:
        stop([f"The place that DATABASE_URL names cannot be used ({type(problem).__name__})."])
    typer.echo(f"Restored: {found.held.words()}.")
    typer.echo("What was delivered before the backup is not delivered again; what was still to be delivered is.")
    if found.lacks:
        typer.echo(f"These concerns are missing, as the file of heads says: {', '.join(found.lacks)}.")
        typer.echo("Leads, deputies and administrators are told. Ask those who raised them to raise them again.")
    _say_wrong(found.held.wrong)


def _say_wrong(wrong: Sequence[str]) -> None:
    for words in wrong:
        typer.echo(words, err=True)
    if wrong:
        raise typer.Exit(1)
