"""Incidents that name somebody: their whole name in the words, or their first name in a meeting of theirs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.incidents import service
from db.models import Incident, IncidentText, Registration
from db.opened import opened
from db.scope import of

_READ = ("what", "done", "follow_up")


@dataclass(frozen=True)
class Named:
    """An incident, and whether the whole name stands in it; else a first name that may be another's."""

    incident: Incident
    sure: bool


def naming(
    session: Session, caller: Caller, people: Sequence[tuple[Sequence[str], Sequence[UUID]]]
) -> list[list[Named]]:
    """For each person, given as (names, participant ids), the incidents that name them, newest first, of those that
    the caller may see. Earlier wordings count too."""
    visible = {one.id: one for one in service.readable(session, caller)}
    texts: dict[UUID, str] = {}
    read = IncidentText.field.in_(_READ)
    every = (
        opened(session, caller.organisation_id, IncidentText, IncidentText.words, read) if visible and people else ()
    )
    for (_, incident_id, *_), words in every:
        if incident_id in visible:
            texts[incident_id] = f"{texts.get(incident_id, '')}\n{words}".casefold()
    return [
        _of([one for one in names if one.strip()], _meetings(session, caller, ids), visible, texts)
        for names, ids in people
    ]


def _of(
    names: Sequence[str], own: set[UUID], visible: Mapping[UUID, Incident], texts: Mapping[UUID, str]
) -> list[Named]:
    whole, first = [_word(name) for name in names], [_word(name.split()[0]) for name in names]
    found = []
    for key, words in texts.items():
        sure = any(one.search(words) for one in whole)
        if sure or (visible[key].meeting_id in own and any(one.search(words) for one in first)):
            found.append(Named(visible[key], sure))
    return sorted(found, key=lambda one: one.incident.recorded_at, reverse=True)


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(' '.join(name.split()).casefold())}(?!\w)")


def _meetings(session: Session, caller: Caller, ids: Sequence[UUID]) -> set[UUID]:
    rows = session.scalars(of(caller.organisation_id, Registration).where(Registration.participant_id.in_(ids)))
    return {one.meeting_id for one in rows}
