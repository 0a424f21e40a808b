"""The same request under each policy: refused, asked for a reason, or scheduled with what has to come first."""

import pytest
from sqlalchemy import text

from db.models import Meeting, MeetingKind
from tests.meetings.planned import ALONE, fields, form, under
from tests.support import said
from tests.support.meetings import LINK, only, say
from tests.support.world import World


@pytest.mark.clause("STJ-052")
@under("st_josephs")
def test_breakout_rooms_are_refused_where_there_is_one_group(pack: World) -> None:
    said = say(pack, f"{ALONE}, breakout rooms")
    assert "Breakout rooms are not used: there is one single group, led by an adult. (STJ-052)" in said
    assert "/meeting new Cooking club" in said
    assert pack.count(Meeting) == 0
    say(pack, ALONE)
    assert "(STJ-052)" in say(pack, "edit M-1 breakout rooms because pairs talk more")
    assert not only(pack).breakout_rooms


@pytest.mark.clause("W4U-069")
@under("working4u")
def test_breakout_rooms_are_simply_allowed(pack: World) -> None:
    assert "Scheduled." in say(pack, f"{ALONE}, breakout rooms")
    assert only(pack).breakout_rooms
    assert "Breakout rooms may be" not in say(pack, "gates M-1")


@under("james", "sendiass", "voluntary_sector")
def test_breakout_rooms_need_a_reason(pack: World) -> None:
    say(pack, f"{ALONE} breakout rooms")
    assert pack.count(Meeting) == 0
    assert form(pack)["options"] == ["breakout_rooms"]
    answer = pack.person("U0FAC").submit()
    assert list(answer.errors) == ["breakout_reason"]
    pack.person("U0FAC").submit(breakout_reason="Pairs talk more")
    assert only(pack).breakout_rooms
    (tick,) = said.facts(pack)
    assert (tick.requirement, tick.reason, tick.by) == ("gate:breakout-rooms", "Pairs talk more", "U0FAC")
    assert "Write down why this meeting needs them" not in say(pack, "gates M-1")
    say(pack, "edit M-1 no breakout rooms")
    say(pack, "edit M-1 breakout rooms")
    assert not only(pack).breakout_rooms, "the reason of the last time does not count for the next"


@pytest.mark.clause("STJ-021")
@under("st_josephs")
def test_sensitive_matters_are_refused_by_video(pack: World) -> None:
    said = say(pack, f"{ALONE}, sensitive")
    assert "Video is not used for sensitive or private matters. (STJ-021)" in said
    assert pack.count(Meeting) == 0
    say(pack, ALONE)
    assert "Confirm that this meeting is about nothing of the kind. (STJ-021)" in say(pack, "gates M-1")
    say(pack, "edit M-1 not sensitive")
    assert only(pack).sensitive is False
    assert "marked as neither sensitive nor private" in say(pack, "gates M-1")
    person = pack.person("U0FAC")
    person.command("/meeting", "edit M-1", channel="C0GENERAL")
    answer = person.submit(sensitive="yes")
    assert "(STJ-021)" in answer.errors["options"]
    assert only(pack).sensitive is False


@under("james", "sendiass", "voluntary_sector", "working4u")
def test_sensitive_matters_are_noted_elsewhere(pack: World) -> None:
    assert "Scheduled." in say(pack, f"{ALONE}, sensitive")
    assert only(pack).sensitive is True
    assert "sensitive matters" in say(pack, "show M-1")


@pytest.mark.clause("STJ-057")
@under("st_josephs")
def test_one_to_one_is_not_alone(pack: World) -> None:
    say(pack, f"{ALONE} one-to-one")
    assert pack.count(Meeting) == 0
    assert "Nobody but the facilitators is kept for a one-to-one with no one else there. (STJ-057)" in fields(pack)
    answer = pack.person("U0FAC").submit()
    assert "second worker" in answer.errors["one_to_one_reason"]
    pack.person("U0FAC").submit(co_workers=["U0COW"])
    assert only(pack).kind is MeetingKind.ONE_TO_ONE
    assert "Nobody but the facilitators is kept" in say(pack, "gates M-1")
    assert "Add a second worker" not in say(pack, "gates M-1")


@pytest.mark.clause("VOL-025")
@pytest.mark.clause("VOL-026")
@under("voluntary_sector")
def test_one_to_one_has_to_be_vital(pack: World) -> None:
    say(pack, f"{ALONE} one-to-one")
    assert pack.count(Meeting) == 0
    assert "One-to-one work online is for when it is vital. (VOL-026)" in fields(pack)
    assert "it is good practice to have a colleague in every interaction. (VOL-025)" in fields(pack)
    said = say(pack, f"{ALONE} one-to-one because she has nobody else")
    assert "Scheduled." in said
    assert "Add a colleague, or write down why there is none. (VOL-025)" in said
    assert "a responsible adult, who knows what you are doing, is in the home and near by" in said
    assert "Write down why it is needed" not in said


@pytest.mark.clause("W4U-010")
@pytest.mark.clause("SEN-003")
@pytest.mark.clause("JAM-092")
@under("working4u", "sendiass", "james")
def test_one_to_one_is_allowed(pack: World) -> None:
    assert "Scheduled." in say(pack, f"{ALONE} one-to-one")
    assert only(pack).kind is MeetingKind.ONE_TO_ONE
    assert "one-to-one" in say(pack, "show M-1")


