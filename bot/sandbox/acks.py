"""What Slack does with an acknowledgement."""

import json
from typing import Any

from bot.sandbox.answers import Answer
from bot.sandbox.blockkit.elements import option_group, plain_option
from bot.sandbox.blockkit.rules import Report, listing
from bot.sandbox.fields import interactive, options_of
from bot.sandbox.journal import Journal, Reply
from bot.sandbox.methods.content import read_content
from bot.sandbox.methods.modal_views import checked_view
from bot.sandbox.methods.registry import SlackError
from bot.sandbox.modals import OpenView
from bot.sandbox.model import Json, Message
from bot.sandbox.sender import Request
from bot.sandbox.state import State

COMMAND_KEYS = frozenset({"text", "blocks", "attachments", "response_type", "unfurl_links", "unfurl_media"})
TROUBLE = "We had some trouble connecting. Try again?"


def _described(error: SlackError) -> str:
    return f"{error.code} {json.dumps(error.extra) if error.extra else ''}".strip()


def plain_answer(state: State, request: Request, reply: Reply) -> Answer:
    """The answer to an interaction of which Slack looks at nothing but the status."""
    answer = Answer(state, _user_of(request), reply, request.payload.get("trigger_id"))
    if reply.status != 200:
        answer.notice = TROUBLE
    return answer


def _user_of(request: Request) -> str:
    user = request.payload.get("user_id") or request.payload["user"]["id"]
    return str(user)


def command_answer(state: State, journal: Journal, request: Request, reply: Reply) -> Answer:
    """The answer to a command; a body is shown to the person, or to the channel if it says so."""
    trigger_id = str(request.payload["trigger_id"])
    answer = Answer(state, _user_of(request), reply, trigger_id)
    if reply.status != 200:
        problem = reply.problem.partition(" ")[0] or "dispatch_failed"
        answer.notice = f'{request.name} failed with the error "{problem}"'
    elif reply.body is not None:
        try:
            _show(state, journal, request, reply.body)
        except SlackError as error:
            journal.violation(f"{request.name}: Slack would not show the answer: {_described(error)}")
    return answer


def _show(state: State, journal: Journal, request: Request, body: Any) -> None:
    shown: Json = body if isinstance(body, dict) else {"text": str(body)}
    for key in sorted(set(shown) - COMMAND_KEYS):
        journal.violation(f"{request.name}: Slack does not know {key} in an answer to a command")
    content = read_content(shown.get("text"), shown.get("blocks"), shown.get("attachments"))
    for complaint in content.complaints:
        journal.violation(f"{request.name}: {complaint}")
    public = shown.get("response_type", "ephemeral") == "in_channel"
    message = Message(
        ts=state.new_ts(),
        channel=request.payload["channel_id"],
        user=state.settings.bot_user_id,
        text=content.text or "",
        blocks=content.blocks or [],
        visible_to=None if public else request.payload["user_id"],
        cause=request.payload["trigger_id"],
        attachments=content.attachments or [],
    )
    if public:
        state.post(message)
    else:
        state.give(message)


def submission_answer(state: State, journal: Journal, view: OpenView, request: Request, reply: Reply) -> Answer:
    """The answer to a submission: the modal closes, changes, gets one on top, or shows errors."""
    answer = Answer(state, _user_of(request), reply, request.payload["trigger_id"])
    if reply.status != 200:
        answer.errors = {"": TROUBLE}
        return answer
    try:
        with state.lock:
            _respond(state, view, reply.body, answer)
    except SlackError as error:
        journal.violation(f"{request.name}: {_described(error)}")
        answer.errors = {"": TROUBLE}
    state.changed("view")
    return answer


def _respond(state: State, view: OpenView, body: Any, answer: Answer) -> None:
    modals = state.modals
    if not modals.is_open(view):
        return
    if body is None:
        modals.remove(view)
        return
    action = body.get("response_action") if isinstance(body, dict) else None
    known = {"errors": {"errors"}, "update": {"view"}, "push": {"view"}, "clear": set()}
    if not isinstance(action, str) or action not in known:
        raise SlackError("missing or unknown response_action", body=body)
    unknown = set(body) - known[action] - {"response_action"}
    if unknown:
        raise SlackError("unknown keys in the acknowledgement", keys=sorted(unknown))
    if action == "clear":
        modals.clear(view.user)
    elif action == "errors":
        answer.errors = view.errors = _checked_errors(view, body.get("errors"))
    elif action == "update":
        modals.update(view, checked_view(state, body.get("view"), "modal", view))
        answer.shown_view = view.id
    else:
        content = checked_view(state, body.get("view"), "modal")
        if not modals.has_room(view.user):
            raise SlackError("push_limit_reached")
        answer.shown_view = modals.push(view.user, content).id


def offered_options(journal: Journal, request: Request, reply: Reply) -> list[Json]:
    """The options of an external select, groups opened out; none where the reply is wrong."""
    body = reply.body if isinstance(reply.body, dict) else {}
    report = Report()
    if "option_groups" in body:
        listing(option_group, 100, 0)(body["option_groups"], "/option_groups", report)
    else:
        listing(plain_option, 100, 0)(body.get("options"), "/options", report)
    for problem in report.problems:
        journal.violation(f"{request.name}: {problem}")
    return [] if report.problems else options_of(body)


def _checked_errors(view: OpenView, errors: Any) -> dict[str, str]:
    inputs = {field.block_id for field in interactive(view.content["blocks"]) if field.is_input}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("errors must be an object with at least one block_id")
    for block_id, sentence in errors.items():
        if block_id not in inputs:
            raise SlackError("an error names a block that is not an input of the view", block_id=block_id)
        if not isinstance(sentence, str) or not sentence:
            raise SlackError("an error must be a sentence", block_id=block_id)
    return dict(errors)
