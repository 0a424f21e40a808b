"""Putting the record right: a field amended with a reason, an entry or the whole concern marked as entered in error,
a concern linked to the one that it repeats. Both versions always stay."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import damaged, entries, rights, texts
from bot.concerns.alerting import telling
from bot.concerns.entries import STRUCK, Entry
from bot.concerns.raising import amending
from bot.concerns.raising.amending import WAY
from bot.concerns.record import conflicts, guards, working
from bot.concerns.record.conflicts import Clash, Clock
from bot.concerns.record.sheets import Ask, Field
from bot.concerns.states import Event, Need, after
from bot.concerns.words import label
from bot.errors import BadInput, Conflict, NotFound
from db import audit
from db.models import Concern, ConcernText, EntryKind
from db.models.concern import About, ConcernState
from db.scope import of

REASON = Field("reason", "Why?", Ask.LONG, needed="Give the reason; it stays in the record.")
TEXT = Field("text", "What it should say", Ask.LONG, needed="Write what it should say.")
REFERENCE = Field("reference", "Of which concern?", needed="Write its reference, such as C-2026-12345.")
ABOUT, SUBJECT = "about_whom", "which_staff"
"""The fields of the form that puts right whom a concern is about."""
STRIKABLE = (EntryKind.PERSON, EntryKind.ACTION, EntryKind.REFERRAL, EntryKind.INFORMED, EntryKind.QUESTION)
"""What can be marked as entered in error by itself. A level or a decision is changed in its own form."""


@dataclass(frozen=True)
class Wording:
    """One version of one of the raiser's fields: by whom, when, and what it says."""

    version: int
    by: str
    at: datetime
    text: str


def wording(session: Session, concern: Concern, field: str) -> Wording:
    """The newest version of one of the raiser's fields. Raises NotFound where there is none."""
    query = of(concern.organisation_id, ConcernText).where(
        ConcernText.concern_id == concern.id, ConcernText.field == field
    )
    row = session.scalar(query.order_by(ConcernText.version.desc()).limit(1))
    if row is None or field not in texts.texts_of(session, concern):
        raise NotFound("There is no such field in this record.")
    return Wording(row.version, damaged.words(lambda: row.by), row.at, texts.texts_of(session, concern)[field])


def amend_text(
    session: Session, caller: Caller, concern: Concern, field: str, version: int, text: str, reason: str, now: datetime
) -> Wording | None:
    """Put another wording beside one of the raiser's fields, with the reason. Gives what stands, with nothing
    changed, where somebody wrote another version after the form was drawn (`version`). The same words again change
    nothing. Raises BadInput without text or reason."""
    _need(TEXT, text)
    _need(REASON, reason)
    stands = wording(session, concern, field)
    if stands.text == text:
        return None
    if stands.version != version:
        audit.record(
            session, concern.organisation_id, now, caller.slack_id, "concern.conflict", "concern", concern.id, "text"
        )
        return stands
    texts.write_texts(session, caller, concern, {field: text}, now)
    fields = {"field": field, "version": stands.version + 1, REASON.name: reason}
    entries.add(session, caller, concern, EntryKind.AMENDMENT, fields, now)
    working.changed(session, concern, now)
    return None


def way_version(session: Session, concern: Concern) -> int:
    """How often it was changed whom the concern is about."""
    query = of(concern.organisation_id, ConcernText).where(
        ConcernText.concern_id == concern.id, ConcernText.field == WAY
    )
    row = session.scalar(query.order_by(ConcernText.version.desc()).limit(1))
    return row.version if row is not None else 0


def amend_way(
    session: Session,
    caller: Caller,
    concern: Concern,
    version: int,
    about: str,
    subject_staff: str | None,
    reason: str,
    now: datetime,
) -> None:
    """Put right whom the concern is about, with the reason: it goes to those whom that allows, from now on, and
    whoever may not know of it any more loses it at once. Raises BadInput without a choice or a reason, Conflict where
    somebody changed it after the form was drawn (`version`), or where the concern is over."""
    if not about:
        raise BadInput("Choose whom it is about.", field=ABOUT)
    _need(REASON, reason)
    whom = About(about)
    staff = subject_staff if whom is About.STAFF else None
    if (concern.about, concern.subject_staff) == (whom.value, staff):
        return
    if way_version(session, concern) != version:
        raise Conflict("Somebody changed whom it is about meanwhile. Nothing was overwritten. Open the record again.")
    after(concern.state, Event.REROUTE)
    amending.correct_way(session, concern, caller, whom, staff, now)
    fields = {"field": WAY, "version": version + 1, REASON.name: reason}
    entries.add(session, caller, concern, EntryKind.AMENDMENT, fields, now)
    if concern.state is ConcernState.RAISED:
        # It waits for somebody to take it up; nobody has touched it yet.
        concern.version += 1
    else:
        working.changed(session, concern, now)


