"""What one can do on the page, each thing done by a `Person` of the workspace."""

import base64
from collections.abc import Callable
from functools import partial
from typing import Any

from bot.sandbox import acks, payloads
from bot.sandbox.answers import Answer
from bot.sandbox.entering import entered
from bot.sandbox.fields import PRESSABLE, STATEFUL, Field, interactive, options_of
from bot.sandbox.finding import Surface
from bot.sandbox.model import Json, Message, NotPossibleError
from bot.sandbox.page_state import DIRECT
from bot.sandbox.person import Person
from bot.sandbox.workspace import Sandbox


def perform(sandbox: Sandbox, action: Json) -> Json:
    """Do `action["kind"]` as `action["person"]`.

    The answer has `errors` by block_id, and `failed`: a sentence where the bot did not do its part, else
    None. NotPossibleError where Slack's client would not let the person do it.
    """
    do = ACTIONS.get(str(action.get("kind")))
    if do is None:
        raise NotPossibleError(f"The page knows nothing that is called {action.get('kind')!r}.")
    try:
        answer = do(sandbox, sandbox.person(str(action.get("person"))), action)
    except KeyError as missing:
        raise NotPossibleError(f"The action says nothing about {missing}.") from missing
    if isinstance(answer, dict):
        return answer
    if not isinstance(answer, Answer):
        return {"errors": {}, "failed": None}
    errors = {block_id: sentence for block_id, sentence in answer.errors.items() if block_id}
    return {"errors": errors, "failed": _failure(answer, errors)}


def _failure(answer: Answer, errors: dict[str, str]) -> str | None:
    """What the person is told where Slack would say that the app failed."""
    if answer.problem == "operation_timeout":
        return "The bot did not answer within 3 seconds."
    if answer.problem:
        return "The bot could not be reached."
    if answer.status not in (0, 200):
        return f"The bot answered with an error ({answer.status})."
    if "" in answer.errors:
        return "The bot gave an answer that Slack would not take."
    return None if errors else (answer.notice or None)


def _command(_sandbox: Sandbox, person: Person, action: Json) -> Any:
    return person.command(action["command"], action.get("text", ""), channel=_channel(action))


def _say(_sandbox: Sandbox, person: Person, action: Json) -> Any:
    person.say(action["text"], _channel(action), thread_ts=action.get("thread"))


def _shortcut(_sandbox: Sandbox, person: Person, action: Json) -> Any:
    return person.shortcut(action["callback_id"])


def _message_shortcut(sandbox: Sandbox, person: Person, action: Json) -> Any:
    return person.message_shortcut(action["callback_id"], _message(sandbox, person, action))


def _home(_sandbox: Sandbox, person: Person, _action: Json) -> Any:
    person.home()


def _home_action(sandbox: Sandbox, person: Person, action: Json) -> Any:
    view = sandbox.state.modals.home(person.id)
    if view is None:
        raise NotPossibleError("The bot has shown nothing on the Home tab.")
    return _use(sandbox, person, action, Surface(view.content["blocks"], view=view))


def _message_action(sandbox: Sandbox, person: Person, action: Json) -> Any:
    message = _message(sandbox, person, action)
    return _use(sandbox, person, action, Surface(message.blocks, message=message))


def _view_action(sandbox: Sandbox, person: Person, action: Json) -> Any:
    _check_open(person, action)
    person.fill(_changed(sandbox, person, action, besides=action["block_id"]))
    view = sandbox.state.modals.top(person.id)
    if view is None:
        raise NotPossibleError("This form is not open any more.")
    return _use(sandbox, person, action, Surface(view.content["blocks"], view=view))


def _submit(sandbox: Sandbox, person: Person, action: Json) -> Any:
    _check_open(person, action)
    return person.submit(_changed(sandbox, person, action))


def _upload(_sandbox: Sandbox, person: Person, action: Json) -> Any:
    """Take a file in, before the form that it is for is sent; its id goes into the form then."""
    try:
        content = base64.b64decode(action["content"], validate=True)
    except ValueError as broken:
        raise NotPossibleError("The file did not arrive whole.") from broken
    return {"id": person.upload(str(action["name"]), content)}


def _close(_sandbox: Sandbox, person: Person, _action: Json) -> Any:
    return person.close()


ACTIONS: dict[str, Callable[[Sandbox, Person, Json], Any]] = {
    "command": _command,
    "say": _say,
    "shortcut": _shortcut,
    "message_shortcut": _message_shortcut,
    "home": _home,
    "home_action": _home_action,
    "message_action": _message_action,
    "view_action": _view_action,
    "submit": _submit,
    "upload": _upload,
    "close": _close,
}


def _channel(action: Json) -> str | None:
    """The channel's id; None is the direct message with the bot."""
    channel = str(action["channel"])
    return None if channel == DIRECT else channel


def _check_open(person: Person, action: Json) -> None:
    if (person.view or {}).get("id") != action["view_id"]:
        raise NotPossibleError("This form is not open any more.")


def _changed(sandbox: Sandbox, person: Person, action: Json, besides: str | None = None) -> Json:
    """What the form holds that the workspace does not know yet.

    Filling in a field that tells the bot at once does so again, so what is known stays out.
    """
    view = sandbox.state.modals.top(person.id)
    if view is None:
        return {}
    known = {
        field.block_id: _simple(view.values[field.block_id][field.action_id])
        for field in interactive(view.content["blocks"])
        if field.is_input
    }
    values: Json = action["values"]
    return {name: value for name, value in values.items() if name != besides and known.get(name, value) != value}


def _simple(state: Json) -> Any:
    """An element's value without what surrounds it: text, number, id, an option's value, or a list of those."""
    value = state[STATEFUL[state["type"]][0]]
    if isinstance(value, list):
        return [item.get("value", item.get("id")) if isinstance(item, dict) else item for item in value]
    return value["value"] if isinstance(value, dict) else value


def _message(sandbox: Sandbox, person: Person, action: Json) -> Message:
    channel = _channel(action)
    posts = sandbox.dm(person.id) if channel is None else sandbox.messages(channel)
    found = next((message for message in [*posts, *person.private] if message.ts == action["ts"]), None)
    if found is None:
        raise NotPossibleError("This message is not there any more.")
    return found


def _use(sandbox: Sandbox, person: Person, action: Json, surface: Surface) -> Answer:
    """Press or change exactly the element named by block and action, where several have the same name."""
    state, user = sandbox.state, person.user
    field = _element(surface.blocks, action["block_id"], action["action_id"])
    value = action.get("value")
    if field.kind in PRESSABLE:
        options = options_of(field.element)
        done = payloads.pressed(field, next((option for option in options if option["value"] == value), None))
    else:
        held = entered(state, person.id, field, value)
        with state.lock:
            surface.values(person.id)[field.block_id][field.action_id] = held
        done = payloads.chosen(field, held)
    if surface.view is not None:
        trigger = state.new_trigger(user.id, surface.view.channel, surface.view.id)
        request = payloads.view_action(state, user, surface.view, done, trigger)
    elif surface.message is not None:
        trigger = state.new_trigger(user.id, surface.message.channel)
        values = surface.values(person.id)
        request = payloads.message_action(state, user, surface.message, values, done, trigger)
    else:
        raise NotPossibleError("There is nothing to act on.")
    return sandbox.send(request, partial(acks.plain_answer, state))


def _element(blocks: list[Json], block_id: str, action_id: str) -> Field:
    for field in interactive(blocks):
        if (field.block_id, field.action_id) == (block_id, action_id):
            return field
    raise NotPossibleError("This button or menu is not there any more.")
