"""What is known of a person is not asked again at the next session, and never counts for longer than it stands."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.gates import gating
from bot.policy import load_pack
from db.models import Meeting, Registration, SubjectKind
from tests.support.clearing import clear
from tests.support.said import facts
from tests.support.world import World, open_world

ZOOM = "https://zoom.us/j/12345678901"
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0?context=x"
OF_THE_SESSION = {"space-talk"}
"""What belongs to a group, and is asked at each session as long as a session knows of no group."""


WHO = ("everyone", "under_age")
"""For whom steps count where nothing more is known of a child."""
AT_EVERY_SESSION = {"link-day", "agreement-asked", "recognised"}


def session(world: World, number: int, days: int, names: str, link: str = ZOOM, programme: str = "Cooking") -> None:
    """A session of Farah's in so many days, with its link and its people."""
    when = f"{datetime.fromtimestamp(world.now(), UTC) + timedelta(days=days):%d %B %Y} at 16:00 in {programme}"
    farah = world.person("U0FAC")
    assert "Scheduled." in farah.command("/meeting", f"new Kitchen {number} on {when}", channel="C0GENERAL").text
    farah.command("/meeting", f"edit M-{number} link {link}", channel="C0GENERAL")
    farah.command("/participant", f"add {names} to M-{number}", channel="C0GENERAL")
    world.settle()


def asked(world: World, number: int, name: str) -> set[str]:
    """What of a person's own is still asked for before a link or the door, but for addresses."""

    def look(session: object) -> set[str]:
        meeting = session.scalars(select(Meeting).where(Meeting.number == number)).one()  # type: ignore[attr-defined]
        rows = session.scalars(select(Registration).where(Registration.meeting_id == meeting.id))  # type: ignore[attr-defined]
        (mine,) = [one.id.hex for one in rows if one.participant.name == name]
        gates = gating.of_meeting(session, meeting, datetime.fromtimestamp(world.now(), UTC))  # type: ignore[arg-type]
        return {gate.id for gate in gates if mine in gate.people} - {"address", "carer-address", *AT_EVERY_SESSION}

    return world.read(look)


def say(world: World, command: str, text: str) -> str:
    """Type a command."""
    answer = world.person("U0FAC").command(command, text, channel="C0GENERAL")
    world.settle()
    return f"{answer.text} {answer.blocks}"


