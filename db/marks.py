"""What is sealed about the database itself: that the keys are the right ones, and that all is bound to its row."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit, resealing
from db.crypto import Unreadable, keyring
from db.models import AuditEvent, Mark, Organisation

_BOUND = "bound"
_WORDS = "every value is bound to its row"
_LINK = "records.bound"


class WrongKey(Exception):
    """The keys that are loaded do not open what is stored."""


def note_bound(session: Session) -> None:
    """Note, sealed with the newest key, that every value here is bound to its row and every right sealed."""
    mark = session.get(Mark, _BOUND)
    if mark is None:
        mark = Mark(name=_BOUND, sealed=b"")
        session.add(mark)
    mark.sealed = keyring().seal(_WORDS, f"mark.{_BOUND}")
    audit.keep_keys(session)


def end_binding(session: Session, now: datetime) -> None:
    """Note that the values of an earlier version are bound now, in every chain too, whose older links this vouches
    for."""
    note_bound(session)
    for one in session.scalars(select(Organisation)).all():
        audit.record(session, one.id, now, "system", _LINK)


def is_bound(session: Session) -> bool:
    """Whether every value is bound to its row; False only after an update from a version that did not do it. Raises
    WrongKey where the keys do not open what is stored."""
    mark = session.get(Mark, _BOUND)
    if mark is not None:
        try:
            return keyring().open(bytes(mark.sealed), f"mark.{_BOUND}") == _WORDS
        except Unreadable:
            raise WrongKey from None
    if session.scalar(select(Organisation.id).limit(1)) is None:
        return True
    if not resealing.readable(session):
        raise WrongKey
    # Somebody who takes the mark out must not make the bot accept again what is bound to no row.
    linked = session.scalar(select(AuditEvent.id).where(AuditEvent.action == _LINK).limit(1)) is not None
    return linked or not _is_earlier(session)


def _is_earlier(session: Session) -> bool:
    """Whether the chains are as an earlier version left them: begun without a seal, and whole since this version first
    sealed a link. One that this version began, or that has lost a link since, never held what is bound to no row."""
    for organisation_id in session.scalars(select(Organisation.id)).all():
        links = select(AuditEvent.seal).where(AuditEvent.organisation_id == organisation_id)
        first = session.execute(links.order_by(AuditEvent.sequence).limit(1)).one_or_none()
        if first is None or first.seal is not None:
            return False
        newer = session.scalar(links.where(AuditEvent.seal.is_not(None)).limit(1)) is not None
        if newer and audit.verify(session, organisation_id) is not None:
            return False
    return True


def is_marked(session: Session) -> bool:
    """Whether the mark is there, or nothing is that it would speak of."""
    return session.get(Mark, _BOUND) is not None or session.scalar(select(Organisation.id).limit(1)) is None
