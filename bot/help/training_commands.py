"""`/facilitator trained`: who took which training, and writing it down for somebody."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.errors import BadInput
from bot.help import training_views as views
from bot.help.training_forms import Trained, not_any_more, of_state, read
from bot.organisation import trainings
from bot.policy import load_pack
from bot.reading import Understood, in_time
from bot.reading.times.plans import Around
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Word
from bot.slack.notices import note
from bot.slack.router import Router
from db.models import Role

MAY_RECORD = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""Who writes down that a colleague took a training; their own word alone is none."""


class Trainings:
    """The handlers of the trainings of staff."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self.words = (
            Word(
                "trained",
                self.trained,
                "/facilitator trained @col internet-safety 3 November",
                "records a colleague's training; alone, says who took which",
                needs=MAY_RECORD,
            ),
            Word(
                "untrained",
                self.untrained,
                "/facilitator untrained @col internet-safety",
                "takes a colleague's training off the record",
                needs=MAY_RECORD,
            ),
        )

    def register(self, router: Router) -> None:
        """Make the form and its buttons known."""
        router.on(Kind.ACTION, views.Ids.OPEN, self.click_open, MAY_RECORD)
        router.on(Kind.SUBMISSION, views.Ids.FORM, self.submit, MAY_RECORD)
        router.on(Kind.ACTION, views.Ids.BACK, self.click_back, MAY_RECORD)

    async def trained(self, call: Call) -> Answer:
        """`/facilitator trained @col internet-safety 3 November`; alone, the list."""
        asked = load_pack(call.caller.organisation.policy).staffing.training
        if not asked:
            return Say("Your policy asks for no training of staff, so there is none to record.")
        if not call.text:
            found = await self._deps.db.read(lambda session: trainings.everybodys(session, call.caller))
            return views.everybody(asked, found, self._today(call))
        around = Around(self._deps.clock.now(), call.caller.zone, call.caller.organisation.nation)
        wanted = await in_time(read, call.text, asked, around)
        if isinstance(wanted, Understood):
            return await self._record(call, wanted.value, [one.words for one in wanted.said])
        return Modal(views.form(asked, self._today(call), wanted))

    async def untrained(self, call: Call) -> Answer:
        """`/facilitator untrained @col internet-safety`"""
        asked = load_pack(call.caller.organisation.policy).staffing.training
        people, name = not_any_more(call.text, asked)
        return await self._record(call, Trained(people, name, None), ())

    async def click_open(self, call: Call) -> Answer:
        """[Record a training]"""
        return Modal(views.form(load_pack(call.caller.organisation.policy).staffing.training, self._today(call)))

    async def submit(self, call: Call) -> Answer:
        """The form was submitted."""
        said = await self._record(call, of_state(call.state, self._today(call)), ())
        return Redraw(note("Training", said.text, said.blocks))

    async def click_back(self, call: Call) -> Answer:
        """[Take it back]"""
        now = self._deps.clock.now()
        return views.back(
            await self._deps.db.write(lambda session: trainings.take_back(session, call.caller, call.value, now))
        )

    async def _record(self, call: Call, wanted: Trained, said: Sequence[str]) -> Say:
        now, pack = self._deps.clock.now(), load_pack(call.caller.organisation.policy)
        item = next((one for one in pack.staffing.training if one.id == wanted.training), None)
        if item is None:
            raise BadInput("Your policy asks for no such training any more. `/facilitator trained` lists what it asks.")

        def work(session: Session) -> trainings.Recorded:
            return trainings.record_for(session, call.caller, wanted.people, item.id, wanted.taken, now)

        return views.recorded(item, wanted, await self._deps.db.write(work), said)

    def _today(self, call: Call) -> date:
        return self._deps.clock.now().astimezone(ZoneInfo(call.caller.zone)).date()
