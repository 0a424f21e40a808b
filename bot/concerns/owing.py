"""What is owed for a concern. Whoever raises very many takes turns with everybody else."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.concerns import damaged
from db.crypto import keyring
from db.models import Concern, Delivery
from db.owed import owe


def owe_for(session: Session, concern: Concern, kind: str, now: datetime, **more: Any) -> Delivery:
    """Owe a delivery for a concern, in its raiser's turn; about the concern itself unless `record_id` says otherwise.
    The further arguments are those of `owe`."""
    about = {"record_id": concern.id, **more}
    return owe(session, concern.organisation_id, kind, at=now, turn=_turn(concern, now), **about)


def _turn(concern: Concern, now: datetime) -> str:
    """Whose turn it is: a fingerprint of the raiser, another one each day, for the table must not tell who raises."""
    return keyring().blind_index(f"turn {concern.organisation_id} {now:%Y-%m-%d} {damaged.raiser(concern)}").hex()[:32]
