"""One person with two records: made one, read as one everywhere, and taken apart again."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import BadInput
from bot.participants.forms import two_names
from bot.sandbox.answers import Answer
from db.models import AttendanceMark, AuditEvent, Concern, Participant, Registration
from tests.attendance.conftest import end_it, go_to, history
from tests.concerns.test_patterns import about, look
from tests.support.statements import counted
from tests.support.world import World

SHORT, LONG = "Aled Jones", "Aled James Jones"


def _clubs(world: World, *registers: str) -> None:
    """A meeting of Farah and Col for each list of names, the first tomorrow at ten."""
    farah = world.person("U0FAC")
    for number, names in enumerate(registers, start=1):
        farah.command("/meeting", f"new Club {number} tomorrow at {9 + number}:00 with @col.co-worker in Cooking")
        if names:
            farah.command("/participant", f"add {names} to M-{number}")


def _merge(world: World, typed: str, who: str = "U0FAC") -> str:
    """Two records made one person's; what was answered."""
    person = world.person(who)
    person.command("/participant", f"merge {typed}")
    return person.click("They are one person").text


def _listed(world: World, number: int) -> list[str]:
    said = world.person("U0FAC").command("/participant", f"list M-{number}").text
    return re.findall(r"• (.+?) \(", said)


def _told(world: World) -> list[str]:
    query = select(AuditEvent.action).where(AuditEvent.action.startswith("participant.merge"))
    return world.read(lambda session: list(session.scalars(query.order_by(AuditEvent.sequence))))


def week(world: World) -> dict[str, int]:
    """What the report of this day says of people."""
    day = datetime.fromtimestamp(world.now(), UTC)
    said = world.person("U0MAN").command("/report", f"{day.day} {day:%B} to {day.day} {day:%B}").text
    found = dict(re.findall(r"([A-Z][\w ()]+): \*(\d+)\*", said))
    return {name: int(found[name]) for name in ("Different people", "There for the first time", "Attended (visits)")}


def everything(world: World) -> list[object]:
    """Every record, place and mark as it stands, but for marks that count no more."""

    def work(session: Session) -> list[object]:
        people = session.scalars(select(Participant).order_by(Participant.id))
        places = session.scalars(select(Registration).order_by(Registration.id))
        marks = session.scalars(select(AttendanceMark).where(AttendanceMark.replaced_at.is_(None)))
        return [
            [(one.id, one.name, one.email, one.merged_into_id, one.merged_at, one.first_there_at) for one in people],
            [(one.id, one.participant_id, one.removed_at, one.removed_by) for one in places],
            sorted((one.registration_id, one.present, one.by, one.at) for one in marks),
        ]

    return world.read(work)


@pytest.mark.both
def test_two_records_are_one_person_and_two_again(world: World) -> None:
    _clubs(world, f"{SHORT}, Bo", LONG, "")
    farah = world.person("U0FAC")
    before = everything(world)
    asked = farah.command("/participant", f"merge {SHORT} into {LONG}")
    assert "*Aled Jones* (child), on M-1" in asked.text
    assert "*Aled James Jones* (child), on M-2. This record stays." in asked.text
    assert everything(world) == before
    done = farah.click("They are one person")
    assert "*One person now:* Aled James Jones, also registered as Aled Jones." in done.text
    assert (_listed(world, 1), _listed(world, 2)) == ([LONG, "Bo"], [LONG])
    assert asked.private is not None
    farah.command("/participant", f"add {SHORT} to M-3")
    assert (
        f"On the list already, so one registration: {LONG}" in farah.command("/participant", f"add {SHORT} to M-2").text
    )
    assert _listed(world, 3) == [LONG]
    farah.command("/participant", f"remove {LONG} from M-3")
    farah.click("Remove")
    world.clock_forward(9 * 60)
    assert done.private is not None
    back = farah.click("Take it back", done.private)
    assert "*Two people again:* Aled Jones and Aled James Jones" in back.text
    assert "Nothing was changed." in farah.click("Take it back", done.private).text
    assert (_listed(world, 1), _listed(world, 2)) == ([SHORT, "Bo"], [LONG])
    assert _told(world) == ["participant.merged", "participant.merge_undone"]


