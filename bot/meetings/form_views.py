"""The forms for a new meeting and for changing one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.meetings import option_views
from bot.meetings.forms import packed
from bot.meetings.keys import AnotherMeeting
from bot.meetings.options import BOXES, TEXTS, Options
from bot.meetings.planning import Choices, ReasonWanted
from bot.meetings.views import Ids
from bot.providers import needs_link, title_of
from bot.reading import as_number
from bot.reading.times.plans import Plan
from bot.slack import blocks as b
from bot.slack.call import View
from bot.slack.text import bold, clip, esc, when
from db.models import Meeting, MeetingKind

LATER = "later:"
"""How a form says that the later meetings of the series are changed, too."""


_SECURE = "It gets its own ID, a waiting room and, where its service has one, a passcode. Nobody joins before the host."


@dataclass(frozen=True)
class Asked:
    """What a typed text leaves open: the question, the text as mrkdwn, and the readings that there are. `end`: they are
    repeats of which nobody knows the end."""

    question: str
    typed: str = ""
    choices: tuple[Plan, ...] = ()
    end: bool = False


def form(
    offered: Choices,
    programmes: Sequence[str],
    caller_id: str,
    given: Mapping[str, Any] | None = None,
    wanted: ReasonWanted | None = None,
    asked: Asked | None = None,
) -> View:
    """The form for a new meeting; `given` is what was typed already, `wanted` what the policy still asks for, `asked`
    what the typed text leaves open."""
    values = {"minutes": "60", "host": caller_id, **(given or {})}
    blocks = [
        *(_question(asked) if asked else []),
        *_about(values, programmes, wanted, title_hint="No participant's name, please.", asked=asked),
        *_held_on(offered, values),
        *option_views.fields(offered, values, wanted.fields if wanted else ()),
        b.context("secure", _SECURE),
    ]
    several = asked is not None and len(asked.choices) == 1 and len(asked.choices[0].slots) > 1
    submit = f"Schedule {len(asked.choices[0].slots)}" if several and asked else "Schedule"
    submit = "Show them first" if asked and asked.end else submit
    metadata = packed(asked.choices) if asked and asked.choices else ""
    return b.modal(Ids.NEW, "New meeting", blocks, submit=submit, metadata=metadata)


def _question(asked: Asked) -> list[b.Block]:
    """What is open, with the text as it was typed, or the meetings of a series before they are made."""
    blocks = [b.alert("asked", esc(asked.question))]
    if asked.typed:
        blocks.append(b.context("typed", f"You typed: “{asked.typed}”"))
    if len(asked.choices) == 1 and not asked.end:
        blocks += b.paragraphs("days", [esc(slot.whole) for slot in asked.choices[0].slots])
    return blocks


def edit_form(
    meeting: Meeting,
    offered: Choices,
    programmes: Sequence[str],
    values: Mapping[str, Any],
    wanted: ReasonWanted | None = None,
    asked: Asked | None = None,
    other: AnotherMeeting | None = None,
    every: Sequence[str] = (),
    seen: int = 0,
) -> View:
    """The form for changing a meeting, with these values in it; it carries the version that it was drawn for, and the
    readings of a typed moment that is `asked` about. `other` is what the pasted invitation says of another meeting: the
    form asks about it, and carries it too. `every` has a line for each where a meeting is changed together with the
    later ones of its series, and `seen` their stamp: links and passcodes are left to each."""
    blocks = [
        *([_another(meeting, other)] if other else []),
        *(_question(asked) if asked else []),
        *(b.paragraphs("every", every) if every else []),
        *_about(values, programmes, wanted, asked=asked, first=meeting.reference if every else ""),
    ]
    blocks += [] if every else _held_on(offered, values)
    by_hand = needs_link(meeting.provider) or not meeting.join_url or meeting.provider_error
    if not every and (by_hand or other):
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
    readings = packed(asked.choices) if asked and asked.choices else ""
    carries = (
        f"{LATER if every else ''}{meeting.id}:{seen or meeting.version}:{other.stamp if other else ''}:{readings}"
    )
    submit = "Use it all the same" if other else f"Change {len(every)}" if every else "Save"
    title = f"Change {len(every)} meetings" if every else f"Change {meeting.reference}"
    return b.modal(Ids.EDIT, title, blocks, submit=submit, metadata=carries)


def carried(metadata: str) -> tuple[str, int, int | None, str]:
    """What the form carries: the meeting's id, its version, what it has asked about of an invitation, if anything, and
    the readings of a typed moment."""
    meeting_id, version, stamp, readings = [*metadata.removeprefix(LATER).split(":", 3), "", "", ""][:4]
    return meeting_id, as_number(version), as_number(stamp) if stamp else None, readings


def _another(meeting: Meeting, other: AnotherMeeting) -> b.Block:
    """That the invitation is for another meeting, or takes the place of one, in words."""
    found = other.found
    gone = (
        f" The meeting that I made at {esc(other.instead)} is {other.removal} then, with what is set there: the "
        "waiting room and all else is yours to set in the new one. That can't be taken back."
        if other.instead
        else ""
    )
    if found is None:
        return b.section("another", f"⚠️ *Nothing is saved yet.* Use your own link?{gone}")
    said = f"{bold(clip(found.topic, 120))}" if found.topic else ""
    if found.starts:
        clock = "" if found.placed else ", on a clock that I do not know"
        said += f"{', ' if said else ''}{when(found.starts[0], str(found.starts[0].tzinfo))}{clock}"
    own = f"{bold(meeting.title)}, {when(other.starts_at, other.zone)}"
    text = (
        f"⚠️ *Nothing is saved yet.* The invitation says {said}; {meeting.reference} is {own}. Use it all the same? "
        f"Or put the right link, or the right day and time, below.{gone}"
    )
    return b.section("another", text)


def _held_on(offered: Choices, values: Mapping[str, Any]) -> list[b.Block]:
    """What hosts the meeting, where there is a choice."""
    chosen = values.get("provider") or offered.provider
    every = dict.fromkeys([*offered.providers, chosen])
    if len(offered.providers) < 2:
        return []
    hint = "Another one than before makes it anew there, with a new link; who comes stays."
    names = [(one, "A link that the host pastes" if needs_link(one) else title_of(one)) for one in every]
    return [b.select_input("provider", "Held on", names, chosen=chosen, hint=hint if values.get("provider") else None)]


def _when(values: Mapping[str, Any], asked: Asked | None, leads: str = "") -> list[b.Block]:
    """The day, the hour and the length; or the readings of a typed moment, to choose from. `leads` is the number of the
    meeting whose day it is where others are moved with it."""
    if asked and asked.end:
        first = [(str(number), one.slots[0].words) for number, one in enumerate(asked.choices)]
        which = [b.radio_input("which", "When is the first?", first)] if len(first) > 1 else []
        return [*which, b.date_input("last", "The last day", hint=f"The first is {asked.choices[0].slots[0].words}.")]
    if asked and len(asked.choices) > 1:
        offered = [(str(number), one.words) for number, one in enumerate(asked.choices)]
        return [b.radio_input("which", "When?", offered)]
    if asked and asked.choices:
        return []
    return [
        b.date_input(
            "date",
            f"Day of {leads}, the first of them" if leads else "Day",
            value=values.get("date"),
            hint="Another day moves each of the others by as many days." if leads else None,
        ),
        b.time_input("time", "Starts at", value=values.get("time")),
        b.text_input("minutes", "How many minutes?", value=values["minutes"], limit=4),
    ]


def _about(
    values: Mapping[str, Any],
    programmes: Sequence[str],
    wanted: ReasonWanted | None,
    title_hint: str | None = None,
    asked: Asked | None = None,
    first: str = "",
) -> list[b.Block]:
    choices = [(name, name) for name in programmes]
    programme = values.get("programme") if values.get("programme") in programmes else None
    return [
        *(option_views.warning(wanted.gates) if wanted else []),
        *(option_views.wanted_first(values, wanted.fields) if wanted else []),
        b.text_input("title", "What is it called?", value=values.get("title"), hint=title_hint, limit=120),
        *_when(values, asked, first),
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
        "provider": meeting.provider,
        "link": meeting.join_url,
        "passcode": meeting.passcode if meeting.join_url else None,
        **{name: getattr(meeting, name, None) for name in Options.model_fields},
        **reasons,
        **changes,
    }
    return filled_in(whole, zone)


def from_plan(plan: Plan, said: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """What was understood of a typed meeting, as the form's fields hold it."""
    one = plan.slots[0] if len(plan.slots) == 1 else None
    values = filled_in(
        {
            **said,
            "title": plan.title,
            "programme": plan.programme,
            "co_workers": plan.people,
            "minutes": one.minutes if one else plan.minutes,
            "starts_at": one.start if one else None,
        },
        zone,
    )
    if one is None:
        values |= {"date": plan.day} if plan.day else {}
        values |= {"time": plan.hour} if plan.hour else {}
    return values


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
            "provider",
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
