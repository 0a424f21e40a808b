"""Ready is exactly when no gate refuses it: made so by whatever meets the last gate, undone by whatever opens one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.organisation import file as organisation_file
from bot.organisation import service as organisations
from bot.policy import PACK_NAMES
from bot.rooms import rights_changed
from bot.sandbox import sample
from db.models import AuditEvent, MeetingState
from tests.support import clearing
from tests.support.clearing import clear, everything, opened, unticked, words
from tests.support.meetings import begin, only, say, schedule
from tests.support.world import World, open_world
from tests.support.zoom import HOST, zoom_world


def sign_off(world: World) -> str:
    """Post the checklist, tick all that can be true before the session where the policy requires that, and sign it off;
    what that says."""
    farah = world.person("U0FAC")
    farah.command("/checklist", "M-1", channel="C0YOUTH")
    world.settle()
    farah.click("Sign off", world.sandbox.messages("C0YOUTH")[-1])
    if "tick what holds first" in farah.seen():
        farah.close(all_views=True)
        farah.command("/checklist", "tick M-1", channel="C0YOUTH")
        inputs = [one for one in farah.view["blocks"] if one["type"] == "input"]  # type: ignore[index]
        farah.submit({one["block_id"]: [each["value"] for each in one["element"]["options"]] for one in inputs})
        world.settle()
    farah.close(all_views=True)
    # A pasted link that holds the passcode is against a setting, which no tick alone meets.
    why = {"setting:passcode_apart": "Our account puts it there"}
    return clearing.sign_off(farah, world.sandbox.messages("C0YOUTH")[-1], **why)


def audited(world: World) -> list[str]:
    """What was written down of the meeting's being ready, in order."""
    query = select(AuditEvent).where(AuditEvent.action.in_(("meeting.ready", "meeting.not_ready")))
    rows = world.read(lambda session: list(session.scalars(query.order_by(AuditEvent.sequence))))
    return [f"{one.action} {one.detail}".strip() for one in rows]


def told(world: World, who: str = "U0FAC") -> list[str]:
    """The messages to this person that a meeting is not ready any more."""
    world.settle()
    return [one.words for one in world.sandbox.dm(who) if "not ready any more" in one.words]


