"""The policy's gates at the door: refused while the meeting runs, recorded and flagged once it is over."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.policy import PACK_NAMES
from db.models import AuditEvent, FactAnswer, Meeting, MeetingState, Registration
from tests.attendance.conftest import end_it, go_to, history, marks, walk_ins
from tests.support.clearing import clear, everything, words
from tests.support.said import newest as ticks
from tests.support.world import World, open_world


def running(world: World, kind: str = "") -> None:
    """M-1 of Farah and Col has run for ten minutes; Aled and Mair are registered, as children or as said."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 with @col.co-worker")
    farah.command("/participant", f"add {kind} Aled, Mair to M-1")
    inducted(world)
    go_to(world, minutes=10)

    def start(session: Any) -> None:
        found = session.scalars(select(Meeting)).one()
        found.state, found.started_at = MeetingState.STARTED, found.starts_at

    world.write(start)


def inducted(world: World) -> None:
    """Everybody on M-1 had the induction on entry, where the policy asks for one."""
    world.person("U0FAC").command("/meeting", "tick M-1 induction")


def registration(world: World, name: str) -> Registration:
    """The registration of that name."""
    rows = world.read(lambda session: list(session.scalars(select(Registration))))
    return next(one for one in rows if one.participant.name == name)


def block_of(view: Any, name: str) -> str:
    """The form's block with the box of that person."""
    found = [
        block["block_id"]
        for block in view["blocks"]
        if any(one["text"]["text"] == name for one in block.get("element", {}).get("options", []))
    ]
    return str(found[0])


NOT_LISTED = "Not on the list of this meeting: do not let them in. If they got in, record an /incident."
NO_CONSENT = "The parent’s or carer’s part is not recorded yet."

# A child who walks in while the meeting runs: kept out for good, or let in with a reason, by policy.
WALK_INS = [
    pytest.param("working4u", None, "W4U-078", marks=pytest.mark.clause("W4U-078")),
    pytest.param("sendiass", None, "SEN-018", marks=pytest.mark.clause("SEN-018")),
    pytest.param("voluntary_sector", "Her mother stands next to her", "our own suggestion"),
    pytest.param("james", "Her mother stands next to her", "JAM-090", marks=pytest.mark.clause("JAM-090")),
    pytest.param("st_josephs", None, "STJ-028", marks=pytest.mark.clause("STJ-028", "STJ-044")),
]


@pytest.mark.parametrize(("policy", "reason", "clause"), WALK_INS)
def test_somebody_who_is_not_on_the_list(
    database_url: str, tmp_path: Path, policy: str, reason: str | None, clause: str
) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        running(world, "adults")
        farah = world.person("U0FAC")
        farah.command("/attendance", "M-1")
        refused = farah.submit({"walk_ins.0": "Zed", "reason": "" if reason else "He looks nice"})
        (words,) = refused.errors.values()
        assert list(refused.errors) == ["walk_ins.0"]
        assert words.startswith("Saved: 2 present, 0 absent. Not in the register yet: Zed: ")
        assert "/participant add Zed to M-1" in words
        assert (NO_CONSENT if policy == "sendiass" else NOT_LISTED) in words
        assert clause in words
        assert "Turned away? Untick them." in words
        saved = {"Aled": True, "Mair": True}
        assert (marks(world), walk_ins(world)) == (saved, []), "whoever is kept out is not saved, and holds up nobody"
        if reason is None:
            farah.submit({"walk_ins.0": "", "reason": ""})
            assert marks(world) == {"Aled": True, "Mair": True}
        else:
            farah.submit({"walk_ins.0": "Zed", "reason": reason})
            assert marks(world) == {"Aled": True, "Mair": True, "Zed": True}
            kept = ticks(world)[f"gate:on-list:{registration(world, 'Zed').id.hex}"]
            assert (kept.by, kept.reason) == ("U0FAC", reason)
        assert world.sandbox.violations == []


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_after_the_end_it_records_what_happened_and_flags_it(database_url: str, tmp_path: Path, policy: str) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        running(world)
        go_to(world, minutes=65)
        world.write(end_it)
        farah = world.person("U0FAC")
        farah.command("/attendance", "M-1")
        assert "Let in all the same" not in farah.seen()
        said = farah.submit({"walk_ins.0": "Zed"}).text
        assert "Register of M-1 saved: 2 present, 0 absent, 1 walk-in (Zed)." in said
        assert "Let in though: Zed:" in said
        assert "`/incident M-1`" in said
        assert marks(world)["Zed"] is True
        flagged = world.read(lambda s: [one.detail for one in s.scalars(select(AuditEvent)) if "flag" in one.action])
        assert ["on-list" in one for one in flagged] == [True]
        assert world.sandbox.violations == []


