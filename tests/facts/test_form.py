"""What a form of boxes changed since it was drawn."""

import pytest

from bot.facts.form import changed
from bot.facts.points import Point
from bot.facts.standing import seen
from db.models import Fact, FactAnswer, Meeting, SubjectKind

LOCK = Point("prompt:start:lock")
YES, NO, BACK = FactAnswer.YES, FactAnswer.NO, FactAnswer.BACK


def said(*facts: tuple[str, FactAnswer], carried: bool = False) -> list[Fact]:
    """Facts about the lock in their order, each by somebody."""
    return [
        Fact(
            sequence=number,
            subject_kind=SubjectKind.MEETING,
            subject_id="",
            requirement=LOCK.requirement,
            answer=answer,
            by=by,
            first_by="U0COW" if carried else None,
        )
        for number, (by, answer) in enumerate(facts, start=1)
    ]


@pytest.mark.parametrize(
    ("facts", "drawn", "on", "by", "says"),
    [
        ([], 0, True, "", True),
        ([], 0, False, "", None),
        ([("col", YES)], 1, True, "", None),
        ([("col", YES)], 1, False, "", False),
        # Somebody else did the same meanwhile, or something else: it stays.
        ([("col", YES)], 0, True, "", None),
        ([("col", YES)], 0, False, "", None),
        ([("col", YES), ("col", BACK)], 1, False, "", None),
        ([("col", YES), ("col", BACK)], 1, True, "", None),
        ([("col", YES), ("col", BACK), ("col", YES)], 1, False, "", None),
        # Sent once more by the same person with another answer.
        ([("farah", YES)], 0, False, "farah", False),
        ([("col", YES), ("farah", BACK)], 1, True, "farah", True),
        ([("farah", YES), ("col", BACK)], 0, True, "farah", None),
        # A no is no tick.
        ([("col", NO)], 1, True, "", True),
        ([("col", NO)], 1, False, "", None),
    ],
)
def test_what_others_said_meanwhile_stays(
    facts: list[tuple[str, FactAnswer]], drawn: int, on: bool, by: str, says: bool | None
) -> None:
    assert changed(said(*facts), [(LOCK, on)], seen(Meeting(), drawn, by)).get(LOCK) is says


def test_a_carried_answer_is_nobodys_tick_until_it_is_confirmed() -> None:
    facts = said(("col", YES), carried=True)
    assert changed(facts, [(LOCK, True)], seen(Meeting(), 1)) == {LOCK: True}
    assert changed(facts, [(LOCK, False)], seen(Meeting(), 1)) == {}