@pytest.mark.both
def test_a_register_that_holds_both_keeps_one_place_and_whoever_was_there_was_there(world: World) -> None:
    _clubs(world, f"{SHORT}, {LONG}, Bo", f"{SHORT}, {LONG}", f"{SHORT}, Bo")
    go_to(world, minutes=65)
    world.write(end_it)
    world.clock_forward(4 * 3600)
    farah = world.person("U0FAC")
    for typed in (f"M-1 only {SHORT}", f"M-2 only {LONG}", "M-3 only Bo"):
        farah.command("/attendance", typed)
    before, marked = everything(world), history(world)
    farah.command("/participant", f"merge {SHORT} = {LONG}")
    done = farah.click("They are one person")
    assert "Both were on M-1, M-2: one place stayed" in done.text
    assert _listed(world, 1) == [LONG, "Bo"]
    for number, said in ((1, "1 present, 1 absent (Bo)"), (2, "1 present")):
        shown = farah.command("/attendance", f"M-{number} only Aled").text
        assert said in shown
    assert len(history(world)) == len(marked) + 1
    assert week(world) == {"Different people": 2, "There for the first time": 2, "Attended (visits)": 3}
    assert done.private is not None
    farah.click("Take it back", done.private)
    assert everything(world) == before
    assert week(world) == {"Different people": 3, "There for the first time": 3, "Attended (visits)": 3}


@pytest.mark.both
def test_concerns_sessions_and_incidents_of_both_records_are_of_one_person(world: World) -> None:
    _clubs(world, f"{SHORT}, Bo", LONG, f"{LONG}, Bo")
    farah = world.person("U0FAC")
    world.clock_forward(2 * 24 * 3600)
    for typed in ("M-1 all except Aled", "M-2 none", "M-3 all except Aled"):
        farah.command("/attendance", typed)
    farah.command("/incident", f"M-1 {SHORT} was removed for swearing; done: spoke to carer")
    farah.command("/incident", f"M-2 {LONG} shouted; done: spoke to carer")
    first = about(world, participants=[f"{SHORT} · M-1"])
    second = about(world, participants=[f"{LONG} · M-3"])
    bo = about(world, participants=["Bo · M-3"])
    assert "*Other concerns:* none" in look(world, "U0LEAD", second)
    _merge(world, f"{SHORT} into {LONG}")
    for asked, other in ((first, second), (second, first)):
        said = look(world, "U0LEAD", asked)
        assert said.count("(on the register)") == 1
        assert "a name only" not in said
        assert f"*{LONG}* (on the register)" in said
        assert "*Other concerns:* 1" in said
        assert other.reference in said
        assert "*Incidents that name them:* 2" in said
        assert "missed 3 of the last 3" in said
    assert "*Other concerns:* none" in look(world, "U0LEAD", bo)
    third = about(world, participants=[f"{LONG} · M-3"])
    assert "*Other concerns:* 2" in look(world, "U0LEAD", third)
    fourth = about(world, who=SHORT)
    assert f"{first.reference} · new" in look(world, "U0LEAD", fourth)
    farah.click("Take it back")
    said = look(world, "U0LEAD", second)
    assert "*Other concerns:* 1" in said
    assert first.reference not in said
    assert "missed 2 of the last 2" in said


def test_the_concern_form_offers_one_person_once(world: World) -> None:
    _clubs(world, SHORT, LONG)
    _merge(world, f"{SHORT} with {LONG}")
    about(world, participants=[f"{LONG} · M-2"])
    with pytest.raises(Exception, match=SHORT):
        about(world, participants=[f"{SHORT} · M-1"])
    assert world.count(Concern) == 1


@pytest.mark.both
def test_a_chain_is_flat_and_each_merge_is_undone_by_itself(world: World) -> None:
    _clubs(world, "Al Jones", SHORT, LONG)
    farah = world.person("U0FAC")
    apart = everything(world)
    farah.command("/participant", f"merge Al Jones into {SHORT}")
    first = farah.click("They are one person").private
    one = everything(world)
    farah.command("/participant", f"merge {SHORT} into {LONG}")
    second = farah.click("They are one person").private
    assert first is not None
    assert second is not None
    assert [_listed(world, number) for number in (1, 2, 3)] == [[LONG], [LONG], [LONG]]
    farah.click("Take it back", second)
    assert everything(world) == one
    farah.click("Take it back", first)
    assert everything(world) == apart
    farah.command("/participant", f"merge Al Jones into {SHORT}")
    first = farah.click("They are one person").private
    farah.command("/participant", f"merge {SHORT} into {LONG}")
    second = farah.click("They are one person").private
    assert first is not None
    assert second is not None
    assert "*Two people again:* Al Jones" in farah.click("Take it back", first).text
    assert [_listed(world, number) for number in (1, 2, 3)] == [["Al Jones"], [LONG], [LONG]]
    farah.click("Take it back", second)
    assert everything(world) == apart


