"""The things a Slack workspace holds: people, channels and messages."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class NotPossibleError(AssertionError):
    """The person tried something that Slack's own client would not let them do.

    It is an assertion, so that a test which asks for the impossible fails with this sentence.
    """


@dataclass
class User:
    """One account. `team_id` empty means: of the sandbox's own workspace.

    `grid_teams` holds, for somebody of an Enterprise Grid, every workspace of it that they belong to.
    """

    id: str
    name: str
    tz: str = "Europe/London"
    email: str = ""
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    team_id: str = ""
    is_admin: bool = False
    grid_teams: tuple[str, ...] = ()

    @property
    def handle(self) -> str:
        """The name without spaces that follows the @ in Slack."""
        return ".".join(self.name.lower().split())


@dataclass
class Channel:
    """One conversation; a direct message has `is_im` and the partner in `user`."""

    id: str
    name: str = ""
    is_private: bool = False
    members: list[str] = field(default_factory=list)
    is_ext_shared: bool = False
    is_archived: bool = False
    is_im: bool = False
    user: str = ""


@dataclass
class File:
    """A file that somebody gave to the app. `elsewhere`: it belongs to another workspace of a shared channel."""

    id: str
    user: str
    name: str
    content: bytes = field(repr=False)
    at: float
    elsewhere: bool = False
    deleted: bool = False


@dataclass
class Message:
    """One message.

    `visible_to` is set when only that person can see it; `cause` is the trigger id of the interaction it
    answers; `entered` holds by person what they have chosen in its elements.
    """

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    edited: bool = False
    deleted: bool = False
    visible_to: str | None = None
    cause: str | None = None
    attachments: list[Json] = field(default_factory=list)
    reactions: list[str] = field(default_factory=list)
    metadata: Json | None = None
    entered: dict[str, dict[str, dict[str, Json]]] = field(default_factory=dict, repr=False)

    @property
    def words(self) -> str:
        """Everything that can be read in the message, its notification text included."""
        return "\n".join([self.text, *readable(self.blocks), *readable(self.attachments)]).strip()


SHOWN_KEYS = frozenset(
    {"text", "alt_text", "title", "label", "name", "caption", "fallback", "pretext", "initial_value"}
)


def readable(content: Any) -> list[str]:
    """Every piece of text that a person can read in blocks or in a view, in reading order.

    Values, ids and metadata are left out: nobody sees them.
    """
    if isinstance(content, list):
        return [piece for item in content for piece in readable(item)]
    if not isinstance(content, dict):
        return []
    found: list[str] = []
    for key, value in content.items():
        if key in SHOWN_KEYS and isinstance(value, str):
            found.append(value)
        elif key == "categories" and isinstance(value, list):
            found.extend(item for item in value if isinstance(item, str))
        elif isinstance(value, dict | list):
            found.extend(readable(value))
    return found
