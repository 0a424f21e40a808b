"""What is typed after `/guide` by somebody who is afraid for somebody: 999 and /concern come first."""

import time

import pytest

from bot.guide import views
from bot.guide.service import guide_to
from bot.policy import PACK_NAMES
from bot.policy.filling import Words
from bot.reading.danger import Alarm, alarm
from tests.reading.rows import params, rows

FIRST, LINE, ORDINARY = "999+concern first", "concern line", "ordinary answer"


def said(policy: str, typed: str) -> list[str]:
    """The paragraphs of the answer, in their order."""
    guide = guide_to(policy)
    answer = views.answer(guide, guide.answer(typed), Words(), typed)
    return [str(block.get("text") or block.get("elements")) for block in answer.blocks]


@pytest.mark.parametrize("row", params("guide_worries"))
def test_every_row(row: dict[str, str]) -> None:
    """How loud under every policy; what the answer shows, of a row of our own under one of them in turn."""
    case = not row["id"].startswith("own-")
    turn = sum(map(ord, row["id"])) % len(PACK_NAMES)
    for number, policy in enumerate(PACK_NAMES):
        if case or number == turn:
            shown_as_it_must_be(row, policy)
        else:
            assert fits(row["must"], guide_to(policy).alarm(row["text"])), policy


def fits(must: str, loud: Alarm) -> bool:
    """Whether a row is as loud as it must be."""
    if must == FIRST:
        return loud is Alarm.DANGER
    return loud >= Alarm.WORRY if must == LINE else loud is Alarm.NONE


def shown_as_it_must_be(row: dict[str, str], policy: str) -> None:
    found = guide_to(policy).answer(row["text"])
    paragraphs = said(policy, row["text"])
    assert any("999" in one and "/concern" in one for one in paragraphs)
    assert fits(row["must"], found.alarm), policy
    if row["must"] == FIRST:
        assert found.page is not None
        assert any("/concern" in line.text for line in found.page.lines)
    if found.alarm:
        assert "999" in paragraphs[0]
        assert "/concern" in paragraphs[0]
        assert f"“{row['text']}”" not in "".join(paragraphs)


def test_no_danger_of_the_heaps_that_nothing_was_tuned_on_is_missed() -> None:
    heaps = rows("guide_worries", "held_out", "held_out/second", "held_out/third", "held_out/fourth")
    least = {FIRST: Alarm.DANGER, LINE: Alarm.WORRY}
    found = [(row["text"], guide_to("james").answer(row["text"]).alarm, least.get(row["must"])) for row in heaps]
    assert [one for one in found if one[2] is not None and one[1] < one[2]] == []


@pytest.mark.parametrize("row", [one for one in params("guide_worries") if ORDINARY in str(one)])
def test_a_harmless_question_has_its_ordinary_answer(row: dict[str, str]) -> None:
    page = guide_to("james").answer(row["text"]).page
    assert page is not None
    assert page.id == row["must"].partition(": ")[2]


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_every_policys_page_on_concerns_names_999_and_the_command(policy: str) -> None:
    first = guide_to(policy).page("concerns").lines[0].text
    assert "999" in first
    assert "/concern" in first


def test_how_many_are_answered_as_they_should_be(capsys: pytest.CaptureFixture[str]) -> None:
    """A worry answered like danger is a small fault: most are not."""
    worries = [row for row in rows("guide_worries") if row["must"] == LINE]
    loud = [row["id"] for row in worries if guide_to("james").answer(row["text"]).alarm is Alarm.DANGER]
    assert len(loud) <= len(worries) / 5, loud


def test_reading_takes_no_time() -> None:
    guide_to("james").answer("lock")
    for text, least in (("she showed cuts on her arm", 0.01), ("he told a frend about tablits " * 100, 0.2)):
        start = time.perf_counter()
        alarm(text)
        assert time.perf_counter() - start < least