def test_who_is_meant_is_asked_with_the_meetings_and_never_guessed(world: World) -> None:
    _clubs(world, f"{SHORT}, Bo", f"Aled Morgan, {LONG}")
    farah = world.person("U0FAC")
    asked = farah.command("/participant", f"merge Aled and {SHORT}")
    assert "More than two records fit" in asked.text
    assert "Aled Morgan (M-2) and Aled Jones (M-1)" in str(asked.blocks)
    farah.click("Aled James Jones (M-2) and Aled Jones (M-1)")
    said = farah.click("They are one person").text
    assert "*One person now:* Aled Jones, also registered as Aled James Jones." in said
    assert _listed(world, 2) == [SHORT, "Aled Morgan"]
    again = farah.command("/participant", f"merge {LONG} into {SHORT}").text
    assert "I know one record only of “Aled Jones”" in again


def test_two_of_the_same_name_by_their_meetings_or_by_the_name_alone(world: World) -> None:
    _clubs(world, SHORT, "")
    farah = world.person("U0FAC")
    farah.command("/participant", f"add adults {SHORT} to M-2")
    for typed in (SHORT, f"{SHORT} from M-1 into {SHORT} from M-2", f"{SHORT} (M-2) = {SHORT} (M-1)", f"both {SHORT}"):
        said = farah.command("/participant", f"merge {typed}").text
        assert "• *Aled Jones* (adult), on M-2" in said, typed
        assert "• *Aled Jones* (child), on M-1. This record stays." in said, typed
        assert "The records say adult and child: child stays, with all rules for that age." in said, typed
    farah.click("They are one person")
    assert "Aled Jones (child" in farah.command("/participant", "list M-2").text


def test_what_the_caller_may_not_see_is_not_known(world: World) -> None:
    _clubs(world, SHORT, "Bo")
    farah, max_ = world.person("U0FAC"), world.person("U0MAN")
    max_.command("/meeting", "new Youth club tomorrow at 18:00")
    max_.command("/participant", f"add {LONG}, Cai to M-3")
    said = farah.command("/participant", f"merge {SHORT} into Cai")
    assert "I know nobody called “Cai” on the registers of your meetings. Nothing was changed." in said.text
    assert f"merge {SHORT} into Cai" in str(said.blocks)
    assert "I know one record only" in farah.command("/participant", f"merge {SHORT} into {LONG}").text
    assert "I know nobody" not in max_.command("/participant", "merge Aled into Cai").text
    said = max_.command("/participant", f"merge {SHORT} into Cai")
    assert f"I know nobody called “{SHORT}”; is this who you mean?" in said.text
    farah.command("/participant", f"merge {SHORT} into Bo")
    pressed = farah.click("They are one person")
    assert pressed.private is not None
    farah.command("/participant", "remove Bo from M-2")
    farah.click("Remove")
    farah.command("/participant", "remove Bo from M-1")
    farah.click("Remove")
    assert "Nothing was changed." in farah.click("Take it back", pressed.private).text


def test_a_second_press_and_one_that_comes_too_late_change_nothing(world: World) -> None:
    _clubs(world, f"{SHORT}, {LONG}", LONG)
    farah = world.person("U0FAC")
    farah.command("/participant", f"merge {SHORT} into {LONG}")
    asked = farah.private[-1]
    done = farah.click("They are one person", asked).private
    assert done is not None
    again = world.sandbox.repeat()
    assert f"*{LONG}*, also registered as {SHORT}: one person already." in again.text
    world.clock_forward(601)
    assert "more than ten minutes ago" in farah.click("Take it back", done).text
    assert _listed(world, 1) == [LONG]
    assert _told(world) == ["participant.merged"]


