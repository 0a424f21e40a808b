"""A link, a passcode or a whole invitation, pasted behind `/meeting edit`: taken and said, asked about, or refused."""

from datetime import datetime, timedelta

import pytest

from db.models import MeetingState
from tests.support.clearing import words
from tests.support.meetings import LINK, only, say, schedule
from tests.support.world import World


def pasted(at: str, link: str = "https://us02web.zoom.us/j/84512345678?pwd=abc", topic: str = "Cooking club") -> str:
    """Zoom's invitation to a meeting at this moment."""
    head = f"Topic: {topic}\nTime: {at} London\nJoin Zoom Meeting"
    return f"{head}\n<{link}>\n\nMeeting ID: 845 1234 5678\nPasscode: 73kq92"


def zooms(moment: datetime) -> str:
    """A moment as Zoom writes it."""
    return f"{moment:%b} {moment.day}, {moment:%Y %I:%M %p}"


@pytest.fixture
def bare(world: World) -> World:
    schedule(world, "", link=False)
    return world


def test_the_invitation_of_another_meeting_is_asked_about_before_it_is_taken(bare: World) -> None:
    meeting = only(bare)
    other = meeting.starts_at + timedelta(days=2, hours=2)
    farah = bare.person("U0FAC")
    farah.command("/meeting", f"edit M-1 {pasted(zooms(other))}")
    assert (only(bare).join_url, only(bare).version) == (None, meeting.version)
    asked = words(farah.view)
    assert "The invitation says *Cooking club*, " in asked
    assert f"^{int(other.timestamp())}^" in asked
    assert f"M-1 is *Art*, <!date^{int(meeting.starts_at.timestamp())}^" in asked
    assert farah.view is not None
    assert farah.view["submit"]["text"] == "Use it all the same"
    assert "Cooking" not in farah.view["private_metadata"]
    farah.submit()
    assert (only(bare).join_url, only(bare).passcode) == ("https://us02web.zoom.us/j/84512345678?pwd=abc", "73kq92")
    said = words(farah.view)
    assert "The Zoom link is kept, and the passcode that came with it." in said
    assert "73kq92" not in said
    assert bare.sandbox.violations == []


def test_in_the_form_too_it_is_asked_once_for_each_moment_and_other_changes_are_kept(bare: World) -> None:
    meeting, farah = only(bare), bare.person("U0FAC")
    other = meeting.starts_at + timedelta(days=2)
    farah.command("/meeting", "edit M-1")
    farah.submit(link=pasted(zooms(other)), title="Pottery")
    assert only(bare).join_url is None
    assert "The invitation says" in words(farah.view)
    assert "M-1 is *Art*" in words(farah.view)
    farah.submit(link=pasted(zooms(other + timedelta(days=1))))
    assert only(bare).join_url is None, "that is another moment than the one that was asked about"
    farah.submit()
    assert (only(bare).title, only(bare).join_url) == ("Pottery", "https://us02web.zoom.us/j/84512345678?pwd=abc")


def test_putting_the_meeting_to_the_invitations_moment_is_an_answer(bare: World) -> None:
    farah, other = bare.person("U0FAC"), only(bare).starts_at + timedelta(days=2)
    farah.command("/meeting", f"edit M-1 {pasted(zooms(other))}")
    farah.submit(date=f"{other:%Y-%m-%d}")
    assert only(bare).starts_at == other
    assert only(bare).join_url is not None


def test_the_invitation_of_the_meeting_itself_is_taken_at_once(bare: World) -> None:
    said = say(bare, f"edit M-1 {pasted(zooms(only(bare).starts_at), topic='Art and crafts')}")
    assert "*Changed.* The Zoom link is kept, and the passcode that came with it." in said
    assert only(bare).passcode == "73kq92"
    said = say(bare, f"edit M-1 link {LINK}")
    assert "The Zoom link is kept. Whoever has the link needs no passcode" in said
    assert "I took the passcode." in say(bare, "edit M-1 passcode 99kq92")


ZOOM = "https://us02web.zoom.us/j/84512345678"


@pytest.mark.parametrize(
    ("topic", "asked"),
    [
        ("Cooking club", True),
        ("M-7 art", True),
        ("M-1 · Harbour Youth", False),
        ("ART & crafts", False),
        ("Farah Facilitator's Zoom Meeting", False),
        ("My Meeting", False),
    ],
)
def test_the_topic_of_another_meeting_is_asked_about_too(bare: World, topic: str, asked: bool) -> None:
    moment = zooms(only(bare).starts_at)
    said = say(bare, f"edit M-1 {pasted(moment, topic=topic)}")
    assert ("Use it all the same" in said) is asked
    assert (only(bare).join_url is None) is asked
    if not asked:
        return
    bare.person("U0FAC").submit()
    assert only(bare).join_url is not None


