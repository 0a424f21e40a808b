"""What `/concern list` shows those whom concerns reach: what is open, by what it waits for and by risk; what is
overdue, theirs or closed; and who it is about, for the page that is shown. Counts and deadlines alone are for Home."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import islice
from uuid import UUID

from rapidfuzz import fuzz, utils
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import damaged, entries
from bot.concerns.alerting import clocks
from bot.concerns.record.actions import WHAT
from bot.concerns.rights import reaching, reaching_in_turn
from bot.concerns.states import OPEN, Clock, runs
from db import audit
from db.models import Concern, ConcernEntry, ConcernText, EntryKind, Role
from db.models.concern import ConcernState, Urgency
from db.scope import of

READERS = (Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR)
"""The roles that a concern can reach."""
PAGE = 40
"""How many concerns a page of the list has."""
_ALIKE = 85
_RISK = {"immediate": 0, "now": 0, "high": 1, "today": 1, "medium": 2, "week": 3, "low": 4}
"""Levels and urgencies in one order; the level counts once there is one."""
_STEPS = {
    ConcernState.RAISED: "Acknowledge",
    ConcernState.ACKNOWLEDGED: "Triage",
    ConcernState.TRIAGED: "Decide",
    ConcernState.MONITORING: "Look again",
    ConcernState.CLOSING: "Sign off",
    ConcernState.REOPENED: "Decide",
}
"""What comes next where no entry has a day."""


class Which(StrEnum):
    """What is listed."""

    OPEN = "open"
    LATE = "late"
    MINE = "mine"
    CLOSED = "closed"


class Section(StrEnum):
    """What an open concern waits for; one stands in the first that fits."""

    ANSWER = "Answer now"
    OVERDUE = "Overdue"
    MINE = "My actions"
    AGENCY = "Waiting for an agency"
    MONITORING = "Monitoring"
    OTHERS = "Others look after these"


@dataclass(frozen=True)
class Row:
    """One concern in the list. `deadline` is the next thing due (aware UTC), None where nothing is. `risk` sorts:
    lower is worse. `level` is the triage's, where there is one. `mark` says since when nothing was recorded.
    `next_entry` is the entry that is due next."""

    id: UUID
    reference: str
    state: ConcernState
    deadline: datetime | None
    late: bool
    mine: bool
    section: Section
    risk: int
    level: str | None
    urgency: Urgency
    keeper: str | None
    about: str
    mark: str
    next_entry: ConcernEntry | None = None


@dataclass(frozen=True)
class Shown:
    """A row as it is shown: `name` is who it is about, as far as that is known, `step` what is to be done next, `by`
    when somebody is reminded of it where nothing has a deadline of its own."""

    row: Row
    name: str
    step: str
    by: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """One page of the list. `counts`: how many there are of each kind of what is open; what is closed is not counted,
    for it grows by the years. `more`: there is a page after this one."""

    rows: Sequence[Shown]
    counts: Mapping[Which, int]
    page: int
    more: bool


def listed(session: Session, caller: Caller, which: Which, now: datetime, page: int = 0, person: str = "") -> Listed:
    """A page of the concerns of one kind that the caller may read: what is open by section, risk and time, what is
    closed newest first; with `person`, those about somebody of a name like it, of what is open. What was entered in
    error or stands double is in none. The look is audited."""
    audit.record(session, caller.organisation_id, now, caller.slack_id, "concern.listed", detail=which.value)
    rows = in_hand(session, caller, now)
    kinds = {one: [row for row in rows if _is(row, one)] for one in (Which.OPEN, Which.LATE, Which.MINE)}
    counts: dict[Which, int] = {one: len(found) for one, found in kinds.items()}
    if which is Which.CLOSED:
        found, page = _closed(session, caller, now, page)
    else:
        wanted = kinds[which]
        if person.strip():
            names = names_of(session, caller, [row.id for row in wanted])
            wanted = [row for row in wanted if _like(person, names.get(row.id, ""))]
        page = max(0, min(page, (len(wanted) - 1) // PAGE))
        found = wanted[page * PAGE :]
    shown = found[:PAGE]
    names = names_of(session, caller, [row.id for row in shown])
    waits = {row.id: row.mark for row in shown if row.deadline is None and row.state in OPEN}
    looks = clocks.looks(session, caller.organisation_id, waits)
    listing = [Shown(row, names.get(row.id, ""), _step(row), looks.get(row.id)) for row in shown]
    return Listed(listing, counts, page, len(found) > PAGE)


def _like(person: str, name: str) -> bool:
    """Whether a name is like the one looked for; one that does not open is never hidden by a search."""
    if name == damaged.WORDS:
        return True
    return bool(name) and fuzz.partial_token_set_ratio(person, name, processor=utils.default_process) >= _ALIKE


def in_hand(session: Session, caller: Caller, now: datetime) -> list[Row]:
    """Every open concern that the caller may read, by section, then risk, then time: as many as there is work,
    however many years there have been. What is acknowledged and no more stays with what is to be answered, so that it
    never sorts below what is less urgent."""
    concerns = reaching(session, caller.organisation_id, caller.slack_id, Concern.state.in_(OPEN))
    ids = [one.id for one in concerns]
    dues, levels = _dues(session, caller, ids), _levels(session, caller, ids)
    rows = [
        _row(one, dues.get(one.id, ()), levels.get(one.id), caller, now, clocks.triage_by(session, one))
        for one in concerns
    ]
    order = list(Section)
    far = now + timedelta(days=36500)
    return sorted(rows, key=lambda row: (order.index(row.section), row.risk, row.deadline or far, row.reference))


def _levels(session: Session, caller: Caller, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The level of the newest triage of each concern."""
    found: dict[UUID, str] = {}
    for start in range(0, len(ids), 500):
        query = of(caller.organisation_id, ConcernEntry).where(
            ConcernEntry.concern_id.in_(ids[start : start + 500]), ConcernEntry.kind == EntryKind.TRIAGE
        )
        newest = {row.concern_id: row for row in session.scalars(query.order_by(ConcernEntry.version))}
        found |= {key: str(entries.read(row).fields.get("level") or "") for key, row in newest.items()}
    return found


