"""All gates of a meeting with 30 participants, under each policy."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.policy import PACK_NAMES, load_pack
from bot.policy.gates import Answer, MeetingFacts, Person, Reading, Recording, Tick, Worker, evaluate
from bot.policy.gates.meeting import SETTINGS
from bot.policy.overrides import Overrides
from tests.bench.figure import Figure, median_ms

PROMISED_MS = 2.0
PEOPLE = 30
STARTS = datetime(2026, 3, 19, 16, 0, tzinfo=UTC)
NOW = STARTS - timedelta(days=1)
OVERRIDES = Overrides.model_validate(
    {
        "group_size": PEOPLE,
        "staff_email_domains": ["example.org"],
        "working_hours": {"thursday": "09:00-18:00"},
        "approved_platforms": ["zoom"],
        "policy_overrides": [{"field": "meeting.breakout_rooms", "value": "never"}],
    }
)


def figures() -> Iterator[Figure]:
    """The median for each policy: half of the people have everything recorded, the other half nothing."""
    for name in PACK_NAMES:
        pack, facts = load_pack(name), _facts(name)
        number = median_ms(partial(evaluate, pack, OVERRIDES, facts), times=200)
        yield Figure(f"{name}, {len(evaluate(pack, OVERRIDES, facts))} gates", number, "ms", PROMISED_MS)


def _facts(name: str) -> MeetingFacts:
    yes, tick = Answer(True, "U0FAC", NOW), Tick("U0FAC", NOW, "done")
    steps = {step.id: yes for step in load_pack(name).consent.steps}
    people = [
        Person(
            id=f"p{number}",
            name=f"Child {number}",
            kind="child",
            age=12,
            address="carer" if number % 2 else None,
            steps=steps if number % 2 else None,
            agreed=yes if number % 2 else None,
            new_member=number % 3 == 0,
            high_risk=number % 5 == 0,
        )
        for number in range(PEOPLE)
    ]
    return MeetingFacts(
        reference="M-12",
        now=NOW,
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=1),
        zone="Europe/London",
        platform="zoom",
        host=Worker("U0FAC", "Farah", email="farah@example.org"),
        co_workers=(Worker("U0COW", "Col"),),
        settings={setting: Reading("applied", "read back") for setting in SETTINGS},
        people=tuple(people),
        recording=Recording(),
        breakout_rooms=True,
        ticks={f"details-exchanged:p{number}": tick for number in range(PEOPLE)} | {"two-workers": tick},
    )
