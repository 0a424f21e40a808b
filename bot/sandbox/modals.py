"""The modals that people have open, and their Home tabs."""

import copy
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from bot.sandbox.fields import Values, complete, initial_values
from bot.sandbox.model import Json
from bot.sandbox.settings import Settings

STACK_LIMIT = 3


@dataclass
class OpenView:
    """One modal in a person's stack, or their Home tab, with what they have entered so far."""

    id: str
    user: str
    content: Json
    values: Values
    hash: str
    root_id: str
    previous_id: str | None = None
    channel: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def external_id(self) -> str:
        """The app's own id of the view, or an empty string."""
        return str(self.content.get("external_id", ""))


class Modals:
    """Every person's stack of modals and Home tab; whoever changes something holds the state's lock."""

    def __init__(self, settings: Settings, lock: AbstractContextManager[object]) -> None:
        self._settings = settings
        self._lock = lock
        self._stacks: dict[str, list[OpenView]] = {}
        self._homes: dict[str, OpenView] = {}

    def stack(self, user_id: str) -> list[OpenView]:
        """The person's open modals, bottom first."""
        return list(self._stacks.get(user_id, []))

    def top(self, user_id: str) -> OpenView | None:
        """The modal in front of the person, or None."""
        stack = self._stacks.get(user_id)
        return stack[-1] if stack else None

    def home(self, user_id: str) -> OpenView | None:
        """What was last published on the person's Home tab, or None."""
        return self._homes.get(user_id)

    def find(self, found: Callable[[OpenView], bool]) -> OpenView | None:
        """The first open modal or Home tab for which `found` holds, or None."""
        with self._lock:
            every = [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())
        return next((view for view in every if found(view)), None)

    def by_id(self, view_id: str) -> OpenView | None:
        """The open view with that id, or None when it is closed or never was."""
        return self.find(lambda view: view.id == view_id)

    def is_open(self, view: OpenView) -> bool:
        """Whether the view is still in front of its person, or under what is."""
        return view in self._stacks.get(view.user, [])

    def open(self, user_id: str, content: Json, channel: str | None = None) -> OpenView:
        """Replace whatever the person had open."""
        view = self._new(user_id, content, channel)
        self._stacks[user_id] = [view]
        return view

    def push(self, user_id: str, content: Json, *, new_root: bool = False) -> OpenView:
        """Lay a view on top; the caller has checked that there is room (`has_room`)."""
        stack = self._stacks[user_id]
        view = self._new(user_id, content, stack[-1].channel)
        if not new_root:
            view.root_id = stack[-1].root_id
            view.previous_id = stack[-1].id
        stack.append(view)
        return view

    def has_room(self, user_id: str) -> bool:
        """Whether one more view may be pushed."""
        return len(self._stacks.get(user_id, [])) < STACK_LIMIT

    def update(self, view: OpenView, content: Json) -> None:
        """Redraw a view; inputs with the same block_id and action_id keep what was entered."""
        view.content = {**content, "blocks": complete(content["blocks"])}
        view.values = initial_values(view.content["blocks"], view.values, view.channel)
        view.hash = _new_hash()
        view.errors = {}

    def publish(self, user_id: str, content: Json) -> OpenView:
        """Set the person's Home tab; it keeps its id between publications."""
        view = self._homes.get(user_id)
        if view is None:
            view = self._homes[user_id] = self._new(user_id, content, None)
        else:
            self.update(view, content)
        return view

    def remove(self, view: OpenView) -> None:
        """Take one open modal away, wherever in the stack it is."""
        self._stacks[view.user].remove(view)

    def clear(self, user_id: str) -> None:
        """Take all the person's modals away."""
        self._stacks[user_id] = []

    def render(self, view: OpenView) -> Json:
        """The view as Slack sends it to the app and returns it from the views methods."""
        with self._lock:
            return copy.deepcopy(self._rendered(view))

    def _rendered(self, view: OpenView) -> Json:
        content = view.content
        return {
            "id": view.id,
            "team_id": self._settings.team_id,
            "type": content["type"],
            "blocks": content["blocks"],
            "private_metadata": content.get("private_metadata", ""),
            "callback_id": content.get("callback_id", ""),
            "state": {"values": view.values},
            "hash": view.hash,
            "title": content.get("title"),
            "clear_on_close": content.get("clear_on_close", False),
            "notify_on_close": content.get("notify_on_close", False),
            "close": content.get("close"),
            "submit": content.get("submit"),
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": self._settings.app_id,
            "external_id": view.external_id,
            "app_installed_team_id": self._settings.team_id,
            "bot_id": self._settings.bot_id,
        }

    def _new(self, user_id: str, content: Json, channel: str | None) -> OpenView:
        blocks = complete(content["blocks"])
        view_id = f"V{secrets.token_hex(5).upper()}"
        return OpenView(
            id=view_id,
            user=user_id,
            content={**content, "blocks": blocks},
            values=initial_values(blocks, None, channel),
            hash=_new_hash(),
            root_id=view_id,
            channel=channel,
        )


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_urlsafe(6)}"
