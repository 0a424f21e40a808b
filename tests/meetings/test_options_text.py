"""Options as people type them: behind the time or between commas, on a phone, and never out of a title."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.errors import BadInput
from bot.meetings import edits, forms
from bot.meetings.options import Options
from bot.reading import Understood
from bot.reading.times.plans import Around
from db.models import MeetingKind

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AROUND = Around(NOW, "Europe/London", programmes=["Cooking"])
ONE = MeetingKind.ONE_TO_ONE
REASON = {"recorded": True, "recording_reason": "the parents asked"}


def typed(text: str) -> tuple[str, int, tuple[str, ...], dict[str, Any]]:
    """(title, minutes, co-workers, what was said of the options)."""
    read = forms.from_text(text, AROUND)
    if not isinstance(read.found, Understood):
        raise BadInput(getattr(read.found, "why", "") or getattr(read.found, "question", ""))
    form = read.form(read.found.value, read.found.value.slots[0])
    assert f"{form.starts_at:%H:%M}" in ("16:00", "09:30"), form.starts_at
    said = {name: getattr(form, name) for name in Options.model_fields if getattr(form, name) is not None}
    return form.title, form.minutes, form.co_workers, said


@pytest.mark.parametrize(
    ("text", "title", "said"),
    [
        ("Art on Thursday at 16:00 recording", "Art", {"recorded": True}),
        ("Art on Thursday at 16:00 recording because the parents asked", "Art", REASON),
        ("Art on Thursday at 16:00, recorded because the parents asked", "Art", REASON),
        ("Art thurs 4pm recorded cos the parents asked", "Art", REASON),
        ("art Thurs 4pm Recording. Because the parents asked", "art", REASON),
        ("Art Thursday 16:00 rec becuase the parents asked", "Art", REASON),
        ("Art on Thursday at 16:00 w/ recording bc the parents asked", "Art", REASON),
        ("Art, recording on Thursday at 16:00", "Art", {"recorded": True}),
        ("Art, recording, breakout rooms on Thursday at 16:00", "Art", {"recorded": True, "breakout_rooms": True}),
        ("Art at 16:00 recording on Thursday", "Art", {"recorded": True}),
        (
            "Art on Thursday at 16:00, recording, breakout rooms because pairs talk",
            "Art",
            {"recorded": True, "breakout_rooms": True, "breakout_reason": "pairs talk"},
        ),
        (
            "Art on Thursday at 16:00 with breakout rooms and recording because we swap",
            "Art",
            {
                "recorded": True,
                "recording_reason": "we swap",
                "breakout_rooms": True,
                "breakout_reason": "we swap",
            },
        ),
        (
            "Art on Thursday at 16:00 recording because it is long, loud and far",
            "Art",
            {"recorded": True, "recording_reason": "it is long, loud and far"},
        ),
        (
            "Art on Thursday at 16:00 about money, recording for the newsletter because they asked, kept for 2 weeks",
            "Art",
            {
                "purpose": "money",
                "recorded": True,
                "recording_purpose": "the newsletter",
                "recording_reason": "they asked",
                "recording_days": 14,
            },
        ),
        ("Art on Thursday at 16:00 recording for 30 days", "Art", {"recorded": True, "recording_days": 30}),
        ("Art on Thursday at 16:00 for young carers", "Art", {"purpose": "young carers"}),
        ("Art on Thursday at 16:00 purpose: meet new people", "Art", {"purpose": "meet new people"}),
        ("Art on Thursday at 16:00 about rock &amp; roll", "Art", {"purpose": "rock & roll"}),
        ("Art on Thursday at 16:00 one-to-one", "Art", {"kind": ONE}),
        ("Art on Thursday at 16:00 121", "Art", {"kind": ONE}),
        ("Art on Thursday at 16:00 1:1", "Art", {"kind": ONE}),
        (
            "Art on Thursday at 16:00 1-2-1 because she asked",
            "Art",
            {"kind": ONE, "one_to_one_reason": "she asked"},
        ),
        ("Art on Thursday at 16:00 break out rooms", "Art", {"breakout_rooms": True}),
        ("Art on Thursday at 16:00 breakouts", "Art", {"breakout_rooms": True}),
        ("Art on Thursday at 16:00 sensitive matters", "Art", {"sensitive": True}),
        ("Art on Thursday at 16:00 private matter", "Art", {"sensitive": True}),
        (
            "Art on Thursday at 16:00 not recorded, no breakout rooms, not sensitive, not one to one",
            "Art",
            {"recorded": False, "breakout_rooms": False, "sensitive": False, "kind": MeetingKind.GROUP},
        ),
        ("Recording studio club on Thursday at 16:00", "Recording studio club", {}),
        ("Recording studio club on Thursday at 16:00 recording", "Recording studio club", {"recorded": True}),
        ("The 9:30 recording club on Thursday at 16:00", "The 9:30 recording club", {}),
        ("Thursday recording club on Friday at 16:00", "Thursday recording club", {}),
        ("Sunday breakout rooms on Sunday at 16:00", "Sunday breakout rooms", {}),
        ("Art, recording and crafts on Thursday at 16:00", "Art, recording and crafts", {}),
        ("“One to one with Ann” on Thursday at 16:00", "One to one with Ann", {}),
        ("Talk about money on Thursday at 16:00", "Talk about money", {}),
        ("Tea for carers on Thursday at 16:00", "Tea for carers", {}),
        ("Because we can on Thursday at 16:00", "Because we can", {}),
        ("Private matters group on Thursday at 16:00", "Private matters group", {}),
        ("Recording on Thursday at 16:00", "Recording", {}),
        ("Art on Thursday at about 4pm", "Art", {}),
    ],
)
def test_options_behind_the_time(text: str, title: str, said: dict[str, Any]) -> None:
    found = typed(text)
    assert (found[0], found[3]) == (title, said)


@pytest.mark.parametrize(
    ("text", "minutes", "co_workers", "said"),
    [
        (
            "Art on Thursday at 16:00 for 45 min with <@U0COW> in Cooking recording because the parents asked",
            45,
            ("U0COW",),
            REASON,
        ),
        (
            "Art on Thursday at 16:00 recording for 45 min with <@U0COW|col> and <@U0DEP> in Cooking",
            45,
            ("U0COW", "U0DEP"),
            {"recorded": True},
        ),
        ("Art on Thursday at 16:00 recording until 17:30", 90, (), {"recorded": True}),
        ("Art on Thursday 16:00-17:15 recording", 75, (), {"recorded": True}),
        (
            "Art on Thursday at 16:00 recording because <@U0COW> asked with <@U0DEP>",
            60,
            ("U0DEP",),
            {"recorded": True, "recording_reason": "a colleague asked"},
        ),
        ("Art on Thursday at 16:00 led by <@U0COW>", 60, ("U0COW",), {"lead_worker": "U0COW"}),
        ("Art on Thursday at 16:00 recording because the parents asked for 90 min", 90, (), REASON),
        ("Art on Thursday at 16:00 for 60 min recording because the parents asked for 60 min", 60, (), REASON),
    ],
)
def test_other_parts_may_stand_on_both_sides(
    text: str, minutes: int, co_workers: tuple[str, ...], said: dict[str, Any]
) -> None:
    assert typed(text)[1:] == (minutes, co_workers, said)


def test_of_two_days_it_is_asked_at_the_hour_that_stands() -> None:
    assert edits.at_same_hour("make it next monday", None, AROUND) == "same time next monday"
    assert edits.at_same_hour("make it bigger", None, AROUND) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Art on Thursday at 16:00 recording blah", "I can't place “blah”"),
        ("Art on Thursday at 16:00 because I like it", "What is that the reason for?"),
        ("Art on Thursday at 16:00 recording because " + "x" * 301, "301 characters; 300 fit"),
        ("Art on Thursday at 16:00 recording kept for 0 days", "For how many days"),
        ("Art on Thursday at 16:00 recording kept for 99999 weeks", "For how many days"),
        ("Recording and breakout rooms", "On which day?"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, words: str) -> None:
    with pytest.raises(BadInput) as wrong:
        typed(text)
    assert words in wrong.value.words


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("", {}),
        ("not recorded", {"recorded": False}),
        ("no breakout rooms", {"breakout_rooms": False}),
        ("not one-to-one, not sensitive", {"kind": MeetingKind.GROUP, "sensitive": False}),
        ("no purpose", {"purpose": ""}),
        ("about money", {"purpose": "money"}),
        ("for the summer show", {"purpose": "the summer show"}),
        ("for ages 4 to 5", {"purpose": "ages 4 to 5"}),
        ("for 45 min", {"minutes": 45}),
        ("for an hour and a half", {"minutes": 90}),
        ("recording because the parents asked", REASON),
        ("with breakout rooms because pairs talk", {"breakout_rooms": True, "breakout_reason": "pairs talk"}),
        ("kept for 30 days", {"recording_days": 30}),
        (
            "to Friday at 17:00, recording because the parents asked",
            {"starts_at": datetime(2026, 11, 27, 17, 0, tzinfo=UTC), **REASON},
        ),
        ("with <@U0COW> led by <@U0COW>", {"co_workers": ("U0COW",), "lead_worker": "U0COW"}),
        ("title Recording studio", {"title": "Recording studio"}),
        ("title Breakout rooms because we can", {"title": "Breakout rooms because we can"}),
        ("link https://example.org/j/1/recording", {"link": "link https://example.org/j/1/recording"}),
    ],
)
def test_what_an_edit_changes(text: str, changes: dict[str, Any]) -> None:
    assert edits.from_text(text, AROUND) == changes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "Say what to change"),
        ("recording blah", "Say what to change"),
        ("because they asked", "What is that the reason for?"),
        ("for 90 elephants", "For how long?"),
    ],
)
def test_an_edit_that_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(BadInput) as wrong:
        edits.from_text(text, AROUND)
    assert words in wrong.value.words
