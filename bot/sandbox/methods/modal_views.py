"""Opening, pushing and redrawing modals, publishing the Home tab, and checking blocks."""

import time
from typing import Any

from bot.sandbox.limits import check_blocks, check_view, view_too_large
from bot.sandbox.methods.registry import Call, SlackError, method, refused
from bot.sandbox.modals import OpenView
from bot.sandbox.model import Json
from bot.sandbox.state import State, Trigger


def checked_view(state: State, view: Any, kind: str, replaced: OpenView | None = None) -> Json:
    """A view that Slack would take; SlackError otherwise."""
    if not isinstance(view, dict):
        raise refused("invalid_arguments", ["[ERROR] must be a valid view [json-pointer:/view]"])
    problems = check_view(view)
    if problems:
        raise refused("invalid_arguments", problems)
    if view["type"] != kind:
        raise refused("invalid_arguments", [f"[ERROR] view must be of type {kind} [json-pointer:/view/type]"])
    if view_too_large(view):
        raise SlackError("view_too_large")
    external_id = view.get("external_id")
    if external_id and state.modals.find(lambda v: v is not replaced and v.external_id == external_id):
        raise SlackError("duplicate_external_id")
    return view


def _use_trigger(call: Call) -> Trigger:
    trigger = call.state.trigger(call.text("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if time.monotonic() - trigger.at > call.settings.trigger_seconds:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def _answer(call: Call, view: OpenView, kind: str = "view") -> Json:
    call.state.changed(kind)
    return {"view": call.state.modals.render(view)}


@method("views.open", required="trigger_id view", optional="interactivity_pointer", tier=4)
def open_view(call: Call) -> Json:
    """Open a modal for the person whose interaction gave the trigger."""
    content = checked_view(call.state, call.parsed("view"), "modal")
    trigger = _use_trigger(call)
    modals = call.state.modals
    under = modals.by_id(trigger.from_view) if trigger.from_view else None
    if under is not None and modals.is_open(under):
        if not modals.has_room(trigger.user):
            raise SlackError("push_limit_reached")
        view = modals.push(trigger.user, content, new_root=True)
    else:
        view = modals.open(trigger.user, content, trigger.channel)
    trigger.opened = view.id
    return _answer(call, view)


@method("views.push", required="trigger_id view", optional="interactivity_pointer", tier=4)
def push_view(call: Call) -> Json:
    """Lay a modal on the one in which the person did something."""
    content = checked_view(call.state, call.parsed("view"), "modal")
    trigger = _use_trigger(call)
    modals = call.state.modals
    under = modals.by_id(trigger.from_view) if trigger.from_view else None
    if under is None or not modals.is_open(under):
        raise SlackError("not_found")
    if not modals.has_room(trigger.user):
        raise SlackError("push_limit_reached")
    view = modals.push(trigger.user, content)
    trigger.opened = view.id
    return _answer(call, view)


@method("views.update", required="view", optional="view_id external_id hash", tier=4)
def update_view(call: Call) -> Json:
    """Redraw an open view."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise SlackError("missing_argument")
    if view_id and external_id:
        raise refused("invalid_arguments", ["[ERROR] only one of view_id and external_id may be given"])
    modals = call.state.modals
    view = modals.find(lambda v: v.id == view_id if view_id else v.external_id == external_id)
    if view is None:
        raise SlackError("not_found")
    content = checked_view(call.state, call.parsed("view"), view.content["type"], view)
    _check_hash(call, view)
    modals.update(view, content)
    return _answer(call, view)


@method("views.publish", required="user_id view", optional="hash", tier=4)
def publish_view(call: Call) -> Json:
    """Set what one person sees on the app's Home tab."""
    if not call.settings.home_tab:
        raise SlackError("not_enabled")
    user = call.user("user_id")
    if user.deleted or user.is_bot:
        raise SlackError("user_not_found")
    home = call.state.modals.home(user.id)
    content = checked_view(call.state, call.parsed("view"), "home", home)
    if home is not None:
        _check_hash(call, home)
    return _answer(call, call.state.modals.publish(user.id, content), "home")


def _check_hash(call: Call, view: OpenView) -> None:
    given = call.text("hash")
    if given and given != view.hash:
        raise SlackError("hash_conflict")


@method("blocks.validate", optional="blocks view message")
def validate_blocks(call: Call) -> Json:
    """Say what Slack would refuse, without posting anything."""
    given = [name for name in ("blocks", "view", "message") if call.args.get(name) is not None]
    if len(given) != 1:
        raise refused("invalid_arguments", ["[ERROR] exactly one of blocks, view and message is required"])
    content = call.parsed(given[0])
    if given == ["view"]:
        problems = check_view(content)
    elif given == ["blocks"]:
        problems = check_blocks(content, "message")
    else:
        blocks = content.get("blocks", []) if isinstance(content, dict) else content
        problems = check_blocks(blocks, "message", "/message/blocks")
    if problems:
        errors = [{"pointer": p.pointer, "code": p.code, "message": p.message} for p in problems]
        raise SlackError(f"invalid_{given[0]}", errors=errors)
    return {}
