"""Asking the raiser, and the raiser's answer."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.concerns.ids import Ids
from bot.concerns.record import flow, question_views, questions
from bot.concerns.record.questions import NO_QUESTION, Asked
from bot.concerns.record.targets import Target
from bot.deps import Deps
from bot.errors import NotFound
from bot.slack.call import Answer, Call, Kind, Modal, Redraw
from bot.slack.router import Router
from db.models import Concern


def register(router: Router, deps: Deps) -> None:
    """Make the handlers of questions known."""
    room = _Questions(deps)
    router.on(Kind.ACTION, Ids.QUESTION_ADD, room.open_form)
    router.on(Kind.SUBMISSION, Ids.QUESTION_FORM, room.submit)
    router.on(Kind.ACTION, Ids.ANSWER, room.open_answer)
    router.on(Kind.SUBMISSION, Ids.ANSWER_FORM, room.submit_answer)


class _Questions:
    """The lead's and the raiser's handlers."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def open_form(self, call: Call) -> Answer:
        """The lead's form for a question."""
        target = Target.parse(call.value)

        def work(_session: Session, concern: Concern) -> Answer:
            return Redraw(question_views.ask_form(Target(concern.id, None, concern.version)))

        return await flow.held(self._deps, call, target.concern_id, "concern.read", work)

    async def submit(self, call: Call) -> Answer:
        """The question is sealed, and the raiser is to be told that there is one."""
        target, now = Target.parse(call.metadata), self._deps.clock.now()
        question = str(call.state.get(questions.QUESTION.name) or "")

        def work(session: Session, concern: Concern) -> Answer:
            questions.ask(session, call.caller, concern, flow.claim(call), question, now)
            return flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, "concern.question", work)

    async def open_answer(self, call: Call) -> Answer:
        """[Answer] in the raiser's message: the question, after a check that they are the raiser."""
        entry_id, now = flow.entry(Target.parse(call.value)), self._deps.clock.now()
        found = await self._raiser(lambda session: questions.asked(session, call.caller, entry_id, now))
        return Modal(question_views.answer_form(found))

    async def submit_answer(self, call: Call) -> Answer:
        """The raiser's answer is sealed."""
        entry_id, now = flow.entry(Target.parse(call.metadata)), self._deps.clock.now()
        words = str(call.state.get(questions.ANSWER.name) or "")
        found = await self._raiser(lambda session: questions.answer(session, call.caller, entry_id, words, now))
        return Redraw(question_views.answered(found))

    async def _raiser(self, work: Callable[[Session], Asked | None]) -> Asked:
        found = await self._deps.db.write(work)
        if found is None:
            raise NotFound(NO_QUESTION)
        return found
