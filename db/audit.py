"""Writing and checking the audit chain.

Each link carries the hash of the one before, so that nothing can be taken out or put in between, and a seal under a
key derived from FACILITATOR_KEYS, so that nobody without the key can make the chain anew. The head is sealed too; what
is kept of it outside the database (`db.heads`) shows when the newest links are gone.
"""

import contextlib
import hashlib
import hmac
import json
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.base import new_id
from db.crypto import derived, keyring
from db.models.audit import AuditEvent, AuditHead, Mark
from db.pending import later, waiting_for
from db.remember import CHANGES_NOTHING

CHAIN = "audit chain"
"""The purpose of the key that seals the chain."""
_START = "0" * 64
_KEPT = "audit key "
_HEADLESS = "audit.headless"
_HEAD = (
    select(AuditHead)
    .where(AuditHead.organisation_id == bindparam("organisation"))
    .with_for_update()
    .execution_options(**{CHANGES_NOTHING: True})
)


@dataclass(frozen=True)
class BrokenLink:
    """The first link of a chain that does not fit."""

    sequence: int
    why: str


def _digest(event: AuditEvent) -> str:
    at = event.at.isoformat(timespec="microseconds")
    parts = [event.organisation_id.hex, event.sequence, at, event.actor, event.action]
    parts += [event.record_kind, event.record_id, event.detail, event.previous]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class _Link:
    """What one link will say, before it has its place in the chain."""

    organisation_id: uuid.UUID
    at: datetime
    actor: str
    action: str
    record_kind: str
    record_id: str
    detail: str
    then: list[Callable[[AuditEvent], None]] = field(default_factory=list)
    """What is to be done with the link once it has its place."""

    def event(self, head: AuditHead) -> AuditEvent:
        """The link after `head`, not sealed yet."""
        said = {name: value for name, value in vars(self).items() if name != "then"}
        return AuditEvent(id=new_id(), sequence=head.sequence + 1, previous=head.hash, **said)


def _head_text(head: AuditHead) -> str:
    return f"head|{head.organisation_id.hex}|{head.sequence}|{head.hash}"


def record(
    session: Session,
    organisation_id: uuid.UUID,
    at: datetime,
    actor: str,
    action: str,
    record_kind: str = "",
    record_id: uuid.UUID | str = "",
    detail: str = "",
) -> None:
    """Add a link: who (`actor`, a Slack id or `system`) did what to which record. `detail` is a word or a
    code, never content. Part of the caller's unit of work, at whose end its links are written in one go."""
    named = record_id.hex if isinstance(record_id, uuid.UUID) else record_id
    link = _Link(organisation_id, at, actor, action, record_kind, named, detail)
    later(session, AuditEvent.__tablename__, link, _write)


def newest_of(session: Session, organisation_id: uuid.UUID, record_id: uuid.UUID) -> "AuditEvent | _Link | None":
    """What was done to a record last, in this unit of work or before it."""
    waiting = [one for one in waiting_for(session, AuditEvent.__tablename__) if one.record_id == record_id.hex]
    if waiting:
        found: _Link = waiting[-1]
        return found
    query = select(AuditEvent).where(AuditEvent.organisation_id == organisation_id)
    return session.scalar(
        query.where(AuditEvent.record_id == record_id.hex).order_by(AuditEvent.sequence.desc()).limit(1)
    )


def with_newest_of(
    session: Session, organisation_id: uuid.UUID, record_id: uuid.UUID, then: Callable[[AuditEvent], None]
) -> None:
    """Call `then` with the newest link of a record, where there is one: at the end of the unit of work, if only there
    it gets its place in the chain."""
    newest = newest_of(session, organisation_id, record_id)
    if isinstance(newest, _Link):
        newest.then.append(then)
    elif newest is not None:
        then(newest)


def _write(session: Session, links: list[_Link]) -> None:
    """Put links at the end of their organisations' chains; the heads are held until the end of the unit of work."""
    for organisation_id in dict.fromkeys(link.organisation_id for link in links):
        _append(session, organisation_id, [link for link in links if link.organisation_id == organisation_id])


def _append(session: Session, organisation_id: uuid.UUID, links: list[_Link]) -> None:
    head = session.scalar(_HEAD, {"organisation": organisation_id})
    if head is None:
        head = _headless(session, organisation_id)
        links = [_Link(organisation_id, links[0].at, "system", _HEADLESS, "", "", ""), *links]
        session.add(head)
    for link in links:
        event = link.event(head)
        event.hash = _digest(event)
        event.seal = keyring().mac(CHAIN, f"link|{event.hash}")
        head.sequence, head.hash = event.sequence, event.hash
        session.add(event)
        for then in link.then:
            then(event)
    head.seal = keyring().mac(CHAIN, _head_text(head))
    session.flush()


def begin(session: Session, organisation_id: uuid.UUID) -> None:
    """Give a new organisation the head of its chain. A chain without one is broken."""
    session.add(AuditHead(organisation_id=organisation_id, sequence=0, hash=_START))
    session.flush()


