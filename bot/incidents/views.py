"""What people see of incidents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.incidents.by_policy import Named
from bot.incidents.forms import KINDS, LONGEST, NO_MEETING, Draft
from bot.incidents.service import ASSIGNED, Change, Seen, Story
from bot.paging import Page
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.notices import note
from bot.slack.pickers import picked
from bot.slack.text import clip, esc, mention, when
from db.models import Incident, IncidentKind, Meeting

RAISE_CONCERN = "concern.from_incident"
"""The action of the concerns' room that opens its form; the value is the incident's id."""
DRAFT_CONCERN = "concern.from_draft"
"""The same for an incident that is not saved: the form of a concern takes its words over."""
_CALL = "*Somebody in danger now? Call 999.*"

# Slack shows 100 blocks; an amendment of every field takes 21.
_MOST_CHANGES = 4


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    NEW = "incident.new"
    KIND = "incident.kind"
    AMEND = "incident.amend"
    OPEN_AMEND = "incident.open_amend"
    SHOW = "incident.show"
    MORE = "incident.more"
    DONE = "incident.done"
    NOT_WORRIED = "incident.not_worried"


STEPS: dict[IncidentKind, str] = {
    IncidentKind.UNINVITED: "Remove them, or end the meeting. Don't record or screenshot. Tell the families, report it "
    "to the platform, and use a new link and passcode next time. Call the police if it was a crime.",
    IncidentKind.IMAGERY: "*Don't describe, copy or send the picture.* Close it. Call 999 if it is happening now. "
    "Phone the safeguarding lead at once: they report it to the police.",
    IncidentKind.CONTENT: "Remind, then warn, then remove.",
    IncidentKind.FILMING: "Ask for it to be deleted. Tell the safeguarding lead the same day.",
    IncidentKind.RULES: "First warning, second warning, remove. Plan a call to whoever was removed.",
    IncidentKind.STAFFING: "Say how long, and why. Tell your manager.",
    IncidentKind.ONE_TO_ONE: "Say how many minutes, and with whom. Tell the safeguarding lead the same day.",
    IncidentKind.DATA: "Say who could see it and for how long. Your manager has 72 hours to decide on reporting it.",
    IncidentKind.HEALTH: "In danger: 999. Otherwise phone the emergency contact.",
    IncidentKind.OTHER: "Write what you saw and heard. Opinions can wait.",
}
_WHAT = "What happened?"
_WHAT_IMAGERY = "When was it, and who saw it? No word about the picture."
_FIELD_WORDS = {
    "meeting": "Meeting",
    "kind": "Kind",
    "what": "What happened",
    "done": "What was done",
    "named": "In the words of your policy",
    "ladder": "Done towards somebody, as your policy has it",
    "follow_up": "Follow-up",
    "follow_up_by": "Follow-up by",
    "follow_up_due": "Follow-up until",
}


@dataclass(frozen=True)
class FormParts:
    """What a form is drawn with: the meetings to choose from, which is chosen, and what is filled in."""

    meetings: Sequence[Meeting]
    zone: str
    chosen: str | None = None
    draft: Draft = field(default_factory=Draft)
    worry: bool = False
    """Whether it sounds like a concern."""
    policy: Named = field(default_factory=Named)


def _fields(parts: FormParts, *, dispatch: bool) -> list[b.Block]:
    draft, kind = parts.draft, parts.draft.kind
    choices = [(NO_MEETING, "No meeting")]
    choices += [(str(one.id), f"{one.reference} {picked(one.starts_at, parts.zone)}") for one in parts.meetings[:99]]
    kinds = [(one.value, words) for one, words in KINDS.items()]
    blocks = [
        b.select_input("meeting", "Meeting", choices, chosen=parts.chosen),
        b.select_input(
            "kind",
            "What sort of thing was it?",
            kinds,
            chosen=kind.value if kind else None,
            dispatch=dispatch,
            action=Ids.KIND if dispatch else "v",
        ),
    ]
    if kind:
        blocks.append(b.alert("steps", STEPS[kind], level="error" if kind is IncidentKind.IMAGERY else "info"))
    what = _WHAT_IMAGERY if kind is IncidentKind.IMAGERY else _WHAT
    return [
        *blocks,
        b.text_input("what", what, value=draft.what, multiline=True, limit=LONGEST, hint="Facts. No pictures, please."),
        b.text_input("done", "What was done about it?", value=draft.done, multiline=True, limit=LONGEST),
        *_by_policy(parts),
        b.text_input("follow_up", "What is to be followed up?", value=draft.follow_up, optional=True, limit=LONGEST),
        b.person_input("by", "Who does it?", chosen=draft.follow_up_by, optional=True, hint="Empty: you."),
        b.date_input("due", "By when?", value=draft.follow_up_due, optional=True),
    ]


def _by_policy(parts: FormParts) -> list[b.Block]:
    """What the policy itself names, and what it has done, to choose and to tick where it is so."""
    policy, blocks = parts.policy, []
    chosen = [*policy.ids(parts.draft.named), *policy.ids(parts.draft.ladder)]
    if policy.kinds:
        kind = next((one for one, _ in policy.kinds if one in chosen), None)
        kinds = [(one, clip(words, 75)) for one, words in policy.kinds]
        blocks.append(b.select_input("named", _FIELD_WORDS["named"], kinds, chosen=kind, optional=True))
    if policy.ladder:
        steps = [(one, clip(words, 75), "") for one, words in policy.ladder]
        blocks.append(b.checkbox_input("ladder", _FIELD_WORDS["ladder"], steps, ticked=chosen))
    return blocks


def form(parts: FormParts) -> View:
    """The form for a new incident. Choosing the kind shows what to do about it."""
    return b.modal(Ids.NEW, "New incident", [*_above(parts), *_fields(parts, dispatch=True)], submit="Save")


def _above(parts: FormParts) -> list[b.Block]:
    """What stands above the fields: a worry, and what is in doubt."""
    asked = f"Nothing is saved yet. {clip(' '.join(parts.draft.asked), 2_900)}"
    return [*(_worry() if parts.worry else []), *([b.alert("asked", asked, "info")] if parts.draft.asked else [])]


def _worry() -> list[b.Block]:
    """What stands above everything where a draft tells of a danger."""
    words = (
        f"{_CALL} You need nobody's permission.\n*This sounds like a concern, so nothing is saved yet.* A concern goes "
        "to the safeguarding lead at once, and only those who must can read it. An incident does neither."
    )
    return [b.section("worry", words),
            b.actions("worry.buttons", b.button("Raise it as a concern", DRAFT_CONCERN, style="danger"))]  # fmt: skip


def amend_form(story: Story, parts: FormParts) -> View:
    """The form for an amendment; it carries the version that it was drawn for."""
    incident = story.incident
    reason = b.text_input("reason", "Why the change?", limit=300, hint="What it said before is kept.")
    return b.modal(
        Ids.AMEND,
        f"Amend {incident.reference}",
        [*_above(parts), *_fields(parts, dispatch=False), reason],
        submit="Save",
        metadata=f"{incident.id}:{incident.version}",
    )


def day_words(day: date) -> str:
    """A day in plain words: `Friday 27 November`."""
    return f"{day:%A} {day.day} {day:%B}"


def facts(incident: Incident, meeting: Meeting | None, zone: str) -> str:
    """An incident in a few lines, without anything that was written about it."""
    where = meeting.reference if meeting else "no meeting"
    lines = [
        f"*{incident.reference}* · {KINDS[incident.kind]} · {where}",
        f"Recorded by {mention(incident.recorded_by)}, {when(incident.recorded_at, zone)}",
    ]
    if incident.follow_up_by and incident.follow_up_due:
        lines.append(f"Follow-up: {mention(incident.follow_up_by)} by {day_words(incident.follow_up_due)}")
        if incident.follow_up_done_at and incident.follow_up_done_by:
            by, at = mention(incident.follow_up_done_by), when(incident.follow_up_done_at, zone)
            lines[-1] += f". Done by {by}, {at}"
    return "\n".join(lines)


def saved(
    incident: Incident,
    meeting: Meeting | None,
    zone: str,
    intro: str,
    *,
    ask: bool,
    worry: bool = False,
    then: Sequence[str] = (),
) -> Say:
    """What the recorder sees after saving; `ask`: whether it ends with the question about safety, which comes first,
    under 999, where it sounds like a `worry`. `then` is what the policy has come of an incident."""
    blocks = [b.section("saved", f"*{intro}*"), b.section("facts", facts(incident, meeting, zone))]
    if ask and worry:
        blocks = [b.section("call", f"{_CALL} You need nobody's permission."), *_safety(incident), *blocks]
    elif ask:
        blocks += _safety(incident)
    if then:
        blocks.append(b.section("then", "\n".join(["*Your policy*", *(f"• {esc(one)}" for one in then)])))
    blocks.append(b.actions("buttons", *_buttons(incident)))
    return Say(intro, blocks)


def _safety(incident: Incident) -> list[b.Block]:
    value = str(incident.id)
    yes = b.button("Yes, raise a concern", RAISE_CONCERN, value, style="danger")
    if incident.kind is IncidentKind.IMAGERY:
        return [b.section("safety", f"*This must reach the safeguarding lead now.* {STEPS[incident.kind]}"),
                b.actions("worry", yes)]  # fmt: skip
    question = f"{STEPS[incident.kind]}\n*Does this worry you about anyone's safety?*"
    return [b.section("safety", question), b.actions("worry", yes, b.button("No", Ids.NOT_WORRIED, value))]


def _buttons(incident: Incident) -> list[b.Button]:
    value = str(incident.id)
    buttons = [b.button("Show", Ids.SHOW, value), b.button("Amend", Ids.OPEN_AMEND, value)]
    return [*buttons, *_done_button(incident)]


def _done_button(incident: Incident) -> list[b.Button]:
    if incident.follow_up_by is None or incident.follow_up_done_at is not None:
        return []
    return [b.button("Follow-up done", Ids.DONE, str(incident.id), style="primary")]


def shown(story: Story, zone: str) -> View:
    """One incident with its words, and under them what they were before each amendment."""
    incident = story.incident
    blocks = [b.section("facts", facts(incident, story.meeting, zone))]
    for name in ("named", "what", "done", "ladder", "follow_up"):
        if story.words.get(name):
            blocks.append(b.section(f"label.{name}", f"*{_FIELD_WORDS[name]}*"))
            blocks += b.verbatim(name, story.words[name])
    worried = b.button("Raise a concern", RAISE_CONCERN, str(incident.id), style="danger")
    amend = b.button("Amend", Ids.OPEN_AMEND, str(incident.id))
    blocks.append(b.actions("buttons", amend, *_done_button(incident), worried))
    for change in story.changes[:_MOST_CHANGES]:
        blocks += _change(change, zone)
    older = len(story.changes) - _MOST_CHANGES
    if older > 0:
        blocks.append(b.context("older", f"Amended {older} more times before that; every wording is kept."))
    return note(incident.reference, "", blocks)


def _change(change: Change, zone: str) -> list[b.Block]:
    place = f"change.{change.version}"
    blocks = [
        b.divider(f"{place}.line"),
        b.section(f"{place}.who", f"*Amended* by {mention(change.by)}, {when(change.at, zone)}. The reason:"),
        *b.verbatim(f"{place}.why", change.reason),
    ]
    for name, text in change.before.items():
        blocks.append(b.context(f"{place}.label.{name}", f"{_FIELD_WORDS[name]}, before:"))
        blocks += b.verbatim(f"{place}.{name}", _plain(name, text))
    return blocks


def _plain(name: str, text: str) -> str:
    if not text:
        return "(nothing)"
    if name == "kind":
        return KINDS[IncidentKind(text)]
    return day_words(date.fromisoformat(text)) if name == "follow_up_due" else text


def listing(found: Page[Seen], zone: str) -> Say:
    """A page of the incidents that the caller may see, without what was written about them."""
    if not found.rows:
        text = "No incidents that you may see. Record one: `/incident M-12 what happened`"
        return Say("No incidents.", [b.section("empty", text)])
    lines = []
    for incident, meeting in found.rows:
        where = f" · {meeting.reference}" if meeting else ""
        line = f"*{incident.reference}* {when(incident.recorded_at, zone)} · {KINDS[incident.kind]}{where}"
        if incident.follow_up_due and not incident.follow_up_done_at:
            line += f" · follow-up by {day_words(incident.follow_up_due)}"
        lines.append(line)
    words = "Read one: `/incident show I-7`"
    if not found.whole:
        words = f"{found.words}. {words}"
    return Say("Incidents", [*b.paragraphs("incidents", lines), *b.turn("more", words, "Older", Ids.MORE, found.next)])


def notice(incident: Incident, step: int) -> Say:
    """What the person with the follow-up is told, in a direct message: the reference, the day, a button."""
    day = day_words(incident.follow_up_due) if incident.follow_up_due else ""
    if step == ASSIGNED:
        text = (
            f"The follow-up of {incident.reference} is yours, by {day}. Read it: `/incident show {incident.reference}`"
        )
    else:
        text = f"The follow-up of {incident.reference} is due: {day}. Read it: `/incident show {incident.reference}`"
    blocks = [b.section("notice", text), b.actions("buttons", *_done_button(incident))]
    return Say(f"Follow-up of {incident.reference}", blocks)


def current(words: Mapping[str, str], incident: Incident) -> Draft:
    """An incident's words as a form is filled in with them."""
    return Draft(
        kind=incident.kind,
        what=words.get("what", ""),
        done=words.get("done", ""),
        follow_up=words.get("follow_up", ""),
        follow_up_by=incident.follow_up_by,
        follow_up_due=incident.follow_up_due,
        named=words.get("named", ""),
        ladder=words.get("ladder", ""),
    )
