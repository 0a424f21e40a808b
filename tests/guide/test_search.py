"""The guide understands what hurried people type: fifty phrasings, written down before the search was."""

import csv
import sys
from pathlib import Path

import pytest

from bot.guide import views
from bot.guide.pages import Line
from bot.guide.service import guide_to
from bot.policy import PACK_NAMES
from bot.policy.filling import Words

with (Path(__file__).parent / "phrasings.csv").open(encoding="utf-8", newline="") as file:
    PHRASINGS = list(csv.DictReader(file))
HELD_OUT = [one for one in PHRASINGS if one["held_out"]]


def wrong(phrasings: list[dict[str, str]]) -> list[str]:
    """What was typed and did not find its page first."""
    missed = []
    for one in phrasings:
        page = guide_to(one["policy"]).answer(one["typed"]).page
        if page is None or page.id != one["topic"]:
            missed.append(one["typed"])
    return missed


def test_at_least_45_of_50_phrasings_find_their_page_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert (len(PHRASINGS), len(HELD_OUT)) == (50, 10)
    missed = wrong(PHRASINGS)
    held_out = 10 - len(wrong(HELD_OUT))
    with capsys.disabled():
        sys.stdout.write(f"\n{50 - len(missed)} of 50 phrasings; of the 10 never used for tuning: {held_out}\n")
    assert len(missed) <= 5, missed


@pytest.mark.parametrize(
    ("policy", "typed", "page"),
    [
        ("working4u", "Lock Meeting!", "lock"),
        ("working4u", "w4u-144", "passcode"),
        ("working4u", "wating room on my fone", "host-phone"),
        ("sendiass", "can I lock it", "lock-waiting-room"),
        ("sendiass", "SEN-031", "recording"),
        ("james", "somebody is being bullied", "keeping-safe"),
        ("voluntary_sector", "bedrooms", "prompts-planning"),
        ("st_josephs", "mute everybody", "chat-mute"),
        ("working4u", "what if nobody turns up", "nobody-came"),
        ("james", "my kid hasnt turned up to the session", "nobody-came"),
        ("working4u", "co worker is off sick", "worker-missing"),
        ("st_josephs", "wich account do i use", "school-account"),
    ],
)
def test_other_words(policy: str, typed: str, page: str) -> None:
    found = guide_to(policy).answer(typed).page
    assert found is not None
    assert found.id == page


@pytest.mark.parametrize("typed", ["xyzzy", "pizza recipe", "?", "the", "W4U-999"])
def test_without_a_match_three_topics_are_offered(typed: str) -> None:
    found = guide_to("working4u").answer(typed)
    assert found.page is None
    assert len(found.others) == 3
    assert all(page.topic for page in found.others)


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_an_answer_has_at_most_nine_lines_and_no_word_in_braces(policy: str) -> None:
    guide = guide_to(policy)
    for page in guide.pages:
        found = guide.answer(page.title)
        assert 1 <= len(found.lines) <= 9, page.id
        said = " ".join(views.answer(guide, guide.page(page.id), Words()).blocks[0]["text"]["text"].splitlines())
        assert "{" not in said, page.id


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_every_topic_is_found_by_its_title(policy: str) -> None:
    guide = guide_to(policy)
    found = {page.id: guide.answer(page.title).page for page in guide.topics}
    assert {page_id: page.id for page_id, page in found.items() if page and page.id != page_id} == {}


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_every_how_to_that_was_asked_for_is_there(policy: str) -> None:
    asked = ["join", "schedule", "waiting room", "lock", "remove", "mute", "chat", "share screen", "breakout rooms"]
    asked += ["on a phone", "on a computer", "passcode", "recording", "uninvited guest"]
    for typed in asked:
        page = guide_to(policy).answer(typed).page
        assert page is not None, typed
        assert page.topic, typed


def test_a_long_page_can_be_read_to_its_end() -> None:
    guide = guide_to("working4u")
    lines: list[Line] = []
    start = 0
    while True:
        found = guide.page("consent", start)
        lines += found.lines
        if found.rest is None:
            break
        start = found.rest
    page = found.page
    assert page is not None
    assert tuple(lines) == page.lines
    assert len(lines) > 18
