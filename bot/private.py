"""The bot's files are for the account that runs it and nobody else, whatever the umask says."""

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from bot.settings import Settings

_BESIDE = ("", "-wal", "-shm", "-journal")


def prepare(settings: Settings) -> None:
    """Make the folder of the data (0700) where it is missing, and its files 0600, the database's own among them before
    it is there: SQLite gives the files beside it the same. A folder that was there is left: it may hold more."""
    settings.data_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in files(settings):
        if path.exists():
            path.chmod(0o600)
    database = _database(settings)
    if database is not None and not database.exists():
        os.close(os.open(database, os.O_CREAT | os.O_WRONLY, 0o600))
        database.chmod(0o600)


def open_to_others(settings: Settings) -> list[Path]:
    """The folder and the files that others than this account can read or write."""
    found = [settings.data_directory, *files(settings)]
    return [path for path in found if path.exists() and path.stat().st_mode & 0o077]


def files(settings: Settings) -> Iterator[Path]:
    """Every file that the bot keeps, whether or not it is there."""
    database = _database(settings)
    if database is not None:
        yield from (database.with_name(database.name + more) for more in _BESIDE)
    yield settings.contacts_file
    yield settings.heads_file


def _database(settings: Settings) -> Path | None:
    url = make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
