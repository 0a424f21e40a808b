"""What every command of the command line shares: its settings, its database, and ending with a sentence."""

import contextlib
from collections.abc import Iterator
from typing import NoReturn

import typer
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from bot import private
from bot.settings import Settings, SettingsProblem, load_settings
from db import marks
from db.crypto import Unreadable, use_keyring
from db.session import Database, NotSaved


def stop(problems: list[str]) -> NoReturn:
    """End the program: a sentence a line, and exit code 1."""
    for problem in problems:
        typer.echo(problem, err=True)
    raise typer.Exit(1)


def read_settings(*, slack: bool) -> Settings:
    """The settings, or the end of the program with what is wrong with them."""
    try:
        return load_settings(slack=slack)
    except SettingsProblem as wrong:
        stop(wrong.problems)


@contextlib.contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database, let go at the end. One that cannot be used ends the program with a sentence."""
    use_keyring(settings.keyring())
    try:
        private.prepare(settings)
    except OSError as problem:
        stop([f"The folder {settings.data_directory} cannot be made: {problem.strerror}."])
    database = Database(settings.database_url)
    try:
        yield database
    except (Unreadable, marks.WrongKey):
        stop(["FACILITATOR_KEYS lacks the key that sealed what is stored, so nothing was changed."])
    except CommandError:
        stop(["The database was made by a newer version of the bot; nothing was changed. Install that version."])
    except (NotSaved, SQLAlchemyError) as problem:
        why = type(problem).__name__
        stop([f"The database cannot be used ({why}); nothing was changed. Is DATABASE_URL right and the server up?"])
    finally:
        database.close()
