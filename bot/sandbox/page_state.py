"""What the page is shown: one person's view of the workspace, and the mails, as plain JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from email.message import EmailMessage, MIMEPart

from bot.sandbox.model import Json, NotPossibleError, User
from bot.sandbox.workspace import Sandbox

# How the page names the direct message with the bot, whatever its channel's id.
DIRECT = "direct"
Letter = EmailMessage
TEXT_TYPES = ("text/", "application/ics", "application/json")


def state_for(sandbox: Sandbox, user_id: str, roles: Mapping[str, str]) -> Json:
    """What `user_id` sees, and who is there; an empty id means the first person who is not a bot."""
    users = [user for user in sandbox.state.users.values() if not user.deleted]
    person = user_id or next((user.id for user in users if not user.is_bot), "")
    if person not in sandbox.state.users:
        raise NotPossibleError(f"Nobody here has the id {person}.")
    seen = sandbox.snapshot_for(person)
    bot = sandbox.state.users[sandbox.settings.bot_user_id]
    dm = next((dm for dm in seen["dms"] if bot.id in dm["members"]), None)
    private: list[Json] = seen["private"]
    return {
        "person": person,
        "workspace": {"name": sandbox.settings.team_name},
        "bot": {"id": bot.id, "name": bot.name},
        "people": [_person(user, roles) for user in users],
        "channels": [_channel(channel, private) for channel in seen["channels"] if not channel["is_archived"]],
        "dms": [_direct(dm, bot, private)],
        "views": seen["views"],
        "home": seen["home"],
        "violations": [str(violation) for violation in sandbox.violations],
    }


def _person(user: User, roles: Mapping[str, str]) -> Json:
    guest = "guest" if user.is_restricted or user.is_ultra_restricted else ""
    return {"id": user.id, "name": user.name, "bot": user.is_bot, "role": roles.get(user.id) or guest}


def _channel(channel: Json, private: Sequence[Json]) -> Json:
    return {
        "id": channel["id"],
        "name": channel["name"],
        "private": channel["is_private"],
        "joined": channel["is_member"],
        "members": channel["members"],
        "messages": _messages(channel, private),
    }


def _direct(dm: Json | None, bot: User, private: Sequence[Json]) -> Json:
    """The direct message with the bot, which one may write in before it exists."""
    messages = _messages(dm, private) if dm else []
    return {"id": DIRECT, "name": bot.name, "with": bot.id, "joined": True, "messages": messages}


def _messages(channel: Json, private: Sequence[Json]) -> list[Json]:
    """The channel's messages and those in it that only this person sees, in the order of time."""
    posts: list[Json] = channel["messages"]
    mine = [message for message in private if message["channel"] == channel["id"]]
    replies = Counter(message["thread_ts"] for message in posts if message["thread_ts"] != message["ts"])
    return [
        {
            "ts": message["ts"],
            "user": message["user"],
            "text": message["text"],
            "blocks": message["blocks"],
            "thread_ts": message["thread_ts"],
            "edited": message["edited"],
            "ephemeral": message["private"],
            "replies": replies[message["ts"]],
        }
        for message in sorted([*posts, *mine], key=lambda message: float(message["ts"]))
    ]


def mail_as_json(mail: Letter) -> Json:
    """One mail with its text and its attachments; those that are not text are only named."""
    body = mail.get_body(("plain", "html"))
    return {
        "from": str(mail["From"] or ""),
        "to": str(mail["To"] or mail["X-Envelope-To"] or ""),
        "cc": str(mail["Cc"] or ""),
        "subject": str(mail["Subject"] or ""),
        "date": str(mail["Date"] or ""),
        "text": _text_of(body) if body is not None else "",
        "attachments": _attachments(list(mail.walk()), body),
    }


def _attachments(parts: Sequence[object], body: object) -> list[Json]:
    """Every leaf of the mail but the one that is read as its text."""
    leaves = [part for part in parts if isinstance(part, MIMEPart) and not part.is_multipart()]
    return [
        {
            "name": part.get_filename() or part.get_content_type(),
            "type": part.get_content_type(),
            "text": _text_of(part),
        }
        for part in leaves
        if part is not body
    ]


def _text_of(part: object) -> str:
    if not isinstance(part, MIMEPart) or not part.get_content_type().startswith(TEXT_TYPES):
        return ""
    content = part.get_content()
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
