"""Whether everything is in order: the token, scopes, channels, database, keys, provider and mail.

It names people by their Slack id only, so that its lines can be pasted into a request for help.
"""

import asyncio
import os
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from dotenv import dotenv_values
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import alerts, contacts, private, yaml_text
from bot.clock import Clock
from bot.mail import MailError, probe
from bot.numbers import reachable
from bot.policy import load_pack
from bot.policy.overrides import empty_slots, place_of, stored
from bot.providers import Provider, ProviderError, UnsetProvider, title_of
from bot.providers.configured import configured
from bot.settings import Settings, misspelt
from bot.slack.client import SlackClient
from bot.slack.problems import Cause, SlackProblem
from bot.staff import ways
from bot.staff.people import COVERING, belongs, is_away
from db import marks, migrate
from db.crypto import Unreadable
from db.engines import durability
from db.models import ConcernText, IncidentText, Organisation, Staff
from db.scope import of
from db.session import Database, NotSaved

_SECONDS = 10.0
_REFUSALS = {
    "channel_not_found": "there is no such channel, or the bot is not in it; in the channel, type /invite @Facilitator",
    "user_not_found": "Slack knows nobody with this id; correct the organisation file",
    "missing_scope": "the app lacks a scope; install it again from manifest.yml",
}
_AT_MICROSOFT = (
    "Microsoft 365 switches signing in with a password off at the end of December 2026; set SMTP_OAUTH_TENANT, "
    "SMTP_OAUTH_CLIENT_ID and SMTP_OAUTH_CLIENT_SECRET, and take the password out of SMTP_URL"
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is in order, and what to do when it is not."""

    what: str
    ok: bool
    remedy: str = ""
    note: bool = False
    """In order, and yet something is still to be done."""

    def line(self) -> str:
        """One line for a terminal."""
        mark = "note" if self.note else "ok  " if self.ok else "BAD "
        return f"{mark} {self.what}" + (f": {self.remedy}" if self.note or not self.ok else "")


@dataclass(frozen=True)
class _Held:
    """What the database holds of the organisation."""

    organisation: Organisation
    people: list[Staff]


async def run(settings: Settings, database: Database, manifest: Path) -> list[Finding]:
    """Look at everything, and change nothing. Takes at most half a minute."""
    findings, held = await _database(database)
    slack = SlackClient(settings.slack_bot_token.get_secret_value(), settings.api_base)
    await slack.start()
    try:
        findings += await _slack(slack, manifest, held)
    finally:
        await slack.close()
    findings += await _socket(settings)
    findings.append(_private(settings))
    if held is not None:
        findings += [_covered(settings, held), _contacts(settings, held), *await _provider(settings, held)]
        findings += _slots(held)
        findings += [way for one in held.people for way in await asyncio.to_thread(_ways, one)]
    findings += await _mail(settings)
    return [*findings, *_address(settings), *_misspelt()]


def _misspelt() -> list[Finding]:
    """Settings that are given and read by nobody, because their name is nearly one of ours."""
    pairs = misspelt({*os.environ, *dotenv_values(".env")})
    return [
        Finding(f"setting {given}", True, f"nothing reads it; is {meant} meant?", note=True) for given, meant in pairs
    ]


def _ways(one: Staff) -> list[Finding]:
    """Whether the ways to reach somebody beside Slack are understood, without sending, and took their last alert."""
    found = []
    for way in ways.ways_of(one, mail=True):
        address = ways.address_of(one, way) if way != ways.MAIL else None
        wrong = alerts.wrong_with(address) if address else ""
        refused = one.refusing.get(way)
        remedy = f"the last message was not accepted ({refused}); correct the organisation file, or the service"
        remedy = f"an address {wrong}; correct the organisation file" if wrong else remedy
        ok = not wrong and refused is None
        # A mail address that has refused nothing is nothing to tell of.
        found += [Finding(f"{ways.called(one, way)} of {one.slack_id}", ok, remedy)] if address or not ok else []
    return found


def _slots(held: _Held) -> list[Finding]:
    """The texts and numbers that the policy needs and the organisation file does not give yet."""
    organisation = held.organisation
    empty = empty_slots(load_pack(organisation.policy), stored(organisation.options))
    remedy = "fill it in the organisation file; until then no meeting becomes ready"
    return [Finding(f"policy: {place_of(slot)} is empty", True, remedy, note=True) for slot in empty]


async def _database(database: Database) -> tuple[list[Finding], _Held | None]:
    """The database itself, and what it holds of the organisation; None where that cannot be read."""
    try:
        current = await database.read(lambda session: migrate.current(session.connection()), seconds=_SECONDS)
    except NotSaved:
        return [Finding("database", False, "it does not answer; is DATABASE_URL right and the server up?")], None
    findings = [Finding("database", True)]
    whole = current == migrate.newest()
    findings.append(Finding("migrations", whole, "run `python -m bot migrate`"))
    on_disk, told = await asyncio.to_thread(_durability, database)
    findings.append(Finding(f"durability ({told})", on_disk, "“saved” must mean on disk; set it back"))
    if not whole:
        return findings, None
    readable = await database.read(_readable, seconds=_SECONDS)
    findings.append(Finding("encryption keys", readable, "FACILITATOR_KEYS lacks the key that sealed what is stored"))
    if not readable:
        return findings, None
    held = await database.read(_held, seconds=_SECONDS)
    remedy = "run `python -m bot setup organisation.yaml`"
    return [*findings, Finding("organisation", held is not None, remedy)], held


def _private(settings: Settings) -> Finding:
    """Whether the data are for this account alone."""
    open_ones = private.open_to_others(settings)
    named = " ".join(str(path) for path in open_ones)
    return Finding("data files", not open_ones, f"others on this machine can open them; run chmod go= {named}")


def _durability(database: Database) -> tuple[bool, str]:
    with database.engine.connect() as connection:
        return durability(connection)


def _readable(session: Session) -> bool:
    """Whether the keys open what is stored: the people's names, and the oldest and newest sealed texts."""
    try:
        marks.is_bound(session)
        # Reading a text opens it.
        _names = [(one.name, one.email, one.phone) for one in session.scalars(select(Staff))]
        for kind in (IncidentText, ConcernText):
            for order in (kind.at.asc(), kind.at.desc()):
                rows: Iterable[IncidentText | ConcernText] = session.scalars(select(kind).order_by(order).limit(1))
                _words = [one.words for one in rows]
    except (Unreadable, marks.WrongKey):
        return False
    return True


def _held(session: Session) -> _Held | None:
    organisation = session.scalar(select(Organisation).limit(1))
    if organisation is None:
        return None
    people = session.scalars(of(organisation.id, Staff).where(Staff.in_file.is_(True)).order_by(Staff.file_order))
    return _Held(organisation, list(people))


async def _slack(slack: SlackClient, manifest: Path, held: _Held | None) -> list[Finding]:
    try:
        told, granted = await slack.identity()
    except SlackProblem as problem:
        if problem.cause is Cause.PASSING:
            remedy = f"Slack did not answer ({problem.code}); can this machine reach it?"
            return [Finding("Slack", False, remedy)]
        remedy = f"Slack says {problem.code}; copy SLACK_BOT_TOKEN from the app's OAuth page"
        return [Finding("Slack token", False, remedy)]
    findings = [Finding("Slack token", True), _scopes(granted, manifest)]
    if held is None:
        return findings
    team = held.organisation.team_id
    remedy = f"the token is for {told.get('team_id')}, the organisation file says {team}; one of them is wrong"
    findings.append(Finding("Slack workspace", told.get("team_id") == team, remedy))
    findings += [await _guarded(_person(slack, held, one), f"person {one.slack_id}") for one in held.people]
    channel = f"concern channel {held.organisation.concern_channel}"
    bot = str(told.get("user_id"))
    return [*findings, await _guarded(_channel(slack, held, bot), channel)]


async def _guarded(look: Awaitable[str], what: str) -> Finding:
    """A finding from what a look complains of (empty: nothing); Slack's refusal is a complaint too."""
    try:
        remedy = await look
    except SlackProblem as problem:
        remedy = _REFUSALS.get(problem.code, f"Slack says {problem.code}")
    return Finding(what, not remedy, remedy)


def _scopes(granted: frozenset[str], manifest: Path) -> Finding:
    try:
        content = yaml_text.load(manifest.read_text(encoding="utf-8"))
        wanted = set(content["oauth_config"]["scopes"]["bot"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return Finding("Slack scopes", False, f"{manifest} cannot be read; name it with --manifest")
    missing, more = sorted(wanted - granted), sorted(granted - wanted)
    if missing:
        remedy = f"not granted: {', '.join(missing)}; put manifest.yml into the app's settings and install it again"
        return Finding("Slack scopes", False, remedy)
    remedy = f"granted and not needed: {', '.join(more)}; take them away in the app's settings"
    return Finding("Slack scopes", not more, remedy)


async def _person(slack: SlackClient, held: _Held, one: Staff) -> str:
    user: Mapping[str, Any] = (await slack.query("users.info", user=one.slack_id))["user"]
    if user.get("deleted"):
        return "this account is deactivated; correct the organisation file and run setup"
    if user.get("is_bot"):
        return "this is a bot; correct the organisation file and run setup"
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return "this is a guest, who may not use the bot; make them a full member, or correct the organisation file"
    if not belongs(user, held.organisation.team_id):
        return "this account belongs to another workspace; correct the organisation file and run setup"
    return ""


async def _channel(slack: SlackClient, held: _Held, bot: str) -> str:
    channel: Mapping[str, Any] = (await slack.query("conversations.info", channel=held.organisation.concern_channel))[
        "channel"
    ]
    if not channel.get("is_private"):
        return "it is public; concerns are posted to a private channel only"
    if channel.get("is_ext_shared") or channel.get("is_shared") or channel.get("is_org_shared"):
        return "it is shared with another workspace; stop sharing it"
    if channel.get("is_archived"):
        return "it is archived; unarchive it, or name another in the organisation file"
    members = await slack.members(held.organisation.concern_channel)
    if bot not in members:
        return _REFUSALS["channel_not_found"]
    permitted = {one.slack_id for one in held.people if {role.value for role in COVERING} & set(one.roles)}
    others = sorted(members - permitted - {bot})
    if others:
        return f"only leads, deputies and the bot belong in it; take out {', '.join(others)}"
    return ""


async def _socket(settings: Settings) -> list[Finding]:
    if settings.slack_app_token is None:
        return []
    client = SlackClient(settings.slack_app_token.get_secret_value(), settings.api_base)
    await client.start()
    try:
        await client.call("apps.connections.open")
    except SlackProblem as problem:
        needs = "SLACK_APP_TOKEN needs the scope connections:write, and Socket Mode on"
        refused = problem.cause is not Cause.PASSING
        remedy = f"Slack says {problem.code}; {needs}" if refused else f"Slack did not answer ({problem.code})"
        return [Finding("Socket Mode", False, remedy)]
    finally:
        await client.close()
    return [Finding("Socket Mode", True)]


def _covered(settings: Settings, held: _Held) -> Finding:
    """Whether a lead or deputy is there who can use Slack and be telephoned."""
    now, what = Clock(settings.sandbox_clock).now(), "somebody to answer concerns"
    wanted = {role.value for role in COVERING}
    usable = [one for one in held.people if wanted & set(one.roles) and not (one.deactivated or one.guest or one.bot)]
    if not usable:
        return Finding(what, False, "no lead and no deputy can use Slack; name another in the organisation file")
    if not any(one.phone for one in usable):
        return Finding(what, False, "no lead and no deputy has a phone number; give one in the organisation file")
    present = any(not is_away(one, now) for one in usable)
    return Finding(what, present, "every lead and deputy is away; ask one to come back")


def _contacts(settings: Settings, held: _Held) -> Finding:
    file, team = settings.contacts_file, held.organisation.team_id
    same = [one for one in contacts.read(file) if one.team == team] == reachable(team, held.people)
    remedy = f"{file} is missing or not what the database says; `serve` writes it, `python -m bot setup FILE` too"
    return Finding("contacts file", same, remedy)


async def _provider(settings: Settings, held: _Held) -> list[Finding]:
    """Each provider that the organisation uses, and the accounts there that its file names."""
    organisation, providers = held.organisation, configured(settings)
    names = dict.fromkeys([organisation.provider, *organisation.options.get("providers", ())])
    found: list[Finding] = []
    try:
        for name in names:
            found += await _one_provider(providers.get(name) or UnsetProvider(name), name, held)
    finally:
        await asyncio.gather(*[one.aclose() for one in providers.values()])
    return found


async def _one_provider(provider: Provider, name: str, held: _Held) -> list[Finding]:
    if provider.problem:
        return [Finding(f"provider {name}", False, provider.problem)]
    try:
        await provider.check()
        unknown = [place for place, account in _accounts(held, name) if not await provider.knows(account)]
    except ProviderError as problem:
        return [Finding(f"provider {name}", False, problem.words)]
    remedy = f"{title_of(name)} has no active user with this address; correct the organisation file"
    return [Finding(f"provider {name}", True), *[Finding(place, False, remedy) for place in unknown]]


def _accounts(held: _Held, provider: str) -> list[tuple[str, str]]:
    """The accounts at the provider that the organisation file names, each with its place there."""
    options = held.organisation.options
    shared = options.get(f"{provider}_host")
    own: dict[str, str] = options.get(f"{provider}_users", {})
    named = [(f"{provider} of {slack_id}", account) for slack_id, account in own.items()]
    return [*([(f"{provider}_host", shared)] if shared else []), *named]


async def _mail(settings: Settings) -> list[Finding]:
    """Connect, greet and sign in; no mail is sent."""
    what = "mail server"
    try:
        server = settings.mail_server
    except ValueError as wrong:
        return [Finding(what, False, f"{wrong}")]
    if server is None:
        remedy = "SMTP_URL is not set, so nobody is told of a concern by mail while Slack is down or nobody answers"
        return [Finding(what, True, remedy, note=True)]
    try:
        await probe(server)
    except MailError as problem:
        return [Finding(what, False, f"{server.host}:{server.port}: {problem.words}")]
    if server.password_at_microsoft:
        return [Finding(what, True, _AT_MICROSOFT, note=True)]
    return [Finding(what, True)]


def _address(settings: Settings) -> list[Finding]:
    if settings.public_url is None:
        return []
    remedy = "it must begin with https://; http only for an address of this machine"
    findings = [Finding("PUBLIC_URL", settings.export_base is not None, remedy)]
    if not os.environ.get("FORWARDED_ALLOW_IPS"):
        # Uvicorn reads it from the environment alone.
        words = (
            "not set, so only a proxy on this machine says where a request came from. Behind one on another machine "
            "or in another container, give its address here: else all families count as one for the brake on guesses"
        )
        findings.append(Finding("FORWARDED_ALLOW_IPS", True, words, note=True))
    return findings
