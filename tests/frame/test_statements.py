"""How many SQL statements a request costs: at most 8 where it only reads, at most 16 where something is saved; what
a concern's record needs beyond that has a number of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.families import codes
from bot.participants import service as participants
from bot.participants.forms import ParticipantEntry
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from db.models import Meeting, Organisation, PagePurpose, Registration, Role
from tests.concerns.leading import in_days, only
from tests.support.clearing import everything
from tests.support.raising import raise_one
from tests.support.statements import counted
from tests.support.world import World

pytestmark = [pytest.mark.both, pytest.mark.timeout(120)]

READ, WRITE = 8, 16
RECORD = 17
"""A step in a concern's record: the right is asked once the row is locked, and the view that shows it is noted in the
same unit of work, which also remembers the form and the messages' threads."""
LINK = "https://zoom.us/j/12345678901"


@dataclass
class Counter:
    """Sends requests one at a time and keeps what each cost."""

    world: World
    found: dict[str, tuple[int, list[str]]] = field(default_factory=dict)

    def __call__(self, most: int, name: str, act: Callable[[], Any]) -> None:
        """Do one thing that sends one request."""
        before = len(self.world.sandbox.sent)
        with counted(self.world) as statements:
            act()
        sent = len(self.world.sandbox.sent) - before
        assert sent == 1, f"{name} sent {sent} requests"
        self.found[name] = (most, statements)

    def say(self, most: int, who: str, command: str, text: str = "") -> None:
        """Type a command."""
        person = self.world.person(who)
        while person.view:
            person.close()
        name = f"{command} {text}".strip() + ("" if who == "U0FAC" else f" by {who}")
        self(most, name, lambda: person.command(command, text, channel="C0YOUTH"))

    def lines(self) -> list[str]:
        """What each costs."""
        return [f"{len(statements):3d} of {most:2d}: {name}" for name, (most, statements) in self.found.items()]

    def too_many(self) -> list[str]:
        """What costs more than it may, with its statements."""
        return [
            f"{name}: {len(statements)}, at most {most}"
            for name, (most, statements) in self.found.items()
            if len(statements) > most
        ]


def thirty_more(session: Session) -> None:
    """Thirty people more on M-3."""
    organisation, meeting = session.scalars(select(Organisation)).one(), find(session, 3)
    caller = Caller(organisation, "U0FAC", "Farah", frozenset([Role.FACILITATOR]))
    entries = [ParticipantEntry(name=f"Child {number}") for number in range(30)]
    participants.add(session, caller, meeting, entries, datetime.now(UTC))


def find(session: Session, number: int) -> Meeting:
    """A meeting by its number."""
    return session.scalars(select(Meeting).where(Meeting.number == number)).one()


def prepared(world: World) -> Message:
    """M-1 with link, children and checklist; one concern; then a bot that makes no deliveries. The checklist."""
    farah = world.person("U0FAC")
    for command, text in (
        ("/meeting", "new Cooking club on Thursday at 16:00 for 60 min with @Col.Co-worker in Cooking"),
        ("/meeting", f"edit M-1 link {LINK}"),
        ("/meeting", "new Book club on Friday at 16:00 for 60 min"),
        ("/participant", "add Aled Jones, Bronwen, Cai to M-1"),
        ("/incident", "M-1 shouting; done: spoke to them; follow up: call the carer by Friday"),
        ("/checklist", "M-1"),
    ):
        farah.command(command, text, channel="C0YOUTH")
    raise_one(world)
    while farah.view:
        farah.close()
    world.settle()
    checklist = world.sandbox.messages("C0YOUTH")[-1]
    world.stop_bot()
    world.settings = world.settings.model_copy(update={"public_url": "https://bot.example.org"})
    world.start_bot(work=False)
    return checklist


def submitted(person: Person, **values: Any) -> Callable[[], Any]:
    """Fill in the open form now; the one request is its submission."""
    person.fill(**values)
    return lambda: person.submit()


def test_each_command_has_its_number_of_statements(world: World) -> None:
    checklist = prepared(world)
    for who in ("U0FAC", "U0COW", "U0LEAD", "U0MAN", "U0ADM"):
        world.person(who).command("/meeting", "help")
    count = Counter(world)
    meetings(count)
    people(count)
    lists(count, checklist)
    incidents(count)
    house(count)
    concerns(count)
    groups(count)
    assert count.too_many() == [], "\n".join(count.lines())


def letter_number(world: World, name: str) -> str:
    """The number that is in the letter about somebody."""
    rows = world.read(lambda session: list(session.scalars(select(Registration))))
    return codes.code(next(one.id for one in rows if one.participant.name == name), PagePurpose.CARER)


