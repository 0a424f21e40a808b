"""What families answer on their pages: it becomes facts, opens and closes gates, and the host hears of it."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.gates import gating
from bot.sandbox.person import Person
from db.models import AuditEvent, CarerOf, FamilyPage, HowShown, Meeting, MeetingState, PagePurpose
from tests.families.form import asked_in_slack, fields, get, made, registration_of, send, with_pages
from tests.invitations.conftest import LINK, schedule
from tests.support.clearing import clear, opened
from tests.support.said import facts, newest
from tests.support.world import World, open_world


def gates(world: World) -> str:
    """What `/meeting gates M-1` says."""
    answer = world.person("U0FAC").command("/meeting", "gates M-1", channel="C0YOUTH")
    return f"{answer.text} {answer.blocks}"


def put_away(person: Person) -> None:
    """Close whatever is open."""
    while person.view:
        person.close(all_views=True)


def dms(world: World) -> list[str]:
    """What the host was told of answers."""
    world.clock_forward(130)
    world.settle()
    return [f"{one.text} {one.blocks}" for one in world.sandbox.dm("U0FAC") if "An answer came in" in one.text]


@pytest.mark.clause("SEN-018", "SEN-019", "SEN-044")
def test_a_carers_yes_and_a_childs_agreement_open_the_gates(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="sendiass") as world:
        schedule(with_pages(world))
        assert "The parent or carer consents" in gates(world)
        url = asked_in_slack(world, "Siân")
        page = get(url)
        assert page.status_code == 200
        assert "This page is for the parent or carer of Siân." in page.text
        assert "Do you consent to your child taking part?" in page.text
        done = send(url, carer_consent="yes")
        assert "Saved. Thank you." in done.text
        assert "The answer now is yes" in done.text
        place = registration_of(world, "Siân").id.hex
        fact = newest(world)["gate:carer-consent"]
        assert (fact.yes, fact.shown_by, fact.by.split(":")[:2]) == (True, HowShown.PAGE, ["page", "carer"])
        # The child's own page is one of its own, with the rules.
        child = made(world, "Siân", PagePurpose.PARTICIPANT)
        assert "Do you agree to our house rules?" in get(child).text
        assert "carer-consent" not in fields(get(child).text)
        assert "access" not in fields(get(child).text)
        send(child, rules_agreed="yes")
        assert newest(world)[f"gate:rules-agreed:{place}"].by.startswith("page:participant:")
        clear(world.person("U0FAC"), "M-1", "invite", manager=world.person("U0MAN"))
        text = world.person("U0FAC").command("/invitation", "M-1 for Siân", channel="C0YOUTH").text
        assert LINK in text
        # Withdrawal closes the gate, and says that the link had gone.
        assert len(dms(world)) == 1
        send(url, carer_consent="no")
        assert "The answer for Siân was no." in gates(world)
        text = world.person("U0FAC").command("/invitation", "M-1 for Siân", channel="C0YOUTH").text
        assert LINK not in text
        told = dms(world)[-1]
        assert "The link has gone out to somebody who may not have it" in told
        assert "Siân" not in told
        # To and fro is told once in its two minutes, and as it stands then.
        before = len(dms(world))
        for answer in ("yes", "no") * 4:
            send(url, carer_consent=answer)
        world.settle()
        assert len(dms(world)) <= before + 3
        farah = world.person("U0FAC")
        farah.click("See the answers", world.sandbox.dm("U0FAC")[-1])
        shown = str(farah.view)
        assert "Siân" in shown
        assert "The link has gone out, and the answer is no" in shown
        farah.close()
        chain = world.read(lambda s: [(one.action, one.detail) for one in s.scalars(select(AuditEvent))])
        assert any("no:gate:carer-consent" in str(one) for one in chain)
        assert "Siân" not in str(chain)
        assert world.sandbox.violations == []


@pytest.mark.clause("W4U-077", "W4U-081", "W4U-125")
def test_under_working4u_the_carer_permits_and_the_child_knows_that_others_see_them(
    database_url: str, tmp_path: Path
) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        schedule(with_pages(world))
        url = asked_in_slack(world, "Siân")
        page = get(url).text
        assert "do you give permission for your child to take part?" in page
        assert "You will be asked to agree to it aloud." in page
        assert "rules-agreed" not in fields(page), "it is agreed to aloud, at each session"
        send(url, carer_account="yes", carer_permission="no")
        before = gates(world)
        assert "gives permission. The answer for Siân was no." in before
        assert "no" in str(newest(world)["gate:carer-permission"].answer)
        # Over a no nobody passes with a mere tick.
        farah = world.person("U0FAC")
        said = farah.command("/meeting", "tick M-1 carer-permission for Siân", channel="C0YOUTH").text
        assert newest(world)["gate:carer-permission"].yes is False, said
        put_away(farah)
        send(url, carer_permission="yes")
        child = made(world, "Siân", PagePurpose.PARTICIPANT)
        assert "In a group, other people will be able to see you." in get(child).text
        send(child, seen_by_others="yes")
        stands = newest(world)
        assert all(stands[f"gate:{one}"].yes for one in ("carer-account", "carer-permission", "seen-by-others"))
        assert "gives permission. Not recorded yet. Open for Kit." in gates(world)


@pytest.mark.clause("STJ-040")
def test_a_latecomers_carer_is_asked_about_the_recording(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="st_josephs") as world:
        schedule(with_pages(world))
        farah = world.person("U0FAC")
        farah.command("/meeting", "edit M-1 recording for the school’s play", channel="C0YOUTH")
        put_away(farah)
        first = get(asked_in_slack(world, "Siân")).text
        assert "recording-agreement" not in first, "how long it is kept is not said yet"
        assert "[how many]" not in first
        farah.command("/meeting", "edit M-1 kept for 30 days", channel="C0YOUTH")
        put_away(farah)
        urls = [asked_in_slack(world, name) for name in ("Siân", "Kit", "Robin")]
        assert "May we record this meeting with your child in it?" in get(urls[0]).text
        assert "May we record this meeting?" in get(urls[2]).text
        assert "The recording is kept for 30 days." in get(urls[0]).text
        for url in urls[:2]:
            send(url, recording_agreement="yes")
        assert "recording-agreement" in open_gates(world)
        send(urls[2], recording_agreement="yes")
        assert "recording-agreement" not in open_gates(world)
        send(urls[0], recording_agreement="no")
        assert "recording-agreement" in open_gates(world)


def open_gates(world: World) -> set[str]:
    """The ids of the gates of M-1 that are open, as the form of the gates lists them."""

    def work(session: Session) -> set[str]:
        meeting = session.scalars(select(Meeting)).one()
        return {one.id for one in gating.of_meeting(session, meeting, datetime.now(UTC)) if one.open}

    return world.read(work)


@pytest.mark.clause("JAM-053")
def test_what_is_written_is_kept_for_the_form_and_a_worry_is_given_back(world: World) -> None:
    schedule(with_pages(world))
    url = asked_in_slack(world, "Siân")
    worry = "He hits her with a belt when she cries"
    back = send(url, consent="yes", access=worry)
    assert "call 999" in back.text
    assert "0800 1111" in back.text
    assert "Harbour Youth, 020 7946 0010" in back.text
    assert "Nothing is saved yet." in back.text
    assert fields(back.text)["access"] == worry
    assert fields(back.text)["consent"] == "yes"
    assert not [one for one in newest(world).values() if one.shown_by is HowShown.PAGE]
    # They mean it as it stands.
    sure = re.search(r'name="sure" value="(\w+)"', back.text)
    assert sure is not None
    done = httpx.post(url, data={**fields(back.text), "sure": sure[1]}, follow_redirects=True, timeout=20)
    assert "Saved. Thank you." in done.text
    assert newest(world)["person:access-needs"].reason == worry
    # Other words than those that were looked at are asked about anew.
    again = httpx.post(url, data={**fields(done.text), "access": "She wants to die", "sure": sure[1]}, timeout=20)
    assert "Nothing is saved yet." in again.text
    # What helps somebody is no worry, and what is taken out is gone.
    send(url, access="Captions and large print, please", language="Cymraeg")
    farah = world.person("U0FAC")
    farah.command("/invitation", "answers M-1", channel="C0YOUTH")
    shown = str(farah.view)
    assert "Captions and large print, please" in shown
    assert "Cymraeg" in shown
    assert "the parent or carer, on their page" in shown
    put_away(farah)
    send(url, access="")
    farah.command("/invitation", "answers M-1", channel="C0YOUTH")
    assert "Captions" not in str(farah.view)
    put_away(farah)
    told = "".join(dms(world))
    assert "An answer came in for M-1" in told
    assert not [one for one in ("belt", "Captions", "Siân", "Cymraeg") if one in told]
    everywhere = "".join(one.words for channel in ("C0YOUTH", "C0GENERAL") for one in world.sandbox.messages(channel))
    assert "Captions" not in everywhere


def test_a_family_sees_what_staff_wrote_down_and_says_it_itself(world: World) -> None:
    schedule(with_pages(world))
    clear(world.person("U0FAC"), "M-1", "invite")
    url = asked_in_slack(world, "Siân")
    page = get(url).text
    assert "Our staff wrote down a yes on" in page
    assert "consent" not in {name for name in fields(page) if not name.startswith("was.")}
    send(url, consent="yes")
    (fact,) = (one for one in facts(world) if one.shown_by is HowShown.PAGE)
    assert (fact.requirement, fact.yes, fact.scope_id) == (
        "gate:consent",
        True,
        registration_of(world, "Siân").participant_id,
    )
    assert fact.by.startswith("page:carer:")


def test_nobody_else_may_have_the_address_or_the_answers(world: World) -> None:
    schedule(with_pages(world))
    for words in ("page Siân M-1", "answers M-1"):
        assert "M-1" in world.person("U0COW").command("/invitation", words, channel="C0YOUTH").text
        assert world.person("U0COW").view is None
    assert world.count(FamilyPage) == 0
    answer = world.person("U0FAC").command("/invitation", "page M-1", channel="C0YOUTH")
    assert "Whose?" in answer.text
    chosen = world.person("U0FAC").choose("families.person", "Kit")
    assert "/family/" in str(chosen.blocks)

    def forbid(session: Session) -> None:
        session.scalars(select(CarerOf)).one().may_consent = False

    world.write(forbid)
    refused = world.person("U0FAC").command("/invitation", "page Siân M-1", channel="C0YOUTH").text
    assert "None of the carers on record may consent" in refused


def test_what_is_ticked_for_the_others_never_stands_over_a_no(world: World) -> None:
    schedule(with_pages(world))
    farah = world.person("U0FAC")
    send(asked_in_slack(world, "Siân"), consent="no")
    put_away(farah)
    view = opened(world, "invite")
    assert "The answer for Siân was no." in str(view)
    box = next(one["block_id"] for one in view["blocks"] if any(o["value"] == "consent" for o in options_of(one)))
    farah.submit({box: ["consent"]})
    put_away(farah)
    said = [(one.scope_id, one.yes) for one in facts(world) if one.requirement == "gate:consent"]
    hers = registration_of(world, "Siân").participant_id
    assert [yes for whose, yes in said if whose == hers] == [False]
    assert [yes for whose, yes in said if whose != hers] == [True, True]
    assert "The answer for Siân was no." in gates(world)
    # Of her alone, and with who said so, it may be written down that the answer is another now.
    opened(world, "invite")
    farah.submit({"why.consent": "Her mum rang on Monday and agreed"})
    assert "The answer for Siân was no." not in gates(world)


def options_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """What a block of a form offers."""
    return list(block.get("element", {}).get("options", []))


def test_whoever_came_over_a_no_is_recorded_and_said(world: World) -> None:
    schedule(with_pages(world))
    farah = world.person("U0FAC")
    send(asked_in_slack(world, "Siân"), consent="no")
    put_away(farah)
    ends = world.read(lambda session: session.scalars(select(Meeting.ends_at)).one())
    world.clock_forward(ends.timestamp() - world.now() + 60)
    answer = farah.command("/attendance", "M-1 all", channel="C0YOUTH")
    said = f"{answer.text} {answer.blocks}"
    assert "Let in though: Siân: " in said
    assert "The answer for Siân was no." in said
    assert "`/incident M-1`" in said
    flagged = world.read(lambda s: s.scalars(select(AuditEvent).where(AuditEvent.action == "attendance.flagged")).all())
    assert [one.detail for one in flagged] == ["consent"]


def test_a_running_meetings_card_says_how_many_are_not_to_be_let_in(world: World) -> None:
    schedule(with_pages(world))
    farah = world.person("U0FAC")
    send(asked_in_slack(world, "Siân"), consent="no")
    put_away(farah)
    world.write(lambda session: begun(session))
    said = str(farah.command("/meeting", "show M-1", channel="C0YOUTH").blocks)
    assert "2 people expected. 1 answered no: not to be let in (`/invitation answers M-1`)." in said


def begun(session: Session) -> None:
    """M-1 has started."""
    meeting = session.scalars(select(Meeting)).one()
    meeting.state, meeting.started_at = MeetingState.STARTED, datetime.now(UTC)
