"""`/meeting urgent`: what staff type, click and submit, and what is sent because of it."""

import re
from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import Jobs, Later
from bot.deps import Deps
from bot.diary import meetings, naming
from bot.errors import NotFound, Unclear
from bot.gates import readiness, urgent, urgent_views
from bot.gates.urgent_views import ANSWERED_BY, Ids
from bot.reading import as_id, numbering
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Word
from bot.slack.delicate import TO_CONCERN
from bot.slack.notices import note
from bot.slack.router import Router
from bot.slack.text import unescape
from db.models import Meeting, Organisation
from db.owed import Claimed

_BECAUSE = re.compile(r"(?:\bbecause\b|\bbecos\b|\bbcos\b|\bbc\b|(?<!\w)['’]?(?:cos|coz|cuz)\b)[\s:…]*", re.IGNORECASE)


def register(router: Router, jobs: Jobs, deps: Deps) -> None:
    """Make the handlers and deliveries known, after those of `/meeting`."""
    room = _Urgent(deps)
    example, does = "/meeting urgent M-12 because …", "urgent contact with somebody at risk: nothing holds it up"
    router.extra_word("meeting", Word("urgent", room.typed, example, does, for_danger=True))
    router.on(Kind.ACTION, Ids.OPEN, room.open)
    router.on(Kind.SUBMISSION, Ids.SAVE, room.submit, for_danger=True)
    router.on(Kind.ACTION, Ids.NOT_AFTER_ALL, room.take_back)
    for action in ANSWERED_BY:
        router.on(Kind.ACTION, action, room.answer)
    jobs.on(urgent.TELL, tell, lane=lanes.ALARMS)
    jobs.on(urgent.TELL_BACK, tell_back, lane=lanes.ALARMS)
    jobs.on(urgent.ASK, ask, lane=lanes.MESSAGES)


class _Urgent:
    """The handlers of urgent contact."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def typed(self, call: Call) -> Answer:
        """`/meeting urgent M-12 because …`; without *because*, or where it is a group, the form with what was typed."""
        which, reason = split(unescape(call.text))
        now, caller, because = self._deps.clock.now(), call.caller, bool(reason)
        if not because:
            how = naming.Around("meeting urgent", meetings.TO_COME, bare=True, first_only=True)
            number, rest = await naming.apart(self._deps.db, caller, which, now, how)
            other = next((one for one in numbering.numbers(rest) if one != number), None)
            if number is not None and other is not None:
                raise Unclear(
                    f"That names M-{number} and M-{other}: one meeting at a time, please. Nothing was changed."
                )
            which, reason = (which, "") if number is None else (f"M-{number}", rest.strip(" :…"))

        def find(session: Session) -> Meeting:
            try:
                return naming.find(session, caller, which, now, meetings.TO_COME, command="meeting urgent", acts=True)
            except Unclear as asked:
                raise Unclear(asked.words, asked.choices, f"because {reason}" if reason else "") from None
            except NotFound as none:
                # Whoever is in a hurry for somebody's sake is never left without a way on.
                near = naming.likely(session, caller, now, which, meetings.mine(session, caller, now, meetings.TO_COME))
                offered = naming.unclear("Which meeting is it?", near, "meeting urgent", caller)
                raise Unclear(f"{none.words} Which meeting is it?", [*offered.choices, TO_CONCERN]) from None

        def said_before(session: Session) -> tuple[Meeting, Say | None]:
            meeting = find(session)
            stands = readiness.urgent(session, meeting)
            return meeting, urgent_views.already(meeting, stands, caller.zone) if stands else None

        meeting, already = await self._deps.db.read(said_before)
        if already is not None:
            return already
        if not because or urgent.asks_first(meeting):
            return Modal(urgent_views.form(meeting, reason))
        return await self._made(call, find, reason)

    async def open(self, call: Call) -> Answer:
        """[Give another reason]"""
        meeting = await self._deps.db.read(lambda session: meetings.get(session, call.caller, as_id(call.value)))
        return Modal(urgent_views.form(meeting))

    async def submit(self, call: Call) -> Answer:
        """The form came back."""
        reason = str(call.state.get(urgent_views.REASON) or "")
        said = await self._made(call, lambda session: meetings.get(session, call.caller, as_id(call.metadata)), reason)
        return Redraw(note("Urgent contact", said.text, said.blocks))

    async def _made(self, call: Call, find: Callable[[Session], Meeting], reason: str) -> Say:
        now = self._deps.clock.now()

        def work(session: Session) -> Say:
            meeting = find(session)
            told = urgent.make(session, call.caller, meeting, reason, now)
            return urgent_views.made(meeting, told)

        return await self._deps.db.write(work)

    async def take_back(self, call: Call) -> Answer:
        """[Not urgent after all]"""
        now, caller = self._deps.clock.now(), call.caller

        def work(session: Session) -> Say:
            meeting = meetings.get(session, caller, as_id(call.value), to_change=True)
            return urgent_views.taken_back(meeting, done=urgent.take_back(session, caller, meeting, now))

        return await self._deps.db.write(work)

    async def answer(self, call: Call) -> Answer:
        """[It was needed], [It was not needed], [No contact came about]"""
        now, caller, said = self._deps.clock.now(), call.caller, ANSWERED_BY[Ids(call.id)]

        def work(session: Session) -> Say:
            meeting = meetings.get(session, caller, as_id(call.value), to_change=True)
            return urgent_views.answered(meeting, said, urgent.answer(session, caller, meeting, said, now), caller.zone)

        return await self._deps.db.write(work)


def split(text: str) -> tuple[str, str]:
    """`M-2 because the carer phoned` as which meeting and why; all of the text without *because*."""
    found = _BECAUSE.search(text)
    return (text[: found.start()], text[found.end() :].strip(" :…")) if found else (text, "")


async def tell(deps: Deps, claimed: Claimed) -> None:
    """Tell one of those who are responsible for safeguarding."""

    def work(session: Session) -> Say | None:
        meeting = session.get_one(Meeting, claimed.record_id)
        tick = readiness.urgent(session, meeting)
        zone = session.get_one(Organisation, claimed.organisation_id).timezone
        return urgent_views.told(meeting, tick, zone) if tick is not None else None

    await _send(deps, claimed.target, await deps.db.read(work, seconds=5))


async def tell_back(deps: Deps, claimed: Claimed) -> None:
    """Tell whoever was told of it that it was said by mistake; nobody where it was said anew since."""

    def work(session: Session) -> Say | None:
        meeting = session.get_one(Meeting, claimed.record_id)
        return urgent_views.told_back(meeting) if readiness.urgent(session, meeting) is None else None

    await _send(deps, claimed.target, await deps.db.read(work, seconds=5))


async def ask(deps: Deps, claimed: Claimed) -> None:
    """Ask whoever ran it what came of it, once it is over; nobody where that was said already."""
    now = deps.clock.now()

    def work(session: Session) -> tuple[str, Say | None]:
        meeting = session.get_one(Meeting, claimed.record_id)
        tick = readiness.urgent(session, meeting)
        if tick is None or urgent.came(session, meeting) is not None:
            return "", None
        due = urgent.question_due(meeting, now)
        if due > now:
            raise Later(due, "not_over")
        zone = session.get_one(Organisation, claimed.organisation_id).timezone
        return urgent.whom_to_ask(meeting, tick), urgent_views.question(meeting, tick, zone)

    await _send(deps, *await deps.db.read(work, seconds=5))


async def _send(deps: Deps, slack_id: str, said: Say | None) -> None:
    if said is not None:
        channel = await deps.slack.direct(slack_id)
        await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
