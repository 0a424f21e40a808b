"""Ticking: each tick its own fact, nobody's undone by somebody else, and what the provider met needs none."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.checklists import service
from bot.checklists.forms import Filled
from bot.gates import posts
from db.inbox import Claim
from db.models import AuditEvent, Checklist, Meeting, MeetingState, Role
from tests.checklists.conftest import change_meeting, facts, posted, shown
from tests.support import said
from tests.support.clearing import opened, unticked
from tests.support.world import World


def test_each_tick_is_a_fact_with_name_and_time_and_the_message_is_redrawn(scheduled: World) -> None:
    message = posted(scheduled)
    farah = scheduled.person("U0FAC")
    farah.click("Tick measures", message)
    farah.submit({"row.jam-01.1": ["jam-01-a", "jam-01-c"], "row.jam-04.1": ["jam-04-b"]})
    assert "Saved: 3 ticked." in farah.seen()
    assert facts(scheduled) == [("jam-01-a", True, "U0FAC"), ("jam-01-c", True, "U0FAC"), ("jam-04-b", True, "U0FAC")]
    assert all(abs(one.at.timestamp() - scheduled.now()) < 30 for one in said.facts(scheduled, measures=True))
    redrawn = shown(scheduled)
    assert redrawn.ts == message.ts
    assert "◑ 1. Purpose and plan  *2 of 3* · last <@U0FAC>" in redrawn.words
    assert "*1 of 3* · last <@U0FAC>" in redrawn.words


def test_unticking_is_a_fact_too(scheduled: World) -> None:
    posted(scheduled)
    farah, col = scheduled.person("U0FAC"), scheduled.person("U0COW")
    farah.click("Tick measures")
    farah.submit({"row.jam-01.1": ["jam-01-a", "jam-01-c"]})
    farah.close()
    scheduled.settle()
    col.click("Tick measures")
    assert "Ticked by <@U0FAC> (2)" in col.seen()
    col.submit({"row.jam-01.1": ["jam-01-c"]})
    assert "Saved: 1 unticked." in col.seen()
    assert facts(scheduled)[-1] == ("jam-01-a", False, "U0COW")
    assert "*1 of 3* · last <@U0COW>" in shown(scheduled).words


def test_two_people_with_the_form_open_do_not_undo_each_other(scheduled: World) -> None:
    message = posted(scheduled)
    farah, col = scheduled.person("U0FAC"), scheduled.person("U0COW")
    farah.click("Tick measures", message)
    farah.submit({"row.jam-02.1": ["jam-02-a"]})
    farah.close()
    farah.click("Tick measures", message)
    col.click("Tick measures", message)
    farah.fill({"row.jam-01.1": ["jam-01-a"], "row.jam-02.1": []})
    col.fill({"row.jam-01.1": ["jam-01-b"], "row.jam-03.1": ["jam-03-a"]})
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda person: person.submit(), (farah, col)))
    assert [answer.errors for answer in answers] == [{}, {}]
    assert sorted(facts(scheduled)[1:]) == [
        ("jam-01-a", True, "U0FAC"),
        ("jam-01-b", True, "U0COW"),
        ("jam-02-a", False, "U0FAC"),
        ("jam-03-a", True, "U0COW"),
    ]
    words = shown(scheduled).words
    assert "1. Purpose and plan  *2 of 3*" in words
    assert "2. Risk  *0 of 3*" in words
    assert "3. High-risk or vulnerable young people  *1 of 3*" in words


def test_the_same_form_sent_twice_counts_once(scheduled: World) -> None:
    posted(scheduled)
    farah = scheduled.person("U0FAC")
    farah.click("Tick measures")
    farah.submit({"row.jam-01.1": ["jam-01-a"]})
    again = scheduled.sandbox.repeat()
    assert again.status == 200
    assert "This was saved already." in str(again.body)
    assert len(facts(scheduled)) == 1


def test_a_form_that_was_saved_and_comes_back_changed_amends_it(scheduled: World) -> None:
    posted(scheduled)
    checklist = scheduled.read(lambda session: session.scalars(select(Checklist)).one())
    caller = Caller(scheduled.organisation(), "U0FAC", "Farah", frozenset([Role.FACILITATOR]))
    shown_boxes = frozenset(["jam-01-a", "jam-01-b"])

    def send(key: str, *ticked: str) -> service.Saved:
        form = Filled(checklist.id, 0, shown_boxes, frozenset(ticked))
        claim = Claim(key, "form:root")
        return scheduled.write(lambda session: service.tick(session, caller, form, claim, datetime.now(UTC)))

    assert send("form:1", "jam-01-a").ticked == 1
    amended = send("form:2", "jam-01-b")
    assert (amended.ticked, amended.unticked) == (1, 1)
    assert sorted(fact[:2] for fact in facts(scheduled)[1:]) == [("jam-01-a", False), ("jam-01-b", True)]


def test_a_measure_and_its_setting_are_one_fact(scheduled: World) -> None:
    posted(scheduled)
    farah = scheduled.person("U0FAC")
    farah.click("Tick measures")
    farah.submit({"row.settings.1": ["setting:waiting_room"]})
    assert said.named(scheduled) == [("gate:waiting-room", True, "U0FAC")]
    words = shown(scheduled).words
    assert "7. The platform and its settings  *1 of 2*" in words
    assert "Meeting settings, yours to set  *1 of 25*" in words
    farah.close()
    farah.click("Tick measures")
    farah.submit({"row.jam-07.1": []})
    assert said.named(scheduled)[-1] == ("gate:waiting-room", False, "U0FAC")
    assert "Meeting settings, yours to set  *0 of 25*" in shown(scheduled).words
    # The same among what the policy asks for, typed and in its form, and taken back there.
    farah.close()
    assert "Ticked for M-1" in farah.command("/meeting", "tick M-1 waiting-room", channel="C0GENERAL").text
    assert "Meeting settings, yours to set  *1 of 25*" in shown(scheduled).words
    farah.click("Tick measures")
    farah.submit({"row.settings.1": []})
    farah.close()
    said_ = farah.command("/meeting", "gates M-1", channel="C0GENERAL")
    assert "waiting-room" in str(said_.blocks)
    farah.click("Tick measures")
    farah.submit({"row.jam-07.1": ["jam-07-b"]})
    farah.close()
    assert "waiting-room" not in str(farah.command("/meeting", "gates M-1", channel="C0GENERAL").blocks)
    opened(scheduled)
    farah.submit(unticked(farah.view, "waiting room"))
    farah.close(all_views=True)
    assert "Meeting settings, yours to set  *0 of 25*" in shown(scheduled).words
    # All that a form shows can be said at once, in either place; what belongs to the session is not among it.
    opened(scheduled)
    farah.submit({"box.settings.all": ["all-settings"]})
    farah.close(all_views=True)
    asked_for = {name.removeprefix("gate:") for name, yes, _ in said.named(scheduled) if yes}
    assert {"waiting-room", "passcode", "random-id", "private-chat-off"} <= asked_for
    farah.click("Tick measures")
    farah.submit({"row.settings.all": ["settings.all"]})
    assert "Meeting settings, yours to set  *25 of 25*" in shown(scheduled).words
    assert "gate:lock" not in [name for name, _, _ in said.named(scheduled)]


def test_what_the_provider_confirmed_is_met_and_cannot_be_ticked(scheduled: World) -> None:
    def confirmed(meeting: Meeting) -> None:
        meeting.provider = "zoom"
        meeting.settings_read = {
            "waiting_room": {"state": "applied", "evidence": "Zoom answered waiting_room: true."},
            "lock": {"state": "by_host", "evidence": "No program can lock it."},
        }

    change_meeting(scheduled, confirmed)
    message = posted(scheduled)
    assert "7. The platform and its settings  *1 of 2*" in message.words
    assert "Meeting settings" not in message.words, "the lock is for when the meeting runs"
    farah = scheduled.person("U0FAC")
    farah.click("Tick measures", message)
    assert "✅ checked at Zoom: The waiting room is on, to manage who comes in." in farah.seen()
    assert "Zoom answered waiting_room: true." in farah.seen()
    boxes = [option["value"] for option in _options(farah.view or {}, "row.jam-07.1")]
    assert boxes == ["jam-07-a"]
    assert "To be ticked in their time: 11 during it, 4 afterwards." in farah.seen()
    assert "setting:lock" not in str(farah.view), "nobody has locked what has not begun"
    farah.close()
    change_meeting(scheduled, lambda meeting: setattr(meeting, "state", MeetingState.STARTED))
    farah.click("Tick measures", message)
    farah.submit({"row.settings.during.1": ["setting:lock"]})
    assert "1 of 11 during it" in farah.seen()
    assert said.named(scheduled) == [("gate:lock", True, "U0FAC")]


def _options(view: dict[str, object], block_id: str) -> list[dict[str, str]]:
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    found: list[dict[str, str]] = next(one["element"]["options"] for one in blocks if one["block_id"] == block_id)
    return found


def test_only_those_who_may_run_the_meeting_tick(scheduled: World) -> None:
    message = posted(scheduled)
    answer = scheduled.person("U0MAN").click("Tick measures", message)
    assert answer.opened is None
    assert "Only the host and the co-workers of M-1" in answer.text
    assert scheduled.person("U0LEAD").click("Tick measures", message).opened


def test_a_right_lost_while_the_form_is_open_saves_nothing(scheduled: World) -> None:
    message = posted(scheduled)
    col = scheduled.person("U0COW")
    col.click("Tick measures", message)
    change_meeting(scheduled, lambda meeting: setattr(meeting, "co_workers", []))
    answer = col.submit({"row.jam-01.1": ["jam-01-a"]})
    assert "Only the host" in " ".join(answer.errors.values())
    assert facts(scheduled) == []


def test_a_form_without_a_change_stores_nothing(scheduled: World) -> None:
    posted(scheduled)
    farah = scheduled.person("U0FAC")
    farah.click("Tick measures")
    farah.submit()
    assert "Nothing was changed." in farah.seen()
    assert facts(scheduled) == []


def test_the_form_can_be_opened_by_a_typed_command_before_anything_is_posted(scheduled: World) -> None:
    farah = scheduled.person("U0FAC")
    assert farah.command("/checklist", "tick M-1", channel="C0NOBOT").opened
    farah.submit({"row.jam-01.1": ["jam-01-a"]})
    assert len(facts(scheduled)) == 1
    assert "1. Purpose and plan  *1 of 3*" in posted(scheduled).words


def test_ticks_leave_a_line_in_the_audit_without_content(scheduled: World) -> None:
    posted(scheduled)
    farah = scheduled.person("U0FAC")
    farah.click("Tick measures")
    farah.submit({"row.jam-01.1": ["jam-01-a", "jam-01-b"]})
    query = select(AuditEvent).where(AuditEvent.action == "checklist.ticked")
    event = scheduled.read(lambda session: session.scalars(query).one())
    assert (event.actor, event.detail) == ("U0FAC", "2 ticked, 0 unticked")


def test_settings_that_the_provider_confirms_later_are_drawn(scheduled: World) -> None:
    message = posted(scheduled)
    assert "7. The platform and its settings  *0 of 2*" in message.words

    def confirm(session: Session) -> None:
        meeting = session.scalars(select(Meeting)).one()
        meeting.settings_read = {"waiting_room": {"state": "applied", "evidence": "Zoom says so."}}
        posts.meeting_changed(session, meeting, datetime.now(UTC))

    scheduled.write(confirm)
    assert "7. The platform and its settings  *1 of 2*" in shown(scheduled).words
