"""What Slack's requests look like, and what is read from one first.

Whether one looks as it should is asked only when it could not be handled, to tell its sender's fault from ours. Slack
fills these in itself: a request that carries its signature and does not look like this was made by somebody else with
the secret, or by a test. It is answered with 400 and needs nobody's attention. Nothing is refused beforehand for its
looks, so that whatever Slack comes to send one day is not lost here.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from bot.slack.call import Kind


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _clock(text: str) -> str:
    time.fromisoformat(text)
    return text


Word = Annotated[str, StringConstraints(strict=True, pattern=r"^[^\x00-\x20\x7f\ud800-\udfff]{1,255}$")]
Line = Annotated[str, StringConstraints(strict=True, pattern=r"^[^\x00-\x1f\ud800-\udfff]{0,3000}$")]
Typed = Annotated[str, StringConstraints(strict=True, pattern=r"^[^\x00\ud800-\udfff]*$")]


_OFFERING = frozenset(["checkboxes", "radio_buttons", "static_select", "multi_static_select", "overflow"])
"""Elements that Slack draws with their options only."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, regex_engine="python-re")


class _Named(_Part):
    id: Word
    team_id: Word | None = None


class _Words(_Part):
    text: Typed


class _Option(_Part):
    value: Line
    text: _Words | None = None


class _Group(_Part):
    options: list[_Option] = Field(default_factory=list)


class _File(_Part):
    id: Word


class _Element(_Part):
    type: Word
    files: list[_File] | None = None
    value: Typed | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_date: Annotated[Word, AfterValidator(_day)] | None = None
    selected_time: Annotated[Word, AfterValidator(_clock)] | None = None
    selected_user: Word | None = None
    selected_users: list[Word] | None = None
    selected_conversation: Word | None = None

    def chosen(self) -> Iterator[str]:
        options = [self.selected_option] if self.selected_option else self.selected_options or []
        yield from (option.value for option in options)


class _Drawn(_Part):
    """An element as it was drawn."""

    type: Word
    action_id: Word = ""
    options: list[_Option] = Field(default_factory=list)
    option_groups: list[_Group] = Field(default_factory=list)

    @model_validator(mode="after")
    def _offers(self) -> Self:
        if self.type in _OFFERING and not (self.options or self.option_groups):
            raise ValueError("nothing to choose")
        return self


class _Block(_Part):
    type: Word
    block_id: Line
    element: _Drawn | None = None
    accessory: _Drawn | None = None
    elements: list[Any] | None = None

    def drawn(self) -> Iterator[_Drawn]:
        for one in (self.element, self.accessory, *(self.elements or ())):
            if isinstance(one, _Drawn):
                yield one
            elif isinstance(one, dict) and "action_id" in one:
                yield _Drawn.model_validate(one)


class _State(_Part):
    values: dict[Line, dict[Word, _Element]] = Field(default_factory=dict)


class _View(_Part):
    id: Word
    type: Word
    hash: Word
    callback_id: Line
    private_metadata: Line = ""
    external_id: Line | None = None
    root_view_id: Word | None = None
    app_installed_team_id: Word | None = None
    blocks: list[_Block]
    state: _State = _State()

    def holds(self) -> bool:
        """Whether what was filled in are values of the fields that were drawn."""
        drawn = {block.block_id: {one.action_id: one for one in block.drawn()} for block in self.blocks}
        for block_id, elements in self.state.values.items():
            for action_id, filled in elements.items():
                field = drawn.get(block_id, {}).get(action_id)
                if field is None or field.type != filled.type or not _offered(field, filled):
                    return False
        return True


class _Action(_Element):
    action_id: Word
    block_id: Line | None = None


class _Message(_Part):
    ts: Word | None = None


class _Command(_Part):
    command: Word
    team_id: Word
    user_id: Word
    channel_id: Word
    text: Typed = ""
    trigger_id: Word


class _Interaction(_Part):
    user: _Named
    team: _Named | None = None
    channel: _Named | None = None
    container: dict[Word, Any] | None = None
    message: _Message | None = None
    trigger_id: Word


