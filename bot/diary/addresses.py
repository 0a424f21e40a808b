"""To which address of somebody an invitation goes."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.diary import ages
from bot.policy import Pack
from bot.policy.gates import Person, to_carer
from db.models import Participant


@dataclass(frozen=True)
class Address:
    """One address: somebody's own or a carer's, with the carer's name where it is known."""

    email: str = field(repr=False)
    carers: bool = False
    name: str = field(default="", repr=False)


def of(pack: Pack, participant: Participant, moment: datetime, zone: str) -> Address | None:
    """Where the invitation of somebody to a meeting at that moment goes, as their policy and their age have it: to the
    carer who may consent, or to themselves; to the other address where there is only that."""
    age = ages.least(participant, moment, zone)
    carer = participant.carer
    theirs = Address(carer.carer.email or "", carers=True, name=carer.carer.name or "") if carer else None
    own = Address(participant.email) if participant.email else None
    if to_carer(pack, Person("", "", participant.kind.value, age)):
        return theirs or own
    return own or theirs