@under("james")
def test_each_option_is_set_and_unset_by_typing(pack: World) -> None:
    say(pack, f"{ALONE} with @Col.Co-worker")
    for typed, name, value in (
        ("recording because a worker is ill", "recorded", True),
        ("recording for the trustees", "recording_purpose", "the trustees"),
        ("kept for 2 weeks", "recording_days", 14),
        ("not recorded", "recorded", False),
        ("breakout rooms because pairs talk more", "breakout_rooms", True),
        ("no breakout rooms", "breakout_rooms", False),
        ("one-to-one", "kind", MeetingKind.ONE_TO_ONE),
        ("not one-to-one", "kind", MeetingKind.GROUP),
        ("sensitive", "sensitive", True),
        ("not sensitive", "sensitive", False),
        ("about healthy eating", "purpose", "healthy eating"),
        ("no purpose", "purpose", None),
        ("led by @Col.Co-worker", "lead_worker", "U0COW"),
    ):
        assert "Changed." in say(pack, f"edit M-1 {typed}"), typed
        assert getattr(only(pack), name) == value, typed
    meeting = only(pack)
    assert (meeting.recording_reason, meeting.recording_purpose, meeting.recording_days) == (None, None, None)
    assert "Say that the meeting is recorded" in say(pack, "edit M-1 kept for 30 days")
    assert "Whoever leads is the host or a co-worker" in say(pack, "edit M-1 led by @Lena.Lead")
    assert "Changed." in say(pack, "edit M-1 with @Dev.Deputy")
    assert only(pack).lead_worker is None, "who is off the meeting does not lead it"


@under("james")
def test_each_option_is_set_and_unset_in_the_form(pack: World) -> None:
    say(pack, f"{ALONE} with @Col.Co-worker")
    person = pack.person("U0FAC")
    person.command("/meeting", "edit M-1", channel="C0GENERAL")
    person.submit(
        options=["recorded", "one_to_one", "breakout_rooms"],
        recording_reason="A worker is ill",
        breakout_reason="Pairs talk more",
        purpose="Healthy eating",
        lead_worker="U0COW",
    )
    meeting = only(pack)
    assert (meeting.recorded, meeting.kind, meeting.breakout_rooms) == (True, MeetingKind.ONE_TO_ONE, True)
    assert (meeting.recording_reason, meeting.purpose, meeting.lead_worker) == (
        "A worker is ill",
        "Healthy eating",
        "U0COW",
    )
    person.command("/meeting", "edit M-1", channel="C0GENERAL")
    drawn = form(pack)
    assert sorted(drawn["options"]) == ["breakout_rooms", "one_to_one", "recorded"]
    assert (drawn["recording_reason"], drawn["breakout_reason"]) == ("A worker is ill", "Pairs talk more")
    person.submit(options=[], purpose="")
    meeting = only(pack)
    assert (meeting.recorded, meeting.kind, meeting.breakout_rooms) == (False, MeetingKind.GROUP, False)
    assert (meeting.recording_reason, meeting.purpose) == (None, None)


@under("working4u")
def test_an_edit_without_its_reason_opens_the_form_with_what_was_typed(pack: World) -> None:
    say(pack, ALONE)
    say(pack, "edit M-1 recording")
    assert not only(pack).recorded
    assert form(pack)["options"] == ["recorded"]
    assert "W4U-067" in fields(pack)
    pack.person("U0FAC").submit(recording_reason="Two trainees are ill")
    assert only(pack).recorded


@pytest.mark.clause("JAM-064")
@pytest.mark.clause("JAM-066")
@under("james")
def test_purpose_and_roles_meet_their_gates(pack: World) -> None:
    say(pack, f"{ALONE} with @Col.Co-worker")
    gates = say(pack, "gates M-1")
    assert "and it is made clear. Say what this meeting is for. (JAM-064)" in gates
    assert "One worker leads the session and the other supports. Not recorded yet: say who leads" in gates
    say(pack, "edit M-1 about healthy eating, led by @Col.Co-worker")
    gates = say(pack, "gates M-1")
    assert "Say what this meeting is for." not in gates
    assert "(healthy eating)" in gates
    assert "Col Co-worker leads, Farah Facilitator supports" in gates


@pytest.mark.clause("STJ-009")
@under("st_josephs")
def test_the_platform_of_the_link_is_judged(pack: World) -> None:
    say(pack, ALONE)
    say(pack, f"edit M-1 link {LINK}")
    assert "Zoom is the school's chosen platform (zoom)" in say(pack, "gates M-1")
    say(pack, "new Drama on Friday at 16:00")
    say(pack, "edit M-2 link https://meet.google.com/abc-defg-hij")
    assert "Meet is not allowed. (STJ-009)" in say(pack, "gates M-2")


@under("james")
def test_what_staff_wrote_is_sealed_and_posted_nowhere(pack: World) -> None:
    said = say(pack, f"{ALONE} about Aled's news, recording for Bronwen because Carys asked")
    for words in ("Aled's news", "Bronwen", "Carys asked"):
        assert words in said, "the one who typed it sees it"
    say(pack, f"edit M-1 link {LINK}")
    pack.settle()
    posted = str([message.words for who in ("U0FAC", "U0COW", "U0LEAD") for message in pack.sandbox.dm(who)])
    with pack.db.engine.connect() as connection:
        rows = str(connection.execute(text("SELECT * FROM meetings")).all())
    for words in ("Aled", "Bronwen", "Carys"):
        assert words not in posted
        assert words not in rows
