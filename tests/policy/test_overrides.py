"""What an organisation sets beside its policy: what is allowed, what is refused, what is still missing."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.organisation.file import FileProblem, parse
from bot.policy import PACK_NAMES, load_pack
from bot.policy.hours import Hours
from bot.policy.overrides import KEPT_UNDER, NONE, Overrides, applied, changes, empty_slots, filled, rules, stored
from bot.policy.overview import overview, remind_of_review, review_due
from bot.policy.strictness import loosens
from bot.sandbox import sample
from db.crypto import Keyring
from db.models import Organisation
from db.session import Database

RETENTION = {"attendance": 365, "incidents": 2190, "messages": 90, "recordings": 30, "chat": 30}


def complete(pack: str) -> dict[str, Any]:
    """Every slot of a pack filled in."""
    slots = [slot for slot in load_pack(pack).slots if slot.holds in ("text", "link")]
    texts = {slot.id: "https://example.org/page" if slot.holds == "link" else "Our own words." for slot in slots}
    return {"texts": texts, "retention": RETENTION, "group_size": 12}


EMPTY: dict[str, Any] = {"texts": {}, "retention": {}, "group_size": None}


def refused(**values: Any) -> list[str]:
    with pytest.raises(FileProblem) as problem:
        parse(sample.organisation(**values))
    return problem.value.problems


@pytest.mark.parametrize("pack", PACK_NAMES)
def test_an_organisation_is_in_set_up_until_every_required_slot_is_filled(pack: str) -> None:
    required = [slot.id for slot in load_pack(pack).slots if slot.required]
    empty = parse(sample.organisation(policy=pack, **EMPTY))
    full = parse(sample.organisation(policy=pack, **complete(pack)))

    assert [slot.id for slot in empty.in_setup()] == required
    assert full.in_setup() == ()
    for slot in required:
        key, holds = next((s.id, s.holds) for s in load_pack(pack).slots if s.id == slot)
        if holds == "text":
            without = {name: text for name, text in complete(pack)["texts"].items() if name != key}
            lacking = parse(sample.organisation(policy=pack, **{**complete(pack), "texts": without}))
            assert [one.id for one in lacking.in_setup()] == [key]


@pytest.mark.parametrize("pack", PACK_NAMES)
def test_every_slot_of_days_has_its_record_classes(pack: str) -> None:
    days = {slot.id for slot in load_pack(pack).slots if slot.holds == "days"}

    assert days <= KEPT_UNDER.keys()


def test_keys_with_nothing_behind_them_count_as_left_out() -> None:
    keys = ("texts", "retention", "group_size", "account", "working_hours", "approved_platforms", "policy_overrides")

    assert parse(sample.organisation(**dict.fromkeys(keys))).overrides == NONE
    blank = parse(sample.organisation(texts={"contact": None, "ground_rules": ""}))
    assert {"contact", "ground_rules"} <= {slot.id for slot in blank.in_setup()}


def test_house_rules_of_the_file_fill_the_slot_of_that_name() -> None:
    file = parse(sample.organisation(policy="sendiass", house_rules="Be kind."))

    assert "house_rules" not in {slot.id for slot in file.in_setup()}
    assert file.overrides.texts["house_rules"] == "Be kind."


def test_what_a_slot_of_days_holds_is_said_in_words() -> None:
    slot = next(one for one in load_pack("voluntary_sector").slots if one.id == "kept_for")

    assert filled(slot, Overrides.model_validate({"retention": RETENTION})) == "recordings 30 days, chat 30 days"
    assert filled(slot, Overrides.model_validate({"retention": {"chat": 30}})) == ""


# what the file holds → the sentence that refuses it; the sample organisation follows james
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a text that the policy does not know": (
        {"texts": {"ground_rule": "Be kind."}},
        "texts.ground_rule: the policy james has no such text; did you mean “ground_rules”?",
    ),
    "a number given as a text": (
        {"texts": {"retention": "a year"}},
        "texts.retention: this is a number of days; give it under retention, as attendance, incidents and messages.",
    ),
    "no web address": (
        {"texts": {"safeguarding_document": "on the shelf"}},
        "texts.safeguarding_document: this is a web address; it begins with https://",
    ),
    "a group of nobody": ({"group_size": 0}, "group_size: Input should be greater than or equal to 1."),
    "a record class that is none": (
        {"retention": {"attendence": 3}},
        "retention.attendence is not a key that this file",
    ),
    "hours that are none": (
        {"working_hours": {"monday": "all day"}},
        "working_hours.monday: “all day” is not a span of hours such as 09:00-17:00.",
    ),
    "hours that end before they begin": (
        {"working_hours": {"monday": "17:00-09:00"}},
        "working_hours.monday: “17:00-09:00” is not",
    ),
    "a domain that is none": ({"staff_email_domains": ["@example.org"]}, "staff_email_domains.1: "),
    "a platform that is none": ({"approved_platforms": ["zooom"]}, "approved_platforms.1.platform: "),
    "a rule that is none": (
        {"policy_overrides": [{"field": "meeting.waitingroom", "value": False}]},
        "policy_overrides.1 (meeting.waitingroom): there is no such rule; did you mean “meeting.waiting_room”?",
    ),
    "a value that the rule cannot have": (
        {"policy_overrides": [{"field": "meeting.recording", "value": "sometimes"}]},
        "policy_overrides.1 (meeting.recording): “sometimes” is not a value of this rule; "
        "give one of never, parents_agree, reason, explained.",
    ),
    "a word for yes or no": (
        {"policy_overrides": [{"field": "meeting.waiting_room", "value": "off"}]},
        "policy_overrides.1 (meeting.waiting_room): “off” is not a value of this rule; give true or false.",
    ),
    "less than the policy requires": (
        {"policy_overrides": [{"field": "meeting.waiting_room", "value": False, "reason": "It is slow"}]},
        "policy_overrides.1 (meeting.waiting_room): the policy does not let this be loosened. "
        "Use the waiting room to manage who comes in. (JAM-076)",
    ),
    "less, without a reason": (
        {"policy_overrides": [{"field": "meeting.staff_minimum", "value": 1}]},
        "policy_overrides.1 (meeting.staff_minimum): asking for less than the policy needs a reason. (JAM-065)",
    ),
    "the same rule twice": (
        {"policy_overrides": [{"field": "meeting.lock", "value": "any_time"}] * 2},
        "policy_overrides.2 (meeting.lock): this rule is set a second time.",
    ),
    "a fact about the document": (
        {"policy_overrides": [{"field": "about.status", "value": "advice"}]},
        "policy_overrides.1 (about.status): this is a fact about the document and cannot be set.",
    ),
    "a younger age of consent without a reason": (
        {"age_of_consent": 14},
        "age_of_consent: asking for less than the policy needs a reason.",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_value_is_refused_in_one_sentence(wrong: str) -> None:
    values, sentence = WRONG[wrong]

    (problem,) = refused(**values)

    assert problem.startswith(sentence)


@pytest.mark.parametrize(
    ("pack", "values", "clause"),
    [
        ("working4u", {"age_of_consent": {"age": 14, "reason": "They ask for it"}}, "W4U-125"),
        ("sendiass", {"age_of_consent": {"age": 14, "reason": "They ask for it"}}, "SEN-018"),
        ("st_josephs", {"approved_platforms": [{"platform": "teams", "reason": "We have it"}]}, "STJ-009"),
        ("working4u", {"approved_platforms": ["teams"]}, "W4U-002"),
        (
            "sendiass",
            {"policy_overrides": [{"field": "meeting.recording", "value": "reason", "reason": "Why"}]},
            "SEN-031",
        ),
    ],
)
def test_what_the_policy_does_not_let_pass_is_refused_with_its_clause(
    pack: str, values: dict[str, Any], clause: str
) -> None:
    (problem,) = refused(policy=pack, **values)

    assert clause in problem


def test_a_rule_that_leaves_room_is_loosened_with_a_reason_that_is_shown() -> None:
    own = {"field": "meeting.waiting_room", "value": False, "reason": "Tribunals let people in themselves"}
    overrides = parse(sample.organisation(policy="sendiass", policy_overrides=[own])).overrides
    pack = load_pack("sendiass")

    (change,) = changes(pack, overrides)
    assert (change.field, change.before, change.after, change.loosens) == ("meeting.waiting_room", True, False, True)
    assert (change.reason, change.clauses) == ("Tribunals let people in themselves", ("SEN-024",))
    assert applied(pack, overrides).meeting.waiting_room.value is False
    assert pack.meeting.waiting_room.value is True


def test_a_tightened_rule_is_required() -> None:
    own = [{"field": "meeting.breakout_rooms", "value": "never"}, {"field": "staffing.working_hours", "value": True}]
    overrides = parse(sample.organisation(policy="sendiass", policy_overrides=own, age_of_consent=18)).overrides

    pack = applied(load_pack("sendiass"), overrides)

    found = (pack.meeting.breakout_rooms, pack.staffing.working_hours, pack.consent.age)
    assert [(one.value, one.strength) for one in found] == [("never", "required"), (True, "required"), (18, "required")]
    assert pack.meeting.breakout_rooms.say == "Your organisation’s own rule, “breakout rooms: never”."


def test_without_overrides_the_pack_itself_applies() -> None:
    assert applied(load_pack("james"), NONE) is load_pack("james")


@given(st.sampled_from([(name, where) for name in PACK_NAMES for where, _ in rules(load_pack(name))]), st.data())
def test_no_rule_is_stricter_and_looser_than_another_at_once(place: tuple[str, str], data: st.DataObject) -> None:
    name, where = place
    rule = dict(rules(load_pack(name)))[where]
    kinds = [dict(rules(load_pack(other)))[where].value for other in PACK_NAMES]
    other = data.draw(st.sampled_from(kinds))

    assert not loosens(where, rule.value, rule.value)
    if other != rule.value:
        assert loosens(where, rule.value, other) or loosens(where, other, rule.value)


def test_working_hours_hold_in_the_organisations_zone_and_on_one_day() -> None:
    hours = Hours.model_validate({"monday": "09:00-17:00", "tuesday": "9:00 to 20:30"})

    def hold(day: int, hour: int, until: int) -> bool:
        return hours.hold(datetime(2026, 3, day, hour, tzinfo=UTC), datetime(2026, 3, day, until, tzinfo=UTC), zone)

    zone = "Europe/London"
    assert hold(23, 16, 17)
    assert not hold(23, 16, 18)
    assert not hold(30, 16, 17), "on 30 March London is an hour ahead of UTC"
    assert hold(24, 18, 20)
    assert not hold(25, 10, 11)
    assert not hours.hold(datetime(2026, 3, 23, 10, tzinfo=UTC), datetime(2026, 3, 24, 10, tzinfo=UTC), zone)
    assert (hours.of(1), hours.of(6)) == ("09:00 to 20:30", "closed")


def test_what_is_stored_comes_back_the_same() -> None:
    values = {
        **complete("james"),
        "staff_email_domains": ["example.org"],
        "working_hours": {"monday": "09:00-17:00"},
        "approved_platforms": ["zoom", {"platform": "whatsapp", "minimum_age": 13, "checked_on": "2026-01-05"}],
        "account": {"email": "club@example.org", "holders": ["U0LEAD", "U0DEP"]},
        "age_of_consent": 18,
        "review_due": "2027-01-31",
        "policy_overrides": [{"field": "meeting.platforms", "value": ["zoom"]}],
    }
    overrides = parse(sample.organisation(**values)).overrides

    assert stored({"overrides": overrides.model_dump(mode="json", exclude_defaults=True)}) == overrides
    assert stored({}) == NONE


@pytest.mark.parametrize("pack", PACK_NAMES)
def test_the_overview_tells_what_is_missing_what_is_own_and_what_is_the_bots(pack: str) -> None:
    own = {"field": "invitation.never_public", "value": True}
    overrides = parse(sample.organisation(policy=pack, policy_overrides=[own], **EMPTY)).overrides

    seen = overview(load_pack(pack), overrides, date(2026, 11, 22))

    assert seen.in_setup
    assert seen.missing == empty_slots(load_pack(pack), overrides)
    assert [one.field for one in seen.overrides] == ["invitation.never_public"]
    defaults = {where for where, rule in rules(load_pack(pack)) if rule.default}
    assert {one.field for one in seen.defaults} == defaults


@pytest.mark.clause("SEN-049")
def test_a_review_that_is_due_is_known_a_month_before() -> None:
    pack = load_pack("sendiass")
    own = Overrides.model_validate({"review_due": "2027-03-31"})

    assert (review_due(pack, NONE), remind_of_review(pack, NONE)) == (date(2021, 9, 30), date(2021, 8, 31))
    assert overview(pack, NONE, date(2021, 9, 30)).review_passed is False
    assert overview(pack, NONE, date(2021, 10, 1)).review_passed is True
    assert (review_due(pack, own), overview(pack, own, date(2026, 11, 22)).review_passed) == (date(2027, 3, 31), False)
    assert remind_of_review(load_pack("james"), NONE) is None


def test_setup_lists_empty_slots_keeps_them_and_forgets_them_when_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACILITATOR_KEYS", Keyring.generate())
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'facilitator.db'}")

    def setup(**values: Any) -> tuple[int, str, dict[str, Any]]:
        (tmp_path / "o.yaml").write_text(yaml.safe_dump(sample.organisation(**values)), encoding="utf-8")
        ran = CliRunner().invoke(cli, ["setup", "o.yaml"])
        database = Database(f"sqlite:///{tmp_path / 'facilitator.db'}")
        with database.engine.connect() as connection:
            options: dict[str, Any] = connection.scalar(select(Organisation.options)) or {}
        database.close()
        return ran.exit_code, ran.output, options

    code, output, options = setup(**{**EMPTY, "texts": {"contact": ""}})
    assert code == 0
    assert "In set-up: everything works, but no meeting becomes ready until these are in the file:" in output
    for line in ("  texts.ground_rules: ", "  texts.contact: ", "  group_size: ", "  retention.attendance, "):
        assert line in output
    assert options["in_setup"] == ["ground_rules", "safeguarding_document", "contact", "retention", "group_size"]

    code, output, options = setup(**complete("james"))
    assert (code, "In set-up" in output, "in_setup" in options) == (0, False, False)
    assert stored(options).group_size == 12

    before = options
    code, output, options = setup(
        **complete("james"), policy_overrides=[{"field": "meeting.waiting_room", "value": False}]
    )
    assert code == 1
    assert "the policy does not let this be loosened" in output
    assert "Nothing was changed." in output
    assert options == before
