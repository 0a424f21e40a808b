"""Clearing the gates in one form: what is ticked, by whom, for whom, and what nobody can tick."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from db.models import AuditEvent, Fact, HowShown, Meeting, MeetingState, Registration, SubjectKind
from tests.support.clearing import clear, everything, opened, unticked, words
from tests.support.meetings import LINK, only, say, schedule
from tests.support.said import facts
from tests.support.said import newest as ticks
from tests.support.world import World, open_world


def people(world: World) -> dict[str, str]:
    """The registrations' ids by name."""
    rows = world.read(lambda session: list(session.scalars(select(Registration))))
    return {one.participant.name: one.id.hex for one in rows}


# What each policy's form holds: before which moment, which gate, how it is met there, a clause that asks for it.
FORMS = {
    "working4u": (
        ("ready", "waiting-room", "box", "W4U-026"),
        ("ready", "passcode", "box", "W4U-144"),
        ("ready", "checklist", "other", "W4U-118"),
        ("invite", "carer-permission", "box", "W4U-125"),
        ("invite", "address", "other", "W4U-143"),
        ("invite", "link-day", "why", "W4U-142"),
    ),
    "sendiass": (
        ("ready", "no-recording", "box", "SEN-031"),
        ("ready", "platform", "manager", "SEN-007"),
        ("invite", "rules-agreed", "box", "SEN-044"),
        ("invite", "carer-consent", "box", "SEN-018"),
    ),
    "voluntary_sector": (
        ("ready", "purpose", "why", "VOL-011"),
        ("ready", "purpose-approved", "manager", "VOL-012"),
        ("ready", "risk-assessment", "manager", "VOL-006"),
        ("ready", "group-size-considered", "why", "VOL-024"),
    ),
    "james": (
        ("ready", "purpose", "why", "JAM-064"),
        ("ready", "waiting-room", "box", "JAM-076"),
        ("start", "roles", "why", "JAM-066"),
        ("invite", "child-protection", "box", "JAM-052"),
    ),
    "st_josephs": (
        ("ready", "no-breakout-rooms", "box", "STJ-052"),
        ("ready", "account-holders", "other", "STJ-013"),
        ("invite", "registered", "box", "STJ-028"),
        ("invite", "carer-address", "other", "STJ-029"),
    ),
}


def _by_policy() -> list[Any]:
    """The table by policy, each marked with the clauses that it shows."""
    return [
        pytest.param(policy, rows, marks=pytest.mark.clause(*(row[3] for row in rows)), id=policy)
        for policy, rows in FORMS.items()
    ]


@pytest.mark.parametrize(("policy", "rows"), _by_policy())
def test_each_open_gate_is_met_in_its_own_way_and_names_its_clauses(
    database_url: str, tmp_path: Path, policy: str, rows: tuple[tuple[str, str, str, str], ...]
) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        schedule(world)
        for moment, gate, how, clause in rows:
            assert (gate, _how(opened(world, moment), gate, clause)) == (gate, how)
            world.person("U0FAC").close(all_views=True)
        assert world.sandbox.violations == []


