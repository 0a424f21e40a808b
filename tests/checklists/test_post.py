"""Posting a checklist: where it was typed, once, and moved where it is asked for elsewhere."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.policy import load_pack
from bot.sandbox import Channel
from bot.slack.text import esc
from db.models import Checklist, ChecklistPost
from tests.checklists.conftest import posted, schedule, shown
from tests.support.world import World, open_world


def test_a_line_for_each_row_and_a_button_that_opens_the_measures(scheduled: World) -> None:
    farah = scheduled.person("U0FAC")
    answer = farah.command("/checklist", "M-1", channel="C0YOUTH")
    assert "posting the risk checklist of M-1" in answer.text
    message = shown(scheduled)
    for row in load_pack("james").checklist.rows:
        before = sum(one.phase == "before" for one in row.measures)
        assert (f"{row.title}  *0 of {before}*" in message.words) is (before > 0)
    assert "Rhys" not in message.words
    opened = farah.click("Tick measures", message).opened
    assert opened
    assert "Policy: JAMES" in farah.seen()
    assert "JAM-064, JAM-071, JAM-070" in farah.seen()


def test_asked_for_again_it_is_not_posted_twice(scheduled: World) -> None:
    message = posted(scheduled)
    answer = scheduled.person("U0COW").command("/checklist", "M-1", channel="C0YOUTH")
    assert "in this channel already" in answer.text
    assert f"/archives/C0YOUTH/p{message.ts.replace('.', '')}" in answer.text
    scheduled.settle()
    assert len(scheduled.sandbox.messages("C0YOUTH")) == 1
    assert scheduled.person("U0COW").click("Tick measures").opened


def test_a_command_that_arrives_twice_posts_once(scheduled: World) -> None:
    scheduled.person("U0FAC").command("/checklist", "M-1", channel="C0YOUTH")
    assert scheduled.sandbox.repeat().status == 200
    scheduled.settle()
    assert len(scheduled.sandbox.messages("C0YOUTH")) == 1
    assert scheduled.count(ChecklistPost) == 1


def test_two_people_who_ask_at_once_get_one_message(scheduled: World) -> None:
    people = [scheduled.person(one) for one in ("U0FAC", "U0COW", "U0LEAD", "U0DEP")]
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda person: person.command("/checklist", "M-1", channel="C0YOUTH"), people))
    assert all("the risk checklist of M-1" in answer.text.replace("The", "the") for answer in answers)
    scheduled.settle()
    assert len(scheduled.sandbox.messages("C0YOUTH")) == 1


def test_in_another_channel_it_moves_there(scheduled: World) -> None:
    before = posted(scheduled)
    answer = scheduled.person("U0FAC").command("/checklist", "M-1", channel="C0GENERAL")
    assert "moving the risk checklist of M-1 from <#C0YOUTH>" in answer.text
    assert "Purpose and plan" in shown(scheduled, "C0GENERAL").words
    assert "moved to <#C0GENERAL>" in before.words
    assert "Purpose and plan" not in before.words


def test_without_the_bot_in_the_channel_it_says_how_to_add_it(scheduled: World) -> None:
    answer = scheduled.person("U0FAC").command("/checklist", "M-1", channel="C0NOBOT")
    assert "`/invite @Facilitator`" in answer.text
    assert scheduled.count(Checklist) == 0
    bare = scheduled.person("U0FAC").command("/checklist", channel="C0NOBOT")
    assert "`/invite @Facilitator`" in bare.text
    assert bare.opened is None


def test_a_membership_that_slack_does_not_tell_in_time_is_found_out_by_the_delivery(scheduled: World) -> None:
    state = scheduled.sandbox.state
    state.channels["G0PRIVATE"] = Channel("G0PRIVATE", "staff", is_private=True, members=["U0COW"])
    scheduled.sandbox.faults.delay("conversations.info", 2.0)
    answer = scheduled.person("U0COW").command("/checklist", "M-1", channel="G0PRIVATE")
    assert answer.elapsed < 3
    assert "posting" in answer.text
    scheduled.settle()
    for person in ("U0COW", "U0FAC"):
        assert "could not post the risk checklist of M-1 in <#G0PRIVATE>" in scheduled.sandbox.dm(person)[-1].words
        assert "`/invite @Facilitator`" in scheduled.sandbox.dm(person)[-1].words


def test_in_a_direct_message_with_the_bot(scheduled: World) -> None:
    scheduled.person("U0FAC").command("/checklist", "M-1")
    scheduled.settle()
    assert "Risk checklist · M-1" in scheduled.sandbox.dm("U0FAC")[-1].words


def test_in_a_direct_message_between_people_it_says_where_to_type_it(scheduled: World) -> None:
    scheduled.sandbox.state.channels["D0OTHERS"] = Channel(
        "D0OTHERS", "directmessage", is_private=True, members=["U0FAC", "U0COW"], is_im=True, user="U0COW"
    )
    answer = scheduled.person("U0FAC").command("/checklist", "M-1", channel="D0OTHERS")
    assert "Type it in a channel" in answer.text
    assert scheduled.count(Checklist) == 0


def test_the_bare_command_asks_which_meeting(scheduled: World) -> None:
    farah = scheduled.person("U0FAC")
    assert farah.command("/checklist", channel="C0YOUTH").opened
    answer = farah.submit()
    assert not answer.errors
    assert "posting the risk checklist of M-1" in farah.seen()
    assert "Risk checklist · M-1" in shown(scheduled).words


def test_a_message_that_somebody_deleted_is_posted_anew(scheduled: World) -> None:
    first = posted(scheduled)
    first.deleted = True
    scheduled.person("U0FAC").command("/checklist", "M-1", channel="C0YOUTH")
    again = shown(scheduled)
    assert again.ts != first.ts
    assert "Risk checklist · M-1" in again.words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("M-9", "I can't find M-9"),
        ("tik M-1", "Did you mean `/checklist tick M-1`?"),
        ("<!channel> M-1", "I don't know what “&lt;!channel&gt;” is to say here"),
        ("M-1 everything done", "I don't know what “everything done” is to say here"),
    ],
)
def test_what_cannot_be_used(scheduled: World, typed: str, said: str) -> None:
    answer = scheduled.person("U0FAC").command("/checklist", typed, channel="C0YOUTH")
    assert said in answer.text
    assert scheduled.count(Checklist) == 0


def test_a_meeting_of_others_and_a_cancelled_one(scheduled: World) -> None:
    assert "I can't find M-1" in scheduled.person("U0MAN").command("/checklist", "M-1", channel="C0YOUTH").text
    farah = scheduled.person("U0FAC")
    farah.command("/meeting", "cancel M-1", channel="C0YOUTH")
    farah.click("Cancel it")
    assert "M-1 is cancelled" in farah.command("/checklist", "M-1", channel="C0YOUTH").text
    assert scheduled.count(Checklist) == 0


def test_sixteen_rows_and_fifty_measures_fit_in_one_message(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        schedule(world)
        message = posted(world)
        farah = world.person("U0FAC")
        farah.click("Tick measures", message)
        assert farah.view is not None
        inputs = [one for one in farah.view["blocks"] if one["type"] == "input" and "settings" not in one["block_id"]]
        boxes = {one["block_id"]: [each["value"] for each in one["element"]["options"]] for one in inputs}
        assert sum(len(ids) for ids in boxes.values()) == 27, "what belongs to the session is for then"
        farah.submit(boxes)
        full = shown(world)
        for row in load_pack("working4u").checklist.rows:
            before = sum(one.phase == "before" for one in row.measures)
            assert before == 0 or f"{esc(row.title)}  *{before} of {before}*" in full.words
        assert "0 of 20 during it, 0 of 3 afterwards" in full.words
        assert full.ts == message.ts
        assert world.sandbox.violations == []
