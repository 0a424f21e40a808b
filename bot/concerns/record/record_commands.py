"""The record of a concern and the list of those who may know: open, acknowledge, turn the page, hide."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import nations
from bot.concerns.ids import Ids
from bot.concerns.record import lead_list_views, record_views
from bot.concerns.rights import GONE
from bot.concerns.work import lead_list, service
from bot.concerns.work.lead_list import Which
from bot.concerns.work.service import Opened
from bot.errors import NotFound
from bot.kit import Kit
from bot.reading import as_id, as_number
from bot.slack import blocks as b
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, View
from bot.slack.router import Router
from db.models.concern import About

_LISTS = {
    Ids.LIST_OPEN: Which.OPEN,
    Ids.LIST_LATE: Which.LATE,
    Ids.LIST_MINE: Which.MINE,
    Ids.LIST_CLOSED: Which.CLOSED,
}


def register(router: Router, kit: Kit) -> None:
    """Make the handlers of the record known, and those of the work on it."""
    room = _Record(kit)
    router.on(Kind.ACTION, Ids.ACKNOWLEDGE, room.acknowledge)
    router.on(Kind.ACTION, Ids.READ, room.read)
    router.on(Kind.ACTION, Ids.PAGE_BEFORE, room.turn)
    router.on(Kind.ACTION, Ids.PAGE_NEXT, room.turn)
    router.on(Kind.ACTION, Ids.HIDE, room.hide)
    for identifier in _LISTS:
        router.on(Kind.ACTION, identifier, room.relist)
    router.on(Kind.SUBMISSION, Ids.LIST_FORM, room.look)
    router.on(Kind.ACTION, Ids.LIST_HOME, room.from_home)


async def leads_list(kit: Kit, call: Call, which: Which = Which.OPEN, page: int = 0, person: str = "") -> View:
    """What `/concern list` shows somebody whom concerns can reach. Raises NotFound for anybody else."""
    caller, now = call.caller, kit.clock.now()
    if not caller.has(*lead_list.READERS):
        raise NotFound(GONE)
    found = await kit.db.write(lambda session: lead_list.listed(session, caller, which, now, page, person))
    outside = nations.outside_text(caller.organisation, About.UNSURE)
    return lead_list_views.view(found, which, outside, caller.zone, person)


def waiting(session: Session, caller: Caller, now: datetime) -> list[b.Block]:
    """What the Home tab says to somebody whom concerns can reach, of what waits for them; nothing to others."""
    if not caller.has(*lead_list.READERS):
        return []
    return lead_list_views.waiting(lead_list.waiting(session, caller, now), caller.zone, now)


class _Record:
    """The handlers. Each asks anew whether this person may know of the concern."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def acknowledge(self, call: Call) -> Answer:
        """[Acknowledge]: one tap, and the record; both in one unit of work. A delivery draws the message anew."""
        caller, now, concern_id = call.caller, self._kit.clock.now(), as_id(call.value)

        def work(session: Session) -> Opened | None:
            if service.acknowledge(session, caller, concern_id, now) is None:
                return None
            return service.open_record(session, caller, concern_id, now)

        return _shown(call, await self._kit.db.write(work))

    async def read(self, call: Call) -> Answer:
        """[Open]: the record in a modal, after a check at this click."""
        return _shown(call, await self._opened(call, as_id(call.value), self._kit.clock.now()))

    async def turn(self, call: Call) -> Answer:
        """[Next page] and [Page before]."""
        concern_id, _, page = call.value.partition(":")
        return _shown(call, await self._opened(call, as_id(concern_id), self._kit.clock.now()), as_number(page))

    async def _opened(self, call: Call, concern_id: UUID, now: datetime) -> Opened | None:
        return await self._kit.db.write(lambda session: service.open_record(session, call.caller, concern_id, now))

    async def hide(self, call: Call) -> Answer:
        """[Hide]: the view is emptied at once; the records are not needed for it."""
        return Redraw(record_views.hidden(call.value))

    async def relist(self, call: Call) -> Answer:
        """The filters of the list, and its pages."""
        person = str(call.state.get(lead_list_views.PERSON) or "")
        return Redraw(await leads_list(self._kit, call, _LISTS[Ids(call.id)], as_number(call.value), person))

    async def look(self, call: Call) -> Answer:
        """[Look]: those about somebody of this name, of what is open."""
        person = str(call.state.get(lead_list_views.PERSON) or "")
        return Redraw(await leads_list(self._kit, call, person=person))

    async def from_home(self, call: Call) -> Answer:
        """[Open the list] on the Home tab, and where a list has ended."""
        view = await leads_list(self._kit, call)
        return Redraw(view) if call.view.get("type") == "modal" else Modal(view)


def _shown(call: Call, opened: Opened | None, page: int = 0) -> Answer:
    if opened is None:
        raise NotFound(GONE)
    view = record_views.record(opened, call.caller.zone, page)
    return Redraw(view) if call.view else Modal(view)
