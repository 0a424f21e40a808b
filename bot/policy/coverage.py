"""Which clauses the bot serves, where, and which of them the tests have shown."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.policy.clauses import Clause, Serve, clauses
from bot.policy.load import PACK_NAMES, load_pack

SHOWN: frozenset[Serve] = frozenset({"guide"})
REMINDED: frozenset[Serve] = SHOWN | {"remind"}
RECORDED: frozenset[Serve] = REMINDED | {"record"}
ENFORCED: frozenset[Serve] = RECORDED | {"enforce"}

DONE: frozenset[Serve] = frozenset({"enforce", "record", "escalate"})
"""What the bot does and not only says: only a test that sent it a signed request shows it."""


@dataclass(frozen=True)
class Room:
    """Where a part of the packs reaches a person, and in which ways it serves a clause there.

    `parts` begins the place of the part, as in ``checklist.rows[w4u-06].measures[w4u-06-f]``; those that begin with
    one of `unless`, with or without the policy's name before them, do not count.
    """

    parts: str
    name: str
    ways: frozenset[Serve]
    unless: tuple[str, ...] = ()

    def holds(self, place: str, document: str = "") -> bool:
        """Whether a part reaches a person here."""
        left_out = self.unless and (place.startswith(self.unless) or f"{document} {place}".startswith(self.unless))
        return place.startswith(self.parts) and not left_out


# What the gates look at: `/meeting gates` shows it, and it is ticked or read back.
GATED = (
    *(
        f"meeting.{name}"
        for name in ("waiting_room", "passcode", "random_id", "no_join_before_host", "host_only_share")
    ),
    *(f"meeting.{name}" for name in ("file_transfer_off", "private_chat_off", "removed_cannot_rejoin", "links_off")),
    *(f"meeting.{name}" for name in ("participant_recording_off", "platforms", "other_platform", "purpose")),
    *(
        f"meeting.{name}"
        for name in ("sensitive_matters", "group_size", "staff_minimum", "recording", "breakout_rooms")
    ),
    "staffing.",
    *(f"consent.{name}" for name in ("age", "eligible", "rules_agreement", "without_agreement", "steps[")),
    *(f"invitation.{name}" for name in ("to", "channel", "send")),
    *(f"entry.{name}" for name in ("admit", "staff_first", "camera")),
    *(f"one_to_one.{name}" for name in ("allowed", "colleague", "adult_nearby")),
    "records.before_recording",
    "checklist.assessment",
)
# Of these, what no gate looks at in that policy: the agreement has a gate of its own, what is only allowed has none.
NOT_READ = (
    "consent.steps[house-rules]",
    "sendiass entry.camera",
    "working4u entry.camera",
    "sendiass meeting.waiting_room",
)
# Of these, what names a thing or tells how far a rule reaches: no gate of its own refuses it, or it only reminds.
NOT_REFUSED = (
    "consent.rules_agreement",
    "consent.age_covers",
    "consent.steps[social-media-scope]",
    "checklist.assessment",
)
ROOMS = (
    # A measure is ticked by name, or read back from the provider, and the sign-off makes a meeting ready.
    Room("checklist.rows", "/checklist", ENFORCED),
    # The bot writes the text: what the policy puts into it is in it, and in the policy's order.
    Room("invitation.order", "/invitation", ENFORCED - {"record"}),
    Room("invitation.joining", "/invitation", ENFORCED - {"record"}),
    Room("invitation.rules", "/invitation", ENFORCED - {"record"}),
    Room("invitation.carers", "/invitation", ENFORCED - {"record"}),
    Room("invitation", "/invitation", REMINDED),
    # Counted on the meeting's card at its moment, and ticked in a form, stored with name and time.
    Room("prompts.", "/meeting tick", RECORDED),
    Room("housekeeping", "/meeting tick", RECORDED),
    Room("about.", "/facilitator policy", REMINDED),
    # A manager records by which version the organisation works, with who said so, and by when it is looked at anew.
    *(Room(f"about.{name}", "/facilitator policy", RECORDED) for name in ("status", "history")),
    # Chosen and ticked in the form of an incident, and kept with it; what comes of it then is said as it is saved.
    *(Room(f"incidents.{name}[", "/incident", RECORDED) for name in ("kinds", "ladder")),
    *(Room(f"incidents.{name}[", "/incident", REMINDED) for name in ("route", "follow_up")),
    # While a gate is open no meeting is ready or starts, no link goes out and nobody is marked as let in.
    *(Room(parts, "/meeting gates", ENFORCED, unless=(*NOT_REFUSED, *NOT_READ)) for parts in GATED),
    *(Room(parts, "/meeting gates", RECORDED, unless=NOT_READ) for parts in GATED),
    Room("", "/guide", SHOWN, unless=("slots[",)),
)
"""A room is added here when it shows or acts on a part of the packs, and not before: a test alters each part alone, and
what the room shows or judges must change."""


@dataclass(frozen=True)
class Standing:
    """How one clause stands. `served` are the places in the pack that reach a person in the way that it asks for."""

    clause: Clause
    places: tuple[str, ...]
    served: tuple[str, ...]
    tests: tuple[str, ...]
    """Those that show it; of what is enforced or recorded only those that asked through the bot's own door."""

    @property
    def servable(self) -> bool:
        """Whether a bot can serve it at all."""
        return self.clause.serve != "out"

    @property
    def tested(self) -> bool:
        """Whether it is served, and a test that passed has shown it."""
        return bool(self.served and self.tests)

    def line(self) -> str:
        """The clause in one line."""
        if not self.servable:
            return f"{self.clause.id}  out of scope: {self.clause.out_of_scope}"
        if not self.served:
            return f"{self.clause.id}  not served yet: {self.clause.serve}, {self.clause.room}"
        tests = f"{len(self.tests)} tests" if len(self.tests) != 1 else "1 test"
        return f"{self.clause.id}  {self.clause.serve}: {'; '.join(self.served)} ({tests if self.tests else 'no test'})"