def test_the_last_gate_makes_it_ready_and_the_form_says_so(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    view = opened(world, "ready")
    values = everything(view)
    farah.submit({**values, "why.purpose": ""})
    assert only(world).state is MeetingState.SCHEDULED
    assert "Say what this meeting is for" in words(farah.view)
    farah.close(all_views=True)
    opened(world, "ready")
    farah.submit({"why.purpose": "To cook"})
    assert only(world).state is MeetingState.READY
    assert "M-1 is ready." in words(farah.view)
    assert audited(world) == ["meeting.ready"]
    assert "ready" in say(world, "show M-1")


def test_a_typed_tick_makes_it_ready_as_well(world: World) -> None:
    schedule(world)
    values = everything(opened(world, "ready"))
    world.person("U0FAC").submit({**values, "why.purpose": ""})
    assert "M-1 is ready." in say(world, "tick M-1 purpose because we cook")
    assert only(world).state is MeetingState.READY


@pytest.mark.clause("JAM-065")
def test_a_change_that_opens_a_gate_again_takes_ready_back_and_the_card_says_which(world: World) -> None:
    schedule(world)
    clear(world.person("U0FAC"), "M-1", "ready")
    version = only(world).version
    assert only(world).state is MeetingState.READY
    said = say(world, "edit M-1 with @Farah.Facilitator")
    assert only(world).state is MeetingState.SCHEDULED
    assert "· before it is ready" in said, "one thing alone is next"
    assert "1 of 2 workers so far" in said
    assert "(JAM-065)" in said
    assert audited(world) == ["meeting.ready", "meeting.not_ready two-workers"]
    assert told(world) == [], "who did it has just read it"
    say(world, "edit M-1 with @Col.Co-worker")
    assert only(world).state is MeetingState.READY
    assert only(world).version > version


def test_too_many_people_take_ready_back_and_the_host_is_told_without_names(world: World) -> None:
    schedule(world)
    clear(world.person("U0FAC"), "M-1", "ready")
    names = ", ".join(f"Qu{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(11))
    world.person("U0COW").command("/participant", f"add {names} to M-1", channel="C0YOUTH")
    assert only(world).state is MeetingState.SCHEDULED
    (message,) = told(world)
    assert "group size" in message
    assert "Qua" not in message
    assert "Art" not in message
    world.person("U0FAC").click("What your policy asks for", world.sandbox.dm("U0FAC")[-1])
    assert "13 are registered" in world.person("U0FAC").seen()
    world.person("U0COW").command("/participant", "remove Quad from M-1", channel="C0YOUTH")
    world.person("U0COW").click("Remove")
    assert only(world).state is MeetingState.READY


def test_a_host_who_made_it_ready_again_meanwhile_is_not_told(world: World) -> None:
    schedule(world)
    clear(world.person("U0FAC"), "M-1", "ready")
    hold = world.sandbox.faults.hold("conversations.open")
    opened(world, "ready", "U0COW")
    col = world.person("U0COW")
    col.submit(unticked(col.view, "waiting room"))
    assert only(world).state is MeetingState.SCHEDULED
    clear(world.person("U0FAC"), "M-1", "ready")
    hold.release()
    assert only(world).state is MeetingState.READY
    assert len(told(world)) <= 1


def test_new_settings_of_the_organisation_settle_every_meeting_to_come(world: World) -> None:
    schedule(world, "Aled, Bronwen, Cai")
    clear(world.person("U0FAC"), "M-1", "ready")
    assert only(world).state is MeetingState.READY
    _set_up(world, group_size=2)
    assert only(world).state is MeetingState.SCHEDULED
    assert "group size" in told(world)[0]
    _set_up(world, group_size=3)
    assert only(world).state is MeetingState.READY


def test_what_the_provider_answers_makes_it_ready_and_takes_it_back(database_url: str, tmp_path: Path) -> None:
    with zoom_world(database_url, tmp_path, zoom_host=HOST) as (world, zoom):
        schedule(world, link=False)
        clear(world.person("U0FAC"), "M-1", "ready")
        assert only(world).state is MeetingState.READY
        room = zoom.world.meetings[int(only(world).provider_ref or 0)]
        room["settings"]["waiting_room"] = False
        zoom.ignore("waiting_room")
        say(world, "edit M-1 to Friday at 17:00")
        world.settle()
        assert only(world).state is MeetingState.SCHEDULED
        assert "waiting room" in told(world)[0]


def _set_up(world: World, **changes: Any) -> None:
    """Run `setup` with a changed file."""
    wanted = organisation_file.parse(sample.organisation(**changes))

    def work(session: Session) -> list[str]:
        return organisations.apply(session, wanted, datetime.fromtimestamp(world.now(), UTC), rights_changed)

    assert world.write(work)
    world.settle()


@pytest.mark.parametrize("policy", [one for one in PACK_NAMES if one != "james"])
@pytest.mark.clause("W4U-100", "SEN-042", "VOL-035", "STJ-042")
def test_in_set_up_everything_works_and_no_meeting_becomes_ready(
    database_url: str, tmp_path: Path, policy: str
) -> None:
    holders = {"account": {"holders": ["Lena Lead", "Hana Head"]}}
    with open_world(database_url, tmp_path, policy=policy, **holders) as world:
        schedule(world)
        farah, max_ = world.person("U0FAC"), world.person("U0MAN")
        said = sign_off(world)
        assert "signed off by <@U0FAC>" in said
        for moment in ("ready", "start"):
            clear(farah, "M-1", moment, manager=max_)
        assert only(world).state is MeetingState.SCHEDULED
        assert audited(world) == []
        assert "still in set-up" in say(world, "show M-1")
        started = begin(world)
        assert "Started" in started
        assert "Your organisation is still in set-up" in started
        assert only(world).state is MeetingState.STARTED
        assert world.sandbox.violations == []
