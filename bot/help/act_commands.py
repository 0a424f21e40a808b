"""Recording what the organisation does once: the button under `/facilitator policy` and its form."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.errors import BadInput
from bot.help import act_views as views
from bot.help.training_commands import MAY_RECORD
from bot.organisation import acts
from bot.organisation.acts import PLATFORMS, Done, Kind
from bot.reading import as_id
from bot.slack import call as c
from bot.slack.call import Answer, Call, Modal, Redraw
from bot.slack.notices import note
from bot.slack.router import Router
from db.models import HowShown, Organisation

_OLDEST = 25


class Acts:
    """The handlers."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, router: Router) -> None:
        """Make the form and its buttons known."""
        router.on(c.Kind.ACTION, views.Ids.OPEN, self.click_open, MAY_RECORD)
        router.on(c.Kind.SUBMISSION, views.Ids.FORM, self.submit, MAY_RECORD)
        router.on(c.Kind.ACTION, views.Ids.BACK, self.click_back, MAY_RECORD)

    async def click_open(self, call: Call) -> Answer:
        """[Record one of these]"""
        organisation = call.caller.organisation
        asked = [(kind, says) for kind, (_, says, _) in acts.kinds(organisation).items()]
        if not asked:
            raise BadInput("Your policy asks nothing of the organisation once.")
        return Modal(views.form(asked, acts.platforms(organisation), organisation.programmes, self._today(call)))

    async def submit(self, call: Call) -> Answer:
        """The form was submitted."""
        organisation, now, today = call.caller.organisation, self._deps.clock.now(), self._today(call)
        done = _done(call.state, organisation, today)

        def work(session: Session) -> acts.Seen:
            fact = acts.record(session, call.caller, done, now)
            session.flush()
            return next(one for one in acts.seen(session, organisation, today) if one.fact is fact)

        said = views.recorded(await self._deps.db.write(work))
        return Redraw(note("For the organisation", said.text, said.blocks))

    async def click_back(self, call: Call) -> Answer:
        """[Take it back]"""
        now = self._deps.clock.now()
        fact_id = as_id(call.value)
        done = await self._deps.db.write(lambda session: acts.take_back(session, call.caller, fact_id, now))
        said = views.back(done=done)
        return Redraw(note("For the organisation", said.text)) if call.view else said

    def _today(self, call: Call) -> date:
        return self._deps.clock.now().astimezone(ZoneInfo(call.caller.zone)).date()


def _done(state: Mapping[str, Any], organisation: Organisation, today: date) -> Done:
    """What was filled in. Raises BadInput naming the field."""
    if not state.get(views.WHAT):
        raise BadInput("Choose what was done.", field=views.WHAT)
    kind = Kind(str(state[views.WHAT]))
    day, review = (date.fromisoformat(state[one]) if state.get(one) else None for one in (views.DAY, views.REVIEW))
    if day is None or day > today:
        raise BadInput("Choose the day on which it was done; it cannot be still to come.", field=views.DAY)
    if review is None or review <= today:
        raise BadInput("Choose a day to come.", field=views.REVIEW)
    said = str(state.get(views.SAID) or "").strip()
    if not said:
        raise BadInput("By whom, and what came of it?", field=views.SAID)
    years = str(state.get(views.YEARS) or "").strip()
    if kind is Kind.MINIMUM_AGE and not (years.isdecimal() and int(years) <= _OLDEST):
        raise BadInput(f"A number of years, {_OLDEST} at most.", field=views.YEARS)
    within = _within(kind, state, organisation)
    how = HowShown(str(state.get(views.HOW) or HowShown.WRITING.value))
    return Done(kind, within, said, day, review, how, int(years) if kind is Kind.MINIMUM_AGE else None)


def _within(kind: Kind, state: Mapping[str, Any], organisation: Organisation) -> str | None:
    """The platform or the programme that it is about."""
    if kind in (Kind.PLATFORM, Kind.MINIMUM_AGE):
        if state.get(views.PLATFORM) not in PLATFORMS:
            raise BadInput("Choose the platform.", field=views.PLATFORM)
        return str(state[views.PLATFORM])
    if kind is not Kind.REMIT:
        return None
    chosen = str(state.get(views.PROGRAMME) or views.NO_PROGRAMME)
    return chosen if chosen in organisation.programmes else ""