def test_a_topic_alone_is_enough_to_ask(bare: World) -> None:
    assert "The invitation says *Cooking club*; M-1 is *Art*" in say(bare, f"edit M-1 Topic: Cooking club {ZOOM}")
    assert only(bare).join_url is None


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        (f"<{ZOOM}> on Friday at 17:00", {"day": "Friday 17:00"}),
        (f"to Friday at 17:00 for 45 min <{ZOOM}>", {"day": "Friday 17:00", "minutes": 45}),
        (f"link <{ZOOM}> passcode 73kq92 and title Room 101A", {"title": "Room 101A", "passcode": "73kq92"}),
        (f"title Pottery link <{ZOOM}>", {"title": "Pottery"}),
        (f"change the link to <{ZOOM}>", {}),
        (f"Hi all, here it is <{ZOOM}> see you there", {}),
    ],
)
def test_what_is_typed_beside_a_link_is_done_too(bare: World, typed: str, changed: dict[str, object]) -> None:
    assert "*Changed.* The Zoom link is kept" in say(bare, f"edit M-1 {typed}")
    meeting = only(bare)
    now = {
        "day": f"{meeting.starts_at:%A %H:%M}",
        "minutes": (meeting.ends_at - meeting.starts_at).total_seconds() / 60,
        "title": meeting.title,
        "passcode": meeting.passcode,
    }
    assert meeting.join_url == ZOOM
    assert {name: now[name] for name in changed} == changed


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (f"<{ZOOM}> bring aprons", "“bring aprons”"),
        (f"don't use <{ZOOM}>", "“don't use”"),
        (f"<{ZOOM}> to Friday at 8", "“to Friday at 8”"),
        (f"<{ZOOM}> and title", "called"),
        (f"<{ZOOM}> programme Nothing", "no programme of that name"),
        (f"<{ZOOM}> for ever", "“for ever”"),
        (f"<{ZOOM}> passcode 1234 or 5678 and title Pottery", "More than one passcode"),
        (f"Topic: Art Join Zoom Meeting <{ZOOM}> and title Pottery", "Beside a whole invitation"),
        (f"Topic: Art Join Zoom Meeting <{ZOOM}> Passcode: 73kq92 on Friday at 17:00", "Beside a whole invitation"),
        (f"title Pottery Topic: Art Join Zoom Meeting <{ZOOM}>", "Beside a whole invitation"),
        (f"<{ZOOM}> Host passcode: 118822", "for the telephone or the host"),
        (f"Farah's Personal Meeting Room <{ZOOM}>", "personal meeting link"),
        ("845 1234 5678", "There is no link in it"),
        ("https://us02web.zoom.us/rec/share/abc on Friday at 17:00", "does not lead into a meeting"),
    ],
)
def test_what_cannot_be_read_beside_a_link_stops_all_of_it(bare: World, typed: str, named: str) -> None:
    before = only(bare)
    answer = say(bare, f"edit M-1 {typed}")
    assert named in answer
    after = only(bare)
    assert (after.version, after.join_url, after.title, after.starts_at) == (
        before.version,
        None,
        before.title,
        before.starts_at,
    )
    assert bare.sandbox.violations == []


def test_a_link_that_is_spoken_against_is_asked_about_and_a_press_takes_it(bare: World) -> None:
    farah, other = bare.person("U0FAC"), "https://us02web.zoom.us/j/81112223334"
    said = say(bare, f"edit M-1 old link <{ZOOM}>")
    assert "“old link” stands beside the link. Is it the one to use? Nothing was changed." in said
    said = say(bare, f"edit M-1 instead of <{ZOOM}> use <{other}>")
    assert "There are links to two meetings in it. Which one is it? Nothing was changed." in said
    assert only(bare).join_url is None
    farah.click(f"Use {other.removeprefix('https://')}")
    assert only(bare).join_url == other


def test_the_same_link_again_with_a_pin_brings_its_passcode(bare: World) -> None:
    say(bare, f"edit M-1 <{ZOOM}> passcode 5hT9wq")
    say(bare, f"edit M-1 <{ZOOM}> PIN 424242")
    assert only(bare).passcode == "424242"
    assert "its passcode stays" in say(bare, f"edit M-1 <{ZOOM}> passcode to follow")
    assert only(bare).passcode == "424242", "the link is the one that it had: its passcode stands"