def _headless(session: Session, organisation_id: uuid.UUID) -> AuditHead:
    """A new head where somebody took it away: work must go on, and the chain says for ever that it was gone."""
    rows = select(AuditEvent).where(AuditEvent.organisation_id == organisation_id)
    newest = session.scalar(rows.order_by(AuditEvent.sequence.desc()).limit(1))
    head = AuditHead(organisation_id=organisation_id, sequence=0, hash=_START)
    if newest is not None:
        head.sequence, head.hash = newest.sequence, newest.hash
    return head


class ChainKeys:
    """The keys that seal chains: of the keys loaded, and of those that were dropped, kept sealed in the database."""

    def __init__(self, session: Session) -> None:
        self._keys = {key_id: derived(key, CHAIN) for key_id, key in keyring().keys}
        for mark in session.scalars(select(Mark).where(Mark.name.startswith(_KEPT))):
            key_id = int(mark.name.removeprefix(_KEPT))
            if key_id not in self._keys:
                self._keys[key_id] = b64decode(keyring().open(mark.sealed, mark.name))

    def fit(self, message: str, seal: bytes) -> bool:
        """Whether this seal was made for this message."""
        key = self._keys.get(seal[0]) if seal else None
        made = hmac.digest(key, message.encode(), "sha256") if key is not None else b""
        return hmac.compare_digest(bytes(seal[1:]), made) and key is not None


def keep_keys(session: Session) -> None:
    """Keep the chain's keys, sealed under the newest key, so that links stay checkable after a key was dropped."""
    ring = keyring()
    kept = {one.name: one for one in session.scalars(select(Mark).where(Mark.name.startswith(_KEPT)))}
    for mark in kept.values():
        if mark.sealed[0] != ring.newest:
            mark.sealed = ring.seal(ring.open(mark.sealed, mark.name), mark.name)
    for key_id, key in ring.keys:
        name = f"{_KEPT}{key_id}"
        if name not in kept:
            session.add(Mark(name=name, sealed=ring.seal(b64encode(derived(key, CHAIN)).decode(), name)))
    session.flush()


def verify(session: Session, organisation_id: uuid.UUID, known: Mapping[int, str] | None = None) -> BrokenLink | None:
    """Walk an organisation's chain from its start; the first link that does not fit, or None. `known` has the hashes
    of links, by number, that were kept outside the database. The session's transaction must see one moment."""
    head = session.get(AuditHead, organisation_id)
    query = (
        select(AuditEvent)
        .where(AuditEvent.organisation_id == organisation_id)
        .order_by(AuditEvent.sequence)
        .execution_options(yield_per=500)
    )
    walk = _Walk(ChainKeys(session), known or {})
    with contextlib.closing(session.scalars(query)) as rows:
        broken = walk.through(rows)
    if broken is not None:
        return broken
    if head is None:
        return BrokenLink(walk.sequence + 1, "the chain has no head: its newest links are missing, or all of it")
    if (head.sequence, head.hash) != (walk.sequence, walk.previous):
        return BrokenLink(walk.sequence + 1, "the newest links are missing")
    if head.seal is None or not walk.keys.fit(_head_text(head), head.seal):
        return BrokenLink(walk.sequence + 1, "the head was not written with the key: the newest links may be missing")
    if not walk.sealed:
        return BrokenLink(walk.sequence, "no link carries a seal")
    last = max(known, default=0) if known else 0
    if last > walk.sequence:
        return BrokenLink(walk.sequence + 1, f"the newest links are missing: link {last} was seen")
    return None


class _Walk:
    """A walk along a chain: the hash and number of the last good link, and whether a sealed one was seen."""

    def __init__(self, keys: ChainKeys, known: Mapping[int, str]) -> None:
        self.keys = keys
        self.known = known
        self.previous, self.sequence, self.sealed = _START, 0, False

    def through(self, events: Iterable[AuditEvent]) -> BrokenLink | None:
        """The first link that does not fit."""
        for event in events:
            why = self._wrong(event)
            if why:
                return BrokenLink(self.sequence + 1, why)
            self.sequence, self.previous = event.sequence, event.hash
            self.sealed = self.sealed or event.seal is not None
        return None

    def _wrong(self, event: AuditEvent) -> str:
        if event.sequence != self.sequence + 1:
            return "a link is missing"
        if event.previous != self.previous:
            return "it does not follow the link before it"
        if event.hash != _digest(event):
            return "its content was altered"
        if event.action == _HEADLESS:
            return "the chain's head had been taken away: links before this one may be missing"
        # Links of earlier versions carry no seal; the first sealed one vouches for all before it.
        if event.seal is None and self.sealed:
            return "its seal is missing"
        if event.seal is not None and not self.keys.fit(f"link|{event.hash}", event.seal):
            return "it was not written with the key"
        if self.known.get(event.sequence, event.hash) != event.hash:
            return "it is another link than the one that was seen"
        return ""