def test_an_address_comes_along_and_goes_back_and_one_that_differs_is_said(world: World) -> None:
    _clubs(world, "", LONG, "")
    farah = world.person("U0FAC")
    for number, name, address in ((1, SHORT, "carer@example.org"), (3, "Al Jones", "other@example.org")):
        farah.command("/participant", f"add to M-{number}")
        farah.submit(names=name, email=address, whose="carer")
        farah.close()
    apart = everything(world)
    assert (
        "The e-mail address known for Aled Jones comes along."
        in farah.command("/participant", f"merge {SHORT} into {LONG}").text
    )
    farah.click("They are one person")
    assert "carer's e-mail known" in farah.command("/participant", "list M-2").text
    said = farah.command("/participant", f"merge Al Jones into {LONG}").text
    assert "Their e-mail addresses differ: that of the record that stays is used." in said
    assert "@example.org" not in said
    farah.click("Take it back")
    assert everything(world) == apart


@pytest.mark.both
def test_a_merge_costs_the_same_however_many_registers_hold_both(world: World) -> None:
    _clubs(world, f"{SHORT}, {LONG}", "Mair Hughes, Mair Ann Hughes", "Mair Hughes, Mair Ann Hughes", "Mair Hughes")
    farah = world.person("U0FAC")
    world.stop_bot()
    world.start_bot(work=False)
    farah.command("/participant", "list M-1")

    def cost(act: Callable[[], Answer]) -> int:
        with counted(world) as statements:
            act()
        return len(statements)

    one, several = (
        [
            cost(lambda typed=typed: farah.command("/participant", f"merge {typed}")),  # type: ignore[misc]
            cost(lambda: farah.click("They are one person")),
            cost(lambda: farah.command("/participant", "list M-4")),
            cost(lambda: farah.click("Take it back")),
        ]
        for typed in (f"{SHORT} into {LONG}", "Mair Hughes into Mair Ann Hughes")
    )
    # The first request after a start may look at who is asking twice.
    assert all(found <= most for found, most in zip(several[:2], one[:2], strict=True)), (one, several)
    assert several[2] <= one[2] + 1, "who stands for whom is read once for a whole register"
    assert all(found <= most for found, most in zip(several, (8, 17, 8, 16), strict=True)), several


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("Aled Jones into Aled James Jones", [("Aled Jones", None), ("Aled James Jones", None)]),
        ("aled and aled james", [("aled", None), ("aled james", None)]),
        ("Aled=Al", [("Aled", None), ("Al", None)]),
        ("Aled -> Al", [("Aled", None), ("Al", None)]),
        ("Aled Jones with Al Jones please", [("Aled Jones", None), ("Al Jones", None)]),
        ("Aled Jones is Al Jones", [("Aled Jones", None), ("Al Jones", None)]),
        ("Aled is the same person as Al", [("Aled", None), ("Al", None)]),
        ("Aled and Al are the same person", [("Aled", None), ("Al", None)]),
        ("Aled, Al", [("Aled", None), ("Al", None)]),
        ("Aled / Al", [("Aled", None), ("Al", None)]),
        ("Aled & Al are one", [("Aled", None), ("Al", None)]),
        ("Jones-Smith, Aled into Aled Jones-Smith", [("Jones-Smith, Aled", None), ("Aled Jones-Smith", None)]),
        ("Aled from M-1 and Aled from M-2", [("Aled", 1), ("Aled", 2)]),
        ("Aled (M-1) into Aled (m2)", [("Aled", 1), ("Aled", 2)]),
        ("the two Aled Jones", [("Aled Jones", None)]),
        ("Sandy Anderson and Andy Wither", [("Sandy Anderson", None), ("Andy Wither", None)]),
        ("", None),
        ("Aled, Al and Bo", [("Aled, Al", None), ("Bo", None)]),
        ("Aled into Al into Bo", None),
        ("Aled into", None),
        ("M-1 into M-2", None),
        ("<@U0FAC> into Al", None),
    ],
)
def test_two_names(typed: str, named: list[tuple[str, int | None]] | None) -> None:
    if named is None:
        with pytest.raises(BadInput):
            two_names(typed)
    else:
        assert two_names(typed) == named
