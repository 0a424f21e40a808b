"""The command line: serve, worker, setup, check, migrate, demo, and what administrators need."""

import asyncio
import fcntl
import os
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
import yaml
from sqlalchemy import make_url

from bot import __version__, logs, private, yaml_text
from bot.clock import Clock
from bot.numbers import Numbers
from bot.organisation import file as organisation_file
from bot.organisation import service as organisations
from bot.policy.coverage_cli import policy_cli
from bot.policy.overrides import place_of
from bot.records import sealing
from bot.records.cli import audit_cli, backup_command, keys_cli, restore_command
from bot.settings import Settings
from bot.terminal import open_database as _database
from bot.terminal import read_settings as _settings
from bot.terminal import stop as _stop
from db import marks
from db import migrate as migrations
from db.session import Database

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The facilitator assistant: a Slack bot for safe online sessions.",
)
export_cli = typer.Typer(no_args_is_help=True, help="Copies of records.")
cli.add_typer(keys_cli, name="keys")
cli.add_typer(audit_cli, name="audit")
cli.command("backup")(backup_command)
cli.command("restore")(restore_command)
cli.add_typer(export_cli, name="export")
cli.add_typer(policy_cli, name="policy")


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


_ENDING_SECONDS = 8.0
"""How long the process that served before may take to end."""


@cli.callback()
def _program(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_say_version),
    ] = False,
) -> None:
    """The facilitator assistant: a Slack bot for safe online sessions."""


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 3000,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave the deliveries to `worker`.")] = False,
) -> None:
    """Take Slack's requests (over HTTP, or Socket Mode with SLACK_APP_TOKEN) and make the deliveries."""
    _run(host, port, work=not no_worker, take_requests=True)


@cli.command()
def worker(
    host: Annotated[str, typer.Option(help="Address for health and figures.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port for health and figures.")] = 3001,
) -> None:
    """Make the deliveries only."""
    _run(host, port, work=True, take_requests=False)


def _run(host: str, port: int, *, work: bool, take_requests: bool) -> None:
    settings = _settings(slack=True)
    _alone(settings, take_requests=take_requests)
    logs.configure(settings)
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError:
        _stop([f"{host}:{port} is taken, or not an address of this machine. Choose another with --host and --port."])
    # Slack's libraries take a second to load, which no other command needs.
    import uvicorn

    from bot import connections
    from bot.app import App

    app = App(settings, work=work, take_requests=take_requests)
    # The loop answers while other threads draw and write; by default each may keep it waiting for 5 ms at a time.
    sys.setswitchinterval(0.0005)
    config = uvicorn.Config(app.web(), **connections.options(host=host, port=port))
    server = uvicorn.Server(config)
    port = listener.getsockname()[1]
    typer.echo(f"Listening on http://{host}:{port}" + (" (Socket Mode)" if settings.socket_mode else ""))
    server.run(sockets=[listener])
    # Threads that wait for a database that never answers must not keep the process from ending.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0 if server.started else 1)