class _Pressed(_Interaction):
    actions: Annotated[list[_Action], Field(min_length=1)]
    view: _View | None = None


class _Submitted(_Interaction):
    view: _View


class _Shortcut(_Interaction):
    callback_id: Word


_OF_A_MESSAGE = frozenset(["type", "subtype", "channel", "channel_type", "user", "bot_id", "ts", "event_ts"])
_SHAPES: dict[Kind, TypeAdapter[Any]] = {
    Kind.COMMAND: TypeAdapter(_Command),
    Kind.ACTION: TypeAdapter(_Pressed),
    Kind.SUBMISSION: TypeAdapter(_Submitted),
    Kind.SHORTCUT: TypeAdapter(_Shortcut),
}


class _Event(_Part):
    type: Word
    user: Word | _Named | None = None
    channel: Word | _Named | None = None


class _Callback(_Part):
    team_id: Word
    event_id: Word
    event: _Event


def known(body: Mapping[str, Any]) -> bool:
    """Whether a request that failed outside a handler looks like one of Slack's: an event, or one of the others."""
    kinds = {"block_actions": Kind.ACTION, "view_submission": Kind.SUBMISSION, "message_action": Kind.SHORTCUT}
    kind = Kind.COMMAND if "command" in body else kinds.get(str(body.get("type")), Kind.SHORTCUT)
    if body.get("type") != "event_callback":
        return slacks_own(kind, body)
    try:
        _Callback.model_validate(body)
    except (ValidationError, RecursionError):
        return False
    return True


def mend(part: Any) -> Any:
    """Make every half of a character pair that a program cut apart into the sign for what cannot be read: no record
    could hold it, and nobody's words are to be lost for it."""
    if isinstance(part, str):
        return part if part.isascii() else part.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(part, dict):
        for name, value in part.items():
            part[name] = mend(value)
    elif isinstance(part, list):
        part[:] = [mend(value) for value in part]
    return part


def slacks_own(kind: Kind, body: Mapping[str, Any]) -> bool:
    """Whether a request looks like one that Slack sends: each part of its kind, and only what its view offered."""
    try:
        found = _SHAPES[kind].validate_python(body)
    except (ValidationError, RecursionError):
        return False
    view = getattr(found, "view", None)
    return view is None or view.holds()


def _offered(field: _Drawn, filled: _Element) -> bool:
    grouped = [option for group in field.option_groups for option in group.options]
    known = [option.value for option in [*field.options, *grouped]]
    return not known or all(value in known for value in filled.chosen())


def identifier(kind: Kind, body: Mapping[str, Any]) -> str:
    """What the handler of a request is known by: its command, action or form."""
    if kind is Kind.COMMAND:
        return str(body["command"]).lstrip("/")
    if kind is Kind.ACTION:
        return str(body["actions"][0]["action_id"])
    if kind is Kind.SHORTCUT:
        return str(body["callback_id"])
    return str(body["view"]["callback_id"])


def drop_message(body: Mapping[str, Any]) -> None:
    """Drop the words of a message that somebody wrote, and all that comes with them, before anything can see them:
    only who, where and when are left."""
    event = body.get("event")
    if isinstance(event, dict) and event.get("type") == "message":
        for name in event.keys() - _OF_A_MESSAGE:
            del event[name]


def typed_text(body: Mapping[str, Any]) -> str:
    """What was typed after a command, as Slack sends it."""
    return str(body.get("text") or "")


def who(kind: Kind, body: Mapping[str, Any]) -> tuple[list[str], str]:
    """The workspaces that a request names, the likeliest first, and who sent it. On an Enterprise Grid a form names
    the workspace where it was sent, a button one of the person's, and either may name none."""
    if kind is Kind.COMMAND:
        return [str(body["team_id"])], str(body["user_id"])
    user, view, team = body["user"], body.get("view") or {}, body.get("team") or {}
    named = [view.get("app_installed_team_id"), team.get("id"), user.get("team_id")]
    return [str(one) for one in named if one], str(user["id"])