@dataclass(frozen=True)
class Coverage:
    """How all clauses stand, in the order of the documents."""

    standings: tuple[Standing, ...]

    @cached_property
    def servable(self) -> tuple[Standing, ...]:
        """Those that a bot can serve."""
        return tuple(one for one in self.standings if one.servable)

    @cached_property
    def served(self) -> tuple[Standing, ...]:
        """Those that are served."""
        return tuple(one for one in self.standings if one.served)

    @cached_property
    def tested(self) -> tuple[Standing, ...]:
        """Those that are served and shown by a test."""
        return tuple(one for one in self.standings if one.tested)

    def table(self) -> list[str]:
        """A line for each clause under its document, and the counts."""
        lines: list[str] = []
        for document in PACK_NAMES:
            own = Coverage(tuple(one for one in self.standings if one.clause.document == document))
            lines += ["", f"{document}: {own.counts()}", *(f"  {one.line()}" for one in own.standings)]
        return [*lines, "", f"All: {self.counts()}"]

    def counts(self) -> str:
        """The counts in one line."""
        return (
            f"{len(self.standings)} clauses, {len(self.standings) - len(self.servable)} out of scope, "
            f"{len(self.served)} of {len(self.servable)} served, {len(self.tested)} tested"
        )

    def as_json(self) -> dict[str, object]:
        """The counts and every clause, for programs."""
        return {
            "servable": len(self.servable),
            "served": len(self.served),
            "tested": len(self.tested),
            "clauses": [
                {
                    "id": one.clause.id,
                    "document": one.clause.document,
                    "serve": one.clause.serve,
                    "room": one.clause.room,
                    "out_of_scope": one.clause.out_of_scope,
                    "served": list(one.served),
                    "tested": one.tested,
                    "tests": list(one.tests),
                }
                for one in self.standings
            ],
        }


def read_tests(path: Path) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The tests by clause, as a run wrote them: those that `passed`, and of these those that `commanded` the bot.

    Raises FileNotFoundError where none did.
    """
    written: Mapping[str, Mapping[str, Sequence[str]]] = json.loads(path.read_text(encoding="utf-8"))
    return written


def measure(tests: Mapping[str, Mapping[str, Sequence[str]]]) -> Coverage:
    """How every clause stands, given the tests that passed (`read_tests`)."""
    places: dict[str, list[str]] = {clause: [] for clause in clauses()}
    for name in PACK_NAMES:
        for place, part in load_pack(name).cited():
            for clause in part.clauses:
                places[clause].append(place)
    return Coverage(
        tuple(
            Standing(
                clause,
                tuple(places[clause.id]),
                _served(clause, places[clause.id]),
                tuple(tests.get("commanded" if clause.serve in DONE else "passed", {}).get(clause.id, ())),
            )
            for clause in clauses().values()
        )
    )


def _served(clause: Clause, places: Sequence[str]) -> tuple[str, ...]:
    found = [(place, room_of(place, clause.serve, clause.document)) for place in places]
    return tuple(f"{room.name} {place}" for place, room in found if room is not None)


def room_of(place: str, way: Serve, document: str = "") -> Room | None:
    """The room in which that part of that document's pack serves a clause in that way."""
    return next((room for room in ROOMS if room.holds(place, document) and way in room.ways), None)
