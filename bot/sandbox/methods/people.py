"""The accounts, the workspace and the app itself."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.sandbox.methods.registry import Call, SlackError, method
from bot.sandbox.model import Json, User
from bot.sandbox.settings import Settings


def user_payload(settings: Settings, user: User, *, with_email: bool) -> Json:
    """An account as Slack shows it to an app; the address only with the scope for it."""
    zone = datetime.now(UTC).astimezone(ZoneInfo(user.tz))
    offset = zone.utcoffset()
    profile: Json = {
        "real_name": user.name,
        "real_name_normalized": user.name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "team": user.team_id,
    }
    if with_email and user.email:
        profile["email"] = user.email
    shown: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.handle,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": int(zone.timestamp()),
    }
    if user.grid_teams:
        # An organisation's answer names the workspaces here, and leaves out the one where it is all of them.
        shown["enterprise_user"] = {"id": user.id, "enterprise_id": "E0GRID", "teams": list(user.grid_teams)}
    if user.deleted:
        return shown
    shown |= {
        "real_name": user.name,
        "tz": user.tz,
        "tz_label": zone.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
    }
    if settings.team_id not in (user.team_id, *user.grid_teams):
        shown["is_stranger"] = True
    return shown


def _slackbot(call: Call) -> User:
    return replace(SLACKBOT, team_id=call.settings.team_id)


def _payload(call: Call, user: User) -> Json:
    return user_payload(call.settings, user, with_email="users:read.email" in call.settings.scopes)


# Slack lists its own account among the people, and does not mark it as a bot.
SLACKBOT = User(id="USLACKBOT", name="Slackbot")


@method("users.list", scopes="users:read", optional="limit cursor include_locale team_id", tier=2)
def list_users(call: Call) -> Json:
    """The accounts of this workspace, deactivated ones included."""
    own = [user for user in call.state.users.values() if not call.state.is_stranger(user)]
    users, metadata = call.page([_slackbot(call), *own], 0)
    return {"members": [_payload(call, user) for user in users], **metadata}


@method("users.info", scopes="users:read", required="user", optional="include_locale", tier=4)
def user_info(call: Call) -> Json:
    """One account."""
    slackbot = _slackbot(call)
    return {"user": _payload(call, slackbot if call.text("user") == slackbot.id else call.user())}


@method("users.lookupByEmail", scopes="users:read.email", required="email", tier=3)
def lookup_by_email(call: Call) -> Json:
    """The active account with that address."""
    wanted = call.text("email").lower()
    found = [u for u in call.state.users.values() if u.email.lower() == wanted and not u.deleted]
    if not found:
        raise SlackError("users_not_found")
    return {"user": _payload(call, found[0])}


@method("team.info", scopes="team:read", optional="team domain", tier=3)
def team_info(call: Call) -> Json:
    """The workspace."""
    settings = call.settings
    team = {"id": settings.team_id, "name": settings.team_name, "domain": settings.domain, "email_domain": ""}
    return {"team": team}


@method("auth.test", tier=4)
def auth_test(call: Call) -> Json:
    """Whose token this is."""
    settings = call.settings
    bot = call.state.users[settings.bot_user_id]
    return {
        "url": f"https://{settings.domain}.slack.com/",
        "team": settings.team_name,
        "user": bot.handle,
        "team_id": settings.team_id,
        "user_id": settings.bot_user_id,
        "bot_id": settings.bot_id,
        "is_enterprise_install": False,
    }


@method("api.test", optional="error foo", tier=4, caller="anyone")
def api_test(call: Call) -> Json:
    """Nothing but an answer."""
    if call.text("error"):
        raise SlackError(call.text("error"))
    return {"args": {key: value for key, value in call.args.items() if key != "token"}}
