"""Years of records, written in bulk: what an organisation has after so many weeks of work."""

# ruff: noqa: S608  (the statements are put together from nothing but this module's own words and numbers)

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, inspect, text
from sqlalchemy.orm import Session

from db.base import new_id
from db.models import (
    Concern,
    ConcernEntry,
    ConcernRecipient,
    ConcernText,
    EntryKind,
    Incident,
    IncidentKind,
    IncidentText,
    Meeting,
    MeetingState,
    Organisation,
    Participant,
    ParticipantKind,
)
from db.models.concern import About, ConcernState, Urgency
from db.sealed import seal_new
from db.session import Database

HALF = 26
"""After so many weeks one of the people of each group is another."""
HOSTS = 50
_HANDS = 15
"""How many of the newest concerns are still being worked on."""
_NAMES = ("Ada", "Ben", "Cai", "Dot", "Eve", "Finn", "Gwen", "Hal", "Ivy", "Jo")
_FAMILIES = ("Ash", "Birch", "Cole", "Dale", "Elm", "Frost", "Grove", "Hill", "Isle", "Jay", "Kent", "Lane")


@dataclass(frozen=True)
class Years:
    """How much there is: so many `weeks`, `meetings` in each, `people` on each meeting, and what happens a week."""

    weeks: int
    meetings: int = 400
    people: int = 10
    incidents: int = 20
    concerns: int = 10
    ahead: int = 2
    """For how many weeks to come meetings are scheduled."""

    def fill(self, session: Session, now: datetime) -> None:
        """Write it all into the records of the one organisation that is set up, and commit."""
        organisation = session.query(Organisation).one()
        monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
        meetings = self._meetings(session, organisation, monday, now)
        self._people(session, organisation, now)
        _registers(session)
        _work(session)
        self._incidents(session, organisation, meetings)
        self._concerns(session, organisation, monday, now)
        session.commit()

    def _meetings(
        self, session: Session, organisation: Organisation, monday: datetime, now: datetime
    ) -> list[dict[str, Any]]:
        found = []
        for week in range(self.weeks + self.ahead):
            for group in range(self.meetings):
                day, hour = group % 5, 9 + group % 8
                starts_at = monday + timedelta(weeks=week - self.weeks + 1, days=day, hours=hour)
                over = starts_at + timedelta(hours=1) < now
                programme = organisation.programmes[group % 2]
                number = week * self.meetings + group
                found.append(
                    {
                        "id": new_id(),
                        "organisation_id": organisation.id,
                        "number": number + 1,
                        "title": f"Club {group}",
                        "programme": programme,
                        "starts_at": starts_at,
                        "ends_at": starts_at + timedelta(hours=1),
                        "state": MeetingState.ENDED if over else MeetingState.SCHEDULED,
                        "host": _host(group),
                        "co_workers": ["U0COW"] if group % HOSTS == 0 else [],
                        "created_by": _host(group),
                        "created_at": starts_at - timedelta(days=7),
                        "provider": "manual",
                        "passcode": "135790",
                        "settings_read": {},
                    }
                )
        _insert(session, Meeting, found)
        organisation.last_meeting = len(found)
        session.flush()
        for who in ("host", "co_workers"):
            name = "m.host" if who == "host" else "'U0COW'"
            where = "" if who == "host" else f"WHERE (m.number - 1) % {self.meetings} % {HOSTS} = 0"
            session.execute(
                text(
                    "INSERT INTO meeting_staff (meeting_id, slack_id, organisation_id, ends_at) "
                    f"SELECT m.id, {name}, m.organisation_id, m.ends_at FROM meetings m {where}"
                )
            )
        return found

    def _people(self, session: Session, organisation: Organisation, now: datetime) -> None:
        """The people of each group, a tenth of them others with every half-year, and their registrations."""
        rows: list[dict[str, Any]] = []
        seats: dict[tuple[int, int], dict[str, Any]] = {}
        members = []
        for half in range(-(-(self.weeks + self.ahead) // HALF)):
            for group in range(self.meetings):
                for seat in range(self.people):
                    if half == 0 or half % self.people == seat:
                        number = len(rows)
                        name = f"{_NAMES[number % len(_NAMES)]} {_FAMILIES[number % len(_FAMILIES)]}{number // 120}"
                        seats[group, seat] = {
                            "id": new_id(),
                            "organisation_id": organisation.id,
                            "name": name,
                            "kind": ParticipantKind.CHILD,
                            "added_by": _host(group),
                            "added_at": now,
                        }
                        rows.append(seats[group, seat])
                    members.append({"half": half, "grp": group, "seat": seat, "who": seats[group, seat]["id"]})
        _insert(session, Participant, rows)
        sqlite = session.get_bind().dialect.name == "sqlite"
        session.execute(
            text(f"CREATE TEMP TABLE members (half INT, grp INT, seat INT, who {'CHAR(32)' if sqlite else 'UUID'})")
        )
        plain = [{**one, "who": one["who"].hex if sqlite else one["who"]} for one in members]
        session.connection().execute(text("INSERT INTO members VALUES (:half, :grp, :seat, :who)"), plain)
        session.execute(text("CREATE INDEX members_of ON members (grp, half)"))
        new = _id(session, 1, "m.number * 100 + s.seat")
        session.execute(
            text(
                "INSERT INTO registrations "
                "(id, organisation_id, meeting_id, participant_id, walk_in, added_by, added_at) "
                f"SELECT {new}, m.organisation_id, m.id, s.who, FALSE, m.host, m.created_at "
                f"FROM meetings m JOIN members s ON s.grp = (m.number - 1) % {self.meetings} "
                f"AND s.half = (m.number - 1) / {self.meetings * HALF}"
            )
        )
        session.execute(text("DROP TABLE members"))

    def _incidents(self, session: Session, organisation: Organisation, meetings: Sequence[dict[str, Any]]) -> None:
        rows: list[dict[str, Any]] = []
        texts: list[dict[str, Any]] = []
        for number in range(self.weeks * self.incidents):
            meeting = meetings[number * self.meetings // self.incidents]
            one: dict[str, Any] = {
                "id": new_id(),
                "organisation_id": organisation.id,
                "number": number + 1,
                "meeting_id": meeting["id"],
                "kind": IncidentKind.RULES,
                "recorded_by": meeting["host"],
                "recorded_at": meeting["ends_at"],
                "version": 1,
            }
            rows.append(one)
            said: dict[str, Any] = {"organisation_id": organisation.id, "incident_id": one["id"], "version": 1}
            said |= {"by": one["recorded_by"], "at": one["recorded_at"]}
            for field, words in (("what", "Somebody was loud."), ("done", "Spoke to them."), ("kind", "rules")):
                texts.append({**said, "id": new_id(), "field": field, "words": words})
        _insert(session, Incident, rows)
        _insert(session, IncidentText, texts)
        organisation.last_incident = len(rows)

    def _concerns(self, session: Session, organisation: Organisation, monday: datetime, now: datetime) -> None:
        rows: list[dict[str, Any]] = []
        asked: list[dict[str, Any]] = []
        texts: list[dict[str, Any]] = []
        entries: list[dict[str, Any]] = []
        many = self.weeks * self.concerns
        for number in range(many):
            raised_at = monday - timedelta(weeks=number / self.concerns)
            open_ = number < _HANDS
            one: dict[str, Any] = {
                "id": new_id(),
                "organisation_id": organisation.id,
                "reference": f"C-2020-{10000 + number}",
                "about": About.CHILD.value,
                "urgency": Urgency.WEEK,
                "state": ConcernState.ACTING if open_ else ConcernState.CLOSED,
                "raised_by": "U0FAC" if number % 10 == 0 else _host(number),
                "raised_at": raised_at,
                "answer_by": raised_at + timedelta(days=7),
                "acknowledged_by": "U0LEAD",
                "acknowledged_at": raised_at,
                "lead": "U0LEAD",
                "touched_at": now if open_ else raised_at,
                "closed_at": None if open_ else raised_at + timedelta(days=3),
            }
            rows.append(one)
            theirs = {"organisation_id": organisation.id, "concern_id": one["id"]}
            asked += [
                {**theirs, "id": new_id(), "slack_id": who, "rank": rank}
                for rank, who in enumerate(("U0LEAD", "U0DEP"))
            ]
            said = {**theirs, "version": 1, "by": one["raised_by"], "at": raised_at}
            for field, words in (("facts", "A child was very quiet."), ("who", f"{_NAMES[number % 10]} Ash1")):
                texts.append({**said, "id": new_id(), "field": field, "words": words})
            entry = new_id()
            entries.append(
                {
                    **theirs,
                    "id": new_id(),
                    "entry": entry,
                    "kind": EntryKind.PERSON,
                    "version": 1,
                    "words": '{"person_name": "Ada Ash1", "person_part": "subject"}',
                    "by": "U0LEAD",
                    "at": raised_at,
                }
            )
        for model, found in ((Concern, rows), (ConcernRecipient, asked), (ConcernText, texts), (ConcernEntry, entries)):
            _insert(session, model, found)


def _host(group: int) -> str:
    return "U0FAC" if group % HOSTS == 0 else f"U1HOST{group % HOSTS:02}"


def _insert(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows as the model would, their texts sealed, without a session's work for each."""
    columns = {one.key: one.columns[0].name for one in inspect(model).column_attrs}
    for start in range(0, len(rows), 5000):
        found = []
        for values in rows[start : start + 5000]:
            row = model(**values)
            seal_new(None, None, row)
            found.append({name: row.__dict__[key] for key, name in columns.items() if key in row.__dict__})
        session.execute(insert(model.__table__), found)
    session.commit()


def _id(session: Session, what: int, number: str) -> str:
    """An expression for the id of row `number` of a kind: ids in order are written much faster than random ones."""
    whole = f"{what}000000000 + {number}"
    if session.get_bind().dialect.name == "sqlite":
        return f"printf('%032x', {whole})"
    return f"lpad(to_hex(CAST({whole} AS BIGINT)), 32, '0')::uuid"


def _registers(session: Session) -> None:
    """The register of every meeting that is over: nine of ten were there."""
    here = "abs(random() % 10) > 0" if session.get_bind().dialect.name == "sqlite" else "random() > 0.1"
    session.execute(
        text(
            "INSERT INTO attendance_marks (id, organisation_id, meeting_id, registration_id, present, by, at) "
            f"SELECT r.id, r.organisation_id, r.meeting_id, r.id, {here}, m.host, m.ends_at "
            "FROM registrations r JOIN meetings m ON m.id = r.meeting_id WHERE m.state = 'ended'"
        )
    )
    session.commit()
    session.execute(
        text(
            # All of them at once: what was just written has no statistics, by which one at a time would be looked for.
            "UPDATE participants SET first_there_at = found.first_at FROM ("
            "SELECT r.participant_id AS who, min(m.starts_at) AS first_at FROM registrations r "
            "JOIN attendance_marks a ON a.registration_id = r.id AND a.present "
            "JOIN meetings m ON m.id = r.meeting_id GROUP BY r.participant_id) AS found "
            "WHERE found.who = participants.id"
        )
    )


def _work(session: Session) -> None:
    """A link of the audit chain, a delivery made, a checklist and ticks for every meeting that is over."""
    over = "FROM meetings m WHERE m.state = 'ended'"
    new = [_id(session, 10 + one, "m.number") for one in range(5)]
    head = session.execute(text("SELECT sequence FROM audit_heads")).scalar_one()
    for statement in (
        "INSERT INTO audit_events (id, organisation_id, sequence, at, actor, action, record_kind, record_id, detail, "
        f"previous, hash) SELECT {new[0]}, m.organisation_id, {head} + m.number, m.ends_at, m.host, 'meeting.changed', "
        "'meeting', replace(CAST(m.id AS TEXT), '-', ''), '', 'x', 'x' FROM meetings m",
        f"UPDATE audit_heads SET sequence = {head} + (SELECT max(number) FROM meetings)",
        "INSERT INTO deliveries (id, organisation_id, kind, target, record_id, step, queue, turn, due_at, wanted_at, "
        f"created_at, attempt, done_at) SELECT {new[1]}, m.organisation_id, 'prompt.give', '', m.id, 0, 'prompts', '', "
        f"m.starts_at, m.starts_at, m.created_at, 1, m.ends_at {over}",
        "INSERT INTO checklists (id, organisation_id, meeting_id, created_at, wordings) "
        f"SELECT {new[2]}, m.organisation_id, m.id, m.created_at, '{{}}' {over}",
        *(
            "INSERT INTO facts (id, organisation_id, scope_id, sequence, subject_kind, subject_id, requirement, "
            f"answer, as_manager, by, at) SELECT {new[3 + number]}, m.organisation_id, m.id, {number + 1}, 'meeting', "
            f"replace(CAST(m.id AS TEXT), '-', ''), '{requirement}', 'yes', FALSE, m.host, m.starts_at {over}"
            for number, requirement in enumerate(("checklist:measure", "prompt:start:0"))
        ),
    ):
        session.execute(text(statement))
        session.commit()


def bulk_engine(database: Database) -> Engine:
    """An engine for writing much at once: nothing is waited for, and a server's limits on a statement are off."""
    engine = create_engine(database.url)

    @event.listens_for(engine, "connect")
    def _hurry(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        if database.sqlite:
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-400000")
        else:
            cursor.execute("SET synchronous_commit = off")
            # No look at the other row of each foreign key.
            cursor.execute("SET session_replication_role = replica")
        cursor.close()

    return engine
