"""`/participant merge`: two records that are one person's, made one after asking, and taken apart again."""

from uuid import UUID

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.errors import NotFound, Unclear
from bot.participants import forms, merging, namesake_views, views
from bot.participants.views import Ids
from bot.reading import NotOurs, as_id, as_moment, in_time
from bot.reading.persons import people
from bot.slack.call import Answer, Call, Kind, Say
from bot.slack.router import Router
from bot.slack.text import clip
from db.models import Participant

_MOST_PAIRS = 5


class Merge:
    """The handlers about two records of one person."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, router: Router) -> None:
        """Make the handlers known, after those of `/participant`."""
        router.on(Kind.ACTION, Ids.MERGE_ASK, self.click_pair)
        router.on(Kind.ACTION, Ids.MERGE, self.click_merge)
        for same in namesake_views.SAME:
            router.on(Kind.ACTION, same, self.click_same)
        router.on(Kind.ACTION, namesake_views.Ids.ANOTHER, self.click_another)
        router.on(Kind.ACTION, Ids.TAKE_BACK, self.click_take_back)

    async def merge(self, call: Call) -> Answer:
        """`/participant merge NAME into NAME`: shows both records, with the button that does it."""
        caller, now = call.caller, self._deps.clock.now()
        forms.who_is_meant(people.without_courtesy(call.text))
        named = await in_time(forms.two_names, call.text)

        def work(session: Session) -> Say:
            among = merging.seen(session, caller, now)
            fitting = []
            for name, number in named:
                found = merging.called(name, number, among)
                if not found:
                    on = f"the register of M-{number}" if number else "the registers of your meetings"
                    raise NotFound(f"I know nobody called “{clip(name, 60)}” on {on}. Nothing was changed.")
                fitting.append(found)
            pairs = merging.pairs(fitting[0], fitting[-1])
            if not pairs:
                raise NotFound(f"I know one record only of “{fitting[0][0].person.name}”. Nothing was changed.")
            if len(pairs) > _MOST_PAIRS:
                raise Unclear(
                    "Too many fit. Write more of the names, or their meetings: `Sam from M-1 into Sam from M-2`. "
                    "Nothing was changed."
                )
            return views.ask_merge(pairs[0], [name for name, _ in named]) if len(pairs) == 1 else views.which_two(pairs)

        return await self._deps.db.read(work)

    async def click_pair(self, call: Call) -> Answer:
        """One of several two records that fit was chosen."""
        caller, now = call.caller, self._deps.clock.now()
        gone, stays = _two(call.value)

        def work(session: Session) -> Say:
            among = {one.person.id: one for one in merging.seen(session, caller, now)}
            if gone not in among or stays not in among:
                raise NotFound("These records are not two people any more. Nothing was changed.")
            return views.ask_merge(merging.Pair(among[gone], among[stays]))

        return await self._deps.db.read(work)

    async def click_merge(self, call: Call) -> Answer:
        """[They are one person]. A second click changes nothing and says how it stands."""
        return await self._merge(call)

    async def click_same(self, call: Call) -> Answer:
        """[The same], of somebody whom others know. A second click changes nothing and says how it stands."""
        return await self._merge(call, namesake=True)

    async def click_another(self, call: Call) -> Answer:
        """[Somebody else]: that is how they were registered."""
        return namesake_views.another()

    async def _merge(self, call: Call, *, namesake: bool = False) -> Say:
        caller, now = call.caller, self._deps.clock.now()
        gone, stays = _two(call.value)

        def work(session: Session) -> Say:
            made = merging.merge(session, caller, gone, stays, now, namesake=namesake)
            return views.merged(session.get_one(Participant, stays), session.get_one(Participant, gone), made)

        return await self._deps.db.write(work)

    async def click_take_back(self, call: Call) -> Answer:
        """[Take it back], within ten minutes. A second click changes nothing and says how it stands."""
        caller, now = call.caller, self._deps.clock.now()
        at, address, both, *carried = [*call.value.split("|"), "", ""]
        gone, stays = _two(both)
        made = merging.Merged(gone, stays, as_moment(at), tuple(as_id(one) for one in carried if one), address == "1")

        def work(session: Session) -> Say:
            return views.taken_back(merging.take_back(session, caller, made, now))

        return await self._deps.db.write(work)


def _two(value: str) -> tuple[UUID, UUID]:
    """The records of a button."""
    ids = value.split(",")
    if len(ids) != 2:
        raise NotOurs
    return as_id(ids[0]), as_id(ids[1])