def meetings(count: Counter) -> None:
    """`/meeting`."""
    farah = count.world.person("U0FAC")
    count.say(READ, "U0FAC", "/meeting")
    count(
        WRITE,
        "submit: a new meeting",
        submitted(farah, title="Chess", date=in_days(count.world, 4), time="16:00", minutes="60"),
    )
    count.say(WRITE, "U0FAC", "/meeting", "new Art club on Thursday at 16:00 for 60 min with @Col.Co-worker")
    count.say(READ, "U0FAC", "/meeting", "list")
    count.say(READ, "U0FAC", "/meeting", "show M-1")
    count.say(READ, "U0FAC", "/meeting", "gates M-1")
    count.say(READ, "U0FAC", "/meeting", "help")
    count.say(WRITE, "U0FAC", "/meeting", "edit M-1 to Friday at 17:00")
    count.say(WRITE, "U0FAC", "/meeting", "edit M-1 breakout rooms recorded for training because we learn from it")
    count.say(READ, "U0FAC", "/meeting", "edit M-1")
    count(WRITE, "submit: a changed meeting", submitted(farah, title="Cooking together"))
    count.say(READ, "U0FAC", "/meeting", "link new M-1")
    count(WRITE, "submit: another link", submitted(farah, link="https://zoom.us/j/12345678902"))
    farah.close(all_views=True)
    count.say(WRITE, "U0FAC", "/meeting", "tick M-1 roles")
    count.say(READ, "U0FAC", "/meeting", "tick M-1")
    farah.fill(everything(farah.view))
    count(WRITE, "submit: the gates", lambda: farah.submit())
    count.say(READ, "U0FAC", "/meeting", "invite M-1")
    count.say(READ, "U0FAC", "/meeting", "cancel M-2")
    count(WRITE, "click: cancel", lambda: farah.click("Cancel it"))
    count.say(WRITE, "U0FAC", "/meeting", "start M-1")
    count.say(READ, "U0FAC", "/meeting", "urgent M-1 because she needs us now")
    count(WRITE, "submit: urgent contact", lambda: farah.submit())
    farah.close(all_views=True)
    count.say(WRITE, "U0FAC", "/meeting", "start M-1")
    count.say(WRITE, "U0FAC", "/meeting", "end M-1")
    count(WRITE, "click: not over after all", lambda: farah.click("Not over after all"))
    count(WRITE, "click: not started after all", lambda: farah.click("Not started after all"))
    farah.command("/meeting", "start M-1")
    farah.command("/meeting", "end M-1")


def people(count: Counter) -> None:
    """`/participant`, `/attendance`, `/invitation`."""
    farah = count.world.person("U0FAC")
    count.say(READ, "U0FAC", "/participant")
    count.say(WRITE, "U0FAC", "/participant", "add Dilys, Emrys, Ffion, Gwen, Huw, Ianto, Jac to M-3")
    count.say(READ, "U0FAC", "/participant", "list M-3")
    count.world.write(thirty_more)
    # Of thirty people, too.
    count.say(READ, "U0FAC", "/meeting", "show M-3")
    shown = re.search(r"(\d+) registered", farah.command("/meeting", "show M-3", channel="C0YOUTH").text)
    assert shown is not None
    assert int(shown[1]) >= 30, shown[0]
    count.say(READ, "U0FAC", "/participant", "remove Dilys from M-3")
    count(WRITE, "click: remove", lambda: farah.click("Remove"))
    count.say(READ, "U0FAC", "/invitation", "M-1")
    count.say(READ, "U0FAC", "/invitation", "for Aled Jones M-1")
    count.say(READ, "U0FAC", "/invitation", "send M-1")
    count.say(READ, "U0FAC", "/invitation", "sent M-1")
    count.say(WRITE, "U0FAC", "/invitation", "sent M-1 by phone")
    count.say(READ, "U0FAC", "/invitation", "answers M-1")
    count.say(WRITE, "U0FAC", "/invitation", "page Emrys M-3")
    count.say(READ, "U0FAC", "/invitation", f"answer {letter_number(count.world, 'Emrys')}")
    count(WRITE, "submit: said by telephone", submitted(farah, consent="yes", who_phoned="Her mother, at ten"))
    count.say(WRITE, "U0FAC", "/attendance", "M-1 all except Aled Jones")
    # Whoever is new is held against those on the other meetings; the card moves on.
    count.say(22, "U0FAC", "/attendance", "M-1 all except Aled Jones plus Zed")
    count.say(READ, "U0FAC", "/attendance", "M-1")
    count(WRITE, "submit: the register", lambda: farah.submit())


