"""A recording that is asked for, under each policy: refused, asked for a reason, or with what has to come first."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.gates import gating, readiness
from db.models import Meeting, MeetingState
from tests.meetings.planned import fields, form, under
from tests.support.meetings import LINK, only, say
from tests.support.world import World

REQUEST = "new Cooking club on Thursday at 16:00 for 60 min with @Col.Co-worker recording"


@pytest.mark.clause("SEN-031")
@pytest.mark.clause("SEN-032")
@under("sendiass")
def test_recording_is_refused_where_nothing_is_ever_recorded(pack: World) -> None:
    said = say(pack, REQUEST)
    assert "Nothing was saved." in said
    assert "No session is recorded, and recording is switched off" in said
    assert "(SEN-031, SEN-032)" in said
    assert "Take “recording” out and send it again" in said
    assert (
        "/meeting new Cooking club on Thursday at 16:00 for 60 min with @Col.Co-worker recording".lower()
        in said.lower()
    )
    assert pack.count(Meeting) == 0
    say(pack, REQUEST.removesuffix(" recording"))
    assert "Nothing was saved." in say(pack, "edit M-1 recording because the parents asked")
    assert not only(pack).recorded
    pack.person("U0FAC").command("/meeting", "", channel="C0GENERAL")
    drawn = fields(pack)
    assert "It is recorded" not in drawn
    assert "Not under your policy: No session is recorded" in drawn


@pytest.mark.clause("STJ-040")
@pytest.mark.clause("STJ-041")
@pytest.mark.clause("STJ-042")
@pytest.mark.clause("STJ-043")
@under("st_josephs")
def test_recording_needs_the_parents_first(pack: World) -> None:
    said = say(pack, REQUEST)
    assert "Scheduled." in said
    assert "Recording needs the parents' or carers' agreement in advance" in said
    assert "Every parent or carer agreed in advance: not confirmed yet. (STJ-040)" in said
    assert "what the recording will be used for: not confirmed yet. (STJ-041)" in said
    assert "how long it will be kept: not confirmed yet. (STJ-042)" in said
    assert "Pictures are in line with the GDPR (2016): not confirmed yet. (STJ-043)" in said
    assert only(pack).recorded
    say(pack, f"edit M-1 link {LINK}")
    assert only(pack).state is MeetingState.SCHEDULED
    pack.person("U0FAC").command("/participant", "add Aled, Bronwen to M-1", channel="C0YOUTH")
    gates = say(pack, "gates M-1")
    assert "Every parent or carer agreed in advance: not recorded yet. Open for Aled and Bronwen. (STJ-040)" in gates
    assert "(STJ-041)" in gates
    say(pack, "edit M-1 recording for the school's newsletter, kept for 30 days")
    gates = say(pack, "gates M-1")
    assert "what the recording will be used for: not" not in gates
    assert "how long it will be kept: not" not in gates
    assert "kept for 30 days" in gates
    assert (only(pack).recording_purpose, only(pack).recording_days) == ("the school's newsletter", 30)
    assert "recording-agreement" in holding_up(pack)
    farah = pack.person("U0FAC")
    letter = farah.command("/invitation", "M-1 Aled", channel="C0YOUTH")
    told = "to be recorded, for this: the school's newsletter. The recording is kept for 30 days. Please tell us"
    assert told in f"{letter.text} {letter.blocks}", "what the parents agree to stands in the letter"
    say(pack, "tick M-1 recording-agreement")
    assert "recording-agreement" not in holding_up(pack)
    pack.person("U0FAC").command("/participant", "add Cai to M-1", channel="C0YOUTH")
    assert "recording-agreement" in holding_up(pack), "whoever is added later has not agreed"
    assert "not recorded yet. Open for Cai. (STJ-040)" in say(pack, "gates M-1")


def holding_up(world: World) -> set[str]:
    """What keeps M-1 from being ready."""
    now = datetime.fromtimestamp(world.now(), UTC)

    def look(session: Session) -> set[str]:
        refusal = readiness.before_ready(gating.of_meeting(session, session.scalars(select(Meeting)).one(), now))
        return {gate.id for gate in refusal.gates} if refusal else set()

    return world.read(look)


@pytest.mark.clause("W4U-066")
@pytest.mark.clause("W4U-067")
@under("working4u")
def test_recording_needs_a_reason_and_warns_who_can_watch(pack: World) -> None:
    say(pack, REQUEST)
    assert pack.count(Meeting) == 0
    kept = form(pack)
    assert kept["title"] == "Cooking club"
    assert (kept["time"], kept["minutes"], kept["host"]) == ("16:00", "60", "U0FAC")
    assert kept["co_workers"] == ["U0COW"]
    assert kept["options"] == ["recorded"]
    assert "Zoom administrators can watch recorded meetings. Write down why. (W4U-066, W4U-067)" in fields(pack)
    person = pack.person("U0FAC")
    answer = person.submit()
    assert answer.errors == {"recording_reason": "Write down why it is recorded. (W4U-066)"}
    assert pack.count(Meeting) == 0
    person.submit(recording_reason="Two trainees are ill")
    meeting = only(pack)
    assert (meeting.recorded, meeting.recording_reason) == (True, "Two trainees are ill")
    assert meeting.co_workers == ["U0COW"]
    seen = person.seen()
    assert "because Two trainees are ill" in seen
    assert "Zoom administrators can watch recorded meetings. Is that all right?" in seen
    assert "(W4U-067)" in seen


@under("working4u")
def test_a_reason_typed_at_once_is_enough(pack: World) -> None:
    said = say(pack, f"{REQUEST} because two trainees are ill")
    assert "Scheduled." in said
    assert "Zoom administrators can watch recorded meetings" in said
    assert only(pack).recording_reason == "two trainees are ill"
    gates = say(pack, "gates M-1")
    assert "two trainees are ill" in gates
    assert "Write down why the meeting is to be recorded" not in gates
    assert "Zoom administrators can watch recorded meetings. Is that all right? Not confirmed yet. (W4U-067)" in gates
    assert (
        "🟠 _when possible_ Think hard before recording: Zoom administrators can watch recorded meetings. "
        "Write down why. Zoom" in gates
    )


VOLUNTARY = {
    "VOL-035": "What is recorded",
    "VOL-036": "Where it is kept",
    "VOL-037": "How it is kept secure",
    "VOL-038": "How long it will be kept",
    "VOL-039": "The people concerned know what is recorded and for what reason",
    "VOL-040": "They, or their parents, know how to make a subject access request",
}


@pytest.mark.clause("VOL-035")
@pytest.mark.clause("VOL-036")
@pytest.mark.clause("VOL-037")
@pytest.mark.clause("VOL-038")
@pytest.mark.clause("VOL-039")
@pytest.mark.clause("VOL-040")
@under("voluntary_sector")
def test_recording_is_allowed_and_explained(pack: World) -> None:
    said = say(pack, REQUEST)
    assert "Scheduled." in said
    assert only(pack).recorded
    for clause, words in VOLUNTARY.items():
        assert f"{words}: not confirmed yet. ({clause})" in said
    say(pack, "edit M-1 kept for 30 days")
    assert "How long it will be kept: not" not in say(pack, "gates M-1")


@under("james")
def test_recording_asks_a_reason_by_the_bots_own_rule(pack: World) -> None:
    say(pack, REQUEST)
    assert pack.count(Meeting) == 0
    drawn = fields(pack)
    assert "Recording is off, unless a reason is written down." in drawn
    assert "our own suggestion, not in your policy" in drawn
    assert "JAM-" not in drawn.split("Why is it recorded?")[0]
    pack.person("U0FAC").submit(recording_reason="A worker is ill")
    assert only(pack).recorded
    assert "Recording is off, unless a reason is written down. (A worker is ill)" not in say(pack, "show M-1")
    assert "A worker is ill" in say(pack, "gates M-1")
