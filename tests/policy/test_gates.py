"""The gates as an engine: what refuses, what only asks, what meets a gate, and what counts for whom."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.policy import PACK_NAMES, load_pack
from bot.policy.gates import (
    Answer,
    ChecklistState,
    Gate,
    MeetingFacts,
    Person,
    Reading,
    Recording,
    Tick,
    Worker,
    evaluate,
    may,
    summary,
)
from bot.policy.overrides import NONE, Overrides
from tests.policy.asking import asked

STARTS = datetime(2026, 3, 19, 16, 0, tzinfo=UTC)
NOW = STARTS - timedelta(days=1)
FARAH = Worker("U0FAC", "Farah")
COL = Worker("U0COW", "Col")
AMY = Person("amy", "Amy", "child", age=12, address="carer")
BEN = Person("ben", "Ben", "young_person", age=17, address="own")
YES = Answer(True, "U0FAC", NOW)
BY_FARAH = Tick("U0FAC", NOW)
FACTS = MeetingFacts(
    reference="M-12",
    now=NOW,
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=1),
    zone="Europe/London",
    platform="zoom",
    host=FARAH,
    people=(AMY, BEN),
)


def gate(pack: str, gate_id: str, facts: MeetingFacts, overrides: Overrides = NONE) -> Gate:
    (found,) = [one for one in evaluate(load_pack(pack), overrides, facts) if one.id == gate_id]
    return found


def test_a_setting_that_the_provider_reports_is_met_with_its_evidence() -> None:
    facts = replace(FACTS, settings={"waiting_room": Reading("applied", "Zoom: waiting room on")})

    met = gate("james", "waiting-room", facts)

    assert (met.open, met.evidence, met.tick, met.command) == (False, "Zoom: waiting room on", None, "")


@pytest.mark.parametrize("reading", [Reading("unknown"), Reading("by_host")])
def test_a_setting_that_nobody_can_read_waits_for_a_tick_that_stays_visible_as_one(reading: Reading) -> None:
    facts = replace(FACTS, settings={"waiting_room": reading})

    unread = gate("james", "waiting-room", facts)
    ticked = gate("james", "waiting-room", replace(facts, ticks={"waiting-room": BY_FARAH}))

    assert (unread.open, unread.command) == (True, "/meeting tick M-12 waiting-room")
    assert (ticked.open, ticked.evidence, ticked.tick) == (False, "", BY_FARAH)


def test_against_what_the_provider_says_a_tick_needs_its_reason() -> None:
    facts = replace(FACTS, settings={"waiting_room": Reading("not_applied", "Zoom: waiting room off")})
    with_reason = replace(BY_FARAH, reason="Switched on in the meeting itself")

    assert "Zoom: waiting room off" in gate("james", "waiting-room", facts).sentence
    assert gate("james", "waiting-room", replace(facts, ticks={"waiting-room": BY_FARAH})).open
    assert not gate("james", "waiting-room", replace(facts, ticks={"waiting-room": with_reason})).open


def test_recording_is_off_only_where_both_ways_of_recording_are() -> None:
    one = {"no_recording": Reading("applied", "button off")}
    both = {**one, "no_auto_recording": Reading("applied", "automatic off")}

    assert gate("sendiass", "no-recording", replace(FACTS, settings=one)).open
    assert gate("sendiass", "no-recording", replace(FACTS, settings=both)).evidence == "automatic off; button off"


def test_when_possible_refuses_until_a_second_worker_or_a_reason_is_there() -> None:
    alone = gate("james", "two-workers", FACTS)
    reason = replace(BY_FARAH, reason="Col is ill")

    assert (alone.strength, alone.refuses, alone.needs_reason) == ("when_possible", True, True)
    assert alone.command == "/meeting tick M-12 two-workers because …"
    assert gate("james", "two-workers", replace(FACTS, ticks={"two-workers": BY_FARAH})).open
    assert not gate("james", "two-workers", replace(FACTS, ticks={"two-workers": reason})).open
    assert gate("james", "two-workers", replace(FACTS, co_workers=(COL,))).evidence == "Farah, Col"


def test_somebody_who_is_no_member_of_staff_is_no_second_worker() -> None:
    guest = replace(COL, staff=False)

    assert gate("james", "two-workers", replace(FACTS, co_workers=(guest,))).open


@pytest.mark.parametrize(
    ("pack", "gate_id", "said"),
    [
        pytest.param("james", "checklist", "highly recommended", marks=pytest.mark.clause("JAM-055")),
        pytest.param("voluntary_sector", "group-size-considered", "the size", marks=pytest.mark.clause("VOL-024")),
        pytest.param("voluntary_sector", "age-vulnerability", "vulnerab", marks=pytest.mark.clause("VOL-023")),
    ],
)
def test_advice_asks_and_refuses_nothing(pack: str, gate_id: str, said: str) -> None:
    found = gate(pack, gate_id, FACTS)

    assert said in found.sentence
    assert (found.open, found.strength, found.refuses) == (True, "advice", False)
    assert may([found], found.moment) is None
    assert may([found], found.moment, "amy") is None


def test_a_refusal_names_gates_clauses_and_commands() -> None:
    refusal = may(evaluate(load_pack("sendiass"), NONE, replace(FACTS, recording=Recording())), "ready")

    assert refusal is not None
    assert {"SEN-031", "SEN-032", "SEN-042"} <= set(refusal.clauses)
    assert "(SEN-031, SEN-032)" in refusal.words
    assert "/meeting tick M-12 private-chat-off" in refusal.words
    assert "(the bot’s own rule, not in your policy)" in refusal.words


def test_one_missing_consent_keeps_the_link_from_that_person_only() -> None:
    people = (replace(AMY, agreed=YES, steps={"supervision": YES}), replace(BEN, agreed=YES, steps=done("sendiass")))
    found = evaluate(load_pack("sendiass"), NONE, replace(FACTS, people=people))

    amys = may(found, "invite", "amy")
    assert amys is not None
    assert [one.id for one in amys.gates] == ["carer-consent"]
    assert amys.gates[0].sentence.endswith("Open for Amy.")
    assert may(found, "invite", "ben") is None
    assert may(found, "invite") is None


def done(pack: str) -> dict[str, Answer]:
    return {step.id: YES for step in load_pack(pack).consent.steps}


def test_a_consent_that_was_refused_is_no_consent() -> None:
    said_no = replace(AMY, steps={"carer-consent": replace(YES, given=False)})

    assert gate("sendiass", "carer-consent", replace(FACTS, people=(said_no,))).people == ("amy",)


def test_a_tick_may_stand_for_one_person_or_for_all() -> None:
    one = gate("working4u", "registered", replace(FACTS, ticks={"registered:amy": BY_FARAH}))
    everybody = gate("working4u", "registered", replace(FACTS, ticks={"registered": BY_FARAH}))

    assert one.people == ("ben",)
    assert (everybody.open, everybody.people, everybody.tick) == (False, (), BY_FARAH)


def test_many_people_are_counted_and_not_listed() -> None:
    many = tuple(replace(AMY, id=f"p{number}", name=f"Child {number}") for number in range(30))

    found = gate("working4u", "registered", replace(FACTS, people=many))

    assert found.sentence.endswith("Open for Child 0, Child 1, Child 2 and 27 more.")
    assert len(found.people) == 30


def test_without_an_age_only_an_adult_is_taken_for_grown_up() -> None:
    unknown = tuple(replace(AMY, id=kind, kind=kind, age=None) for kind in ("child", "young_person", "adult"))

    assert gate("sendiass", "carer-consent", replace(FACTS, people=unknown)).people == ("child", "young_person")


@pytest.mark.parametrize(
    ("age", "asked", "said"),
    [
        pytest.param(15, "carer-consent", "The parent or carer consents", marks=pytest.mark.clause("SEN-018")),
        pytest.param(16, "own-consent", "a parent or carer is not needed", marks=pytest.mark.clause("SEN-019")),
    ],
)
def test_the_age_of_consent_is_reached_on_the_birthday(age: int, asked: str, said: str) -> None:
    found = evaluate(load_pack("sendiass"), NONE, replace(FACTS, people=(replace(AMY, age=age),)))

    consents = {one.id: one.sentence for one in found if one.id in ("carer-consent", "own-consent")}
    assert list(consents) == [asked]
    assert said in consents[asked]


@pytest.mark.clause("VOL-012")
def test_only_a_managers_word_approves_a_purpose() -> None:
    manager = replace(BY_FARAH, manager=True)

    assert gate("voluntary_sector", "purpose-approved", replace(FACTS, ticks={"purpose-approved": BY_FARAH})).open
    assert not gate("voluntary_sector", "purpose-approved", replace(FACTS, ticks={"purpose-approved": manager})).open


@pytest.mark.parametrize("pack", PACK_NAMES)
def test_nothing_delays_urgent_contact_with_somebody_at_risk(pack: str) -> None:
    bad = replace(FACTS, recording=Recording(), breakout_rooms=True, sensitive=True, host=replace(FARAH, staff=False))
    calm = evaluate(load_pack(pack), NONE, bad)
    urgent = evaluate(load_pack(pack), NONE, replace(bad, urgent=replace(BY_FARAH, reason="Amy may be at risk")))

    assert may(calm, "start") is not None
    assert [may(urgent, moment, "amy") for moment in ("ready", "invite", "start", "entry")] == [None] * 4
    assert [one.id for one in urgent if one.open] == [one.id for one in calm if one.open]


@pytest.mark.parametrize("pack", PACK_NAMES)
def test_an_empty_slot_keeps_every_meeting_from_being_ready_and_stops_nothing_else(pack: str) -> None:
    found = evaluate(load_pack(pack), NONE, FACTS)

    (complete,) = [one for one in found if one.id == "pack-complete"]
    assert (complete.open, complete.can_tick, complete.command) == (True, False, "/facilitator policy")
    assert all(slot in complete.sentence for slot in ("contact", "retention", "group_size"))
    assert may([complete], "ready") is not None
    assert (may([complete], "invite"), may([complete], "entry")) == (None, None)


@pytest.mark.clause("W4U-142")
@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 30, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 30, 23, 0, tzinfo=UTC), True),
    ],
)
def test_the_day_before_is_a_day_of_the_organisations_zone(now: datetime, is_open: bool) -> None:
    starts = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)

    found = gate(
        "working4u", "link-day", replace(FACTS, starts_at=starts, ends_at=starts + timedelta(hours=1), now=now)
    )

    assert found.open is is_open
    assert ("Monday 30 March" in found.sentence) is is_open


@pytest.mark.clause("W4U-101")
def test_an_empty_agreement_is_open_and_is_not_read_as_a_no() -> None:
    people = (replace(AMY, agreed=replace(YES, given=False)), BEN)
    found = evaluate(load_pack("working4u"), NONE, replace(FACTS, people=people, started_at=STARTS))

    (no,) = [one for one in found if one.id == "agreement"]
    (unasked,) = [one for one in found if one.id == "agreement-asked"]
    assert (no.people, no.refuses, no.can_tick) == (("amy",), True, False)
    assert "does not take part in that session" in no.sentence
    assert (unasked.people, unasked.refuses) == (("ben",), False)


@pytest.mark.clause("W4U-118")
@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        (None, True),
        (ChecklistState(50, 50), True),
        (ChecklistState(50, 50, signed_off_by="U0FAC", changed_since=True), True),
        (ChecklistState(49, 50, signed_off_by="U0FAC"), False),
        (ChecklistState(49, 50, 1, signed_off_by="U0FAC"), True),
    ],
)
def test_the_checklist_is_met_by_a_sign_off_that_still_holds(state: ChecklistState | None, is_open: bool) -> None:
    found = gate("working4u", "checklist", replace(FACTS, checklist=state))

    assert (found.open, found.strength, found.can_tick) == (is_open, "required", False)
    assert "who is at risk, what lowers it" in found.sentence


@pytest.mark.clause("STJ-040", "STJ-041", "STJ-042")
def test_recording_at_st_josephs_needs_every_parent_and_what_they_were_told() -> None:
    agreed = (replace(AMY, recording_agreed=YES), BEN)
    facts = replace(FACTS, recording=Recording(purpose="For Amy, who is ill", kept_days=30), people=agreed)

    one_missing = gate("st_josephs", "recording-agreement", facts)
    assert one_missing.open
    assert one_missing.sentence.endswith("Every parent or carer agreed in advance: not recorded yet. Open for Ben.")
    assert one_missing.people == ("ben",)
    word = replace(facts, ticks={"recording-agreement": BY_FARAH})
    assert not gate("st_josephs", "recording-agreement", word).open
    everybody = replace(facts, people=tuple(replace(one, recording_agreed=YES) for one in agreed))
    found = {one.id: one for one in evaluate(load_pack("st_josephs"), NONE, everybody)}
    assert not found["recording-agreement"].open
    assert (found["recording-purpose"].evidence, found["recording-purpose"].clauses) == (
        "For Amy, who is ill",
        ("STJ-041",),
    )
    assert (found["recording-how-long"].evidence, found["recording-how-long"].clauses) == (
        "kept for 30 days",
        ("STJ-042",),
    )


@pytest.mark.clause("STJ-011")
def test_training_is_met_by_the_days_of_every_worker() -> None:
    trained = {"settings-confident": date(2026, 1, 5)}

    half = replace(FACTS, host=replace(FARAH, trained=trained), co_workers=(COL,))
    both = replace(half, co_workers=(replace(COL, trained=trained),))
    open_gate = gate("st_josephs", "training-settings-confident", half)
    assert "Confident and competent in using those settings. Not recorded yet for Col." in open_gate.sentence
    assert not gate("st_josephs", "training-settings-confident", both).open


@pytest.mark.clause("JAM-042")
def test_a_providers_minimum_age_is_not_the_managers_to_lower() -> None:
    overrides = Overrides.model_validate({"approved_platforms": [{"platform": "whatsapp", "minimum_age": 13}]})
    manager = replace(BY_FARAH, manager=True, reason="Her mother agrees")
    facts = replace(FACTS, platform="whatsapp", ticks={"platform": manager})

    found = gate("james", "platform", facts, overrides)
    assert (found.refuses, found.can_tick) == (True, False)
    assert "right for the young people's age" in found.sentence
    assert "13 and over, and the youngest here is 12" in found.sentence
    assert not gate("james", "platform", replace(facts, people=(BEN,), ticks={}), overrides).open


def test_every_gate_lands_in_one_heap() -> None:
    found = evaluate(load_pack("voluntary_sector"), NONE, FACTS)

    heaps = summary(found)
    assert sorted(one.id for heap in (heaps.open_required, heaps.open_advice, heaps.met) for one in heap) == sorted(
        one.id for one in found
    )
    assert {"advice", "reminder"} == {one.strength for one in heaps.open_advice}
    assert not any(one.open for one in heaps.met)


@pytest.mark.parametrize("pack", PACK_NAMES)
def test_an_open_gate_says_what_to_type_or_cannot_be_met_by_typing(pack: str) -> None:
    for one in evaluate(load_pack(pack), NONE, replace(FACTS, platform=None, people=(replace(AMY, steps=None), BEN))):
        if one.open and one.can_tick:
            assert one.command.startswith("/"), one.id
        assert one.sentence, one.id


def test_the_schools_own_account_does_not_stand_in_for_the_hosts() -> None:
    own = Overrides.model_validate({"staff_email_domains": ["example.org"], "account": {"email": "office@example.org"}})
    host = replace(FARAH, email="farah@mail.example")
    pack = load_pack("st_josephs")
    assert asked(pack, "work-accounts", overrides=own) == "work-accounts: met"
    assert asked(pack, "work-accounts", overrides=own, host=host) == "work-accounts: refused required"
