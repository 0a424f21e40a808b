"""Meetings, typed and by form: scheduling, changing, cancelling, starting, ending."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import meetings
from db.models import Meeting, MeetingState
from tests.support.clearing import clear
from tests.support.meetings import LINK, begin, only, say
from tests.support.world import World


def test_typed(world: World) -> None:
    said = say(world, "new Cooking club on Thursday at 16:00 for 45 min with @Col.Co-worker in Cooking")
    assert "M-1" in said
    assert "/meeting edit M-1 link" in said
    meeting = only(world)
    assert (meeting.title, meeting.state, meeting.host) == ("Cooking club", MeetingState.DRAFT, "U0FAC")
    assert meeting.co_workers == ["U0COW"]
    assert meeting.programme == "Cooking"
    assert (meeting.ends_at - meeting.starts_at).total_seconds() == 45 * 60
    assert len(meeting.passcode) >= 8
    world.settle()
    kept = str([message.words for message in world.sandbox.dm("U0FAC")])
    assert "M-1" in kept
    assert meeting.passcode not in said + kept
    assert "Cooking club" in kept, "a meeting is named by its title"


def test_a_title_that_is_a_programmes_name_or_nearly_takes_it_and_says_so(world: World) -> None:
    said = say(world, "youth clb tomorrow 4pm")
    assert "By its title it is in the programme Youth club" in said
    assert only(world).programme == "Youth club"
    assert "Change" in said
    say(world, "new Young cooks tomorrow at 18:00")
    say(world, "new Cooking tomorrow at 20:00 in Youth club")
    kept = world.read(lambda session: {one.title: one.programme for one in session.scalars(select(Meeting))})
    assert kept == {"youth clb": "Youth club", "Young cooks": None, "Cooking": "Youth club"}
    day = datetime.fromtimestamp(world.now() + 86_400, UTC)
    typed = f"{day - timedelta(days=2):%d %B %Y} to {day + timedelta(days=2):%d %B %Y}"
    told = world.person("U0MAN").command("/report", f"{typed} in Youth club").text
    assert "1 session has no programme, so not counted here: M-2." in told
    assert "1 session has no programme: M-2." in world.person("U0MAN").command("/report", typed).text


@pytest.mark.parametrize(
    "typed", ["chess fri 5pm w col", "chess with col friday 17:00", "chess fri 5pm w/ Col Co-worker"]
)
def test_a_colleague_who_is_typed_by_name_has_a_button(world: World, typed: str) -> None:
    assert "Nothing was scheduled" in say(world, f"new {typed}")
    world.person("U0FAC").click("With Col Co-worker")
    assert (only(world).title, only(world).co_workers) == ("chess", ["U0COW"])


def test_form(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", "", channel="C0GENERAL")
    person.submit(title="Homework help", date="2031-03-04", time="10:00", minutes="90", co_workers=["U0COW"])
    assert "Scheduled" in person.seen()
    assert only(world).title == "Homework help"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"minutes": "soon"}, "minutes"),
        ({"date": "2020-01-01"}, "date"),
        ({"date": "2031-03-30", "time": "01:30"}, "time"),
        ({"minutes": "2000"}, "minutes"),
    ],
)
def test_form_says_what_is_wrong_at_its_field_and_then_takes_it(
    world: World, fields: dict[str, str], wrong: str
) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", "", channel="C0GENERAL")
    answer = person.submit(**{"title": "Art", "date": "2031-03-04", "time": "10:00", "minutes": "60", **fields})
    assert list(answer.errors) == [wrong]
    assert world.count(Meeting) == 0
    person.submit(**{"title": "Art", "date": "2031-03-04", "time": "10:00", "minutes": "60"})
    assert only(world).title == "Art"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("new Cooking club on 1 March 2020 at 10:00", "has passed"),
        ("new Art on Thursday at 16:00 to 15:00", "ends before it starts"),
        ("new Art on Thursday at 16:00 for 2 min", "lasts from 5 minutes"),
        ("new Art on 31 November at 16:00", "no such day"),
        ("new Art every Thursday at 16:00", "until 17 December"),
        ("new " + "x" * 200 + " on Thursday at 16:00", "The title has"),
        ("show M-99", "I can't find M-99"),
        ("cancel", "You have no meeting that fits"),
        ("edit M-1 nonsense", "Say what to change"),
    ],
)
def test_bad_input_is_answered_in_words_and_offered_back(world: World, text: str, words: str) -> None:
    said = world.person("U0FAC").command("/meeting", text, channel="C0GENERAL")
    assert words in said.text + str(said.blocks)
    assert f"/meeting {text}"[:60] in str(said.blocks)
    assert world.count(Meeting) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Cooking club", "On which day?"),
        ("Cooking club on Thursday with @Col.Co-worker", "At what time on Thursday"),
        ("Cooking club on Thursday at 7", "19:00"),
        ("on Thursday at 16:00", "What is it called?"),
        ("Art on 30 March 2031 at 01:30", "does not exist"),
        ("Art on 26 October 2031 at 01:30", "happens twice"),
        ("Art on Thursday at 16:00 with @nobody", "I don't know who nobody is"),
        ("Art on Thursday at 16:00 with aled jones and bethan rees", "I don't know who aled jones, bethan rees are"),
        ("Art on Thursday at 16:00 bring aprons", "I can't place “bring aprons”"),
    ],
)
def test_what_is_open_is_asked_in_the_form_with_the_text_as_typed(world: World, text: str, words: str) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", f"new {text}", channel="C0GENERAL")
    assert words in person.seen()
    assert f"You typed: “{text.replace('@Col.Co-worker', '<@U0COW>')}”" in person.seen()
    assert world.count(Meeting) == 0
    assert world.sandbox.violations == []


def test_a_reading_is_chosen_and_what_was_typed_is_kept(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", "new Art club on Thursday at 7 for 45 min with @Col.Co-worker", channel="C0GENERAL")
    person.submit(which="1")
    meeting = only(world)
    assert (f"{meeting.starts_at:%A %H:%M}", meeting.title) == ("Thursday 19:00", "Art club")
    assert (meeting.ends_at - meeting.starts_at).total_seconds() == 45 * 60
    assert meeting.co_workers == ["U0COW"]


def test_what_was_assumed_is_said_first(world: World) -> None:
    said = say(world, "new Art on Thursday at 4")
    assert "I took 4 as 16:00, in the afternoon." in said
    said = say(world, "edit M-1 to Friday at 5")
    assert "Changed." in said
    assert "I took 5 as 17:00, in the afternoon." in said


def test_a_series_is_shown_and_made_with_one_button(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", "new Art every Thursday at 16:00 for 3 weeks in Cooking", channel="C0GENERAL")
    assert "These 3 meetings?" in person.seen()
    assert world.count(Meeting) == 0
    person.submit()
    made = world.read(lambda session: list(session.scalars(select(Meeting).order_by(Meeting.starts_at))))
    assert [one.reference for one in made] == ["M-1", "M-2", "M-3"]
    assert {f"{one.starts_at:%A}" for one in made} == {"Thursday"}
    assert len({one.passcode for one in made}) == 3
    assert {one.programme for one in made} == {"Cooking"}
    assert world.sandbox.violations == []


def test_a_repeat_without_an_end_asks_for_it_with_buttons(world: World) -> None:
    person = world.person("U0FAC")
    said = say(world, "new Art every Thursday at 16:00 in Cooking, recording because the carers asked for 4 of them")
    assert "How often, or until which day?" in said
    offered = list(dict.fromkeys(re.findall(r"\d+ meetings, to \w+ \d+ \w+ \d+", said)))
    assert [one.split()[0] for one in offered] == ["4", "6", "10"]
    person.click(offered[1])
    assert "These 6 meetings?" in person.seen()
    person.close(all_views=True)
    say(world, "new Art every Thursday at 7pm in Cooking")
    person.click("Another end")
    assert "Until which day?" in person.seen()
    assert "You typed: “Art every Thursday at 7pm in Cooking”" in person.seen()
    first = datetime.fromtimestamp(world.now(), UTC).date()
    assert list(person.submit(last=str(first)).errors) == ["last"]
    person.submit(last=str(first + timedelta(weeks=3)))
    assert "These 3 meetings?" in person.seen()
    assert world.count(Meeting) == 0
    person.submit()
    made = world.read(lambda session: list(session.scalars(select(Meeting))))
    assert [(one.title, one.programme) for one in made] == [("Art", "Cooking")] * 3
    assert world.sandbox.violations == []


def test_an_edit_to_a_moment_in_doubt_asks(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")
    person = world.person("U0FAC")
    person.command("/meeting", "edit M-1 to Friday at 8", channel="C0GENERAL")
    assert "Which of these?" in person.seen()
    person.submit(which="1")
    assert f"{only(world).starts_at:%A %H:%M}" == "Friday 20:00"


def test_ambiguous_hour_is_taken_with_its_zone(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", "new Night owls on 26 October 2031 at 1.30am GMT", channel="C0GENERAL")
    assert "Is Sunday 26 October 2031 right?" in person.seen()
    person.submit()
    assert f"{only(world).starts_at:%H:%M}" == "01:30"


@pytest.mark.parametrize("title", ["Clwb Coginio ŵ ŷ", "Art 🎨 & craft", "Café naïve"])
def test_accents_and_emoji(world: World, title: str) -> None:
    say(world, f"new {title} on Thursday at 16:00")
    assert only(world).title == title


def test_repeated_command_is_one_meeting(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")
    world.sandbox.repeat()
    assert world.count(Meeting) == 1


def test_link_is_pasted_and_personal_links_are_refused(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")
    for bad, reason in (
        ("https://zoom.us/my/farah", "personal"),
        ("https://zoom.us.evil.example/j/81234567890", "imitates"),
        ("https://bit.ly/art", "does not show where it leads"),
        ("passcode 73kq92", "no link"),
        ("https://youtu.be/ab12CD34ef5", "does not approve Youtube"),
        ("https://us02web.zoom.us/s/81234567890?zak=x", "becomes the host"),
    ):
        assert reason in say(world, f"edit M-1 link {bad}")
        assert only(world).join_url is None
    assert "Changed" in say(world, f"edit M-1 link {LINK}")
    assert only(world).state is MeetingState.SCHEDULED
    assert only(world).join_url == LINK


INVITATION = (
    "Farah Facilitator invites you to a planned Zoom meeting.\n\nTopic: Art\n\nJoin Zoom Meeting\n"
    "<https://us02web.zoom.us/j/84512345678>\n\nMeeting ID: 845 1234 5678\nPasscode: 73kq92\n\nOne tap mobile\n"
    "+442079460020,,84512345678#,,,,*904416# United Kingdom\nPasscode: 904416"
)


def test_a_pasted_invitation_gives_its_link_and_its_own_passcode_and_none_is_invented(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")
    said = say(world, "edit M–1 https://zoom.us/j/84512345670")
    assert "No passcode came with it" in said
    assert only(world).passcode == ""
    assert "Changed" in say(world, f"edit M-1 {INVITATION}")
    assert (only(world).join_url, only(world).passcode) == ("https://us02web.zoom.us/j/84512345678", "73kq92")
    assert "11 characters; the services take 10. Nothing of it was cut." in say(world, "edit M-1 passcode Kx7Rt2Wq9Zb")
    say(world, "edit M-1 passcode: 904 416")
    assert only(world).passcode == "904416"
    say(world, f"edit M-1 link {LINK}")
    assert only(world).passcode == ""


def test_the_form_takes_an_invitation_too(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")
    farah = world.person("U0FAC")
    farah.command("/meeting", "edit M-1")
    assert "does not lead into a meeting" in str(farah.submit(link="https://zoom.us/rec/share/x").errors)
    farah.submit(link=INVITATION)
    assert (only(world).join_url, only(world).passcode) == ("https://us02web.zoom.us/j/84512345678", "73kq92")


def test_life_of_a_meeting(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")
    assert "no link yet" in say(world, "start M-1")
    say(world, f"edit M-1 link {LINK}")
    assert "has not been started" in say(world, "end M-1")
    clear(world.person("U0FAC"), "M-1", "start")
    assert "Started" in begin(world)
    assert "can't be cancelled" in say(world, "cancel M-1")
    assert "Ended" in say(world, "end M-1")
    assert only(world).state is MeetingState.ENDED


def test_cancel_asks_first(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")
    say(world, "cancel")
    assert only(world).state is MeetingState.DRAFT
    person = world.person("U0FAC")
    person.click("meeting.cancel", message=person.private[-1])
    assert only(world).state is MeetingState.CANCELLED
    assert "Cancelled" in person.seen()


def test_others_do_not_find_it(world: World) -> None:
    world.person("U0COW").command("/meeting", "new Art on Thursday at 16:00", channel="C0GENERAL")
    assert "I can't find M-1" in say(world, "show M-1")
    assert "I can't find M-2" in say(world, "show M-2")
    assert "Art" in say(world, "list")
    assert "M-1" in say(world, "show M-1", who="U0LEAD")


def test_edit_form_of_somebody_elses_older_version_is_refused(world: World) -> None:
    say(world, "new Art on Thursday at 16:00 with @Col.Co-worker")
    mine, theirs = world.person("U0FAC"), world.person("U0COW")
    mine.command("/meeting", "edit M-1", channel="C0GENERAL")
    theirs.command("/meeting", "edit M-1", channel="C0GENERAL")
    mine.submit(title="Mine")
    answer = theirs.submit(title="Theirs")
    assert "Somebody changed M-1 meanwhile" in " ".join(answer.errors.values())
    assert only(world).title == "Mine"


def test_number_may_be_left_out_where_one_fits(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")
    assert "M-1" in say(world, "show")
    say(world, "new Cooking on Friday at 16:00")
    assert "Which meeting?" in say(world, "show")


def test_the_same_through_facilitator(world: World) -> None:
    world.person("U0FAC").command("/facilitator", "meeting new Art on Thursday at 16:00", channel="C0GENERAL")
    assert only(world).title == "Art"


def test_what_was_read_before_a_meeting_is_held_counts_no_more(world: World) -> None:
    say(world, "new Art on Thursday at 16:00")

    organisation = world.organisation()

    def work(session: Session) -> MeetingState:
        seen = session.scalars(select(Meeting)).one()
        # Somebody else is quicker, before the meeting is held.
        session.execute(
            update(Meeting).values(state=MeetingState.CANCELLED).execution_options(synchronize_session=False)
        )
        caller = Caller(organisation, "U0FAC", "Farah", frozenset())
        return meetings.get(session, caller, seen.id, to_change=True).state

    assert world.write(work) is MeetingState.CANCELLED
