"""The referral log and who was informed: what is needed, which clock runs, versions with reasons."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.concerns.rights import GONE
from bot.sandbox.answers import Answer
from bot.sandbox.person import Person
from db.models import AuditEvent, ConcernEntry, EntryKind
from tests.concerns.leading import close, current, decide, in_days, informed, opened, taken_up, triage, versions
from tests.concerns.pressing import press
from tests.support.world import World, open_world

SECRET = "MARKER-plover-9021"
REFERRAL = {
    "body": "childrens_social_care",
    "agency": "Front door team",
    "person": "Toni Example",
    "method": "phone",
    "shared": f"What was seen {SECRET}",
    "basis": "agreed",
    "reference": "REF-77",
}


def refer(person: Person, world: World, **changes: object) -> Answer:
    person.click("concern.referral_add")
    return person.submit(**{**REFERRAL, "day": in_days(world, 0), "due_day": in_days(world, 3), **changes})


def test_a_referral_is_kept_and_shown(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    refer(lead, world)
    said = lead.seen()
    for words in ("Front door team", "Toni Example", "Telephone", SECRET, "With their agreement", "REF-77"):
        assert words in said
    (entry,) = current(world, concern.id, EntryKind.REFERRAL)
    assert entry.fields["nation"] == "england"
    assert entry.due_at is not None
    assert entry.due_at.astimezone(UTC).date().isoformat() == in_days(world, 3)
    assert entry.done_at is None
    world.settle()
    posted = [call.args for call in world.sandbox.calls if not call.method.startswith("views.")]
    assert SECRET not in str(posted)


def test_what_is_missing_is_said_at_its_field(world: World) -> None:
    taken_up(world)
    lead = world.person("U0LEAD")
    assert "reason" in refer(lead, world, basis="without").errors
    assert "agency" in lead.submit(basis="agreed", body="other", agency="").errors
    assert "due_day" in lead.submit(body="police", due_day=in_days(world, -2)).errors
    assert "day" in lead.submit(day=in_days(world, 2), due_day=in_days(world, 3)).errors
    assert world.count(ConcernEntry) == 0
    lead.submit(day=in_days(world, 0), basis="without", reason="Asking would raise the risk")
    assert "Asking would raise the risk" in lead.seen()
    assert world.count(ConcernEntry) == 1


@pytest.mark.parametrize(
    ("nation", "body", "ruled"),
    [
        ("england", "childrens_social_care", True),
        ("england", "designated_officer", False),
        ("scotland", "childrens_social_care", False),
        ("wales", "childrens_social_care", False),
    ],
)
def test_the_nations_clock_counts_or_a_day_is_asked(
    nation: str, body: str, ruled: bool, database_url: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # type: ignore[arg-type]
    with open_world(database_url, tmp_path, nation=nation) as world:  # type: ignore[arg-type]
        concern = taken_up(world)
        lead = world.person("U0LEAD")
        # Friday 18 December 2026, four in the afternoon.
        friday = datetime(2026, 12, 18, 16, 30, tzinfo=UTC)
        world.clock_forward(friday.timestamp() - world.now())
        lead = opened(world, "U0LEAD", concern)
        answer = refer(lead, world, body=body, day="2026-12-18", time="16:00", due_day=None)
        if not ruled:
            assert "choose a day" in answer.errors["due_day"]
            return
        (entry,) = current(world, concern.id, EntryKind.REFERRAL)
        assert entry.due_at == datetime(2026, 12, 21, 16, 0, tzinfo=UTC)


def test_an_answer_is_added_and_a_change_needs_its_reason(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    refer(lead, world)
    lead.click("concern.referral_change")
    lead.submit(reply="They take it on")
    (entry,) = current(world, concern.id, EntryKind.REFERRAL)
    assert entry.done_at is not None
    assert "They take it on" in lead.seen()
    lead.click("concern.referral_change")
    assert "why" in lead.submit(person="Toni Sample").errors
    assert len(versions(world, concern.id, EntryKind.REFERRAL)) == 2
    lead.submit(why="The name was misheard")
    every = versions(world, concern.id, EntryKind.REFERRAL)
    assert [one.fields["person"] for one in every] == ["Toni Example", "Toni Example", "Toni Sample"]
    assert every[-1].fields["why"] == "The name was misheard"
    assert every[-1].done_at == entry.done_at


def test_an_answer_comes_after_the_closing(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead)
    decide(lead)
    refer(lead, world)
    informed(lead)
    close(lead, world)
    assert "closed" in lead.seen()
    lead.click("concern.referral_change")
    lead.submit(reply="They close it too")
    (entry,) = current(world, concern.id, EntryKind.REFERRAL)
    assert entry.fields["reply"] == "They close it too"


def test_two_leads_change_one_referral(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    refer(lead, world)
    deputy = opened(world, "U0DEP", concern)
    lead.click("concern.referral_change")
    deputy.click("concern.referral_change")
    lead.submit(reply="FIRST-answer")
    deputy.submit(reply="SECOND-answer")
    for words in ("Changed meanwhile", "FIRST-answer", "SECOND-answer", "Nothing was overwritten"):
        assert words in deputy.seen() or words in str(deputy.view)
    assert [one.fields.get("reply") for one in versions(world, concern.id)] == [None, "FIRST-answer"]
    assert "why" in deputy.submit().errors
    deputy.submit(why="They rang me later")
    every = versions(world, concern.id)
    assert [(one.version, one.by, one.fields.get("reply")) for one in every] == [
        (1, "U0LEAD", None),
        (2, "U0LEAD", "FIRST-answer"),
        (3, "U0DEP", "SECOND-answer"),
    ]


def test_two_new_ones_from_one_screen_are_two(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    for body in ("childrens_social_care", "police"):
        refer(lead, world, body=body)
    assert [one.fields["body"] for one in current(world, concern.id, EntryKind.REFERRAL)] == [
        "childrens_social_care",
        "police",
    ]
    refer(lead, world, body="police")
    assert len(current(world, concern.id, EntryKind.REFERRAL)) == 3


def test_who_was_informed_or_why_not(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    lead.click("concern.informed_add")
    assert "day" in lead.submit(who="parent", told="yes", by="Lena Lead").errors
    assert "why_not" in lead.submit(told="no").errors
    lead.submit(why_not=f"It could raise the risk {SECRET}")
    assert SECRET in lead.seen()
    lead.click("concern.informed_add")
    lead.submit(who="child", told="yes", day=in_days(world, 0), time="10:30", by="Lena Lead", said="What we do next")
    found = current(world, concern.id, EntryKind.INFORMED)
    assert [(one.fields["who"], one.fields["told"]) for one in found] == [("parent", "no"), ("child", "yes")]
    assert "What we do next" in lead.seen()


def test_nobody_else_sees_or_changes_an_entry(world: World) -> None:
    concern = taken_up(world)
    refer(world.person("U0LEAD"), world)
    (entry,) = current(world, concern.id)
    for who in ("U0FAC", "U0HEAD", "U0MAN", "U0ADM"):
        for button in ("concern.referral_change", "concern.referral_add", "concern.informed_add"):
            assert GONE in press(world, who, button, f"{concern.id}:{entry.id}:1")
            assert SECRET not in world.person(who).seen()
    refused = world.read(lambda session: list(session.scalars(select(AuditEvent.action))))
    assert refused.count("refused concern.read") == 12
