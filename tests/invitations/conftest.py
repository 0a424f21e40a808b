"""A meeting with its link and three people to invite."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.participants import service as participants
from bot.participants.forms import ParticipantEntry
from bot.reading.persons.carers import Carer
from db.models import Meeting, Organisation, ParticipantKind, Role
from tests.support.clearing import clear
from tests.support.world import World

LINK = "https://zoom.us/j/12345678901"
ENTRIES = (
    ParticipantEntry(name="Siân", carers=(Carer(email="carer@example.org"),)),
    ParticipantEntry(name="Robin", kind=ParticipantKind.ADULT, email="robin@example.org"),
    ParticipantEntry(name="Kit"),
)


@pytest.fixture
def invited(world: World) -> World:
    """A world in which M-1 of Farah has its link and three registrations, and nothing holds the link back."""
    schedule(world)
    clear(world.person("U0FAC"), "M-1", "invite")
    return world


def schedule(world: World, *, link: bool = True) -> None:
    """Schedule M-1, register three people, and paste the link."""
    farah = world.person("U0FAC")
    words = "new “Baking with Rhys” on 26 November 2037 at 16:00 for 90 min in Cooking"
    farah.command("/meeting", words, channel="C0YOUTH")
    farah.submit()  # the year is far ahead, and asked about
    farah.close()
    world.settle()
    organisation = world.organisation()
    caller = Caller(organisation, "U0FAC", "Farah", frozenset([Role.FACILITATOR]))

    def register(session: Session) -> None:
        meeting = session.scalars(select(Meeting)).one()
        participants.add(session, caller, meeting, ENTRIES, datetime.now(UTC))

    world.write(register)
    if link:
        farah.command("/meeting", f"edit M-1 link {LINK} passcode 7t3kq9wz", channel="C0YOUTH")
        world.settle()


def passcode(world: World) -> str:
    """The passcode of M-1."""
    return world.read(lambda session: session.scalars(select(Meeting)).one().passcode)


def set_option(world: World, name: str, value: object) -> None:
    """Give the organisation an option, as its file would."""

    def work(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        organisation.options = {**organisation.options, name: value}

    world.write(work)
