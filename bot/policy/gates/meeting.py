"""Gates about the meeting itself: the policy's empty texts, platform, purpose, recording, checklist, settings."""

from collections.abc import Iterator
from typing import Any

from bot.policy.cited import Cited, Ruled
from bot.policy.gates.facts import MeetingFacts, Reading
from bot.policy.gates.gate import Asked, Gate, judge, names, strength_of
from bot.policy.model import Pack
from bot.policy.overrides import Overrides, check

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

_READ_AS = {
    "participant_recording_off": ("no_recording",),
    "no_recording": ("no_auto_recording", "no_recording"),
    "chat_to_host_only": ("chat_to_host_only",),
}
"""Settings that are told by others at the provider: all of them have to be applied."""


def gates(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Iterator[Gate]:
    """Every gate about the meeting itself."""
    yield _complete(pack, overrides, facts)
    yield from _purpose(pack, facts)
    yield from _sensitive(pack, facts)
    yield from _settings(pack, facts)
    yield from _recording(pack, facts)
    yield from _breakout(pack, facts)
    yield from _assessment(pack, facts)


def _complete(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Gate:
    missing = check(pack, overrides).missing
    clauses = tuple(dict.fromkeys(clause for slot in missing for clause in slot.clauses))
    sentence = "Every text and number that the policy needs from your organisation is there."
    if missing:
        slots = "; ".join(f"{slot.id} ({slot.text})" for slot in missing)
        sentence = f"Your organisation is still in set-up. An administrator has to fill in: {slots}."
    rule = Cited(clauses=clauses, default=not clauses)
    asked = Asked("pack-complete", "ready", rule, "required", sentence, "/facilitator policy", can_tick=False)
    return judge(facts, asked, not missing)


def _purpose(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.meeting.purpose
    if rule.value == "free":
        return
    said = f"{rule.say} Say what this meeting is for."
    asked = Asked("purpose", "ready", rule, strength_of(rule.strength), said, needs_reason=True)
    yield judge(facts, asked, bool(facts.purpose.strip()), facts.purpose)
    if rule.value == "approved":
        said = f"{rule.say} A manager has to approve what this meeting is for."
        asked = Asked("purpose-approved", "ready", rule, strength_of(rule.strength), said, needs_manager=True)
        approved = facts.approved
        yield judge(facts, asked, approved is not None, approved.by if approved else "")


def _sensitive(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.meeting.sensitive_matters
    if rule.value != "never":
        return
    said = f"{rule.say} Confirm that this meeting is about nothing of the kind."
    if facts.sensitive:
        said = f"{rule.say} This meeting is marked as sensitive or private: meet in another way."
    asked = Asked("sensitive", "ready", rule, strength_of(rule.strength), said, can_tick=not facts.sensitive)
    yield judge(facts, asked, facts.sensitive is False, "marked as not sensitive")


def _settings(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    for name, rule in _wanted(pack, facts):
        reading = _reading(facts, name)
        off = reading.state == "not_applied"
        yield judge(
            facts,
            Asked(
                name.replace("_", "-"),
                "ready",
                rule,
                strength_of(rule.strength),
                f"{rule.say} {_not_so(reading)}",
                needs_reason=off,
            ),
            reading.state == "applied",
            reading.evidence,
        )


def _wanted(pack: Pack, facts: MeetingFacts) -> Iterator[tuple[str, Ruled[Any]]]:
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


def _reading(facts: MeetingFacts, name: str) -> Reading:
    own = facts.settings.get(name)
    others = [facts.settings.get(key, Reading("unknown")) for key in _READ_AS.get(name, ())]
    if name != "no_recording" and own is not None:
        return own
    if not others:
        return own or Reading("unknown")
    worst = next((one for one in others if one.state != "applied"), None)
    return worst or Reading("applied", "; ".join(dict.fromkeys(one.evidence for one in others)))


def _not_so(reading: Reading) -> str:
    if reading.state == "applied":
        return "It is so."
    if reading.state == "not_applied":
        return f"The provider says that it is not so: {reading.evidence or 'switched off'}. Set it there."
    return "The provider cannot tell. Set it yourself, then tick it."


def _recording(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule, recording = pack.meeting.recording, facts.recording
    if recording is None:
        return
    if rule.value == "never":
        said = f"{rule.say} Take the recording off this meeting."
        yield judge(facts, Asked("recording", "ready", rule, "required", said, can_tick=False), met=False)
        return
    if rule.default or not pack.records.before_recording:
        said = f"{rule.say} Write down why this meeting is to be recorded."
        asked = Asked("recording", "ready", rule, strength_of(rule.strength), said, needs_reason=True)
        yield judge(facts, asked, bool(recording.reason), recording.reason)
    lacking = [one for one in facts.people if one.recording_agreed is None or not one.recording_agreed.given]
    answers = {
        "reason": (recording.reason, bool(recording.reason)),
        "purpose": (recording.purpose, False),
        "agreement": ("everybody’s parent or carer agreed", not lacking and bool(facts.people)),
        "how-long": (f"kept for {recording.kept_days} days", False),
    }
    for item in pack.records.before_recording:
        evidence, met = answers.get(item.id, ("", False))
        said = f"Before recording: {item.text}."
        if item.id == "agreement" and lacking:
            said += f" Not recorded for {names(lacking)}."
        asked = Asked(
            f"recording-{item.id}",
            "ready",
            item,
            strength_of(item.strength),
            f"{said} {rule.say}",
            can_tick=item.id != "agreement",
            needs_reason=item.id == "reason",
        )
        yield judge(facts, asked, met, evidence)


def _breakout(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.meeting.breakout_rooms
    if not facts.breakout_rooms or rule.value == "allowed":
        return
    if rule.value == "never":
        said = f"{rule.say} Take the breakout rooms off this meeting."
        yield judge(facts, Asked("breakout-rooms", "ready", rule, "required", said, can_tick=False), met=False)
        return
    said = f"{rule.say} Write down why this meeting needs them."
    asked = Asked("breakout-rooms", "ready", rule, strength_of(rule.strength), said, needs_reason=True)
    yield judge(facts, asked, met=False)


def _assessment(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.checklist.assessment
    if rule.value == "once":
        said = f"{rule.say} Say who did it and when."
        asked = Asked("risk-assessment", "ready", rule, strength_of(rule.strength), said)
        done = facts.assessment
        yield judge(facts, asked, done is not None, done.by if done else "")
    each = rule.value == "each_meeting"
    strict = each and rule.strength == "required"
    state = facts.checklist
    if state is None:
        how_far = "It is not begun."
    elif state.signed_off_by is None:
        how_far = f"{state.done} of {state.total} are done, and it is not signed off."
    else:
        how_far = "It changed after the sign-off." if state.changed_since else "It is signed off."
    said = f"{rule.say if each else 'The risk checklist is worked through and signed off.'} {how_far}"
    yield judge(
        facts,
        Asked(
            "checklist",
            "ready",
            rule if each else Cited(default=True),
            "required" if strict else "advice" if each else "when_possible",
            said,
            f"/checklist {facts.reference}",
            can_tick=not strict,
            needs_reason=True,
        ),
        state is not None and state.signed_off_by is not None and not state.changed_since,
        f"signed off by {state.signed_off_by}" if state else "",
    )