def groups(count: Counter) -> None:
    """`/group`."""
    farah = count.world.person("U0FAC")
    count.say(READ, "U0FAC", "/group")
    count.say(WRITE, "U0FAC", "/group", "new Choir on Thursdays at 16:00 for 60 min with @Col.Co-worker in Cooking")
    # They come into the group and onto its meetings, and names like those on one's own meetings are looked for.
    count.say(WRITE, "U0FAC", "/group", "add Aled Jones, Bronwen, Kit, Lou to Choir")
    count.say(WRITE, "U0FAC", "/group", "next Choir")
    count.say(WRITE, "U0FAC", "/meeting", "new Choir on 3 June 2027 at 10:00")
    count(WRITE, "click: without the group", lambda: farah.click("Without the group"))
    # The cards of its meetings move on.
    count.say(WRITE + 1, "U0FAC", "/group", "add Mali, Non to Choir")
    count(WRITE, "click: not joined", lambda: farah.click("Take it back"))
    for word in ("list", "show Choir", "members Choir", "leave Lou from Choir", "close Choir"):
        count.say(READ, "U0FAC", "/group", word)
    count(WRITE, "click: close", lambda: farah.click("Close it"))
    count(WRITE, "click: not closed", lambda: farah.click("Take it back"))
    count.say(WRITE, "U0FAC", "/group", "edit Choir to Fridays at 17:00")
    farah.command("/group", "leave Lou from Choir", channel="C0YOUTH")
    count(WRITE, "click: leave", lambda: farah.click("They leave"))
    count(WRITE, "click: not left", lambda: farah.click("Take it back"))


def lists(count: Counter, checklist: Message) -> None:
    """`/checklist`."""
    farah = count.world.person("U0FAC")
    count.say(WRITE, "U0FAC", "/checklist", "M-3")
    count.say(READ, "U0FAC", "/checklist", "tick M-1")
    count(WRITE, "submit: the checklist", submitted(farah, **{"row.jam-01.1": ["jam-01-a", "jam-01-c"]}))
    count(READ, "click: tick measures", lambda: farah.click("checklist.open", message=checklist))
    count(READ, "click: sign off", lambda: farah.click("checklist.leave", message=checklist))
    count(WRITE, "submit: signed off", farah.submit)


def incidents(count: Counter) -> None:
    """`/incident`."""
    farah = count.world.person("U0FAC")
    whole = "M-1 removed for swearing; done: spoke to carer; follow up: call her by Friday @col.co-worker"
    count.say(WRITE, "U0FAC", "/incident", whole)
    count.say(READ, "U0FAC", "/incident", "list")
    count.say(READ, "U0FAC", "/incident", "show I-1")
    count.say(READ, "U0FAC", "/incident", "amend I-1")
    count(WRITE, "submit: an amended incident", submitted(farah, done="spoke to the carer", reason="remembered"))
    count.say(READ, "U0FAC", "/incident")
    filled = submitted(farah, meeting="No meeting", kind="Something else", what="A quarrel", done="We talked")
    count(WRITE, "submit: an incident", filled)


def house(count: Counter) -> None:
    """`/facilitator`, `/guide`, `/report`, the Home tab."""
    count.say(READ, "U0FAC", "/facilitator")
    count.say(10, "U0FAC", "/facilitator", "status")
    for word in ("policy", "roles", "help meeting", "incident list"):
        count.say(READ, "U0FAC", "/facilitator", word)
    count.say(10, "U0ADM", "/facilitator", "status")
    count.say(WRITE, "U0LEAD", "/facilitator", "away until Monday")
    count.say(WRITE, "U0LEAD", "/facilitator", "back")
    count.say(READ, "U0FAC", "/guide", "lock meeting")
    count.say(READ, "U0MAN", "/report", "week")
    count.say(READ, "U0MAN", "/report", "last week in Choir")
    count(READ, "Home", lambda: count.world.person("U0FAC").home())
    count(READ, "Home of a lead", lambda: count.world.person("U0LEAD").home())


def concerns(count: Counter) -> None:
    """`/concern`, for the raiser and for a lead. Opening a record is a write: it is audited, and its view ends."""
    farah, lead = count.world.person("U0FAC"), count.world.person("U0LEAD")
    concern = only(count.world)
    count.say(READ, "U0FAC", "/concern")
    count(READ, "click: continue", lambda: farah.click("concern.continue"))
    count(READ, "choose: about", lambda: farah.choose("about", "child"))
    count(18, "submit: a concern", submitted(farah, facts="A worry", urgency="today", who="Sam"))
    count.say(READ, "U0FAC", "/concern", "list")
    count(READ, "click: add more", lambda: farah.click("concern.add_more", value=str(concern.id)))
    count(WRITE, "submit: more", submitted(farah, facts="Something else"))
    count.say(WRITE, "U0LEAD", "/concern", "list")
    count(WRITE, "click: read", lambda: lead.click("concern.read", value=str(concern.id)))
    count(WRITE, "click: acknowledge", lambda: lead.click("concern.acknowledge"))
    count(WRITE, "click: triage", lambda: lead.click("concern.triage"))
    count(WRITE, "submit: triage", submitted(lead, level="high", level_reason="Because"))
    lead.click("concern.decide")
    count(WRITE, "submit: a decision", submitted(lead, decision="support", decision_reason="It helps"))
    lead.click("concern.action_add")
    count(RECORD, "submit: an action", submitted(lead, action_what="Ring", action_due=in_days(count.world, 2)))
    lead.click("concern.person_add")
    count(RECORD + 2, "submit: a person", submitted(lead, person_name="Sam Example", person_part="subject"))
    lead.click("concern.question_add")
    count(RECORD, "submit: a question", submitted(lead, question="When?"))
    count(WRITE, "click: history", lambda: lead.click("concern.history"))