@pytest.mark.clause("W4U-125", "W4U-081", "W4U-082", "W4U-095")
def test_the_second_session_asks_nothing_of_a_person_that_is_known(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        farah = world.person("U0FAC")
        session(world, 1, 3, "children Amy, Ben")
        assert {"carer-permission", "induction", "consent-at-entry"} <= asked(world, 1, "Amy")
        clear(farah, "M-1", "invite")
        at_door = {one for one in asked(world, 1, "Amy") if one != "induction"}
        assert at_door == set(), "the door does not ask for the carer's part once more"
        clear(farah, "M-1", "entry")  # held by telephone before: it need not wait for the door
        assert asked(world, 1, "Amy") == set()
        of_people = [one for one in facts(world) if one.subject_kind is SubjectKind.PERSON]
        assert {one.by for one in of_people} == {"U0FAC"}
        assert len({one.requirement for one in of_people}) == len(
            [one for one in load_pack("working4u").consent.steps if one.stands == "until_changed" and one.who in WHO]
        )
        session(world, 2, 10, "children Amy, Cai")
        assert asked(world, 2, "Amy") == OF_THE_SESSION
        assert {"carer-permission", "induction", "consent-at-entry"} <= asked(world, 2, "Cai")
        say(world, "/meeting", "show M-2")
        # Taken back at one session it holds at none, and given again it holds at all.
        assert "Not ticked any more for M-2" in say(world, "/meeting", "untick M-2 carer-permission")
        assert asked(world, 2, "Amy") == {*OF_THE_SESSION, "carer-permission", "consent-at-entry"}
        assert asked(world, 1, "Amy") == {"carer-permission", "consent-at-entry"}
        assert asked(world, 1, "Ben") == set()
        say(world, "/meeting", "tick M-1 carer-permission")
        assert asked(world, 2, "Amy") == OF_THE_SESSION
        # The talk with the carer belongs to a programme, an induction to a platform.
        session(world, 3, 11, "children Amy", programme="Youth club")
        assert asked(world, 3, "Amy") == {*OF_THE_SESSION, "carer-talk", "clothing", "consent-at-entry"}
        session(world, 4, 18, "children Amy", TEAMS)
        again = asked(world, 4, "Amy") - OF_THE_SESSION
        assert {"induction", "technical", "privacy-settings"} <= again
        assert not {"carer-permission", "carer-talk", "registered"} & again
        # Two records that are one person's: what was said of the one that stays holds for both.
        session(world, 5, 21, "children Amie")
        assert "carer-permission" in asked(world, 5, "Amie")
        say(world, "/participant", "merge Amie into Amy")
        farah.click("They are one person")
        assert asked(world, 5, "Amy") == OF_THE_SESSION
        farah.click("Take it back")
        assert "carer-permission" in asked(world, 5, "Amie")
        assert world.sandbox.violations == []


@pytest.mark.clause("JAM-090", "JAM-053")
def test_who_is_known_to_one_host_is_not_known_to_another(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="james") as world:
        farah = world.person("U0FAC")
        session(world, 1, 3, "children Amy")
        assert {"known", "consent", "child-protection"} <= asked(world, 1, "Amy")
        clear(farah, "M-1", "invite")
        session(world, 2, 10, "children Amy")
        assert asked(world, 2, "Amy") == set()
        world.write(
            lambda rows: setattr(rows.scalars(select(Meeting).where(Meeting.number == 2)).one(), "host", "U0COW")
        )
        assert asked(world, 2, "Amy") == {"known"}
        assert world.sandbox.violations == []


@pytest.mark.clause("SEN-044")
def test_what_belongs_to_one_meeting_is_asked_at_each(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="sendiass") as world:
        farah = world.person("U0FAC")
        session(world, 1, 3, "children Amy")
        assert asked(world, 1, "Amy") == {"carer-consent", "supervision", "rules-agreed", "consent-at-entry"}
        clear(farah, "M-1", "invite")
        assert asked(world, 1, "Amy") == set()
        session(world, 2, 10, "children Amy")
        assert asked(world, 2, "Amy") == {"supervision", "rules-agreed"}
        assert world.sandbox.violations == []


@pytest.mark.clause("VOL-006", "VOL-027")
def test_what_is_the_organisations_to_do_is_said_once_by_a_manager(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="voluntary_sector") as world:
        max_ = world.person("U0MAN")
        for number, days in ((1, 3), (2, 10)):
            session(world, number, days, "children Amy")
        session(world, 3, 17, "children Amy", TEAMS)
        assert open_ones(world, 1) >= {"risk-assessment", "platform"}
        assert "counts only when a manager ticks it" in say(world, "/meeting", "tick M-1 risk-assessment because I did")
        for gate in ("risk-assessment", "platform"):
            max_.command("/meeting", f"tick M-1 {gate} because Max did it on 3 November", channel="C0GENERAL")
        world.settle()
        of_all = [one for one in facts(world) if one.subject_kind is SubjectKind.ORGANISATION]
        assert {(one.requirement, one.within, one.by) for one in of_all} == {
            ("gate:risk-assessment", None, "U0MAN"),
            ("gate:platform", "zoom", "U0MAN"),
        }
        for number in (1, 2):
            assert not {"risk-assessment", "platform"} & open_ones(world, number)
        assert {"risk-assessment", "platform"} & open_ones(world, 3) == {"platform"}, (
            "another platform is another check"
        )
        assert "Max did it on 3 November" not in say(world, "/meeting", "show M-2")
        max_.command("/meeting", "untick M-2 risk-assessment", channel="C0GENERAL")
        assert "risk-assessment" in open_ones(world, 1), "taken back at one it holds at none"
        assert world.sandbox.violations == []


def open_ones(world: World, number: int) -> set[str]:
    """The gates of a meeting that are open, whomever they are about."""

    def look(session: Session) -> set[str]:
        meeting = session.scalars(select(Meeting).where(Meeting.number == number)).one()
        gates = gating.of_meeting(session, meeting, datetime.fromtimestamp(world.now(), UTC))
        return {gate.id for gate in gates if gate.open}

    return world.read(look)
