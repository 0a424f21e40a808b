"""The five packs as they ship: complete, cited from their own document only, and true to it."""

import re
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from bot.policy import PACK_NAMES, Pack, clauses, load_pack
from bot.policy.cited import Cited, Ruled, Text
from bot.policy.model import Measure

IN_DOCUMENT = {"working4u": 188, "sendiass": 49, "voluntary_sector": 50, "james": 113, "st_josephs": 60}

# The values that the bot acts on, read in the documents: None means that the document is silent.
EXPECTED = {
    "meeting.recording": ("reason", "never", "explained", None, "parents_agree"),
    "meeting.breakout_rooms": ("allowed", None, None, None, "never"),
    "meeting.chat": ("everyone", "everyone", None, None, "host_only"),
    "meeting.microphones": ("own_hand", "staff_ask_only", None, None, "host_mutes_and_unmutes"),
    "meeting.lock": ("all_present", "any_time", None, None, "after_start"),
    "meeting.waiting_room": (True, True, None, True, True),
    "meeting.passcode": (True, True, True, None, True),
    "meeting.random_id": (True, None, None, None, True),
    "meeting.file_transfer_off": (True, True, True, None, None),
    "meeting.links_off": (True, None, None, None, None),
    "meeting.removed_cannot_rejoin": (True, None, True, None, None),
    "meeting.sensitive_matters": (None, None, None, None, "never"),
    "meeting.purpose": (None, None, "approved", "stated", "stated"),
    "meeting.staff_minimum": (None, None, None, 2, None),
    "meeting.group_size": ("limited", None, "considered", None, None),
    "staffing.account_holders": (None, None, None, None, 2),
    "staffing.working_hours": (None, None, None, True, None),
    "consent.age": (16, 16, None, None, 16),
    "consent.age_covers": (None, None, None, None, "social_media"),
    "consent.rules_agreement": (
        "aloud_each_session", "before_link", "shared", "made_together", "sent_and_reminded"
    ),
    "consent.without_agreement": ("no_entry", "no_link", None, None, None),
    "consent.eligible": ("invited", None, None, "known", "registered"),
    "invitation.order": ("rules_with_link", "rules_before_link", None, None, "rules_with_link"),
    "invitation.send": ("day_before", "after_agreement", None, None, "after_registration"),
    "invitation.to": ("participant_or_carer", None, None, None, "carer"),
    "entry.admit": ("recognised", "host_decides", None, "identified", "invited"),
    "entry.name": ("recognisable", None, None, "real", None),
    "one_to_one.allowed": ("allowed", "allowed", "if_vital", "allowed", "not_alone"),
    "one_to_one.adult_nearby": (None, None, True, None, None),
    "one_to_one.new_members_first": (None, None, None, True, None),
    "one_to_one.after_meeting": (None, None, None, "workers_leave_last", "facilitators_only"),
    "records.attendance": (None, None, "required", "required", None),
    "records.transcript": (None, "save", "keep_if_hosted", None, None),
    "incidents.recorded": (None, None, None, None, True),
}  # fmt: skip


@pytest.fixture(params=PACK_NAMES)
def pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(request.param)


def cited_ids(pack: Pack) -> set[str]:
    return {clause for _, part in pack.cited() for clause in part.clauses}


def ruled(pack: Pack, where: str) -> Ruled[object]:
    group, name = where.split(".")
    value = getattr(getattr(pack, group), name)
    assert isinstance(value, Ruled)
    return value


def test_every_clause_that_can_be_served_is_cited_in_its_own_pack(pack: Pack) -> None:
    to_serve = {c.id for c in clauses().values() if c.document == pack.name and c.serve != "out"}

    assert to_serve - cited_ids(pack) == set()


def test_no_pack_cites_another_document_or_what_is_out_of_scope(pack: Pack) -> None:
    own = {c.id for c in clauses().values() if c.document == pack.name and c.serve != "out"}

    assert cited_ids(pack) - own == set()


def test_the_register_holds_460_clauses_15_of_them_out_of_scope_with_a_reason() -> None:
    register = clauses().values()
    out = [clause for clause in register if clause.serve == "out"]

    assert {name: sum(c.document == name for c in register) for name in PACK_NAMES} == IN_DOCUMENT
    assert len(out) == 15
    assert all(clause.out_of_scope for clause in out)
    assert not any(clause.out_of_scope for clause in register if clause.serve != "out")


@pytest.mark.parametrize("where", EXPECTED)
def test_what_the_bot_acts_on_is_what_each_document_says(where: str) -> None:
    found = [ruled(load_pack(name), where) for name in PACK_NAMES]

    assert tuple(None if value.default else value.value for value in found) == EXPECTED[where]


