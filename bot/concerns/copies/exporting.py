"""Copies of a concern's record: asked for by somebody who may read it, fetched once, within minutes.

The link's token and the six digits are kept as fingerprints only, and belong to one concern, one person and one copy.
Whether that person may still read the concern is asked again when the file is fetched.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import rights
from bot.concerns.copies import copying
from bot.concerns.copies.chronology import Paper
from db import audit
from db.base import new_id
from db.crypto import keyring
from db.inbox import Claim, once
from db.models import Concern, ConcernExport
from db.scope import of

OPEN_FOR = timedelta(minutes=5)
TRIES = 5


@dataclass(frozen=True)
class Wanted:
    """What copy somebody asks for: `purpose` and `made_for` are printed on it. For a redacted one: whose names stay
    (`keep`), which are taken out beside those that the bot knows (`names`), and whether the raiser is named. `attach`:
    the whole record goes with it as a data file, the raiser's own view included."""

    purpose: str
    made_for: str
    redacted: bool = False
    keep: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    raiser: bool = False
    attach: bool = False


@dataclass(frozen=True)
class Ticket:
    """What fetches one copy, once. Token and digits are known only now; the database has their fingerprints."""

    id: UUID
    copy_number: int
    token: str
    digits: str
    expires_at: datetime


def ask(session: Session, caller: Caller, concern: Concern, claim: Claim, wanted: Wanted, now: datetime) -> Ticket:
    """Make a copy ready, once for a form; the same form again gives the same copy new digits, and the old ones end.
    Call it with the concern locked by `working.take`."""

    def make() -> Ticket:
        row = _row(session, caller, concern, wanted, now)
        return _ticket(session, row, now)

    def again(made: UUID) -> Ticket:
        row = session.scalars(of(caller.organisation_id, ConcernExport).where(ConcernExport.id == made)).one()
        return _ticket(session, row, now) if row.fetched_at is None else make()

    outcome = once(session, caller.organisation_id, Claim(claim.key), now, make=make, find=again)
    return outcome.record


def at_once(session: Session, caller: Caller, concern: Concern, wanted: Wanted, now: datetime) -> tuple[int, Paper]:
    """A copy for the command line on the server, fetched as it is asked for: its number and what it says."""
    row = _row(session, caller, concern, wanted, now)
    row.fetched_at = now
    _log_fetch(session, row, now)
    return row.copy_number, copying.paper_of(session, row)


def waits(session: Session, token: str, now: datetime) -> bool:
    """Whether a link can still be used; looking changes nothing."""
    row = session.scalar(select(ConcernExport).where(ConcernExport.token_hash == _fingerprint(token)))
    return row is not None and _usable(row, now)


def fetch(session: Session, token: str, digits: str, now: datetime) -> Paper | None:
    """What the copy says, for the right link with the right digits, in time, for the first time, while whoever asked
    may still read the concern. None for everything else; wrong digits are counted, so the unit must be committed."""
    found = select(ConcernExport).where(ConcernExport.token_hash == _fingerprint(token)).with_for_update()
    row = session.scalar(found)
    if row is None or not _usable(row, now):
        return None
    row.tries += 1
    able = keyring().blind_indexes(_digits(row, token, digits))
    right = any(hmac.compare_digest(row.digits_hash, one) for one in able)
    if right and rights.may_read(session, row.organisation_id, row.slack_id, row.concern_id) is not None:
        row.fetched_at = now
        _log_fetch(session, row, now)
        return copying.paper_of(session, row)
    _log_fetch(session, row, now, "refused ")
    return None


def _usable(row: ConcernExport, now: datetime) -> bool:
    return row.fetched_at is None and now < row.expires_at and row.tries < TRIES


def _row(session: Session, caller: Caller, concern: Concern, wanted: Wanted, now: datetime) -> ConcernExport:
    last = session.scalar(
        select(func.max(ConcernExport.copy_number)).where(
            ConcernExport.organisation_id == caller.organisation_id, ConcernExport.concern_id == concern.id
        )
    )
    choices = {"keep": wanted.keep, "names": wanted.names, "raiser": wanted.raiser, "attach": wanted.attach}
    row = ConcernExport(
        id=new_id(),
        organisation_id=caller.organisation_id,
        concern_id=concern.id,
        slack_id=caller.slack_id,
        copy_number=(last or 0) + 1,
        redacted=wanted.redacted,
        purpose=wanted.purpose,
        made_for=wanted.made_for,
        redaction=json.dumps(choices, ensure_ascii=False),
        token_hash=secrets.token_bytes(32),
        digits_hash=secrets.token_bytes(32),
        made_at=now,
        expires_at=now,
        tries=0,
    )
    session.add(row)
    session.flush()
    detail = f"copy {row.copy_number}"
    audit.record(session, row.organisation_id, now, caller.slack_id, copying.ASKED, "concern", concern.id, detail)
    return row


def _ticket(session: Session, row: ConcernExport, now: datetime) -> Ticket:
    token, digits = secrets.token_hex(24), f"{secrets.randbelow(10**6):06d}"
    row.token_hash, row.digits_hash = _fingerprint(token), keyring().blind_index(_digits(row, token, digits))
    row.expires_at = now + OPEN_FOR
    session.flush()
    return Ticket(row.id, row.copy_number, token, digits, row.expires_at)


def _log_fetch(session: Session, row: ConcernExport, now: datetime, how: str = "") -> None:
    action, detail = f"{how}concern.fetched", f"copy {row.copy_number}"
    audit.record(session, row.organisation_id, now, row.slack_id, action, "concern", row.concern_id, detail)


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _digits(row: ConcernExport, token: str, digits: str) -> str:
    """Six digits are few; without the key in the fingerprint they could be tried out on a stolen database."""
    return f"{row.id.hex}:{row.concern_id.hex}:{row.slack_id}:{token}:{digits}"
