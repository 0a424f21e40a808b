"""The week in numbers."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.participants.counting import Counts
from bot.reports import service
from bot.reports.forms import Period, week_of
from bot.reports.service import Figures, Report
from db.base import Base
from db.models import Group, Meeting, MeetingState, Organisation, Registration, Role, Staff
from tests.reports.history import History, at, monday
from tests.support.asked import choices
from tests.support.world import World

NOW = at("2026-11-30 09:00")
WEEK = week_of(at("2026-11-18 12:00").date())
ALL_NAMES = ("Aled", "Mair", "Bo", "Cai", "Dai", "Zed")


def _report(session: Session, period: Period = WEEK, programme: str | None = None) -> Report:
    organisation = session.scalars(select(Organisation).where(Organisation.team_id == "T0123456")).one()
    caller = Caller(organisation, "U0MAN", "Max Manager", frozenset({Role.MANAGER}))
    return service.figures(session, caller, period, programme, NOW)


def _a_week(session: Session) -> None:
    past = History(session)
    past.meeting(at("2026-11-11 16:00"), "Youth club", came=["Aled"], absent=["Mair"])
    past.meeting(at("2026-11-17 16:00"), "Cooking", came=["Aled", "Mair"], absent=["Bo"], walk_ins=["Zed"])
    past.meeting(at("2026-11-19 16:00"), "Cooking", came=["Aled", "Cai"], absent=["Mair"], unmarked=["Dai"])
    past.meeting(at("2026-11-20 16:00"), "Youth club", came=["Aled"])
    past.meeting(at("2026-11-21 16:00"), None, unmarked=["Aled"], state=MeetingState.SCHEDULED)
    past.meeting(at("2026-11-21 18:00"), "Cooking", unmarked=["Aled"], state=MeetingState.CANCELLED)
    past.meeting(at("2026-11-25 16:00"), "Cooking", came=["Dai"])


def test_the_figures_of_a_week(world: World) -> None:
    world.write(_a_week)
    report = world.read(_report)
    assert report.total == Figures(sessions=3, places=8, visits=6, people=4, first_timers=3, walk_ins=1, no_shows=2)
    assert report.programmes == {
        "Cooking": Figures(sessions=2, places=7, visits=5, people=4, first_timers=3, walk_ins=1, no_shows=2),
        "Youth club": Figures(sessions=1, places=1, visits=1, people=1, first_timers=0, walk_ins=0, no_shows=0),
    }
    assert [(row.reference, row.counts) for row in report.held] == [
        ("M-2", Counts(places=3, came=2, walk_ins=1, no_shows=1, marks=4)),
        ("M-3", Counts(places=4, came=2, walk_ins=0, no_shows=1, unmarked=1, marks=3)),
        ("M-4", Counts(places=1, came=1, walk_ins=0, no_shows=0, marks=1)),
    ]
    assert [(row.reference, row.host) for row in report.without] == [("M-5", "U0FAC")]
    assert (report.cancelled, report.ahead) == (1, 0)


def test_one_programme(world: World) -> None:
    world.write(_a_week)
    report = world.read(lambda session: _report(session, programme="Cooking"))
    assert report.total == Figures(sessions=2, places=7, visits=5, people=4, first_timers=3, walk_ins=1, no_shows=2)
    assert (report.without, report.cancelled) == ((), 1)


def test_who_was_taken_off_is_not_counted(world: World) -> None:
    def with_removed(session: Session) -> None:
        past = History(session)
        meeting = past.meeting(at("2026-11-17 16:00"), "Cooking", came=["Aled", "Mair"])
        rows = session.scalars(select(Registration).where(Registration.meeting_id == meeting.id))
        next(one for one in rows if one.participant.name == "Mair").removed_at = NOW

    world.write(with_removed)
    total = world.read(_report).total
    assert (total.places, total.visits, total.people) == (1, 1, 1)


def test_another_organisations_sessions_are_never_counted(world: World) -> None:
    def two_organisations(session: Session) -> None:
        _a_week(session)
        ours = session.scalars(select(Organisation)).one()
        columns = {key: getattr(ours, key) for key in Organisation.__table__.columns.keys() if key != "id"}  # noqa: SIM118
        theirs = Organisation(**{**columns, "team_id": "T0OTHER", "last_meeting": 0})
        session.add(theirs)
        session.flush()
        History(session, theirs).meeting(at("2026-11-18 16:00"), "Cooking", came=["Aled", "Eve"])

    world.write(two_organisations)
    assert world.read(_report).total.sessions == 3
    assert world.read(_report).total.people == 4


def test_the_hours_around_midnight_belong_to_the_organisations_week(world: World) -> None:
    """In the week of 23 March 2026 London loses an hour; it ends at 23:00 UTC."""

    def edges(session: Session) -> None:
        past = History(session)
        past.meeting(at("2026-03-22 23:30"), "Cooking", came=["Aled"])
        past.meeting(at("2026-03-23 00:00"), "Cooking", came=["Aled"])
        past.meeting(at("2026-03-29 22:30"), "Cooking", came=["Aled"])
        past.meeting(at("2026-03-29 23:00"), "Cooking", came=["Aled"])

    world.write(edges)
    report = world.read(lambda session: _report(session, week_of(at("2026-03-25 12:00").date())))
    assert [row.reference for row in report.held] == ["M-2", "M-3"]


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    def year(session: Session) -> None:
        past = History(session)
        for number in range(60):
            starts = at("2026-01-05 16:00") + timedelta(days=number * 5)
            past.meeting(starts, ("Cooking", "Youth club")[number % 2], came=["Aled", "Mair"], absent=["Bo"])

    world.write(year)
    statements: list[str] = []

    def count(session: Session, period: Period) -> tuple[Report, int]:
        def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
            statements.append(statement)

        _report(session)  # loads the organisation
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        before = len(statements)
        report = _report(session, period)
        event.remove(connection, "before_cursor_execute", note)
        return report, len(statements) - before

    short, few = world.read(lambda session: count(session, week_of(at("2026-01-05 12:00").date())))
    whole, many = world.read(
        lambda session: count(session, Period(at("2026-01-01 12:00").date(), at("2026-12-31 12:00").date()))
    )
    assert (len(short.held), len(whole.held)) == (2, 60)
    assert few == many == 6


@pytest.mark.both
def test_no_figure_reads_a_whole_table(world: World) -> None:
    """On SQLite, which says how it goes about a query; the tables and indexes are the same on both. What a query has
    put together itself it may walk through."""
    if not world.db.sqlite:
        assert world.read(_report).total == Figures()
        return

    def plans(session: Session) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def note(_connection: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
            asked.append((statement, parameters))

        _report(session)
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        _report(session)
        event.remove(connection, "before_cursor_execute", note)
        return [
            str(row[3])
            for statement, parameters in asked[1:]
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    steps = world.read(plans)
    assert any(step.startswith("SEARCH attendance_marks USING") for step in steps)
    walked = {step.split()[1].rstrip("_0123456789") for step in steps if step.startswith("SCAN")}
    assert not walked & Base.metadata.tables.keys()


def test_the_manager_reads_this_week_last_week_and_a_span(world: World) -> None:
    this, last = monday(world), monday(world, 1)

    def weeks(session: Session) -> None:
        past = History(session)
        past.meeting(this, "Cooking", came=["Aled", "Mair"], absent=["Bo"], walk_ins=["Zed"])
        past.meeting(last, "Youth club", came=["Aled"])
        past.meeting(last + timedelta(hours=1), "Cooking", unmarked=["Aled"])

    world.write(weeks)
    max_ = world.person("U0MAN")
    answer = max_.command("/report", "week", channel="C0GENERAL")
    assert answer.body is not None
    assert answer.body.get("response_type", "ephemeral") == "ephemeral"
    assert "Sessions held: *1*" in answer.text
    assert "Attended (visits): *3*" in answer.text
    assert "2/3 and 1 walk-in" in answer.text
    assert not any(name in json.dumps(answer.blocks) for name in ALL_NAMES)
    # What a session is called is told as in the list of meetings, but for what is its team's alone.
    assert "· Secret title · Cooking · 2/3" in answer.text
    world.write(
        lambda session: [setattr(one, "sensitive", True) for one in session.scalars(select(Meeting))]  # type: ignore[func-returns-value]
    )
    assert "Secret" not in max_.command("/report", "week").text
    answer = max_.command("/report", "last week")
    assert "Places registered: *1*" in answer.text
    assert "No register yet" in answer.text
    assert "M-3" in answer.text
    assert "host <@U0FAC>" in answer.text
    day = f"{last.day} {last:%B} {last.year}"
    assert "Sessions held: *1*" in max_.command("/report", f"week of {day}").text
    answer = max_.command("/report", f"{day} to {this.day} {this:%B} {this.year}")
    assert "Sessions held: *2*" in answer.text
    assert "*Cooking:* 1 session, 3 places, 3 visits" in answer.text
    assert "*Youth club:* 1 session, 1 place, 1 visit" in answer.text
    assert "Sessions held: *1*" in max_.command("/report", f"{day} to {this.day} {this:%B} {this.year} in cooking").text


def test_a_report_of_a_group_and_a_register_of_a_week(world: World) -> None:
    this, last = monday(world), monday(world, 1)
    farah, max_ = world.person("U0FAC"), world.person("U0MAN")
    farah.command("/group", "new Year 7 Coding club on Tuesdays at 16:00", channel="C0YOUTH")

    def weeks(session: Session) -> None:
        past, group = History(session), session.scalars(select(Group)).one()
        for one in (
            past.meeting(last, None, came=["Aled", "Mair"]),
            past.meeting(last + timedelta(hours=2), "Cooking", came=["Bo"]),
            past.meeting(this, None, came=["Aled"]),
        ):
            one.group_id = group.id if one.programme is None else None

    world.write(weeks)
    for typed in (
        "attendance year 7 coding club last week",
        "year 7 coding club last week",
        "last week in Year 7 Coding Club",
    ):
        answer = max_.command("/report", typed).text
        assert "Year 7 Coding club\nSessions held: *1*\nPlaces registered: *2*" in answer, typed
        assert "so not counted" not in answer
    asked = max_.command("/report", "last week for the funder")
    assert "There is no programme and no group “the funder”" in asked.text
    assert choices(asked)[0] == f"report {last:%Y-%m-%d} to {last + timedelta(days=6):%Y-%m-%d}"
    assert "Sessions held: *2*" in max_.click("All of them").text
    # A week is no register: whoever may see a report has it with one tap, and others are told who has.
    asked = max_.command("/attendance", "last week")
    assert choices(asked) == ["report last week"]
    assert "Sessions held: *2*" in max_.click("Show the report").text
    told = farah.command("/attendance", "last week")
    assert "`/report last week`, which a manager can type" in told.text
    assert choices(told) == []


def test_the_form(world: World) -> None:
    world.write(lambda session: History(session).meeting(monday(world, 1), "Cooking", came=["Aled"]))
    max_ = world.person("U0MAN")
    assert "This week" in max_.command("/report").text
    last = monday(world, 1).date()
    assert "Sessions held: *1*" in max_.submit(week=f"{last}", programme="Cooking").text
    max_.command("/report")
    assert "No sessions took place" in max_.submit(week=f"{last}", programme="Youth club").text


def test_an_empty_week_says_so(world: World) -> None:
    answer = world.person("U0MAN").command("/report", "last week")
    assert "No sessions took place in these days." in answer.text


@pytest.mark.parametrize("who", ["U0FAC", "U0LEAD", "U0ADM", "U0GUEST"])
@pytest.mark.parametrize("words", ["", "week", "last week", "1 November to 15 November"])
def test_nobody_else_reads_it(world: World, who: str, words: str) -> None:
    world.write(_a_week)
    person = world.person(who)
    answer = person.command("/report", words)
    assert "can't use this" in answer.text
    assert person.view is None


def test_a_manager_no_more_cannot_submit_the_open_form(world: World) -> None:
    max_ = world.person("U0MAN")
    max_.command("/report")

    def take_role(session: Session) -> None:
        session.scalars(select(Staff).where(Staff.slack_id == "U0MAN")).one().roles = []

    world.write(take_role)
    answer = max_.submit()
    assert "can't use this" in answer.text
    assert "Sessions" not in answer.text


def test_a_whole_year_fits_into_a_message(world: World) -> None:
    def year(session: Session) -> None:
        past = History(session)
        for number in range(200):
            starts, came = at("2025-12-01 16:00") + timedelta(days=number), bool(number % 2)
            who = ["Aled"]
            past.meeting(starts, "Cooking & more" * 4, came=who if came else (), unmarked=() if came else who)

    world.write(year)
    answer = world.person("U0MAN").command("/report", "1 December 2025 to 30 November 2026")
    assert "Sessions held: *100*" in answer.text
    assert "… and 25 more" in answer.text
    assert "… and 75 more" in answer.text


@pytest.mark.parametrize("words", ["bananas", "15 November to 1 November", "last week in Knitting"])
def test_what_cannot_be_read_is_offered_back(world: World, words: str) -> None:
    answer = world.person("U0MAN").command("/report", words)
    assert f"/report {words}" in answer.text
