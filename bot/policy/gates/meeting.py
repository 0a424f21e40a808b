"""Gates about the meeting itself: the policy's empty texts, its purpose, settings, recording and checklist."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.policy.cited import Cited, Item, Ruled
from bot.policy.gates.facts import MeetingFacts, Reading, Recording
from bot.policy.gates.gate import SET_YOURSELF, Asked, Gate, judge, judge_people, strength_of
from bot.policy.model import Pack
from bot.policy.overrides import Overrides, empty_slots

SETTINGS = (
    "waiting_room",
    "passcode",
    "random_id",
    "no_join_before_host",
    "host_only_share",
    "file_transfer_off",
    "private_chat_off",
    "links_off",
    "removed_cannot_rejoin",
    "participant_recording_off",
)
"""The rules of a pack's ``meeting`` that are settings, by the same name, of the meeting at its provider."""

_TOLD_BY = {"participant_recording_off": ("no_recording",), "no_recording": ("no_auto_recording", "no_recording")}
"""Settings that the provider reports under other names: all of these have to be applied."""


def gates(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Iterator[Gate]:
    """Every gate about the meeting itself."""
    yield _complete(pack, overrides, facts)
    yield from _purpose(pack, facts)
    yield from _sensitive(pack, facts)
    yield from _settings(pack, facts)
    yield from _recording(pack, overrides, facts)
    yield from _breakout(pack, facts)
    yield from _assessment(pack, facts)


def _complete(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Gate:
    missing = empty_slots(pack, overrides)
    clauses = tuple(dict.fromkeys(clause for slot in missing for clause in slot.clauses))
    slots = "; ".join(f"{slot.id} ({slot.text})" for slot in missing)
    asked = Asked(
        id="pack-complete",
        moment="ready",
        rule=Cited(clauses=clauses, default=not clauses),
        strength="required",
        sentence="The organisation has filled in every text and number that its policy needs.",
        wrong=f"It is still in set-up. An administrator has to fill in: {slots}.",
        command="/facilitator policy",
        can_tick=False,
    )
    return judge(facts, asked, not missing)


def _purpose(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.meeting.purpose
    if rule.value == "free":
        return
    strength = strength_of(rule.strength)
    wrong = "Say what this meeting is for."
    asked = Asked("purpose", "ready", rule, strength, rule.say, wrong, needs_reason=True)
    yield judge(facts, asked, bool(facts.purpose.strip()), facts.purpose)
    if rule.value == "approved":
        wrong = "A manager has to approve what this meeting is for."
        asked = Asked("purpose-approved", "ready", rule, strength, rule.say, wrong, needs_manager=True)
        yield judge(facts, asked, met=False)


def _sensitive(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.meeting.sensitive_matters
    if rule.value != "never":
        return
    wrong = "Confirm that this meeting is about nothing of the kind."
    if facts.sensitive:
        wrong = "This meeting is marked as sensitive or private: meet in another way."
    tickable = not facts.sensitive
    asked = Asked("sensitive", "ready", rule, strength_of(rule.strength), rule.say, wrong, can_tick=tickable)
    yield judge(facts, asked, facts.sensitive is False, "marked as neither sensitive nor private")


def _settings(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    for name, rule in settings_asked(pack):
        reading = setting_reading(facts.settings, name)
        off = reading.state == "not_applied"
        wrong = SET_YOURSELF
        if off:
            wrong = f"The video service says that it is not so ({reading.evidence or 'switched off'}). Set it there."
        if reading.state == "impossible":
            wrong = f"{reading.evidence} Say what you do in its place, or hold the meeting elsewhere."
            off = True
        strength = strength_of(rule.strength)
        asked = Asked(name.replace("_", "-"), "ready", rule, strength, rule.say, wrong, needs_reason=off, lasts="link")
        yield judge(facts, asked, reading.state == "applied", reading.evidence)


def settings_asked(pack: Pack) -> Iterator[tuple[str, Ruled[Any]]]:
    """The settings that a policy asks for before a meeting is ready, each with its rule."""
    meeting = pack.meeting
    for name in SETTINGS:
        rule = getattr(meeting, name)
        if rule.value and rule.strength != "may":
            yield name, rule
    if meeting.recording.value == "never":
        yield "no_recording", meeting.recording
    if meeting.breakout_rooms.value == "never":
        yield "no_breakout_rooms", meeting.breakout_rooms
    if meeting.chat.value == "host_only":
        yield "chat_to_host_only", meeting.chat
    if meeting.microphones.value == "host_mutes_and_unmutes":
        yield "mute_on_entry", meeting.microphones


def reported_as(name: str) -> tuple[str, ...]:
    """The names under which a provider reports a setting of the policy, where they are others."""
    return _TOLD_BY.get(name, ())


def setting_reading(settings: Mapping[str, Reading], name: str) -> Reading:
    """What the provider says of a setting of the policy, by the names under which it reports it."""
    others = _TOLD_BY.get(name, ())
    if name not in others and name in settings:
        return settings[name]
    told = [settings.get(key, Reading("unknown")) for key in others]
    short = next((one for one in told if one.state != "applied"), None)
    if short is not None or not told:
        return short or Reading("unknown")
    return Reading("applied", "; ".join(dict.fromkeys(one.evidence for one in told)))


def _recording(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Iterator[Gate]:
    rule, recording = pack.meeting.recording, facts.recording
    if recording is None:
        return
    if rule.value == "never":
        wrong = "Take the recording off this meeting."
        yield judge(facts, Asked("recording", "ready", rule, "required", rule.say, wrong, can_tick=False), met=False)
        return
    before = pack.records.before_recording
    if not before:
        wrong = "Write down why this meeting is to be recorded."
        asked = Asked("recording", "ready", rule, strength_of(rule.strength), rule.say, wrong, needs_reason=True)
        yield judge(facts, asked, bool(recording.reason), recording.reason)
    for item in before:
        yield _before_recording(rule, item, recording, overrides, facts)


def _before_recording(
    rule: Ruled[Any], item: Item, recording: Recording, overrides: Overrides, facts: MeetingFacts
) -> Gate:
    lacking = [one for one in facts.people if one.recording_agreed is None or not one.recording_agreed.given]
    kept = recording.kept_days or overrides.retention.recordings
    known = {
        "reason": recording.reason,
        "purpose": recording.purpose,
        "agreement": "" if lacking or not facts.people else "an agreement is recorded for everybody",
        "how-long": f"kept for {kept} days" if kept else "",
    }
    told = item.text.removesuffix(".")
    wrong = f"{told} Not confirmed yet." if told.endswith("?") else f"{told}: not confirmed yet."
    if item.id == "reason":
        wrong = f"{told}."
    elif item.id == "agreement" and lacking:
        wrong = f"{told}: not recorded yet."
    asked = Asked(
        f"recording-{item.id}",
        "ready",
        item,
        strength_of(item.strength),
        rule.say,
        wrong,
        needs_reason=item.id in ("reason", "purpose"),
    )
    evidence = known.get(item.id, "")
    if item.id == "agreement" and facts.people:
        return judge_people(facts, asked, lacking, evidence)
    return judge(facts, asked, bool(evidence), evidence)


def _breakout(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.meeting.breakout_rooms
    if not facts.breakout_rooms or rule.value == "allowed":
        return
    never = rule.value == "never"
    wrong = "Take them off this meeting." if never else "Write down why this meeting needs them."
    strength = "required" if never else strength_of(rule.strength)
    asked = Asked(
        "breakout-rooms", "ready", rule, strength, rule.say, wrong, can_tick=not never, needs_reason=not never
    )
    yield judge(facts, asked, met=False)


def _assessment(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.checklist.assessment
    if rule.value == "once":
        # An act of the organisation: said once by a manager, it holds for every meeting.
        wrong = "Nobody has recorded who did it, and when. A manager says so once, under /facilitator policy."
        strength = "advice" if rule.strength == "when_possible" else strength_of(rule.strength)
        asked = Asked(
            "risk-assessment", "ready", rule, strength, rule.say, wrong, needs_reason=True, needs_manager=True
        )
        yield judge(facts, asked, met=False)
    yield _checklist(rule, facts)


def _checklist(rule: Ruled[Any], facts: MeetingFacts) -> Gate:
    """The sign-off: as hard as the policy's assessment of each meeting, else the bot's own rule."""
    each = rule.value == "each_meeting"
    strict = each and rule.strength == "required"
    state = facts.checklist
    wrong = "The checklist is not begun." if state is None else f"{state.done} of {state.total} are done."
    if state is not None:
        wrong += f" {state.unanswered} have neither a tick nor a reason." if strict and state.unanswered else ""
        if state.changed_since or state.signed_off_by is None:
            wrong += " It changed after the sign-off." if state.changed_since else " It is not signed off."
    asked = Asked(
        "checklist",
        "ready",
        rule if each else Cited(default=True),
        "required" if strict else "advice" if each else "when_possible",
        rule.say if each else "The risk checklist is worked through and signed off.",
        wrong,
        f"/checklist {facts.reference}",
        can_tick=not strict,
        needs_reason=True,
    )
    signed = state.signed_off_by if state and not state.changed_since else None
    if strict and state and state.unanswered:
        signed = None  # who signs off without an answer to each risk has assessed nothing
    return judge(facts, asked, signed is not None, f"signed off by {signed}")