def test_what_a_link_tells_reaches_the_settings_and_a_good_one_takes_it_away(bare: World) -> None:
    def told(key: str) -> str:
        return str(only(bare).settings_read[key]["state"])

    say(bare, f"edit M-1 <{LINK}>")
    assert told("passcode_apart") == "not_applied"
    say(bare, "edit M-1 to Friday at 17:00")
    bare.settle()
    assert told("passcode_apart") == "not_applied", "making the meeting anew forgets nothing"
    shown = say(bare, "show M-1")
    assert "⚠️ *Not so yet: the link does not contain the passcode.*" in shown
    assert "switch off “Embed passcode in invite link”" in shown
    assert shown.count("☐ ") == 2, "the others are counted, in the text and in the blocks"
    assert "more: `/checklist tick M-1`" in shown
    say(bare, "edit M-1 <https://us02web.zoom.us/j/4155550123?pwd=>")
    assert (told("random_id"), told("passcode_apart")) == ("unknown", "by_host")
    say(bare, f"edit M-1 <{ZOOM}>")
    assert (told("random_id"), told("passcode_apart")) == ("by_host", "by_host")
    assert only(bare).state is MeetingState.SCHEDULED


def test_a_link_for_another_day_than_the_meetings_is_asked_about(bare: World) -> None:
    assert "Use it all the same" in say(bare, f"edit M-1 <{ZOOM}> for Friday at 17:00")
    assert only(bare).join_url is None
    assert f"{only(bare).starts_at:%A %H:%M}" == "Thursday 16:00"


@pytest.mark.parametrize("beside", ["on Friday at 17:00", "and title Pottery", "bring aprons"])
def test_the_forms_field_for_the_link_swallows_nothing(bare: World, beside: str) -> None:
    farah = bare.person("U0FAC")
    farah.command("/meeting", "edit M-1")
    answer = farah.submit(link=f"{ZOOM} {beside}")
    assert "Here goes the link alone" in str(answer.errors)
    assert only(bare).join_url is None
    for unknown in ("pword 8h2kq1", "and its 8h2kq1", "key sunshine", "for Thursday pcode 8h2kq1"):
        assert unknown.split()[-1] in str(farah.submit(link=f"{ZOOM} {unknown}").errors)
    whole = f"Topic: Art\nJoin Zoom Meeting\n{ZOOM}\nMeeting ID: 845 1234 5678\nPcode: 8h2kq1"
    assert "Pcode: 8h2kq1" in str(farah.submit(link=whole).errors)
    assert only(bare).join_url is None
    farah.submit(link=ZOOM, passcode="73kq92")
    assert (only(bare).join_url, only(bare).passcode) == (ZOOM, "73kq92")
    said = words(farah.view)
    assert "The Zoom link is kept, and the passcode that came with it." in said
    farah.close(all_views=True)
    say(bare, "edit M-1")
    farah.submit(title="Pottery")
    assert "link" not in words(farah.view).split("\n")[0]
    assert (only(bare).title, only(bare).join_url, only(bare).passcode) == ("Pottery", ZOOM, "73kq92")


@pytest.mark.parametrize(
    "typed", ["Art link {}", "art <{}> passcode 73kq92", "<{}>", "Topic: Art Join Zoom Meeting <{}>"]
)
def test_a_title_may_stand_before_a_link(bare: World, typed: str) -> None:
    assert "The Zoom link is kept" in say(bare, f"edit {typed.format(ZOOM)}")
    assert (only(bare).join_url, only(bare).title) == (ZOOM, "Art")


def test_a_whole_title_before_an_invitation_says_of_which_meeting_it_is(bare: World) -> None:
    farah = bare.person("U0FAC")
    farah.command("/meeting", "new Joiners tomorrow at 10:00")
    invitation = f"Join Zoom Meeting\n<{ZOOM}>\n\nMeeting ID: 845 1234 5678\nPasscode: 73kq92"
    assert "Which meeting?" in farah.command("/meeting", f"edit {invitation}").text
    said = farah.command("/meeting", f"edit art\n{invitation}")
    assert "*Art*" in said.text
    assert "The Zoom link is kept, and the passcode that came with it." in said.text


def test_what_the_policy_wants_to_know_of_a_link_and_more_keeps_both(bare: World) -> None:
    farah = bare.person("U0FAC")
    farah.command("/meeting", f"edit M-1 <{ZOOM}> passcode 73kq92 recording")
    assert only(bare).join_url is None
    farah.submit(recording_reason="they asked")
    assert (only(bare).join_url, only(bare).passcode, only(bare).recorded) == (ZOOM, "73kq92", True)
