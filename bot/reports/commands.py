"""`/report`: what a manager types and submits."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.errors import BadInput
from bot.groups import service as groups
from bot.reading import in_time
from bot.reading.words import fold
from bot.reports import forms, service, views
from bot.reports.forms import ReportForm
from bot.reports.views import Ids
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Command, Word
from bot.slack.notices import note
from bot.slack.router import Router
from db.models import Role

MAY_READ = frozenset({Role.MANAGER})
_LESS = "Please try again in a minute, or ask for fewer days or one programme: `/report last week in Cooking`"


def register(router: Router, deps: Deps) -> None:
    """Make the room's handlers known."""
    room = _Handlers(deps)
    router.command(
        Command(
            name="report",
            summary="the week in numbers, for the manager",
            bare=room.open_form,
            needs=MAY_READ,
            words=(
                Word("week", room.week, "/report week", "shows this week", needs=MAY_READ, asks=_LESS),
                Word("last", room.last, "/report last week in Cooking", "shows last week", needs=MAY_READ, asks=_LESS),
            ),
            free=Word(
                "show",
                room.show,
                "/report 1 November to 15 November",
                "shows these days; `week of 16 November` and a group’s title work too",
                needs=MAY_READ,
                asks=_LESS,
            ),
        )
    )
    router.on(Kind.SUBMISSION, Ids.ASK, room.submit, needs=MAY_READ, asks=_LESS)


class _Handlers:
    """The handlers of `/report`."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def open_form(self, call: Call) -> Answer:
        """Bare `/report`: the form."""
        weeks = forms.weeks(self._deps.clock.now(), call.caller.zone)
        return Modal(views.form(weeks, call.caller.organisation.programmes))

    async def week(self, call: Call) -> Answer:
        """`/report week`, `/report week of 16 November`"""
        return await self.show(replace(call, text=f"week {call.text}"))

    async def last(self, call: Call) -> Answer:
        """`/report last week`"""
        return await self.show(replace(call, text=f"last {call.text}"))

    async def show(self, call: Call) -> Answer:
        """`/report 1 November to 15 November in Cooking`, a programme or a group's title."""
        organisation = call.caller.organisation
        now, programmes = self._deps.clock.now(), organisation.programmes
        about = (call.text, now, organisation.timezone, programmes)
        try:
            form, said = await in_time(forms.from_text, *about)
        except BadInput:
            # The titles of groups are looked up only where the words say more than days and programmes.
            titles = await self._deps.db.read(lambda session: groups.titles(session, call.caller))
            form, said = await in_time(forms.from_text, *about, list(titles.values()))
            theirs = [key for key, title in titles.items() if form.group and fold(title) == fold(form.group)]
            return await self._report(call, form, said, theirs)
        return await self._report(call, form, said)

    async def submit(self, call: Call) -> Answer:
        """The form was submitted."""
        said = await self._report(call, forms.from_state(call.state))
        return Redraw(note("Report", said.text, said.blocks))

    async def _report(self, call: Call, form: ReportForm, said: str = "", group_ids: Sequence[UUID] = ()) -> Say:
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say:
            report = service.figures(session, caller, form.period, form.programme, now, form.group, group_ids)
            return views.shown(report, caller.zone, said)

        return await self._deps.db.read(work)