@pytest.mark.clause("W4U-125")
def test_a_child_without_a_parents_permission_is_refused_at_their_own_field(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        running(world)
        farah = world.person("U0FAC")
        names = ", ".join(f"Qu{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(11))
        farah.command("/participant", f"add adults {names} to M-1")
        farah.command("/participant", "add Zoe to M-1")
        inducted(world)
        farah.command("/attendance", "M-1")
        view = farah.view
        refused = farah.submit()
        assert set(refused.errors) == {block_of(view, "Aled"), block_of(view, "Zoe")}
        assert (
            refused.errors[block_of(view, "Zoe")].startswith("Mair, Zoe: ")
            or "Zoe" in refused.errors[block_of(view, "Zoe")]
        )
        assert "The parent’s or carer’s part is not recorded yet." in refused.errors[block_of(view, "Aled")]
        assert "W4U-125" in refused.errors[block_of(view, "Aled")]
        assert "Qua" not in str(refused.errors), "adults are not held up by it"
        assert marks(world) == {}
        assert world.sandbox.violations == []


def test_what_is_missing_of_a_whole_class_is_one_button_away_from_the_register_and_back(
    database_url: str, tmp_path: Path
) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        running(world)
        farah = world.person("U0FAC")
        farah.command("/participant", "add Cai, Dot, Eve to M-1")
        farah.command("/attendance", "M-1")
        refused = farah.submit({"agreed": ["yes"]})
        assert refused.errors == {}
        register, over = farah.views
        assert "Nothing is saved for M-1 yet." in words(over)
        for name in ("Aled", "Mair", "Cai", "Dot", "Eve", "W4U-125"):
            assert name in words(over)
        assert marks(world) == {}
        farah.click("Tick what is missing")
        assert len(farah.views) == 2
        assert "Before anybody is let in" in words(farah.view)
        farah.submit(everything(farah.view))
        assert "Nobody is held back" in words(farah.view)
        farah.close()
        assert (farah.view or {})["id"] == register["id"], "back at the register, with its ticks"
        farah.submit()
        assert marks(world) == dict.fromkeys(("Aled", "Mair", "Cai", "Dot", "Eve"), True)
        assert world.sandbox.violations == []


@pytest.mark.clause("W4U-101", "W4U-065")
def test_no_agreement_no_entry(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        running(world)
        farah = world.person("U0FAC")
        farah.command("/participant", "add adults Ann, Ben to M-1")
        farah.command("/participant", "remove Aled, Mair from M-1")
        farah.click("Remove")
        inducted(world)
        ann, ben = registration(world, "Ann"), registration(world, "Ben")
        farah.command("/attendance", "M-1")
        view = farah.view
        everybody = {"said_no": [f"{ben.id}"], "agreed": ["yes"]}
        refused = farah.submit(everybody)
        assert "Ben: " in refused.errors[block_of(view, "Ben")]
        assert "Said no. Ask them to leave, and talk with them afterwards." in refused.errors[block_of(view, "Ben")]
        assert "W4U-101" in refused.errors[block_of(view, "Ben")]
        assert not [one for one in ticks(world) if one.startswith("agreement")]
        farah.submit({**everybody, block_of(view, "Ann"): [f"{ann.id}"]})
        farah.close(all_views=True)
        assert marks(world) == {"Ann": True, "Ben": False}
        said = {key: one.answer for key, one in ticks(world).items() if key.startswith("agreement")}
        assert said == {
            f"agreement:{ben.id.hex}": FactAnswer.NO,
            f"agreement:{ann.id.hex}": FactAnswer.YES,
        }
        typed = farah.command("/attendance", "M-1 all").text
        assert "Nothing is saved for M-1 yet." in typed
        assert "Ben: " in typed
        assert marks(world)["Ben"] is False
        farah.command("/attendance", "M-1")
        assert farah.view is not None
        farah.submit({"said_no": [], "agreed": ["yes"], block_of(farah.view, "Ben"): [f"{ann.id}", f"{ben.id}"]})
        assert marks(world) == {"Ann": True, "Ben": True}
        assert ticks(world)[f"agreement:{ben.id.hex}"].yes
        farah.close(all_views=True)
        # Whoever had to leave does not come in again, unless that was a mistake.
        farah.command("/attendance", "M-1")
        farah.submit({"removed": [f"{ben.id}"]})
        farah.close(all_views=True)
        farah.command("/attendance", "M-1 all except Ben")
        again = farah.command("/attendance", "M-1 all").text
        assert "Ben: " in again
        assert "Was removed from this meeting." in again
        assert "W4U-065" in again
        farah.command("/attendance", "M-1")
        farah.submit({"removed": []})
        farah.close(all_views=True)
        farah.command("/attendance", "M-1 all")
        assert marks(world) == {"Ann": True, "Ben": True}
        farah.command("/meeting", "show M-1")
        farah.click("Not started after all")
        assert marks(world) == {}
        assert [key for key, one in ticks(world).items() if one.yes and key.startswith("agreement:")] == []
        assert world.sandbox.violations == []


def test_typed_it_says_who_why_and_what_to_do(world: World) -> None:
    running(world)
    world.write(lambda session: setattr(session.scalars(select(Meeting)).one(), "started_at", None))
    farah = world.person("U0FAC")
    answer = farah.command("/attendance", "M-1 all")
    assert "Nothing is saved for M-1 yet." in answer.text
    assert "The meeting is not marked as started." in answer.text
    assert "Got in all the same? `/incident M-1`" in answer.text
    assert marks(world) == {}
    farah.click("What your policy asks for")
    assert "Before anybody is let in" in farah.seen()
    farah.close(all_views=True)
    farah.click("Open the register")
    farah.submit(reason="Started late, and Farah forgot the command")
    assert marks(world) == {"Aled": True, "Mair": True}
    assert ticks(world)["gate:staff-first"].reason == "Started late, and Farah forgot the command"


def test_a_meeting_that_nobody_started_is_started_with_its_register(world: World) -> None:
    running(world)

    def forgotten(session: Any) -> None:
        found = session.scalars(select(Meeting)).one()
        found.state, found.started_at = MeetingState.READY, None

    world.write(forgotten)
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 all but Mair")
    refused = farah.click("Start it and save").text
    assert "Register" not in refused
    assert marks(world) == {}, "what the policy asks for before the start is asked for first"
    clear(farah, "M-1", "start")
    farah.command("/attendance", "M-1 all but Mair")
    said = farah.click("Start it and save").text
    assert "*M-1 has started.*" in said
    assert "Register of M-1 saved: 1 present, 1 absent (Mair)." in said
    assert "as it was saved before" in world.sandbox.repeat().text
    assert world.read(lambda session: session.scalars(select(Meeting)).one().state) is MeetingState.STARTED
    said = farah.command("/meeting", "end M-1").text
    assert "Be the last to leave." in said
    assert "Then take the register." not in said


def test_absent_people_and_those_marked_before_are_not_asked_about_again(world: World) -> None:
    running(world)
    farah = world.person("U0FAC")
    assert "saved: 2 present" in farah.command("/attendance", "M-1 all").text
    world.write(lambda session: setattr(session.scalars(select(Meeting)).one(), "started_at", None))
    assert "changed: 1 present, 1 absent (Aled)" in farah.command("/attendance", "M-1 all except Aled").text


def test_a_meeting_whose_time_has_passed_is_over_though_nobody_ended_it(world: World) -> None:
    running(world)

    def forgotten(session: Any) -> None:
        found = session.scalars(select(Meeting)).one()
        found.state, found.started_at = MeetingState.SCHEDULED, None

    world.write(forgotten)
    go_to(world, minutes=61)
    farah = world.person("U0FAC")
    assert "M-1" in farah.command("/meeting", "list").text
    said = farah.command("/attendance", "M-1 all").text
    assert "saved: 2 present" in said
    assert "M-1 is not marked as started." in said
    assert "M-1" not in farah.command("/meeting", "list").text
    assert "M-1" in farah.command("/meeting", "list past").text


def test_a_walk_in_who_may_not_be_let_in_keeps_nobody_else_waiting(world: World) -> None:
    running(world)
    farah = world.person("U0FAC")
    said = farah.command("/attendance", "M-1 all except Aled, plus Mo 15").text
    assert "Register of M-1 saved: 1 present, 1 absent (Aled)." in said
    assert "Nothing is saved" not in said
    assert said.index("saved: 1 present") < said.index("*Mo is not in the register yet.*")
    assert NOT_LISTED in said
    assert "`/incident M-1`" in said
    assert (marks(world), walk_ins(world)) == ({"Aled": False, "Mair": True}, [])
    # Sent once more, the same stands, and who waits is said again.
    again = world.sandbox.repeat().text
    assert "as it was saved before" in again
    assert "Mo is not in the register yet" in again
    assert len(history(world)) == 2
    # The walk-in alone is tried again, and still kept out.
    refused = farah.click("Mark Mo as present").text
    assert NOT_LISTED in refused
    assert (marks(world), walk_ins(world)) == ({"Aled": False, "Mair": True}, [])


def test_a_correction_with_a_walk_in_who_is_kept_out_can_be_taken_back(world: World) -> None:
    running(world)
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 all")
    said = farah.command("/attendance", "M-1 Aled absent, plus Mo").text
    assert "Register of M-1 changed: 1 present, 1 absent (Aled)." in said
    assert "Mo is not in the register yet" in said
    assert marks(world) == {"Aled": False, "Mair": True}
    farah.click("Take this change back")
    assert marks(world) == {"Aled": True, "Mair": True}


def test_a_walk_in_is_registered_with_one_press_and_then_marked(world: World) -> None:
    running(world)
    farah = world.person("U0FAC")
    refused = farah.command("/attendance", "M-1 plus Mo 15").text
    assert "Nothing is saved for M-1 yet." in refused
    assert "Register Mo first; then what your policy asks for them can be ticked." in refused
    assert "What your policy asks for" not in refused, "its form would not show who is not registered"
    farah.command("/attendance", "M-1 all plus Mo 15")
    farah.click("Register Mo first")
    assert "I took the ages" in farah.seen(), "as after `/participant add`"
    farah.submit()
    farah.close(all_views=True)
    mo = registration(world, "Mo")
    assert (mo.walk_in, mo.participant.age) == (False, "15")
    assert marks(world) == {"Aled": True, "Mair": True}
    inducted(world)
    assert "3 present" in farah.click("Mark Mo as present").text
    assert marks(world)["Mo"] is True
