"""The next meeting of a group: `/group next`, the button on its card, and `/meeting new` with a group's title."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.deps import Deps
from bot.diary import meetings
from bot.errors import Unclear
from bot.groups import naming, service, session_views, sessions
from bot.groups.session_views import Ids
from bot.meetings import for_groups, scheduling
from bot.meetings.for_groups import Series, Taken, Told
from bot.meetings.forms import MeetingForm, filled_fields
from bot.reading import as_id, titled
from bot.reading.titled import Titled
from bot.slack.call import Answer, Call, Kind, Say
from bot.slack.command import Word
from bot.slack.router import Router
from bot.slack.text import clip
from db.folding import plain_words
from db.models import Group, Meeting

_NEXT = "group next"


def register(router: Router, room: "Sessions") -> None:
    """Make the handlers known, after those of `/group`."""
    does = "schedules its next meeting at its own time, with its people, workers and purpose"
    router.extra_word("group", Word("next", room.next, "/group next Cooking club", does))
    router.on(Kind.ACTION, Ids.NEXT, room.click_next)
    router.on(Kind.ACTION, Ids.WITHOUT, room.click_without)


class Sessions:
    """The handlers, and the groups as `/meeting new` sees them."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def next(self, call: Call) -> Answer:
        """`/group next Cooking club`"""
        return await self._next(call, lambda session: naming.find(session, call.caller, call.text, _NEXT))

    async def click_next(self, call: Call) -> Answer:
        """[Next session] on a group's card."""
        return await self._next(call, lambda session: service.get(session, call.caller, as_id(call.value)))

    async def _next(self, call: Call, find: Callable[[Session], Group]) -> Say:
        caller = call.caller

        def choose(session: Session, now: datetime) -> tuple[MeetingForm, Taken]:
            group = service.get(session, caller, find(session).id, to_change=True, people=True)
            before = sessions.before(session, group)
            form = sessions.next_form(group, before, now, caller.zone)
            passed = session_views.passed_words(group, sessions.passed_over(before, form, now), caller.zone)
            return form, self._taken(session, caller, group, before, form, frozenset(), now, passed, asked_for=True)

        return await scheduling.scheduled(self._deps, call, choose)

    # What `/meeting new` asks

    def taken(
        self,
        session: Session,
        caller: Caller,
        form: MeetingForm,
        typed: frozenset[str],
        number: int | None,
        now: datetime,
        text: str = "",
    ) -> Taken | None:
        """What a new meeting takes over where it is a group's. Raises Unclear for a typed title that nearly is one."""
        if number == for_groups.NO_GROUP:
            return None
        mine = [one for one in service.open_groups(session, caller) if service.sees_people(caller, one)]
        if number is None:
            found = _called(mine, form)
            _stop_at_near(mine, form.title, text)
        else:
            found = [one for one in mine if one.number == number]
        if len(found) != 1:
            return None
        group = service.get(session, caller, found[0].id, to_change=True, people=True)
        service.check_open(group)
        if number is not None:
            form = form.model_copy(update={"title": group.title})
        return self._taken(session, caller, group, sessions.before(session, group), form, typed, now)

    def _taken(
        self,
        session: Session,
        caller: Caller,
        group: Group,
        before: sessions.Before,
        form: MeetingForm,
        typed: frozenset[str],
        now: datetime,
        passed: str = "",
        *,
        asked_for: bool = False,
    ) -> Taken:
        def then(meeting: Meeting) -> Told:
            placed = sessions.register_members(session, caller, group, meeting, now)
            words = f"{passed} {session_views.taken_words(group, len(placed), asked_for=asked_for)}".strip()
            return Told(len(placed), words, [session_views.without_button(meeting)])

        provider = before.provider(caller.organisation.provider)
        return Taken(group.id, sessions.filled(group, form, typed), provider, then)

    def of_series(self, session: Session, caller: Caller, every: Sequence[MeetingForm], now: datetime) -> Series | None:
        """The group of meetings that are made together: the one of their title, else a new one."""
        mine = [one for one in service.open_groups(session, caller) if service.sees_people(caller, one)]
        found = _called(mine, every[0])
        if len(found) > 1 or len(mine) >= service.MOST:
            return None
        new = not found
        if found:
            group = service.get(session, caller, found[0].id, to_change=True, people=True)
        else:
            group = service.create(session, caller, sessions.group_of(every, caller.zone), now)

        def then(meetings: Sequence[Meeting]) -> Told:
            came = 0 if new else sessions.register_on_all(session, caller, group, meetings, now)
            words = session_views.series_words(group, came, new=new)
            return Told(came, words, [session_views.without_button(meetings[0])])

        forms = [sessions.filled(group, one, filled_fields(one)) for one in every]
        return Series(group.id, forms, then)

    async def next_of(self, call: Call, title: str) -> Answer | None:
        """The answer to a group's title that stands alone: its next meeting. None where it is no group's."""
        mine = await self._deps.db.read(lambda session: service.open_groups(session, call.caller))
        mine = [one for one in mine if service.sees_people(call.caller, one)]
        exact = [one for one in mine if plain_words(one.title) == plain_words(title)]
        if len(exact) == 1:
            return await self._next(call, lambda _session: exact[0])
        _stop_at_near(mine, title, call.text)
        return None

    async def click_without(self, call: Call) -> Answer:
        """[Without the group], within ten minutes. A second click changes nothing and says how it stands."""
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say:
            meeting = meetings.get(session, caller, as_id(call.value), to_change=True)
            return session_views.without(*sessions.without(session, caller, meeting, now))

        return await self._deps.db.write(work)


def _called(mine: Sequence[Group], form: MeetingForm) -> list[Group]:
    """The groups that have the title of a meeting; of several that of its programme."""
    found = [one for one in mine if plain_words(one.title) == plain_words(form.title)]
    return [one for one in found if one.programme == form.programme] if len(found) > 1 else found


def _stop_at_near(mine: Sequence[Group], title: str, text: str) -> None:
    """Raises Unclear for the title in a typed text that is a group's but for a slip."""
    among = [Titled(one.number, one.title) for one in mine]
    near = titled.nearly(title, among) if text else ()
    if not near or any(one.key == plain_words(title) for one in among):
        return
    choices = [(clip(f"Of the group {one.title}", 70), "meeting new") for one in near[:3]]
    carried = [f"of G-{one.number}, {text}" for one in near[:3]]
    raise Unclear(
        f"Is “{clip(title, 60)}” a meeting of the group {near[0].title}? Nothing was scheduled.",
        [*choices, ("Without a group", "meeting new")],
        [*carried, f"no group, {text}"],
    )