def _alone(settings: Settings, *, take_requests: bool) -> None:
    """One process serves a SQLite file: end with a sentence where another does, or where `worker` is asked for."""
    if make_url(settings.database_url).get_backend_name() != "sqlite":
        return
    if not take_requests:
        _stop(["One process serves a SQLite file: `serve` makes the deliveries too. `worker` is for PostgreSQL."])
    private.prepare(settings)
    lock = os.open(settings.data_directory / "serving.lock", os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + _ENDING_SECONDS
    while True:
        try:
            # Held until the process ends, however it ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError:
            if time.monotonic() > until:
                _stop([f"Another process serves the database in {settings.data_directory}. Stop it first."])
            time.sleep(0.1)


def _upgrade(database: Database, settings: Settings) -> tuple[str, str]:
    """Bring the database to the newest shape, and bind to its row what an earlier version stored."""
    before, after = migrations.upgrade(database.engine)
    if not asyncio.run(database.read(marks.is_bound, seconds=60)):
        tell = lambda table, rows: typer.echo(f"Sealing {table}: {rows} rows.")  # noqa: E731
        asyncio.run(sealing.bind(database, Clock(settings.sandbox_clock).now(), tell))
    return before, after


@cli.command()
def migrate() -> None:
    """Bring the database to the newest shape."""
    settings = _settings(slack=False)
    with _database(settings) as database:
        before, after = _upgrade(database, settings)
    typer.echo("The database is up to date." if before == after else f"The database was migrated to {after}.")


def _confirm(asked: organisations.WouldChange) -> None:
    """Show what would change, and go on only where somebody says yes."""
    typer.echo("This would change:")
    for line in (*asked.changes, *asked.to_confirm):
        typer.echo(f"  {line}")
    try:
        sure = typer.confirm("Is that meant?")
    except typer.Abort:
        sure = False
    if not sure:
        _stop(["Nothing was changed. Correct the file, or run setup with --yes."])


def _applied(database: Database, apply: Callable[..., list[str]], *, yes: bool) -> list[str]:
    """What the file changed, a line each; where it must be confirmed first and is not, the program ends."""
    try:
        try:
            return asyncio.run(database.write(partial(apply, confirmed=yes), seconds=20))
        except organisations.WouldChange as asked:
            _confirm(asked)
            return asyncio.run(database.write(apply, seconds=20))
    except organisation_file.FileProblem as wrong:
        _stop([*wrong.problems, "Nothing was changed."])


def _lacking(settings: Settings, used: set[str]) -> list[str]:
    """What the settings lack for the providers that are used; a sentence each."""
    needs = {
        "zoom": (settings.zoom_ready, "ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET"),
        "bigbluebutton": (settings.bbb_url and settings.export_base, "BBB_URL, BBB_SECRET and PUBLIC_URL (https)"),
        "teams": (settings.teams_ready, "MS_TENANT_ID, MS_CLIENT_ID and MS_CLIENT_SECRET"),
        "meet": (settings.google_credentials_file, "GOOGLE_CREDENTIALS_FILE"),
    }
    return [
        f"provider: {name} needs {what} in the settings."
        for name, (there, what) in needs.items()
        if name in used and not there
    ]


@cli.command()
def setup(
    file: Annotated[Path, typer.Argument(help="The organisation file, YAML.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the last lead, deputy or head goes.")] = False,
    new_organisation: Annotated[
        bool, typer.Option("--new-organisation", help="This workspace is another one than is set up already.")
    ] = False,
) -> None:
    """Create or change the organisation so that it is what the file says. Nothing changes on a wrong value."""
    from bot import rooms

    settings = _settings(slack=False)
    try:
        wanted = organisation_file.read(file)
    except organisation_file.FileProblem as wrong:
        _stop([*wrong.problems, "Nothing was changed."])
    lacking = _lacking(settings, {wanted.provider, *wanted.providers})
    if lacking:
        _stop([*lacking, "Nothing was changed."])
    clock = Clock(settings.sandbox_clock)
    with _database(settings) as database:
        _upgrade(database, settings)
        apply = partial(
            organisations.apply, file=wanted, now=clock.now(), then=rooms.rights_changed, new=new_organisation
        )
        changes = _applied(database, apply, yes=yes)
    try:
        with _database(settings) as database:
            if asyncio.run(Numbers(settings.contacts_file, database).refresh()):
                changes.append(f"{settings.contacts_file} written")
    except OSError as problem:
        why = f"{settings.contacts_file} could not be written: {problem.strerror}."
        _stop([f"The organisation is saved, but {why} Without it nobody sees the phone numbers. Run setup again."])
    typer.echo("\n".join(changes) if changes else "Nothing to change.")
    for sentence in wanted.missing():
        typer.echo(f"Missing, and good to have: {sentence}")
    slots = wanted.in_setup()
    if slots:
        typer.echo("In set-up: everything works, but no meeting becomes ready until these are in the file:")
    for slot in slots:
        typer.echo(f"  {place_of(slot)}: {slot.text}")


@cli.command()
def check(
    manifest: Annotated[Path, typer.Option(help="The app's manifest, for the scopes.")] = Path("manifest.yml"),
) -> None:
    """Say whether everything is in order: a line each, with the remedy. Exit 1 when something is not."""
    from bot.organisation import check as checks

    settings = _settings(slack=True)
    with _database(settings) as database:
        findings = asyncio.run(checks.run(settings, database, manifest))
    for finding in findings:
        typer.echo(finding.line())
    if any(not finding.ok for finding in findings):
        raise typer.Exit(1)


@cli.command()
def manifest(
    address: Annotated[str, typer.Argument(help="The bot's public address, https://bot.example.org.")],
    file: Annotated[Path, typer.Option(help="The manifest to begin with.")] = Path("manifest.yml"),
) -> None:
    """Print the app's manifest for HTTP instead of Socket Mode, with your address in every place that needs it."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        _stop(["The address must begin with https://, as Slack reaches the bot there."])
    try:
        content = yaml_text.load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        _stop([f"{file} cannot be read."])
    url = f"{address.rstrip('/')}/slack/events"
    for command in content["features"]["slash_commands"]:
        command["url"] = url
    settings = content["settings"]
    settings["interactivity"]["request_url"] = settings["event_subscriptions"]["request_url"] = url
    settings["socket_mode_enabled"] = False
    typer.echo(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), nl=False)


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the sandbox's page.")] = 8000,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    policy: Annotated[str, typer.Option(help="The policy that it works by, such as st_josephs.")] = "james",
) -> None:
    """Start the sandbox with an invented organisation, and the bot beside it."""
    from bot import demo as sandbox_demo
    from bot.policy import pack_names

    if policy not in pack_names():
        _stop([f"--policy {policy} is none; there are {', '.join(pack_names())}."])
    sandbox_demo.run(port, open_browser=open_browser, policy=policy)


@export_cli.callback()
def export_what() -> None:
    """Copies of records, made on the server."""


@export_cli.command("concern")
def export_concern(
    reference: Annotated[str, typer.Argument(help="The concern's reference, C-2026-83915.")],
    by: Annotated[str, typer.Option(help="Slack id of whoever asks; they must be one who may read it.")],
    made_for: Annotated[str, typer.Option("--for", prompt="For whom?", help="Who receives the copy.")],
    reason: Annotated[str, typer.Option(prompt="What is the copy for?", help="What the copy is for.")],
    redacted: Annotated[bool, typer.Option("--redacted", help="Take names out, the raiser's too.")] = False,
    keep: Annotated[list[str] | None, typer.Option(help="Whose name stays in a redacted copy.")] = None,
    without: Annotated[list[str] | None, typer.Option(help="Another name to take out; can be repeated.")] = None,
    attach: Annotated[
        bool, typer.Option("--attach", help="Attach the whole record as a data file, the raiser's own view included.")
    ] = False,
    lock: Annotated[bool, typer.Option("--lock", help="Ask for a password that opens the file.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the file is written.")] = Path("."),
) -> None:
    """Write a copy of a concern's record as a PDF that only you can read. Both asking and refusing are audited."""
    from bot.concerns.copies import export_file
    from bot.concerns.copies.exporting import Wanted
    from bot.concerns.copies.pdf import SHORTEST_PASSWORD
    from bot.concerns.rights import GONE

    if not made_for.strip() or not reason.strip():
        _stop(["--for and --reason can't be empty: they are printed on the copy."])
    if redacted and not keep:
        _stop(["--redacted needs --keep: the name of the person whose copy it is."])
    if redacted and attach:
        _stop(["--redacted and --attach don't go together: the data file has every name."])
    password = typer.prompt("A password that opens the file", hide_input=True, confirmation_prompt=True) if lock else ""
    if lock and len(password) < SHORTEST_PASSWORD:
        _stop([f"A password needs {SHORTEST_PASSWORD} characters at least."])
    wanted = Wanted(reason, made_for, redacted, tuple(keep or ()), tuple(without or ()), attach=attach)
    settings = _settings(slack=False)
    now = Clock(settings.sandbox_clock).now()
    with _database(settings) as database:
        found = asyncio.run(
            database.write(lambda session: export_file.ask(session, reference, by, wanted, now), job=True)
        )
    if found is None:
        _stop([GONE])
    try:
        path = export_file.write(folder, reference, *found, password)
    except OSError as problem:
        _stop([f"The copy could not be written to {folder}: {problem.strerror}. Ask again: it has its own number."])
    typer.echo(f"{path} written. Give it only to whom it is made for, and by a safe way.")


def main() -> None:
    """The console script."""
    cli()


if __name__ == "__main__":
    main()
