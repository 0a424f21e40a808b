"""The number in a letter where there are no pages: whoever phones says it, and a worker records the answer.

It says whose answer it is without a name, and whether a carer's or the participant's own; it is worked out, and stored
nowhere. It opens nothing by itself: only who runs the meeting can do anything with it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import meetings
from db.crypto import keyring
from db.models import PagePurpose, Registration
from db.scope import of

LENGTH = 6


def code(registration_id: UUID, purpose: PagePurpose) -> str:
    """`482 917`: five digits and one that shows a slip."""
    plain = _digits(keyring().blind_index(_of(registration_id, purpose)))
    return f"{plain[:3]} {plain[3:]}"


def is_one(digits: str) -> bool:
    """Whether six digits can be a number of a letter; one wrong digit, or two that changed places, cannot."""
    return len(digits) == LENGTH and digits.isascii() and digits.isdigit() and digits[-1] == _check(digits[:-1])


def found(session: Session, caller: Caller, digits: str, now: datetime) -> Sequence[tuple[UUID, UUID, PagePurpose]]:
    """Whose number it is among those who are registered on the caller's meetings to come: the meeting, the registration
    and the purpose. More than one only by a rare chance."""
    mine = [one.id for one in meetings.mine(session, caller, now)]
    places = of(caller.organisation_id, Registration).where(
        Registration.meeting_id.in_(mine), Registration.removed_at.is_(None)
    )
    rows = session.execute(places.with_only_columns(Registration.meeting_id, Registration.id)).all()
    return [
        (meeting_id, registration_id, purpose)
        for meeting_id, registration_id in rows
        for purpose in PagePurpose
        if digits in {_digits(one) for one in keyring().blind_indexes(_of(registration_id, purpose))}
    ]


def _of(registration_id: UUID, purpose: PagePurpose) -> str:
    return f"answer {registration_id.hex} {purpose.value}"


def _digits(index: bytes) -> str:
    number = f"{int.from_bytes(index[-8:]) % 10 ** (LENGTH - 1):0{LENGTH - 1}d}"
    return number + _check(number)


def _check(number: str) -> str:
    """The digit that Luhn's rule adds."""
    doubled = [int(one) * (2 if place % 2 == 0 else 1) for place, one in enumerate(reversed(number))]
    return str(-sum(one // 10 + one % 10 for one in doubled) % 10)