def field_label(field: str) -> str:
    """What an amended field is called."""
    return "Whom it is about" if field == WAY else label(field)


def strikable(session: Session, concern: Concern) -> list[Entry]:
    """The entries that can be marked as entered in error, or brought back, in the order in which they were begun."""
    return entries.newest(session, concern, *STRIKABLE)


def strike(
    session: Session, caller: Caller, concern: Concern, entry_id: UUID, version: int, reason: str, now: datetime
) -> Clash | None:
    """Mark an entry as entered in error: lists leave it out and its timers stop; its versions stay. Gives the Clash
    where another version stands than the one seen. Raises BadInput without a reason, NotFound, Conflict."""
    _need(REASON, reason)
    standing = _strikable(session, concern, entry_id)
    if STRUCK in standing.fields:
        return None
    fields = {**standing.fields, STRUCK: reason}
    clock = Clock(owner=standing.owner, done_at=now)
    saved = conflicts.save(session, caller, concern, standing.kind, entry_id, version, fields, now, clock)
    if isinstance(saved, Clash):
        return saved
    working.changed(session, concern, now)
    return None


def bring_back(session: Session, caller: Caller, concern: Concern, entry_id: UUID, reason: str, now: datetime) -> None:
    """Take back that an entry was entered in error: it stands again as it stood before, timers included.
    Raises BadInput without a reason, NotFound."""
    _need(REASON, reason)
    standing = _strikable(session, concern, entry_id)
    if STRUCK not in standing.fields:
        return
    every = [one for one in entries.versions(session, concern, standing.kind) if one.id == entry_id]
    before = max((one for one in every if STRUCK not in one.fields), key=lambda one: one.version)
    fields = {**before.fields, "brought_back": reason}
    how = (before.owner, before.due_at, before.done_at)
    entries.revise(
        session,
        caller,
        concern,
        standing,
        fields,
        now,
        version=standing.version,
        owner=how[0],
        due_at=how[1],
        done_at=how[2],
    )
    working.changed(session, concern, now)


def mark_error(session: Session, caller: Caller, concern: Concern, reason: str, now: datetime) -> None:
    """Mark the whole concern as entered in error: it leaves the lists, never the audit chain, and can be reopened.
    Raises BadInput without a reason, Conflict where its state does not allow it."""
    _need(REASON, reason)
    entries.add(session, caller, concern, EntryKind.ERROR, {REASON.name: reason, "was": concern.state.value}, now)
    guards.step(session, caller, concern, Event.MARK_ERROR, now, given={Need.REASON})


def find(session: Session, caller: Caller, reference: str) -> Concern | None:
    """The concern of this reference, if the caller may know of it; None alike where there is none."""
    wanted = reference.strip().upper()
    found = session.scalar(of(caller.organisation_id, Concern).where(Concern.reference == wanted))
    nothing = UUID(int=0)
    return rights.may_read(session, caller.organisation_id, caller.slack_id, found.id if found else nothing)


def mark_duplicate(
    session: Session, caller: Caller, concern: Concern, reference: str, reason: str, now: datetime
) -> None:
    """Say that this concern repeats another, which goes on; each record shows the link. Both must be ones that the
    caller may know of. Raises NotFound, the same words whether the other does not exist or is not for them;
    BadInput for the concern itself or one that is a duplicate already; Conflict where the state does not allow it."""
    _need(REFERENCE, reference)
    _need(REASON, reason)
    other = find(session, caller, reference)
    if other is None:
        raise NotFound(rights.GONE, field=REFERENCE.name)
    if other.id == concern.id:
        raise BadInput("That is this concern itself.", field=REFERENCE.name)
    # Two people linking two concerns to each other at once must not set both aside.
    other = session.get_one(Concern, other.id, with_for_update={"key_share": True}, populate_existing=True)
    if other.state in (ConcernState.DUPLICATE, ConcernState.ENTERED_IN_ERROR):
        raise BadInput("That one is set aside itself. Choose the one that goes on.", field=REFERENCE.name)
    audit.record(session, concern.organisation_id, now, caller.slack_id, "concern.linked", "concern", other.id)
    for one, linked, goes_on in ((concern, other, "other"), (other, concern, "this")):
        fields = {REASON.name: reason, "other": linked.reference, "goes_on": goes_on}
        entries.add(session, caller, one, EntryKind.DUPLICATE, fields, now)
    telling.note(session, other, now)
    concern.duplicate_of = other.id
    guards.step(session, caller, concern, Event.MARK_DUPLICATE, now, given={Need.REASON, Need.OTHER})


def _need(field: Field, text: str) -> None:
    if not text.strip():
        raise BadInput(field.needed, field=field.name)


def _strikable(session: Session, concern: Concern, entry_id: UUID) -> Entry:
    found = entries.get(session, concern, entry_id)
    if found is None or found.kind not in STRIKABLE:
        raise NotFound("There is no such entry in this record.")
    return found
