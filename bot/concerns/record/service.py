"""Opening a concern's record and taking it up, for those who may know of it.

Whom a concern goes to is decided when it is raised and kept with it; whether they still have the role for it is asked
each time. Every reading and every refused attempt is a link of the audit chain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import damaged
from bot.concerns.alerting import clocks, telling
from bot.concerns.entries import Entry, current
from bot.concerns.rights import locked, may_read, permitted, recipients, working
from bot.concerns.states import Event, after, possible
from bot.concerns.texts import additions, rows_of, texts_of
from db.models import Concern, EntryKind
from db.models.concern import ConcernState


@dataclass(frozen=True)
class Opened:
    """A concern with its words and the newest version of each entry of its record, for the eyes of a person
    (`viewer`) whose right was checked just now. `permitted` are those who may know of it, with their names; `added`
    are the fields that the raiser added afterwards, and when."""

    concern: Concern
    texts: dict[str, str]
    raised_by: str
    amended: bool
    viewer: str
    permitted: Mapping[str, str]
    entries: Sequence[Entry] = ()
    added: Mapping[str, datetime] = field(default_factory=dict)

    def of(self, *kinds: EntryKind) -> list[Entry]:
        """The entries of these kinds, in the order in which they were begun."""
        return [one for one in self.entries if one.kind in kinds]

    def can(self, event: Event) -> bool:
        """Whether this can be done now, as the table of states says."""
        return possible(self.concern.state, event)


def open_record(session: Session, caller: Caller, concern_id: UUID, now: datetime) -> Opened | None:
    """The whole record for a permitted person, or None; either way a link of the audit chain."""
    concern = permitted(session, caller, concern_id, "concern.read", now)
    if concern is None:
        return None
    written = rows_of(session, concern.organisation_id, concern.id)
    later = [one for one in written if one.field != "message" and one.at > concern.raised_at]
    raiser = damaged.raiser(concern)
    amended = any(damaged.words(partial(getattr, one, "by")) == raiser for one in later)
    return Opened(
        concern,
        texts_of(session, concern),
        raiser,
        amended=amended,
        viewer=caller.slack_id,
        permitted=names_of(session, concern),
        entries=current(session, concern),
        added=additions(session, concern),
    )


def names_of(session: Session, concern: Concern) -> dict[str, str]:
    """Those who may know of a concern, in the order of asking, each with the name for people to read."""
    ids = recipients(session, concern)
    called = {one.slack_id: one.called for one in working(session, concern.organisation_id)}
    return {one: called[one] for one in ids}


def acknowledge(session: Session, caller: Caller, concern_id: UUID, now: datetime) -> Concern | None:
    """Note that somebody takes the concern up; None for a person it must not reach. A second tap changes nothing."""
    concern = locked(session, caller.organisation_id, concern_id)
    if concern is not None and concern.state is not ConcernState.RAISED:
        known = may_read(session, caller.organisation_id, caller.slack_id, concern_id)
        if known is not None:
            return known
    if permitted(session, caller, concern_id, "concern.acknowledged", now) is None or concern is None:
        return None
    concern.state = after(concern.state, Event.ACKNOWLEDGE)
    concern.acknowledged_by, concern.acknowledged_at = caller.slack_id, now
    concern.lead, concern.touched_at = caller.slack_id, now
    concern.version += 1
    telling.tell_raiser(session, concern, telling.SEEN, now, by=caller.slack_id)
    telling.redraw(session, concern, now)
    telling.note(session, concern, now)
    clocks.watch(session, concern, now)
    return concern
