"""Phrasings that nothing was tuned on: whatever is understood of them is right; what is not right is asked about."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest

from bot.reading import Understood, numbering
from bot.reading.danger import tells
from bot.reading.invites import links
from bot.reading.past import periods
from bot.reading.persons import people
from bot.reading.roll_call import presence
from tests.reading import test_links, test_meeting_times, test_people, test_periods, test_presence, test_references
from tests.reading.rendered import moments, outcome, split_said
from tests.reading.rows import rows

HEAPS = ("held_out", *(f"held_out/{which}" for which in ("second", "third", "fourth", "fifth", "sixth", "seventh")))
"""Seven heaps, of seven writers."""
JUDGED = frozenset(["period5b-013", "ref5b-012", "b7-092", "people7-012"])
"""Rows whose reading is another than the writer's and is no silent one: which week it is stands in the answer, that the
meeting is cancelled is said by the command, who was registered stands beside the way back, and of a name that is typed
twice the spelling with capitals is kept."""
OF_A_CHAT = frozenset(["second-people-003", "a-people-002"])
"""Rows out of a chat, of which only a question was expected: who wrote each line, and when, is left out and said."""
ALSO_GOOD = OF_A_CHAT | frozenset(
    ["a-time-007", "a-time-008", "b-time-007", "b-time-050", "b-link-002", "a7-093", "b7-086"]
)
"""Rows whose note names the reading as another good one."""


def times() -> Iterator[tuple[str, str, str]]:
    for row in moments(*HEAPS):
        found = test_meeting_times.read(row)
        if isinstance(found, Understood):
            yield row.id, outcome(found), split_said(row.expect)[0]


def lists() -> Iterator[tuple[str, str, str]]:
    for row in rows("people_lists", *HEAPS):
        text = row["text"]
        if row["where"] == "command":
            text = numbering.split(people.without_courtesy(text), bare=False)[1]
        known = [one for one in row["registered"].split(";") if one]
        found = people.read(text, known, form=row["where"] == "form")
        if isinstance(found, Understood):
            yield row["id"], test_people.rendered(found, row["where"]), row["expect"].partition(" | said: ")[0]


def registers() -> Iterator[tuple[str, str, str]]:
    for row in rows("attendance", *HEAPS):
        names = [one for one in row["registered"].split(";") if one]
        found = presence.read(row["text"], names, welsh="wales" in row["note"])
        if isinstance(found, Understood):
            read = test_presence.rendered(found, names)
            wanted = [part for part in row["expect"].split(" | ") if not part.startswith("said=")]
            yield (
                row["id"],
                " | ".join(sorted(f"{key}={words}" for key, words in read.items())),
                " | ".join(sorted(wanted)),
            )


def pasted() -> Iterator[tuple[str, str, str]]:
    for row in rows("links", *HEAPS):
        found = links.read(row["text"], own_hosts=["meet.example.org"])
        if isinstance(found, Understood):
            yield row["id"], test_links.told(found)[0], test_links.expected(row)[0]


def meetings() -> Iterator[tuple[str, str, str]]:
    for row in test_references.pure(*HEAPS):
        read = test_references.read(row)
        if re.match(r"M-\d+ ", read):
            yield row["id"], read, test_references.expected(row)


def reports() -> Iterator[tuple[str, str, str]]:
    for row in rows("report_periods", *HEAPS):
        found = periods.read(row["text"], datetime.fromisoformat(row["now"]).date(), test_periods.PROGRAMMES)
        if isinstance(found, Understood):
            yield row["id"], test_periods.told(found), test_periods.expected(row)[0]


@pytest.mark.parametrize("understood", [times, reports, lists, registers, pasted, meetings])
def test_nothing_is_silently_wrong(understood: object) -> None:
    assert callable(understood)
    found = list(understood())
    assert found
    assert [one for one in found if one[1] != one[2] and one[0] not in JUDGED | ALSO_GOOD] == []


def test_who_is_in_danger_is_heard_behind_any_command_and_nobody_else() -> None:
    found = {row["id"]: (tells(row["text"]), row["danger"] == "yes") for row in rows("told", *HEAPS)}
    assert len(found) > 50
    assert [row for row, (heard, meant) in found.items() if heard is not meant] == []
