"""Handing a concern over: offered to somebody who may know of it, and theirs once they accept. Until then whoever
looks after it keeps it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries, rights, viewing
from bot.concerns.entries import Entry
from bot.concerns.owing import owe_for
from bot.concerns.record import working
from bot.concerns.record.sheets import Ask, Field
from bot.concerns.states import Event, after
from bot.errors import BadInput, Conflict, NotFound, Refused
from db.inbox import Claim, once_by_id
from db.models import Concern, EntryKind

OFFERED = "concern.offered"
"""The delivery that tells somebody of an offer; its record is the entry."""
TURNED = "concern.offer_turned"
"""The delivery that tells whoever offered it that it was accepted or declined; its record is the entry."""
NOTE = Field("note", "What should they know?", Ask.LONG)
REASON = Field("reason", "Why not?", Ask.LONG)
TO = "to"
ACCEPTED, DECLINED, WITHDRAWN = "accepted", "declined", "withdrawn"


@dataclass(frozen=True)
class Offer:
    """How an offer stands: `outcome` is empty while it is open."""

    entry: Entry

    @property
    def to(self) -> str:
        """The Slack id of whom it was offered to."""
        return str(self.entry.fields.get(TO) or "")

    @property
    def by(self) -> str:
        """The Slack id of who offered it."""
        return str(self.entry.fields.get("by") or "")

    @property
    def outcome(self) -> str:
        """`accepted`, `declined`, `withdrawn`, or empty."""
        return str(self.entry.fields.get("outcome", ""))


def may_offer(concern: Concern, slack_id: str, permitted: list[str]) -> bool:
    """Whether this person may hand the concern over: who looks after it, or anybody who may know of it where
    nobody who may is looking after it."""
    return concern.lead == slack_id or concern.lead not in permitted


def offer(session: Session, caller: Caller, concern: Concern, claim: Claim, to: str, note: str, now: datetime) -> None:
    """Offer the concern to somebody, and owe them the word. Raises Refused where the caller does not look after it,
    BadInput where they may not know of it or have it already, Conflict while another offer is open."""
    after(concern.state, Event.NOTE)
    permitted = rights.recipients(session, concern)
    if not may_offer(concern, caller.slack_id, permitted):
        raise Refused("Only whoever looks after it can hand it over.")
    if to not in permitted or to in (concern.lead, caller.slack_id):
        raise BadInput("Choose somebody else who may know of it.", field=TO)

    def make() -> UUID:
        if open_offer(session, concern) is not None:
            raise Conflict("It is offered to somebody already. Withdraw that offer first.")
        fields = {TO: to, "by": caller.slack_id, **({NOTE.name: note} if note else {})}
        made = entries.add(session, caller, concern, EntryKind.HANDOVER, fields, now, owner=to)
        owe_for(session, concern, OFFERED, now, target=to, record_id=made)
        return made

    outcome = once_by_id(session, caller.organisation_id, claim, now, make=make)
    if not outcome.again:
        working.changed(session, concern, now, Event.NOTE)


def open_offer(session: Session, concern: Concern) -> Offer | None:
    """The offer that nobody has answered yet, or None."""
    every = [Offer(one) for one in entries.current(session, concern, EntryKind.HANDOVER)]
    return next((one for one in every if not one.outcome), None)


def accept(session: Session, caller: Caller, concern: Concern, entry_id: UUID, now: datetime) -> None:
    """Take the concern over: the caller looks after it from now on, and what the one before had open is closed.
    Raises Conflict where the offer is not open any more, Refused where it is not the caller's."""
    found = mine(session, caller, concern, entry_id)
    if found.outcome == ACCEPTED and concern.lead == caller.slack_id:
        return
    _still_open(found)
    before = concern.lead
    _turn(session, caller, concern, found, ACCEPTED, "", now)
    concern.lead = caller.slack_id
    if before is not None and before != caller.slack_id:
        viewing.end_for(session, concern, before, now)
    working.changed(session, concern, now, Event.NOTE)


def decline(session: Session, caller: Caller, concern: Concern, entry_id: UUID, reason: str, now: datetime) -> None:
    """Decline, with a reason that is sealed, or none. Raises like `accept`."""
    found = mine(session, caller, concern, entry_id)
    if found.outcome == DECLINED:
        return
    _still_open(found)
    _turn(session, caller, concern, found, DECLINED, reason, now)
    working.changed(session, concern, now)


def withdraw(session: Session, caller: Caller, concern: Concern, entry_id: UUID, now: datetime) -> None:
    """Take an offer back. Raises Refused for anybody but whoever made it or looks after the concern."""
    found = get(session, concern, entry_id)
    if caller.slack_id not in (found.by, concern.lead):
        raise Refused("Only whoever offered it can withdraw it.")
    if found.outcome == WITHDRAWN:
        return
    _still_open(found)
    _turn(session, caller, concern, found, WITHDRAWN, "", now)
    working.changed(session, concern, now)


def get(session: Session, concern: Concern, entry_id: UUID) -> Offer:
    """An offer of this concern. Raises NotFound."""
    entry = entries.get(session, concern, entry_id)
    if entry is None or entry.kind is not EntryKind.HANDOVER:
        raise NotFound("There is no such offer.")
    return Offer(entry)


def mine(session: Session, caller: Caller, concern: Concern, entry_id: UUID) -> Offer:
    """An offer that was made to the caller. Raises NotFound, Refused where it was made to somebody else."""
    found = get(session, concern, entry_id)
    if found.to != caller.slack_id:
        raise Refused("It was offered to somebody else.")
    return found


def to_decline(session: Session, caller: Caller, concern: Concern, entry_id: UUID) -> Offer:
    """The caller's own offer that can still be declined. Raises like `mine`, and Conflict where it is open no more: the
    button may be that of an old message."""
    found = mine(session, caller, concern, entry_id)
    _still_open(found)
    return found


def _still_open(found: Offer) -> None:
    if found.outcome:
        raise Conflict(f"This offer was {found.outcome} already. Open the record to see who looks after it.")


def _turn(
    session: Session, caller: Caller, concern: Concern, found: Offer, outcome: str, reason: str, now: datetime
) -> None:
    fields = {**found.entry.fields, "outcome": outcome, **({REASON.name: reason} if reason else {})}
    version = found.entry.version
    entries.revise(session, caller, concern, found.entry, fields, now, version=version, owner=found.to, done_at=now)
    if outcome != WITHDRAWN:
        owe_for(session, concern, TURNED, now, target=found.by, record_id=found.entry.id)
