"""A question of the lead to the raiser, and the answer. Both are sealed; messages say only that there is one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import damaged, entries
from bot.concerns.alerting import telling
from bot.concerns.entries import Entry
from bot.concerns.owing import owe_for
from bot.concerns.record import working
from bot.concerns.record.sheets import Ask, Field
from bot.concerns.states import Event, after
from bot.errors import BadInput, NotFound, Refused
from db import audit
from db.inbox import Claim, once_by_id
from db.models import Concern, ConcernEntry, EntryKind
from db.scope import of

ASKED = "concern.question"
"""The delivery that tells the raiser of a question; its record is the entry."""
ANSWERED = "concern.question_answered"
"""The delivery that takes the button off the raiser's message."""
QUESTION = Field("question", "Your question", Ask.LONG, needed="Write your question.")
ANSWER = Field("answer", "Your answer", Ask.LONG, needed="Write your answer, in your own words.")
NO_QUESTION = "There is no such question, or it is not for you."


@dataclass(frozen=True)
class Asked:
    """A question as its raiser may see it: nothing else of the record."""

    concern_id: UUID
    reference: str
    entry: Entry


def may_be_asked(concern: Concern) -> bool:
    """Whether the bot passes questions on to the raiser: not where the concern is about the raiser, nor
    where it cannot be read who that is."""
    return damaged.raiser(concern) not in ("", concern.subject_staff)


def ask(session: Session, caller: Caller, concern: Concern, claim: Claim, question: str, now: datetime) -> None:
    """Seal a question and owe the raiser the word that there is one. Raises BadInput without any words, Refused
    where the concern is about the raiser, Conflict in a state without notes."""
    after(concern.state, Event.NOTE)
    if not may_be_asked(concern):
        raise Refused("This is about the person who raised it, so the bot passes no question on.")
    if not question.strip():
        raise BadInput(QUESTION.needed, field=QUESTION.name)

    def make() -> UUID:
        return entries.add(session, caller, concern, EntryKind.QUESTION, {"question": question}, now)

    def amend(made: UUID) -> UUID:
        before = _entry(session, concern, made)
        if before.done_at is not None:
            raise Refused("It has been answered already. Ask another question.")
        entries.revise(session, caller, concern, before, {"question": question}, now, version=before.version)
        return made

    outcome = once_by_id(session, caller.organisation_id, claim, now, make=make, amend=amend)
    if outcome.again:
        return
    if not outcome.amended:
        owe_for(session, concern, ASKED, now, target=damaged.raiser(concern), record_id=outcome.record)
    working.changed(session, concern, now, Event.NOTE)


def told(session: Session, concern: Concern, entry_id: UUID, channel: str, ts: str, now: datetime) -> None:
    """Remember the message that says there is a question; answered meanwhile, it loses its button at once."""
    telling.note_question(session, concern, entry_id, channel, ts, now)
    if _entry(session, concern, entry_id).done_at is not None:
        owe_for(session, concern, ANSWERED, now, record_id=entry_id)


def asked(session: Session, caller: Caller, entry_id: UUID, now: datetime) -> Asked | None:
    """A question for the one who raised the concern, or None for anybody else; either way a link of the chain.
    Nobody the concern is about is shown one."""
    return _asked(session, caller, entry_id, "concern.question_read", now)


def answer(session: Session, caller: Caller, entry_id: UUID, words: str, now: datetime) -> Asked | None:
    """Seal the raiser's answer beside the question; None for anybody else, with a link of the chain. Whatever has
    become of the concern, an answer is taken. A second, different one is a new version; both stay.
    Raises BadInput without any words."""
    if not words.strip():
        raise BadInput(ANSWER.needed, field=ANSWER.name)
    found = _asked(session, caller, entry_id, "concern.answered", now)
    if found is None:
        return None
    concern = session.get_one(Concern, found.concern_id, with_for_update={"key_share": True}, populate_existing=True)
    before = _entry(session, concern, entry_id)
    if before.fields.get("answer") != words:
        fields = {**before.fields, "answer": words}
        entries.revise(session, caller, concern, before, fields, now, version=before.version, done_at=now)
        # The lead has done nothing yet, so touched_at stays as it is.
        concern.version += 1
        telling.note(session, concern, now)
        owe_for(session, concern, ANSWERED, now, record_id=entry_id)
    return Asked(concern.id, concern.reference, _entry(session, concern, entry_id))


def concern_of(session: Session, organisation_id: UUID, entry_id: UUID, kind: EntryKind) -> Concern | None:
    """The concern that an entry of this kind belongs to; one statement, whether or not there is one."""
    query = of(organisation_id, Concern).join(ConcernEntry, ConcernEntry.concern_id == Concern.id)
    entry = (ConcernEntry.entry == entry_id, ConcernEntry.kind == kind, ConcernEntry.version == 1)
    return session.scalar(query.where(*entry))


def _asked(session: Session, caller: Caller, entry_id: UUID, action: str, now: datetime) -> Asked | None:
    concern = concern_of(session, caller.organisation_id, entry_id, EntryKind.QUESTION)
    if concern is None or damaged.raiser(concern) != caller.slack_id or not may_be_asked(concern):
        refused = f"refused {action}"
        audit.record(session, caller.organisation_id, now, caller.slack_id, refused, "concern_entry", entry_id)
        return None
    audit.record(session, caller.organisation_id, now, caller.slack_id, action, "concern", concern.id)
    return Asked(concern.id, concern.reference, _entry(session, concern, entry_id))


def _entry(session: Session, concern: Concern, entry_id: UUID) -> Entry:
    found = entries.get(session, concern, entry_id)
    if found is None:
        raise NotFound(NO_QUESTION)
    return found
