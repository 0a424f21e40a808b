"""`/facilitator`: help, how things stand, who is who, being away; and the Home tab."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import __version__, health
from bot.deps import Deps
from bot.diary.cards import HOME, OPENED
from bot.drills import service as drills
from bot.errors import BadInput, Unclear
from bot.help import act_views, forms, policy_views, service, views
from bot.help.act_commands import Acts
from bot.help.training_commands import MAY_RECORD, Trainings
from bot.help.views import Ids, Installation
from bot.organisation import acts
from bot.policy import load_pack
from bot.policy.overrides import stored
from bot.policy.overview import overview
from bot.reading import Refused, Understood, as_moment, in_time
from bot.reading.times.plans import Around
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Command, Word, first_word
from bot.slack.notices import help_for, note, unknown_word
from bot.slack.router import Router
from bot.staff.people import installed
from db import migrate
from db.models import Role, Staff
from db.owed import owe

_ASKED = frozenset(service.ASKED)
_AGAIN = "Please try again in a minute."


def register(router: Router, deps: Deps) -> None:
    """Make the room's handlers known."""
    room = _Handlers(router, deps)
    router.command(room.command)
    router.on(Kind.SUBMISSION, Ids.AWAY, room.submit_away, _ASKED)
    router.on(Kind.ACTION, Ids.AWAY_ANYWAY, room.click_away, _ASKED)
    room.trainings.register(router)
    room.acts.register(router)
    router.event("app_home_opened", room.opened)


