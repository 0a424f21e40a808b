"""The forms for a new meeting and for changing one."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.meetings import option_views
from bot.meetings.options import BOXES, TEXTS, Options
from bot.meetings.planning import Choices, ReasonWanted
from bot.meetings.views import Ids
from bot.providers import needs_link
from bot.slack import blocks as b
from bot.slack.call import View
from db.models import Meeting, MeetingKind

_SAME = ("title", "programme", "host", "co_workers", "link", "passcode", "lead_worker", "recording_days")
"""Fields that the form holds as they are."""


def form(
    offered: Choices,
    programmes: Sequence[str],
    caller_id: str,
    given: Mapping[str, Any] | None = None,
    wanted: ReasonWanted | None = None,
) -> View:
    """The form for a new meeting; `given` is what was typed already, `wanted` what the policy still asks for."""
    values = {"minutes": "60", "host": caller_id, **(given or {})}
    blocks = [
        *_about(values, programmes, wanted, title_hint="No participant's name, please."),
        *option_views.fields(offered, values, wanted.fields if wanted else ()),
        b.context("secure", "It gets its own ID, a passcode and a waiting room. Nobody joins before the host."),
    ]
    return b.modal(Ids.NEW, "New meeting", blocks, submit="Schedule")


def edit_form(
    meeting: Meeting,
    offered: Choices,
    programmes: Sequence[str],
    values: Mapping[str, Any],
    wanted: ReasonWanted | None = None,
) -> View:
    """The form for changing a meeting, with these values in it; it carries the version that it was drawn for."""
    blocks = _about(values, programmes, wanted)
    if needs_link(meeting.provider) or not meeting.join_url or meeting.provider_error:
        blocks += [
            b.text_input(
                "link",
                "Link for participants",
                value=values.get("link"),
                optional=True,
                multiline=True,
                hint="Or the whole invitation, as Zoom, Teams or Meet gives it.",
            ),
            b.text_input("passcode", "Passcode", value=values.get("passcode"), optional=True, limit=20),
        ]
    blocks += option_views.fields(offered, values, wanted.fields if wanted else ())
    return b.modal(
        Ids.EDIT, f"Change {meeting.reference}", blocks, submit="Save", metadata=f"{meeting.id}:{meeting.version}"
    )


def _about(
    values: Mapping[str, Any], programmes: Sequence[str], wanted: ReasonWanted | None, title_hint: str | None = None
) -> list[b.Block]:
    choices = [(name, name) for name in programmes]
    programme = values.get("programme") if values.get("programme") in programmes else None
    return [
        *(option_views.warning(wanted.gates) if wanted else []),
        *(option_views.wanted_first(values, wanted.fields) if wanted else []),
        b.text_input("title", "What is it called?", value=values.get("title"), hint=title_hint, limit=120),
        b.date_input("date", "Day", value=values.get("date")),
        b.time_input("time", "Starts at", value=values.get("time")),
        b.text_input("minutes", "How many minutes?", value=values["minutes"], limit=4),
        *([b.select_input("programme", "Programme", choices, chosen=programme, optional=True)] if choices else []),
        b.person_input("host", "Host", chosen=values["host"]),
        b.people_input(
            "co_workers",
            "Co-workers",
            chosen=values.get("co_workers", ()),
            optional=True,
            hint="Two workers when you can.",
        ),
    ]


def values_of(meeting: Meeting, zone: str, reasons: Mapping[str, str], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What the form for changing a meeting holds; `reasons` are those kept as ticks, by field, and `changes` what
    was typed already."""
    whole = {
        "title": meeting.title,
        "starts_at": meeting.starts_at,
        "minutes": round((meeting.ends_at - meeting.starts_at).total_seconds() / 60),
        "programme": meeting.programme,
        "host": meeting.host,
        "co_workers": meeting.co_workers,
        "link": meeting.join_url,
        "passcode": meeting.passcode if meeting.join_url else None,
        **{name: getattr(meeting, name, None) for name in Options.model_fields},
        **reasons,
        **changes,
    }
    return filled_in(whole, zone)


def filled_in(said: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """A meeting's fields as the form's fields hold them; what was not said is left out."""
    values = {name: value for name, value in said.items() if value is not None}
    shown: dict[str, Any] = {
        name: values[name]
        for name in (
            "title",
            "programme",
            "host",
            "co_workers",
            "link",
            "passcode",
            "lead_worker",
            "recording_days",
            *TEXTS,
        )
        if name in values
    }
    if "starts_at" in values:
        local = values["starts_at"].astimezone(ZoneInfo(zone))
        shown |= {"date": local.date(), "time": f"{local:%H:%M}"}
    if "minutes" in values:
        shown["minutes"] = str(values["minutes"])
    if "sensitive" in values:
        shown["sensitive"] = "yes" if values["sensitive"] else "no"
    ticked = {**values, "one_to_one": values.get("kind") is MeetingKind.ONE_TO_ONE}
    shown["options"] = [name for name in BOXES if ticked.get(name)]
    return shown