def names_of(session: Session, caller: Caller, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Whom each of these concerns is about: the people linked as its subject, else those whom the raiser chose, else
    the raiser's own words. Each that is asked for is opened."""
    found: dict[UUID, str] = {}
    texts = of(caller.organisation_id, ConcernText).where(
        ConcernText.concern_id.in_(ids), ConcernText.field.in_(("who", "people"))
    )
    newest = {(row.concern_id, row.field): row for row in session.scalars(texts.order_by(ConcernText.version))}
    for key, field in sorted(newest, key=lambda one: one[1], reverse=True):
        words = damaged.words(partial(getattr, newest[key, field], "words"))
        found[key] = ", ".join(words.splitlines()) or found.get(key, "")
    people = of(caller.organisation_id, ConcernEntry).where(
        ConcernEntry.concern_id.in_(ids), ConcernEntry.kind == EntryKind.PERSON
    )
    linked: dict[UUID, list[str]] = {}
    for one in {row.entry: row for row in session.scalars(people.order_by(ConcernEntry.version))}.values():
        fields = entries.read(one).fields
        if fields.get("person_part") == "subject" and entries.STRUCK not in fields:
            linked.setdefault(one.concern_id, []).append(str(fields.get("person_name", "")))
    return found | {key: ", ".join(names) for key, names in linked.items()}


def _step(row: Row) -> str:
    """What is to be done next, in a few words."""
    if row.next_entry is None:
        return _STEPS.get(row.state, "")
    fields = entries.read(row.next_entry).fields
    if row.next_entry.kind is EntryKind.REFERRAL:
        return "Answer from the agency"
    return str(fields.get(WHAT.name) or fields.get(damaged.KEY) or "")


def _closed(session: Session, caller: Caller, now: datetime, page: int) -> tuple[list[Row], int]:
    """What is closed from this page on, one row beyond it; no more is read than stands up to there."""
    start = max(0, page) * PAGE
    rows = reaching_in_turn(session, caller.organisation_id, caller.slack_id, Concern.state == ConcernState.CLOSED)
    with contextlib.closing(rows):
        return [_row(one, (), None, caller, now) for one in islice(rows, start, start + PAGE + 1)], max(0, page)


def _dues(session: Session, caller: Caller, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[ConcernEntry]]:
    """The newest version of every entry that has a due date, by concern."""
    newest: dict[UUID, ConcernEntry] = {}
    for start in range(0, len(ids), 500):
        theirs = ConcernEntry.concern_id.in_(ids[start : start + 500])
        with_day = select(ConcernEntry.entry).where(
            ConcernEntry.organisation_id == caller.organisation_id, theirs, ConcernEntry.due_at.is_not(None)
        )
        query = of(caller.organisation_id, ConcernEntry).where(theirs, ConcernEntry.entry.in_(with_day))
        for one in session.scalars(query.order_by(ConcernEntry.version)):
            newest[one.entry] = one
    found: dict[UUID, list[ConcernEntry]] = {}
    for one in newest.values():
        found.setdefault(one.concern_id, []).append(one)
    return found


def _row(
    concern: Concern,
    dues: Sequence[ConcernEntry],
    level: str | None,
    caller: Caller,
    now: datetime,
    triage_by: datetime | None = None,
) -> Row:
    waiting = [one for one in dues if one.done_at is None and one.due_at is not None]
    dated = [(one.due_at, one) for one in waiting if one.due_at is not None and runs(concern.state, Clock.DUE)]
    moments: list[tuple[datetime, ConcernEntry | None]] = sorted(dated, key=lambda one: one[0])[:1]  # type: ignore[assignment]
    if runs(concern.state, Clock.ANSWER):
        moments.append((concern.answer_by, None))
    if runs(concern.state, Clock.REVIEW) and concern.review_at is not None:
        moments.append((concern.review_at, None))
    if triage_by is not None and triage_by < now:
        moments.append((triage_by, None))
    deadline, entry = min(moments, key=lambda one: one[0], default=(None, None))
    late = deadline is not None and deadline < now
    to_do = any(damaged.words_or_none(partial(_owner, one)) == caller.slack_id for one in waiting)
    mine = concern.lead == caller.slack_id or to_do
    agency = concern.state is ConcernState.REFERRED or any(one.kind is EntryKind.REFERRAL for one in waiting)
    return Row(
        concern.id,
        concern.reference,
        concern.state,
        deadline,
        late=late,
        mine=mine,
        section=_section(concern.state, late=late, mine=to_do, agency=agency, kept=concern.lead == caller.slack_id),
        risk=_RISK.get(level or "", _RISK[concern.urgency.value]),
        level=level,
        urgency=concern.urgency,
        keeper=concern.lead,
        about=concern.about,
        mark=clocks.mark_of(concern),
        next_entry=entry,
    )


def _owner(entry: ConcernEntry) -> str:
    return damaged.words_or_none(lambda: entry.owner or "") or ""


def _section(state: ConcernState, *, late: bool, mine: bool, agency: bool, kept: bool) -> Section:
    if state in (ConcernState.RAISED, ConcernState.ACKNOWLEDGED):
        return Section.ANSWER
    if late:
        return Section.OVERDUE
    if mine:
        return Section.MINE
    if agency:
        return Section.AGENCY
    if state is ConcernState.MONITORING:
        return Section.MONITORING
    return Section.MINE if kept else Section.OTHERS


def _is(row: Row, which: Which) -> bool:
    return which is Which.OPEN or (which is Which.LATE and row.late) or (which is Which.MINE and row.mine)


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody, for their Home tab: counts, and the first deadline of what is to be answered."""

    answer: int
    answer_by: datetime | None
    overdue: int
    mine: int


def waiting(session: Session, caller: Caller, now: datetime) -> Waiting:
    """What waits for the caller now; no content, and no link of the audit chain, for nothing is read."""
    rows = in_hand(session, caller, now)
    answer = [row for row in rows if row.section is Section.ANSWER]
    deadlines = [row.deadline for row in answer if row.deadline is not None]
    return Waiting(
        len(answer), min(deadlines, default=None), sum(row.late for row in rows), sum(row.mine for row in rows)
    )
