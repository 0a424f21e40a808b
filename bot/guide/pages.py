"""The pages of the guide: the pack's topics, and everything else that the policy says, part by part."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.policy import Pack
from bot.policy.cited import Cited, Ruled, Text
from bot.policy.model import ChecklistRow, Measure, Topic

LINES = 9
"""The most lines of an answer; with its title that is under ten."""

POLICY_ON = {
    "scheduling": ("meeting.random_id", "meeting.no_join_before_host", "staffing.working_hours"),
    "waiting-room": ("meeting.waiting_room", "entry.admit"),
    "lock": ("meeting.lock",),
    "remove": ("meeting.removed_cannot_rejoin",),
    "microphone-camera": ("meeting.microphones", "entry.camera"),
    "chat": ("meeting.chat", "meeting.private_chat_off", "meeting.links_off"),
    "sharing-screen": ("meeting.host_only_share",),
    "breakout-rooms": ("meeting.breakout_rooms",),
    "passcode": ("meeting.passcode",),
    "worker-missing": ("meeting.staff_minimum",),
    "recording": ("meeting.recording", "meeting.participant_recording_off"),
}
"""By topic of the bot's own: the rules of the policy that come before its how-to."""

AGENCIES = "agencies"
CONCERNS = "concerns"
"""The page with what the policy says about a worry; every policy has it."""
IN_DANGER = "In danger now: call 999. Worried about somebody: tell the safeguarding lead with /concern."

_MOMENTS = {
    "planning": "When you plan",
    "day_before": "The day before",
    "hour_before": "In the hour before",
    "start": "At the start",
    "all_present": "Once everybody is there",
    "during": "During the meeting",
    "end": "At the end",
    "afterwards": "Afterwards",
}
_GROUPS = {
    "about": ("About the policy", "review owner status companion documents"),
    "meeting": ("Planning and settings", "rules for the meeting group size platform"),
    "staffing": (
        "Staff, accounts and training",
        "work phone work e-mail working hours roles how many staff number adults",
    ),
    "consent": ("Consent and agreement", "parent carer mum dad permission agree agreed age under 16 induction"),
    "invitation": ("The invitation and its rules", "send link e-mail invite who gets the link when"),
    "entry": ("Letting people in", "admit name shown camera"),
    "one_to_one": ("One to one", "alone individual one person stay behind"),
    "incidents": ("Incidents", "broke the rules swearing behaviour warned report what to do"),
    "concerns": ("A worry about somebody's safety", "safeguarding concern abuse harm danger disclosure"),
    "records": ("Register, notes and data", "attendance transcript debrief feedback gdpr data recording"),
}


@dataclass(frozen=True)
class Line:
    """One line of a page, with the clauses that it comes from; none where it is the bot's own.

    `text` may hold words in braces, and the organisation's own text of `slot` follows it: see `bot.policy.filling`.
    """

    text: str
    clauses: tuple[str, ...] = ()
    slot: str | None = None


@dataclass(frozen=True)
class Page:
    """One answer of the guide. `topic`: it is written as an answer, and offered as a button."""

    id: str
    title: str
    lines: tuple[Line, ...]
    words: tuple[str, ...] = ()
    topic: bool = False

    @property
    def bots_own(self) -> bool:
        """Whether some of it is the bot's own, because the policy is silent."""
        return not all(line.clauses for line in self.lines)


def pages_of(pack: Pack) -> tuple[Page, ...]:
    """Every page of a pack, its topics first. Only what is in the document or in the bot's topics is shown."""
    return (*(_topic(pack, topic) for topic in pack.guide.topics), *_policy_pages(pack))


def _topic(pack: Pack, topic: Topic) -> Page:
    lines = tuple(Line(text.text, text.clauses, text.slot) for text in topic.lines)
    if all(text.default for text in topic.lines):
        rules = [rule for rule in _rules(pack, POLICY_ON.get(topic.id, ())) if not rule.default]
        # How to do what the policy forbids would contradict it.
        how_to = () if any(rule.value == "never" for rule in rules) else lines
        lines = (*(Line(f"Your policy: {rule.say}", rule.clauses) for rule in rules), *how_to)[:LINES]
    return Page(topic.id, topic.title, lines, topic.words, topic=True)


def _rules(pack: Pack, places: Iterable[str]) -> Iterator[Ruled[object]]:
    for place in places:
        group, name = place.split(".")
        yield getattr(getattr(pack, group), name)


def _policy_pages(pack: Pack) -> Iterator[Page]:
    yield from _page(
        "housekeeping", "What to read out at the start", _lines(pack.housekeeping), "say tell remind rules"
    )
    for moment, title in _MOMENTS.items():
        items = getattr(pack.prompts, moment)
        yield from _page(f"prompts-{moment.replace('_', '-')}", title, _lines(items), "reminder what to do")
    for row in pack.checklist.rows:
        yield from _page(row.id, row.title, _lines((row, *row.measures)), "risk checklist measures")
    for group, (title, words) in _GROUPS.items():
        names = [name for name in type(getattr(pack, group)).model_fields if name != AGENCIES]
        parts = (part for name in names for part in _parts(pack, group, name))
        first, last = ((Line(IN_DANGER),), _agencies(pack)) if group == CONCERNS else ((), ())
        yield from _page(group.replace("_", "-"), title, (*first, *_lines(parts), *last), words)


def _agencies(pack: Pack) -> tuple[Line, ...]:
    """Whom to call outside, as one step: by themselves they are names without a sentence."""
    found = [part for part in pack.concerns.agencies if part.clauses]
    if not found:
        return ()
    *most, last = [_said(part) for part in found]
    named = f"{', '.join(most)} or {last}" if most else last
    clauses = dict.fromkeys(clause for part in found for clause in part.clauses)
    return (Line(f"Where needed, call other agencies: {named}.", tuple(clauses)),)


def _parts(pack: Pack, group: str, name: str) -> tuple[Cited, ...]:
    value = getattr(getattr(pack, group), name)
    return value if isinstance(value, tuple) else (value,)


def _page(page_id: str, title: str, lines: tuple[Line, ...], words: str) -> Iterator[Page]:
    if lines:
        yield Page(page_id, title, lines, tuple(words.split()))


def _lines(parts: Iterable[Cited]) -> tuple[Line, ...]:
    """What the document says in these parts, each sentence once."""
    found: dict[str, Line] = {}
    for part in parts:
        if part.clauses:
            text = _said(part)
            clauses = found[text].clauses if text in found else ()
            slot = part.slot if isinstance(part, Text) else None
            found[text] = Line(text, tuple(dict.fromkeys((*clauses, *part.clauses))), slot)
    return tuple(found.values())


def _said(part: Cited) -> str:
    match part:
        case Ruled():
            return part.say
        case Measure() | Text():
            return part.text
        case ChecklistRow():
            return f"Risk: {part.title[0].lower()}{part.title[1:]}"
        case _:
            raise TypeError(f"{type(part).__name__} has no words")