def _how(view: dict[str, Any], gate: str, clause: str) -> str:
    """How a form has a gate met: where the clause stands, and whether there is a box or a field for the gate."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    boxes = [block for block in inputs if any(one["value"] == gate for one in block["element"].get("options", []))]
    if boxes:
        return "box" if clause in words({"blocks": [*boxes, *_named(view, "whole.")]}) else "box without its clause"
    fields = [block for block in inputs if block["block_id"] == f"why.{gate}"]
    if fields:
        return "why" if clause in words({"blocks": fields}) else "field without its clause"
    lists = {"manager": _named(view, "managers."), "other": _named(view, "others.")}
    return next((how for how, blocks in lists.items() if clause in words({"blocks": blocks})), "nowhere")


def _named(view: dict[str, Any], start: str) -> list[dict[str, Any]]:
    return [block for block in view["blocks"] if block["block_id"].startswith(start)]


def test_exactly_what_is_filled_in_is_ticked_with_name_time_and_sealed_reason(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    opened(world, "ready")
    farah.submit({"box.settings.1": ["waiting-room", "passcode"], "why.purpose": "Rhys learns to cook"})
    stored = ticks(world)
    assert set(stored) == {"gate:waiting-room", "gate:passcode", "gate:purpose"}
    assert {one.by for one in stored.values()} == {"U0FAC"}
    assert all(abs(one.at.timestamp() - world.now()) < 30 for one in stored.values())
    assert stored["gate:purpose"].reason == "Rhys learns to cook"
    assert only(world).purpose == "Rhys learns to cook"
    raw = world.read(lambda s: list(s.execute(text("SELECT reason FROM facts")).scalars()))
    assert [one for one in raw if one]
    assert all(b"Rhys" not in bytes(one) for one in raw if one)
    details = world.read(lambda s: [one.detail for one in s.scalars(select(AuditEvent)) if "ticked" in one.action])
    assert sorted(details) == ["gate:passcode", "gate:purpose", "gate:waiting-room"]
    said = words(farah.view)
    assert "Ticked for M-1: waiting room; passcode; purpose" in said
    assert "Still 11 open before it is ready" in said
    assert "JAM-042" in words(opened(world, "ready"))
    farah.submit(unticked(farah.view, "purpose"))
    assert only(world).purpose is None


def test_the_same_form_sent_twice_ticks_once(world: World) -> None:
    schedule(world)
    opened(world, "ready")
    world.person("U0FAC").submit({"box.settings.1": ["waiting-room"]})
    assert "saved already" in str(world.sandbox.repeat().body)
    assert world.count(Fact) == 1


def test_two_people_at_once_lose_no_tick(world: World) -> None:
    schedule(world)
    farah, col = world.person("U0FAC"), world.person("U0COW")
    opened(world, "ready")
    opened(world, "ready", "U0COW")
    farah.fill({"box.settings.1": ["waiting-room", "passcode"]})
    col.fill({"box.settings.1": ["passcode", "random-id"], "why.purpose": "To cook"})
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda person: person.submit(), (farah, col)))
    assert [one.errors for one in answers] == [{}, {}]
    stored = ticks(world)
    assert set(stored) == {"gate:waiting-room", "gate:passcode", "gate:random-id", "gate:purpose"}
    assert all(one.yes for one in stored.values())
    assert world.count(Fact) == 4, "what the other had ticked is not ticked once more"


def test_a_tick_is_for_the_people_named_and_not_for_who_comes_later(world: World) -> None:
    schedule(world)
    farah, ids = world.person("U0FAC"), people(world)
    opened(world, "invite")
    farah.submit({"box.hard.1": ["child-protection"], "whom": [ids["Aled"]]})
    farah.close(all_views=True)
    assert world.count(Fact) == 1
    assert "Open for Bronwen." in words(opened(world, "invite"))
    farah.submit({"box.hard.1": ["child-protection"], "whom": ["all"], "how": "writing"})
    farah.close(all_views=True)
    # How each said so stands with it: as the form took it to be, and as it was chosen.
    facts = world.read(lambda session: list(session.scalars(select(Fact).order_by(Fact.sequence))))
    assert [one.shown_by for one in facts] == [HowShown.SPOKEN, HowShown.WRITING]
    assert ", in writing" in str(opened(world, "invite"))
    farah.close(all_views=True)
    assert len({one.subject_id for one in facts}) == 2
    farah.command("/participant", "add Cai to M-1", channel="C0YOUTH")
    said = say(world, "gates M-1")
    assert "Child protection processes and procedures were explained. Not recorded yet. Open for Cai." in said


def test_a_typed_tick_too_is_for_the_people_there_are(world: World) -> None:
    schedule(world)
    say(world, "tick M-1 child-protection")
    facts = world.read(lambda session: list(session.scalars(select(Fact))))
    assert len({one.subject_id for one in facts}) == len(people(world)) == 2
    audited = world.read(lambda s: [one.detail for one in s.scalars(select(AuditEvent)) if "ticked" in one.action])
    assert audited == ["gate:child-protection for 2 people"]


def test_what_is_typed_for_each_person_is_ticked_once_and_can_be_taken_back(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    assert "`child-protection`, for Aled, Bronwen" in say(world, "tick M-1 child-protection")
    again = say(world, "tick M-1 child-protection")
    assert "Ticked already for M-1, by <@U0FAC>" in again
    say(world, "tick M-1 child-protection")
    assert world.count(Fact) == 2
    said = say(world, "untick M-1 child-protection")
    assert "Not ticked any more for M-1: `child-protection`" in said
    assert "for Aled, Bronwen" in said
    assert not [key for key, one in ticks(world).items() if one.yes]
    farah.click("Tick it")
    assert {one.yes for one in ticks(world).values()} == {True}
    farah.click("Take it back")
    assert {one.yes for one in ticks(world).values()} == {False}


def test_a_wrong_tick_is_taken_back_and_both_facts_stay(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    clear(farah, "M-1", "ready")
    assert only(world).state is MeetingState.READY
    opened(world, "ready")
    farah.submit(unticked(farah.view, "waiting room"))
    assert "Taken back: waiting room." in words(farah.view)
    assert ticks(world)["gate:waiting-room"].yes is False
    assert only(world).state is MeetingState.SCHEDULED
    history = world.read(
        lambda s: [one.yes for one in s.scalars(select(Fact).order_by(Fact.sequence)) if "waiting" in one.requirement]
    )
    assert sorted(history) == [False, True]


def test_the_form_shows_what_stands_and_leaves_what_others_tick_meanwhile(world: World) -> None:
    schedule(world)
    farah, col = world.person("U0FAC"), world.person("U0COW")
    opened(world, "ready")
    farah.submit({"box.settings.1": ["waiting-room", "passcode"]})
    farah.close(all_views=True)
    shown = words(opened(world, "ready"))
    assert "Untick what was wrong" in shown
    assert "UTC" not in shown
    opened(world, "ready", "U0COW")
    col.submit({"box.settings.1": ["random-id"]})
    col.close(all_views=True)
    farah.submit(unticked(farah.view, "passcode"))
    stand = {key for key, one in ticks(world).items() if one.yes}
    assert stand == {"gate:waiting-room", "gate:random-id"}
    assert "Taken back: passcode." in words(farah.view)


def test_a_form_that_changes_nothing_takes_nothing_back(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    clear(farah, "M-1", "ready")
    before = world.count(Fact)
    opened(world, "ready")
    farah.submit({})
    assert world.count(Fact) == before
    assert "Nothing was ticked." in words(farah.view)


def test_the_answer_says_which_measure_and_for_whom(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    opened(world, "invite")
    farah.submit({"box.hard.1": ["child-protection"], "whom": [people(world)["Bronwen"]]})
    assert "Ticked for M-1: child protection for Bronwen." in words(farah.view)
    farah.close(all_views=True)
    opened(world, "invite")
    farah.submit(unticked(farah.view, "child protection, Bronwen"))
    assert "Taken back: child protection for Bronwen." in words(farah.view)


def test_start_is_offered_when_the_meeting_is_near(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    clear(farah, "M-1", "ready")
    assert "can start*" in clear(farah, "M-1", "start")
    assert "Start M-1" not in words({"blocks": []}) + str(farah.view)
    world.clock_forward((only(world).starts_at.timestamp() - world.now()) - 1800)
    opened(world, "start")
    farah.submit(unticked(farah.view))
    assert "Start M-1" in words(farah.view)


def test_only_a_manager_meets_what_needs_one_and_sees_nothing_else(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="voluntary_sector") as world:
        schedule(world)
        farah, max_ = world.person("U0FAC"), world.person("U0MAN")
        clear(farah, "M-1", "ready")
        assert "gate:purpose-approved" not in ticks(world)
        view = opened(world, "ready", "U0MAN")
        assert set(everything(view)) == {"box.hard.1", "why.risk-assessment", "why.platform"}
        assert "Aled" not in words(view)
        max_.submit(everything(view))
        approved = ticks(world)["gate:purpose-approved"]
        assert (approved.by, approved.as_manager) == ("U0MAN", True)
        assert world.sandbox.violations == []


def test_somebody_taken_off_the_meeting_ticks_nothing_with_a_form_still_open(world: World) -> None:
    schedule(world)
    opened(world, "ready", "U0COW")
    say(world, "edit M-1 with @Dev.Deputy")
    col = world.person("U0COW")
    answer = col.submit({"box.settings.1": ["waiting-room"]})
    assert "can't find that meeting" in str(answer.errors)
    col.close(all_views=True)
    assert "can't find M-1" in say(world, "tick M-1", who="U0COW")
    assert world.count(Fact) == 0


def test_it_opens_from_the_card_the_listing_and_a_refusal(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    asked = "What your policy asks for"
    for command, label in (("show M-1", "See to it"), ("gates M-1", asked), ("start M-1", asked)):
        say(world, command)
        farah.click(label)
        assert farah.view is not None
        assert farah.view["callback_id"] == "gates.save"
        farah.close(all_views=True)


def test_what_it_carries_is_ids_only(world: World) -> None:
    schedule(world)
    view = opened(world, "invite")
    carried = f"{view['private_metadata']} {[one.get('value') for one in view['blocks'][1]['elements']]}"
    assert view["private_metadata"] == f"{only(world).id}:invite:"
    assert not [name for name in ("Aled", "Art", LINK) if name in carried]


def test_a_cancelled_meeting_takes_no_ticks_of_gates(world: World) -> None:
    schedule(world)
    say(world, "show M-1")
    farah = world.person("U0FAC")
    card = farah.private[-1]
    opened(world, "ready")
    world.write(lambda session: setattr(session.scalars(select(Meeting)).one(), "state", MeetingState.CANCELLED))
    assert "nothing can be ticked" in str(farah.submit({"box.settings.1": ["waiting-room"]}).errors)
    farah.close(all_views=True)
    assert "nothing can be ticked" in farah.click("See to it", card).text
    assert world.count(Fact) == 0


def test_thirty_people_and_every_gate_of_the_longest_policy_in_one_form(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        schedule(
            world,
            ", ".join(
                f"{first} {last}"
                for first in ("Aled", "Bronwen", "Catrin", "Dewi", "Ffion", "Huw")
                for last in ("Parker", "Kilroy", "Hendry", "Morris", "Tudor")
            ),
        )
        view = opened(world, "invite")
        answer = world.person("U0FAC").submit(everything(view))
        assert answer.errors == {}
        for_people = [one for one in facts(world) if one.subject_kind is not SubjectKind.MEETING]
        assert len(for_people) == 30 * len({one.requirement for one in for_people})
        assert len(for_people) > 350
        assert answer.elapsed < 3
        assert world.sandbox.violations == []
