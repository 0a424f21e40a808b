"""The tables of references, typed through the door: what names a meeting, what is asked about, and what is stopped."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.sandbox.answers import Answer
from db.models import AttendanceMark, Incident, Meeting, MeetingState, Registration
from tests.reading.rows import rows
from tests.support.asked import choices
from tests.support.world import World

_MEETING = re.compile(r"(\d+) ([^(;]+?)\s*(?:;|$)")
_TYPED = re.compile(r"/(participant|attendance|invitation|incident|meeting edit) ")
PEOPLE = ("Aled Price", "Bo")


def of_scene() -> dict[str, list[dict[str, str]]]:
    """The rows of commands with words of their own, by the meetings that there are."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows("references"):
        if _TYPED.match(row["text"]) and "(" not in row["meetings"]:
            found.setdefault(row["meetings"], []).append(row)
    return found


@dataclass(frozen=True)
class Records:
    """What is kept of each meeting, by its number."""

    names: dict[int, set[str]]
    marks: dict[int, dict[str, bool]]
    incidents: list[int]
    titles: dict[int, str]


def records(session: Session) -> Records:
    """What is kept now."""
    every = {one.id: one for one in session.scalars(select(Meeting))}
    names: dict[int, set[str]] = {one.number: set() for one in every.values()}
    marks: dict[int, dict[str, bool]] = {number: {} for number in names}
    here = {one.id: one for one in session.scalars(select(Registration).where(Registration.removed_at.is_(None)))}
    for one in here.values():
        names[every[one.meeting_id].number].add(one.participant.name)
    for mark in session.scalars(select(AttendanceMark).where(AttendanceMark.replaced_at.is_(None))):
        on = here[mark.registration_id]
        marks[every[on.meeting_id].number][on.participant.name] = mark.present
    incidents = [every[one].number for one in session.scalars(select(Incident.meeting_id)) if one]
    return Records(names, marks, incidents, {one.number: one.title for one in every.values()})


def clear(session: Session) -> None:
    """Take back what the last row did; no meeting has begun."""
    for meeting in session.scalars(select(Meeting)):
        meeting.state, meeting.started_at = MeetingState.SCHEDULED, None
    session.execute(delete(AttendanceMark))
    for one in session.scalars(select(Registration).where(Registration.removed_at.is_(None))):
        if one.participant.name not in PEOPLE:
            one.removed_at = datetime.now(UTC)


def begin(session: Session) -> None:
    """The same, with every meeting begun."""
    clear(session)
    for one in session.scalars(select(Meeting)):
        one.state, one.started_at = MeetingState.STARTED, one.starts_at


def named_again(session: Session, meetings: str) -> None:
    """Give each meeting its title back."""
    titles = {int(number): title for number, title in _MEETING.findall(meetings)}
    for one in session.scalars(select(Meeting)):
        one.title = titles[one.number]


def scene(world: World, meetings: str) -> None:
    """The meetings with their numbers, all begun, each with two children."""
    farah = world.person("U0FAC")
    for _, title in _MEETING.findall(meetings):
        farah.command("/meeting", f"new {title} tomorrow at 16:00")
    numbers = [int(number) for number, _ in _MEETING.findall(meetings)]

    def work(session: Session) -> None:
        made = session.scalars(select(Meeting).order_by(Meeting.number.desc())).all()
        for number, one in zip(sorted(numbers, reverse=True), made, strict=True):
            one.number = number
            session.flush()

    world.write(work)
    starts = world.read(lambda session: session.scalars(select(Meeting.starts_at)).first())
    assert starts
    world.clock_forward((starts - datetime.fromtimestamp(world.now(), UTC)).total_seconds() + 600)
    for number in numbers:
        farah.command("/participant", f"add {', '.join(PEOPLE)} to M-{number}")


@pytest.mark.parametrize("meetings", of_scene())
def test_every_row_of_a_command_with_words_of_its_own(world: World, meetings: str) -> None:
    scene(world, meetings)
    farah = world.person("U0FAC")
    wrong = []
    for row in of_scene()[meetings]:
        world.write(clear if row["text"].startswith("/meeting") else begin)
        world.write(lambda session: named_again(session, meetings))
        before = world.read(records)
        command, _, text = row["text"].partition(" ")
        answer = farah.command(command, text)
        fault = differs(row, before, world.read(records), answer)
        if fault:
            wrong.append(f"{row['id']} {row['text']!r}: {row['expect']} — {fault}: {answer.text[:200]!r}")
    assert not wrong, "\n".join(wrong)


def differs(row: dict[str, str], before: Records, after: Records, answer: Answer) -> str:
    """What is not as the row expects."""
    meant = re.match(r"M-(\d+) (\w+) ?(.*)", row["expect"])
    if meant is None:
        if before != after or answer.opened is not None:
            return "something was done, or opened"
        if row["text"] not in answer.text:
            return "the text is not given back"
        if row["expect"].startswith("ask"):
            wanted = re.findall(r"M-\d+", row["expect"])
            offered = [re.findall(r"M-\d+", one)[0] for one in choices(answer)]
            return "" if offered == wanted else f"offered {offered}"
        return "" if row["expect"].removeprefix("stop: ").strip("“”") in answer.text else "not named"
    number, what, words = int(meant[1]), meant[2], meant[3]
    others = {one: (before.names[one], before.marks[one], before.titles[one]) for one in before.names if one != number}
    if others != {one: (after.names[one], after.marks[one], after.titles[one]) for one in others}:
        return "another meeting was changed"
    return _done(number, what, words, before, after, answer)


def _done(number: int, what: str, words: str, before: Records, after: Records, answer: Answer) -> str:
    registered = after.names[number]
    match what:
        case "add":
            return "" if registered - before.names[number] == set(words.split(";")) else f"{registered}"
        case "register":
            there = {"all": registered, "none": set()}.get(words, set(words.split(";")))
            found = {name for name, present in after.marks[number].items() if present}
            return "" if found == there and after.marks[number].keys() == registered else f"{after.marks[number]}"
        case "incident":
            return "" if after.incidents == [*before.incidents, number] else f"{after.incidents}"
        case "edit":
            return "" if after.titles[number] == words.removeprefix("title=") else after.titles[number]
        case _:
            return "" if re.findall(r"M-\d+", answer.text)[:1] == [f"M-{number}"] else "another was shown"
