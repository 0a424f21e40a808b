"""New meetings made once, and the answer that shows them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.gates import gating
from bot.meetings import card_views, hosting, list_views, planning, service, showing
from bot.meetings.card import Card, People
from bot.meetings.for_groups import Groups, Taken, Told
from bot.meetings.forms import MeetingForm
from bot.policy.gates import Gates
from bot.providers import Provider, new_passcode
from bot.reading import Said
from bot.slack.call import Call, Say
from bot.slack.text import esc
from db.base import new_id
from db.models import Meeting

Choose = Callable[[Session, datetime], tuple[MeetingForm, Taken | None]]
"""Gives the meeting that is wanted at a moment, and what it takes over from its group, where it is one's."""


async def scheduled(deps: Deps, call: Call, choose: Choose, assumed: Sequence[Said] = ()) -> Say:
    """Schedule a meeting; `assumed` is what was taken to be meant. Raises as `service.schedule`."""
    caller, now = call.caller, deps.clock.now()

    def work(session: Session) -> Say:
        forms: list[MeetingForm] = []
        told: list[Told] = []

        def make() -> Meeting:
            form, of_group = choose(session, now)
            forms.append(of_group.form if of_group else form)
            if of_group is None:
                own = deps.provider(planning.chosen(caller.organisation, form.provider))
                return service.schedule(session, caller, form, _passcode(own), now, own.problem)
            hosted_by = planning.chosen(caller.organisation, form.provider) if form.provider else of_group.provider
            own = deps.provider(hosted_by)
            meeting = service.schedule(
                session,
                caller,
                of_group.form,
                _passcode(own),
                now,
                own.problem,
                group_id=of_group.group_id,
                provider=hosted_by,
            )
            told.append(of_group.then(meeting))
            return meeting

        def amend(made: UUID) -> Meeting:
            forms.append(choose(session, now)[0])
            return service.edit(session, caller, made, forms[0].model_dump(), now)

        outcome = showing.once(session, call, now, make, amend)
        meeting = outcome.record
        beside = hosting.clashes(session, caller.organisation, meeting)
        intro = "Scheduled."
        if outcome.again:
            intro = "This meeting was scheduled already; here it is."
        elif outcome.amended:
            intro = "Changed: the meeting you had just scheduled now looks like this."
        asked = _asked(deps, session, call, meeting, forms[0].model_dump() if forms else {})
        came = sum(one.registered for one in told)
        people = People(registered=came)
        card = Card(meeting, caller.zone, now, people, judged=False, asked=asked, beside=beside)
        words = [f"*{intro}*", *(esc(one.words) for one in assumed), *(one.words for one in told)]
        buttons = [button for one in told for button in one.buttons]
        if showing.beside_its_card(call, meeting) and not asked and not beside:
            return card_views.told(meeting, caller.zone, " ".join(words), buttons, named=outcome.again)
        return card_views.shown(card, " ".join(words), buttons)

    return await deps.db.write(work)


async def several(deps: Deps, groups: Groups, call: Call, every: Sequence[MeetingForm]) -> Say:
    """The meetings of a series, each with its own number, link and passcode; they are those of a group."""
    caller, now = call.caller, deps.clock.now()
    hosted_by = planning.chosen(caller.organisation, every[0].provider)
    provider = deps.provider(hosted_by)
    problem = provider.problem
    made: list[Meeting] = []
    told: list[Told] = []

    def make(session: Session) -> Meeting:
        repeat, series = new_id(), groups.of_series(session, caller, every, now)
        group_id = series.group_id if series else None
        made.extend(
            service.schedule(session, caller, one, _passcode(provider), now, problem, repeat, group_id, hosted_by)
            for one in (series.forms if series else every)
        )
        told.extend([series.then(made)] if series else [])
        return made[0]

    def work(session: Session) -> Say:
        made.clear()
        told.clear()
        outcome = showing.once(session, call, now, lambda: make(session))
        said = told[0] if told else None
        return list_views.several(made or [outcome.record], caller.zone, said, again=outcome.again)

    return await deps.db.write(work)


def _passcode(provider: Provider) -> str:
    return new_passcode(provider.name, provider.passcode_rules)


def _asked(deps: Deps, session: Session, call: Call, meeting: Meeting, said: Mapping[str, Any]) -> Gates:
    """The open gates that follow from what somebody planned with this request."""
    wanted = planning.wanted_by(said)
    if not wanted:
        return ()
    gates = gating.of_meeting(session, meeting, deps.clock.now(), call.caller.slack_id)
    return planning.concerning(gates, wanted)
