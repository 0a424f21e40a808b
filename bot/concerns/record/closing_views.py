"""Closing as the record shows it and as its forms ask for it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.concerns import content_views
from bot.concerns.content_views import ContentView
from bot.concerns.entries import Entry
from bot.concerns.ids import Ids
from bot.concerns.record import lead_views, sheet_views
from bot.concerns.record.closing import AGAIN, BACK, FIELDS, KEEP
from bot.concerns.record.guards import Condition
from bot.concerns.record.service import Opened
from bot.concerns.record.targets import Target
from bot.concerns.states import Event
from bot.slack import blocks as b
from db.models import EntryKind


def section(opened: Opened, zone: str) -> list[b.Block]:
    """How it was closed, signed off, sent back and opened again, and the buttons for what can be done now."""
    blocks = []
    for one in opened.of(EntryKind.CLOSURE):
        head = lead_views.heading("Closing", one, zone)
        if one.fields.get("signed_off"):
            head += "\n*Signed off by a second person*"
        blocks += sheet_views.blocks("closing", head, (*FIELDS, BACK), one.fields)
    for one in opened.of(EntryKind.REOPENING):
        head = lead_views.heading("Opened again", one, zone)
        blocks += sheet_views.blocks(f"again.{one.id.hex}", head, (AGAIN,), one.fields)
    row = _buttons(opened)
    if row:
        blocks.append(b.actions("closing_buttons", *row))
    return blocks


def _buttons(opened: Opened) -> list[b.Button]:
    found = opened.of(EntryKind.CLOSURE)
    value = str(Target(opened.concern.id, version=found[0].version if found else 0))
    row = []
    if opened.can(Event.SIGN_OFF) and found and found[0].by != opened.viewer:
        ask = b.confirm("Sign off?", "The concern is then closed. It can be opened again.", "Sign off")
        row.append(b.button("Sign off and close", Ids.SIGN_OFF, value, style="primary", ask=ask))
    if opened.can(Event.SEND_BACK):
        mine = bool(found) and found[0].by == opened.viewer
        row.append(b.button("Take back" if mine else "Send back", Ids.SEND_BACK, value))
    if opened.can(Event.CLOSE):
        row.append(b.button("Close the concern…", Ids.CLOSE, value))
    if opened.can(Event.REOPEN):
        row.append(b.button("Open again…", Ids.REOPEN, str(Target(opened.concern.id, version=opened.concern.version))))
    return row


def missing(target: Target, conditions: Sequence[Condition]) -> ContentView:
    """What is still to be done before it can be closed, all of it, and what is done already."""
    lines = ["*Not ready to be closed yet.*"]
    lines += [f"☐ {one.words}" for one in conditions if not one.met]
    done = [one for one in conditions if one.met]
    blocks = [b.section("gates", "\n".join(lines))]
    if done:
        blocks.append(b.context("met", f"Done already: {len(done)} of {len(conditions)}."))
    return content_views.modal(
        target.concern_id,
        "concern.not_ready",
        "Close the concern",
        [*blocks, lead_views.back(target)],
        metadata=str(target),
    )


def form(
    target: Target, values: Mapping[str, Any], *, second: bool, suggested: date | None, waiting: int
) -> ContentView:
    """The form. `second`: somebody else signs it off. `waiting`: referrals without an answer."""
    filled = {**values, KEEP.name: values.get(KEEP.name) or (suggested.isoformat() if suggested else None)}
    blocks = []
    if waiting:
        words = f"{waiting} referral{'s have' if waiting > 1 else ' has'} no answer yet."
        blocks.append(b.alert("waiting", f"*{words}* Chase it, or say in the reason why it can be closed."))
    if second:
        blocks.append(b.context("second", "Somebody else who may know of it is asked to sign this off."))
    blocks += sheet_views.inputs(FIELDS, filled)
    submit = "Ask for sign-off" if second else "Close the concern"
    return lead_views.form(Ids.CLOSE_FORM, "Close the concern", blocks, target, submit=submit)


def clash(standing: Entry, typed: Mapping[str, Any], target: Target, zone: str) -> ContentView:
    """What somebody else wrote at the closing meanwhile, and what was typed."""
    return lead_views.clash(Ids.CLOSE_FORM, standing, FIELDS, typed, target, zone)


def back_form(target: Target) -> ContentView:
    """The form that asks what is missing."""
    return lead_views.form(Ids.SEND_BACK_FORM, "Send back", sheet_views.inputs((BACK,), {}), target, submit="Send back")


def again_form(target: Target) -> ContentView:
    """The form that asks why it is opened again."""
    blocks = sheet_views.inputs((AGAIN,), {})
    return lead_views.form(Ids.REOPEN_FORM, "Open again", blocks, target, submit="Open again")
