"""The same people elsewhere: other concerns, incidents, sessions missed. Only what the person who asks may see is
looked at and counted; nothing about themselves ever is."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from bot.attendance import visits
from bot.attendance.visits import Visits
from bot.caller import Caller
from bot.concerns import damaged, entries, rights
from bot.concerns.entries import STRUCK
from bot.concerns.texts import PARTICIPANTS
from bot.diary import roster
from bot.incidents import naming
from bot.incidents.naming import Named
from db.crypto import keyring
from db.folding import folded, spellings
from db.models import Concern, ConcernEntry, ConcernText, EntryKind, Participant
from db.models.concern import ConcernState
from db.scope import of

_NAMES = ("who", "people")
_AT_ONCE = 500


@dataclass(frozen=True)
class Elsewhere:
    """Another concern; `sure` where the same registered person is in both, else only the name is the same."""

    concern: Concern
    sure: bool


@dataclass(frozen=True)
class Pattern:
    """One person of a concern and what else there is about them. `registered`: picked from the register, rather
    than a name that may be somebody else's."""

    name: str
    registered: bool
    concerns: Sequence[Elsewhere]
    incidents: Sequence[Named]
    visits: Visits | None


@dataclass(frozen=True)
class _People:
    """Who is in one concern: registered participants, and names that are only written."""

    ids: frozenset[UUID] = frozenset()
    names: frozenset[str] = frozenset()


_Known = Mapping[UUID, Sequence[Participant]]
"""All records of some people, by the id of the one that stands for them."""


@dataclass(frozen=True)
class _Sought:
    """Somebody to look for: all that they are called, all their records, and those that stand for them, or for others
    of that name."""

    names: tuple[str, ...]
    records: tuple[UUID, ...]
    people: tuple[UUID, ...]


def of_concern(session: Session, caller: Caller, concern: Concern) -> list[Pattern]:
    """Each person of a concern, by name, with what else there is; for a caller whose right to it was checked."""
    others = [
        one
        for one in rights.reaching(session, caller.organisation_id, caller.slack_id)
        if one.id != concern.id and one.state is not ConcernState.ENTERED_IN_ERROR
    ]
    as_said = _people(session, caller, [concern.id, *(one.id for one in others)])
    known = _registered(session, caller, as_said.values())
    people = _as_persons(as_said, known)
    mine = people.get(concern.id, _People())
    sought = [
        _Sought(tuple(dict.fromkeys(one.name for one in records)), tuple(one.id for one in records), (key,))
        for key, records in known.items()
        if key in mine.ids
    ]
    sought.sort(key=lambda one: one.names)
    there = {folded(name) for one in sought for name in one.names}
    for name in sorted(mine.names):
        if folded(name) not in there:
            called = _called(session, caller, name)
            sought.append(_Sought((name,), tuple(one.id for each in called.values() for one in each), tuple(called)))
    every = [one for each in sought for one in each.records]
    incidents = naming.naming(session, caller, [(one.names, one.records) for one in sought])
    came = visits.of_participants(session, caller, every)
    return [
        Pattern(
            one.names[0],
            registered=bool(mine.ids & set(one.people)),
            concerns=_elsewhere(one.names, mine.ids & set(one.people), others, people, known),
            incidents=incidents[number],
            visits=next((came[each] for each in one.people if each in came), None),
        )
        for number, one in enumerate(sought)
    ]


def _as_persons(as_said: Mapping[UUID, _People], known: _Known) -> dict[UUID, _People]:
    """The same with the record that stands for each person, of whom a concern may keep another one."""
    persons = {one.id: key for key, records in known.items() for one in records}
    return {
        key: _People(frozenset(persons.get(one, one) for one in each.ids), each.names) for key, each in as_said.items()
    }


def _elsewhere(
    called: Sequence[str], ids: Set[UUID], others: Iterable[Concern], people: Mapping[UUID, _People], known: _Known
) -> list[Elsewhere]:
    found = []
    for one in others:
        there = people.get(one.id, _People())
        names = {folded(each) for each in there.names}
        names |= {folded(record.name) for each in there.ids & known.keys() for record in known[each]}
        if there.ids & ids:
            found.append(Elsewhere(one, sure=True))
        elif any(folded(name) in names for name in called):
            found.append(Elsewhere(one, sure=False))
    return sorted(found, key=lambda one: one.concern.raised_at, reverse=True)


def _people(session: Session, caller: Caller, concern_ids: Sequence[UUID]) -> dict[UUID, _People]:
    """Who is in each of these concerns, as the raiser and the lead said."""
    found: dict[UUID, _People] = {}
    for start in range(0, len(concern_ids), _AT_ONCE):
        some = concern_ids[start : start + _AT_ONCE]
        texts = of(caller.organisation_id, ConcernText).where(
            ConcernText.concern_id.in_(some), ConcernText.field.in_((PARTICIPANTS, *_NAMES))
        )
        newest = {(row.concern_id, row.field): row for row in session.scalars(texts.order_by(ConcernText.version))}
        for (key, field), row in newest.items():
            words = damaged.words_or_none(partial(getattr, row, "words")) or ""
            if field == PARTICIPANTS:
                _add(found, key, ids=[UUID(one) for one in words.split()])
            else:
                _add(found, key, names=words.splitlines())
        _linked(session, caller, some, found)
    return found


def _linked(session: Session, caller: Caller, concern_ids: Sequence[UUID], found: dict[UUID, _People]) -> None:
    """The people whom a lead has linked, without those who were entered in error."""
    query = of(caller.organisation_id, ConcernEntry).where(
        ConcernEntry.concern_id.in_(concern_ids), ConcernEntry.kind == EntryKind.PERSON
    )
    newest = {row.entry: row for row in session.scalars(query.order_by(ConcernEntry.version))}
    for row in newest.values():
        fields = entries.read(row).fields
        if STRUCK in fields:
            continue
        if fields.get("participant"):
            _add(found, row.concern_id, ids=[UUID(str(fields["participant"]))])
        else:
            _add(found, row.concern_id, names=[str(fields.get("person_name", ""))])


def _add(found: dict[UUID, _People], key: UUID, ids: Iterable[UUID] = (), names: Iterable[str] = ()) -> None:
    before = found.get(key, _People())
    found[key] = _People(before.ids | set(ids), before.names | {one.strip() for one in names if one.strip()})


def _registered(session: Session, caller: Caller, people: Iterable[_People]) -> _Known:
    ids = sorted({one for each in people for one in each.ids})
    found: dict[UUID, Sequence[Participant]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        found |= roster.records(session, caller.organisation_id, ids[start : start + _AT_ONCE])
    return found


def _called(session: Session, caller: Caller, name: str) -> _Known:
    """Registered people of exactly this name, capitals aside; they may be others."""
    indexes = [index for form in spellings(name) for index in keyring().blind_indexes(form)]
    of_name = session.scalars(of(caller.organisation_id, Participant).where(Participant.name_index.in_(indexes)))
    return roster.records(session, caller.organisation_id, [one.id for one in of_name])