class _Handlers:
    """The handlers of `/facilitator`."""

    def __init__(self, router: Router, deps: Deps) -> None:
        self._router = router
        self._deps = deps
        self.trainings = Trainings(deps)
        self.acts = Acts(deps)
        self.command = Command(
            name="facilitator",
            summary="help, how things stand, who is who, and being away",
            bare=self.overview,
            words=(
                Word("help", self.help, "/facilitator help meeting", "says what you can type", asks=_AGAIN),
                Word("status", self.status, "/facilitator status", "says how things stand", asks=_AGAIN),
                Word(
                    "policy",
                    self.policy,
                    "/facilitator policy",
                    "says which policy you follow and how it stands",
                    asks=_AGAIN,
                ),
                Word("roles", self.roles, "/facilitator roles", "says who is who, and who is away", asks=_AGAIN),
                Word(
                    "drill",
                    self.drill,
                    "/facilitator drill",
                    "sends everybody whom a concern can reach a test alert, and lists who was reached by what",
                    needs=frozenset({Role.LEAD, Role.ADMINISTRATOR}),
                ),
                Word(
                    "away",
                    self.away,
                    "/facilitator away until Monday",
                    "sends concerns to the next person meanwhile",
                    needs=_ASKED,
                ),
                Word("back", self.back, "/facilitator back", "says that you are back", needs=_ASKED),
                *self.trainings.words,
            ),
        )

    async def overview(self, call: Call) -> Answer:
        """Bare `/facilitator`: what the bot can do for this person."""
        return Modal(views.overview(self._router.usable(call.caller)))

    async def help(self, call: Call) -> Answer:
        """`/facilitator help`, or `help meeting` for one command."""
        name = first_word(call.text)[0].lower().lstrip("/")
        if not name:
            return views.helping(self._router.usable(call.caller))
        wanted = self._router.commands.get(name)
        if wanted is None:
            return unknown_word(self.command, name, self._router.nearest(name))
        return help_for(wanted)

    async def status(self, call: Call) -> Answer:
        """`/facilitator status`"""
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> tuple[service.Standing, str]:
            return service.standing(session, caller, now), migrate.current(session.connection())

        standing, migration = await self._deps.db.read(work)
        told = Installation(
            provider=caller.organisation.provider,
            policy=caller.organisation.policy,
            database="SQLite" if self._deps.db.sqlite else "PostgreSQL",
            migration=migration,
            version=__version__,
            accepted=self._deps.slack.accepted_at,
        )
        found = await health.signs(self._deps)
        full = caller.has(Role.ADMINISTRATOR)
        return views.status(standing, told, found, caller.zone, in_full=full)

    async def policy(self, call: Call) -> Answer:
        """`/facilitator policy`"""
        organisation = call.caller.organisation
        today = self._deps.clock.now().astimezone(ZoneInfo(organisation.timezone)).date()
        found = await self._deps.db.read(lambda session: acts.seen(session, organisation, today))
        said = policy_views.policy(overview(load_pack(organisation.policy), stored(organisation.options), today))
        once = act_views.listing(found, may_record=call.caller.has(*MAY_RECORD))
        return Say(said.text, [said.blocks[0], *once, *said.blocks[1:]])

    async def roles(self, call: Call) -> Answer:
        """`/facilitator roles`"""
        now = self._deps.clock.now()

        def work(session: Session) -> tuple[Mapping[Role, Sequence[Staff]], Staff | None]:
            return service.roles(session, call.caller), service.asked_first(session, call.caller, now)

        found, asked = await self._deps.db.read(work)
        return views.who_is_who(found, asked, now, call.caller.zone)

    async def drill(self, call: Call) -> Answer:
        """`/facilitator drill`"""
        caller, now, mail = call.caller, self._deps.clock.now(), self._deps.settings.mail_server is not None
        return views.drilling(await self._deps.db.write(lambda session: drills.start(session, caller, mail, now)))

    async def away(self, call: Call) -> Answer:
        """`/facilitator away until Monday`; without a day, the form."""
        if not call.text:
            return Modal(views.away_form())
        zone, now = await self._zone(call), self._deps.clock.now()
        around = Around(now, zone, call.caller.organisation.nation)
        found = await in_time(forms.until_text, call.text, around)
        if isinstance(found, Refused):
            raise BadInput(f"{found.why} Give the day on which you are back, such as “Monday”.")
        if isinstance(found, Understood):
            until = forms.until_moment(found.value, zone, now)
            return await self._gone(call, until, sure=False, said=tuple(one.words for one in found.said))
        if found.what == "which":
            choices = [(one.label, f"facilitator away until {one.value.words}") for one in found.choices]
            raise Unclear(f"{found.question} Nothing was changed.", choices)
        return Modal(views.away_form(f"Nothing is changed yet. {found.question}", found.kept))

    async def submit_away(self, call: Call) -> Answer:
        """The form was submitted."""
        zone = await self._zone(call)
        until = forms.until_state(call.state, self._deps.clock.now(), zone)
        return _in_place(await self._gone(call, until, sure=False))

    async def _zone(self, call: Call) -> str:
        return await self._deps.db.read(lambda session: service.zone_of(session, call.caller))

    async def click_away(self, call: Call) -> Answer:
        """[I am away all the same]"""
        said = await self._gone(call, as_moment(call.value), sure=True)
        return _in_place(said) if call.view else said

    async def _gone(self, call: Call, until: datetime, *, sure: bool, said: Sequence[str] = ()) -> Say:
        now, caller = self._deps.clock.now(), call.caller
        gone = await self._deps.db.write(lambda session: service.go_away(session, caller, until, now, sure=sure))
        return views.away(until, caller.zone, gone.asked, said) if gone.set else views.nobody_left(until, caller.zone)

    async def back(self, call: Call) -> Answer:
        """`/facilitator back`"""
        now = self._deps.clock.now()

        def work(session: Session) -> tuple[bool, Staff | None]:
            return service.come_back(session, call.caller, now), service.asked_first(session, call.caller, now)

        was_away, asked = await self._deps.db.write(work)
        return views.back(asked, was_away=was_away)

    async def opened(self, body: Mapping[str, Any]) -> None:
        """Somebody opened a tab of the app: the Home tab is drawn for them, once for each time."""
        event = body.get("event") or {}
        if event.get("tab") != "home":
            return
        now, person = self._deps.clock.now(), str(event.get("user"))

        def work(session: Session) -> None:
            organisation = installed(session, body.get("team_id"))
            if organisation is not None:
                once = f"{HOME}:{body.get('event_id')}"
                owe(session, organisation.id, HOME, at=now, target=person, only_once=once, step=OPENED)

        await self._deps.db.write(work)


def _in_place(said: Say) -> Redraw:
    return Redraw(note("Away", said.text, said.blocks))
