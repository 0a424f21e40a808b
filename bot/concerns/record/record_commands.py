"""The record of a concern and the list of those who may know: open, acknowledge, turn the page, hide."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import nations, watching
from bot.concerns.ids import Ids
from bot.concerns.record import lead_list, lead_list_views, record_views, service
from bot.concerns.record.lead_list import Which
from bot.concerns.rights import GONE
from bot.deps import Deps
from bot.errors import NotFound
from bot.reading import as_id, as_number
from bot.slack import blocks as b
from bot.slack.call import Answer, Call, Kind, Modal, Redraw
from bot.slack.router import Router
from db.models.concern import About

First = Callable[[Session, datetime], bool]

_LISTS = {
    Ids.LIST_OPEN: Which.OPEN,
    Ids.LIST_LATE: Which.LATE,
    Ids.LIST_MINE: Which.MINE,
    Ids.LIST_CLOSED: Which.CLOSED,
}


def register(router: Router, deps: Deps) -> None:
    """Make the handlers of the record known, and those of the work on it."""
    room = _Record(deps)
    router.on(Kind.ACTION, Ids.ACKNOWLEDGE, room.acknowledge)
    router.on(Kind.ACTION, Ids.READ, room.read)
    router.on(Kind.ACTION, Ids.PAGE_BEFORE, room.turn)
    router.on(Kind.ACTION, Ids.PAGE_NEXT, room.turn)
    router.on(Kind.ACTION, Ids.HIDE, room.hide)
    for identifier in _LISTS:
        router.on(Kind.ACTION, identifier, room.relist)
    router.on(Kind.SUBMISSION, Ids.LIST_FORM, room.look)
    router.on(Kind.ACTION, Ids.LIST_HOME, room.from_home)


async def leads_list(
    deps: Deps, call: Call, how: type[Modal | Redraw], which: Which = Which.OPEN, page: int = 0, person: str = ""
) -> Answer:
    """What `/concern list` shows somebody whom concerns can reach. Raises NotFound for anybody else."""
    caller, now = call.caller, deps.clock.now()
    if not caller.has(*lead_list.READERS):
        raise NotFound(GONE)
    outside = nations.outside_text(caller.organisation, About.UNSURE)

    def work(session: Session) -> Answer:
        found = lead_list.listed(session, caller, which, now, page, person)
        view = lead_list_views.view(found, which, outside, caller.zone, person)
        return watching.note(session, call, how(view), now)

    return await deps.db.write(work)


def waiting(session: Session, caller: Caller, now: datetime) -> list[b.Block]:
    """What the Home tab says to somebody whom concerns can reach, of what waits for them; nothing to others."""
    if not caller.has(*lead_list.READERS):
        return []
    return lead_list_views.waiting(lead_list.waiting(session, caller, now), caller.zone, now)


class _Record:
    """The handlers. Each asks anew whether this person may know of the concern."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def acknowledge(self, call: Call) -> Answer:
        """[Acknowledge]: one tap, and the record; both in one unit of work. A delivery draws the message anew."""
        concern_id = as_id(call.value)

        def acknowledge(session: Session, now: datetime) -> bool:
            return service.acknowledge(session, call.caller, concern_id, now) is not None

        return await self._shown(call, concern_id, acknowledge)

    async def read(self, call: Call) -> Answer:
        """[Open]: the record in a modal, after a check at this click."""
        return await self._shown(call, as_id(call.value))

    async def turn(self, call: Call) -> Answer:
        """[Next page] and [Page before]."""
        concern_id, _, page = call.value.partition(":")
        return await self._shown(call, as_id(concern_id), page=as_number(page))

    async def _shown(
        self, call: Call, concern_id: UUID, first: First = lambda _session, _now: True, page: int = 0
    ) -> Answer:
        """The record, after what comes `first`, and its view noted: all in one unit of work. A refusal is audited."""
        now = self._deps.clock.now()

        def work(session: Session) -> Answer | None:
            opened = service.open_record(session, call.caller, concern_id, now) if first(session, now) else None
            if opened is None:
                return None
            view = record_views.record(opened, call.caller.zone, page)
            return watching.note(session, call, Redraw(view) if call.view else Modal(view), now)

        answer = await self._deps.db.write(work)
        if answer is None:
            raise NotFound(GONE)
        return answer

    async def hide(self, call: Call) -> Answer:
        """[Hide]: the view is emptied at once; the records are not needed for it."""
        return Redraw(record_views.hidden(call.value))

    async def relist(self, call: Call) -> Answer:
        """The filters of the list, and its pages."""
        person = str(call.state.get(lead_list_views.PERSON) or "")
        return await leads_list(self._deps, call, Redraw, _LISTS[Ids(call.id)], as_number(call.value), person)

    async def look(self, call: Call) -> Answer:
        """[Look]: those about somebody of this name, of what is open."""
        person = str(call.state.get(lead_list_views.PERSON) or "")
        return await leads_list(self._deps, call, Redraw, person=person)

    async def from_home(self, call: Call) -> Answer:
        """[Open the list] on the Home tab, and where a list has ended."""
        return await leads_list(self._deps, call, Redraw if call.view.get("type") == "modal" else Modal)