def test_silence_is_filled_with_the_bots_own_and_labelled() -> None:
    lock = load_pack("james").meeting.lock

    assert (lock.value, lock.strength, lock.clauses, lock.default) == ("host_decides", "may", (), True)


def test_a_value_names_clauses_unless_it_is_the_bots_own(pack: Pack) -> None:
    assert [where for where, part in pack.cited() if bool(part.clauses) is part.default] == []


def test_silent_packs_stay_silent_in_what_they_prompt(pack: Pack) -> None:
    prompts = [item for moment in type(pack.prompts).model_fields for item in getattr(pack.prompts, moment)]

    assert not any(item.default for item in prompts)
    assert not any(text.default for text in pack.housekeeping)


def test_working4u_has_its_whole_risk_table() -> None:
    rows = load_pack("working4u").checklist.rows

    assert [row.id for row in rows] == [f"w4u-{n:02}" for n in range(1, 17)]
    assert sum(len(row.measures) for row in rows) == 50
    assert [c for row in rows for part in (row, *row.measures) for c in part.clauses] == [
        f"W4U-{n}" for n in range(119, 185)
    ]


@pytest.mark.parametrize("name", [name for name in PACK_NAMES if name != "working4u"])
def test_the_other_packs_have_a_checklist_of_their_own(name: str) -> None:
    rows = load_pack(name).checklist.rows

    assert 6 <= len(rows) <= 16
    assert not any(part.default for row in rows for part in (row, *row.measures))


def test_ids_of_measures_are_those_of_their_row_and_a_letter(pack: Pack) -> None:
    for row in pack.checklist.rows:
        letters = "abcdefghij"[: len(row.measures)]
        assert [measure.id for measure in row.measures] == [f"{row.id}-{letter}" for letter in letters]


def test_a_measure_that_is_a_setting_says_what_the_pack_asks_of_the_meeting(pack: Pack) -> None:
    fields = type(pack.meeting).model_fields
    asked = [m for row in pack.checklist.rows for m in row.measures if m.setting in fields]

    for measure in asked:
        value = ruled(pack, f"meeting.{measure.setting}")
        assert value.value not in (False, "host_decides"), measure.id
        assert set(measure.clauses) & set(value.clauses), measure.id


def test_a_pack_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_pack("james").meeting.staff_minimum.value = 1  # type: ignore[misc]


def read_by_participants(pack: Pack) -> Iterator[Text]:
    letter = pack.invitation
    yield from (*letter.joining, letter.waiting_room, *letter.before_you_join, *letter.rules, letter.contact)
    yield from letter.privacy


def test_what_participants_read_is_in_short_sentences(pack: Pack) -> None:
    for text in read_by_participants(pack):
        for sentence in re.split(r"[.!?:;]\s", text.text):
            assert len(sentence.split()) <= 18, sentence


def test_a_guide_page_is_read_in_under_ten_lines(pack: Pack) -> None:
    assert pack.guide.topics
    assert all(1 + len(topic.lines) <= 10 for topic in pack.guide.topics)


def test_every_pack_asks_the_organisation_for_what_it_cannot_know(pack: Pack) -> None:
    assert {"contact", "retention", "group_size"} <= {slot.id for slot in pack.slots}


@pytest.mark.parametrize(
    ("name", "slot"),
    [
        ("working4u", "contract"),
        ("sendiass", "house_rules"),
        ("voluntary_sector", "code_of_conduct"),
        ("james", "ground_rules"),
    ],
)
def test_the_rules_that_a_document_does_not_contain_are_a_required_slot(name: str, slot: str) -> None:
    pack = load_pack(name)

    assert [s.required for s in pack.slots if s.id == slot] == [True]
    assert slot in {text.slot for text in pack.invitation.rules}


def test_status_and_review() -> None:
    assert [load_pack(name).status for name in PACK_NAMES] == [
        "interim",
        "in_force",
        "advice",
        "in_force",
        "in_force",
    ]
    assert load_pack("sendiass").about.review_due.value == "2021-09-30"
    assert load_pack("st_josephs").about.status.default


def test_cited_names_the_place_of_each_part() -> None:
    places: dict[str, Cited] = dict(load_pack("working4u").cited())

    measure = places["checklist.rows[w4u-06].measures[w4u-06-f]"]
    assert isinstance(measure, Measure)
    assert (measure.setting, measure.clauses) == ("lock", ("W4U-146",))
    assert places["meeting.lock"].clauses == ("W4U-041", "W4U-051", "W4U-146")
