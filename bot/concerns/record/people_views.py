"""The people of a concern as the record shows them and as the form asks for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.concerns.content_views import ContentView
from bot.concerns.entries import Entry
from bot.concerns.ids import Ids
from bot.concerns.record import lead_views, sheet_views
from bot.concerns.record.people import ANOTHER, COLLEAGUE, FIELDS, NOBODY, REGISTERED
from bot.concerns.record.service import Opened
from bot.concerns.record.targets import Target
from bot.concerns.states import Event
from bot.slack import blocks as b
from bot.slack.text import clip
from db.models import EntryKind, Participant, Staff

_KINDS = {"child": "child", "young_person": "young person", "adult": "adult", "professional": "professional"}


def section(opened: Opened, zone: str) -> list[b.Block]:
    """Everybody who was linked, with their part, and the button that links somebody."""
    can, blocks = opened.can(Event.NOTE), []
    for one in opened.of(EntryKind.PERSON):
        head = lead_views.heading("Person", one, zone)
        if "participant" in one.fields:
            head += " · in the register"
        value = str(Target(opened.concern.id, one.id, one.version))
        button = b.button("Change", Ids.PERSON_CHANGE, value) if can else None
        blocks += sheet_views.blocks(f"person.{one.id.hex}", head, FIELDS, one.fields, button)
    if can:
        value = str(Target(opened.concern.id, version=opened.concern.version))
        blocks.append(b.actions("people", b.button("Link a person", Ids.PERSON_ADD, value)))
    return blocks


def form(target: Target, values: Mapping[str, Any]) -> ContentView:
    """The form, empty or filled with what stands."""
    return lead_views.form(Ids.PERSON_FORM, "Person", sheet_views.inputs(FIELDS, values), target)


def which(
    target: Target,
    values: Mapping[str, Any],
    colleagues: Sequence[Staff],
    alike: Sequence[Participant],
    chosen: str | None,
) -> ContentView:
    """The form again, with the questions whether it is a colleague who can read this record, and which of the
    registered people of a like name it is."""
    asked = []
    if colleagues:
        names = " or ".join(clip(one.called, 40) for one in colleagues)
        yes = [(one.slack_id, f"Yes, it is {clip(one.called, 40)}") for one in colleagues]
        choices = [*yes, (ANOTHER, "No, another person of this name")]
        hint = "If it is, nothing is saved here: you say next whom the concern is about, so that they can't read it."
        question = f"Is this your colleague {names}?"
        asked.append(b.radio_input(COLLEAGUE, question, choices, chosen=values.get(COLLEAGUE), hint=hint))
    if alike:
        people = [
            (str(one.id), f"{clip(one.name, 40)}, {_KINDS[one.kind.value]}, added {one.added_at:%d.%m.%Y}")
            for one in alike
        ]
        question = "Is it somebody from the register?"
        asked.append(b.radio_input(REGISTERED, question, [*people, (NOBODY, "None of these")], chosen=chosen))
    return lead_views.form(Ids.PERSON_FORM, "Person", [*asked, *sheet_views.inputs(FIELDS, values)], target)


def clash(standing: Entry, typed: Mapping[str, Any], target: Target, zone: str) -> ContentView:
    """What somebody else saved meanwhile, and what was typed."""
    return lead_views.clash(Ids.PERSON_FORM, standing, FIELDS, typed, target, zone)
