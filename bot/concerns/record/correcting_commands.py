"""The buttons and forms that put a record right."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.concerns import entries, rights, texts
from bot.concerns.entries import STRUCK
from bot.concerns.ids import Ids
from bot.concerns.record import correcting, correcting_views, flow
from bot.concerns.record.correcting import ABOUT, REASON, REFERENCE, SUBJECT, TEXT
from bot.concerns.record.correcting_views import ENTRY_OF, TEXT_OF, WAY_OF, WHAT, Chosen
from bot.concerns.record.targets import Target
from bot.deps import Deps
from bot.errors import BadInput, Conflict
from bot.reading import as_id
from bot.slack.call import Answer, Call, Kind, Redraw, View
from bot.slack.router import Router
from db.models import Concern
from db.models.concern import About


def register(router: Router, deps: Deps) -> None:
    """Make the handlers of correcting known."""
    room = _Correcting(deps)
    router.on(Kind.ACTION, Ids.CORRECT, room.open_form)
    router.on(Kind.ACTION, Ids.CORRECT_WHAT, room.choose)
    router.on(Kind.SUBMISSION, Ids.CORRECT_FORM, room.submit)
    router.on(Kind.ACTION, Ids.ERROR, room.open_error)
    router.on(Kind.SUBMISSION, Ids.ERROR_FORM, room.submit_error)
    router.on(Kind.ACTION, Ids.DUPLICATE, room.open_duplicate)
    router.on(Kind.SUBMISSION, Ids.DUPLICATE_FORM, room.submit_duplicate)


class _Correcting:
    """The handlers."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def open_form(self, call: Call) -> Answer:
        """[Correct]: what is wrong?"""
        target = Target.parse(call.value)
        return await self._form(call, target.concern_id, None)

    async def choose(self, call: Call) -> Answer:
        """It was chosen: the same form asks what it should say, and why."""
        return await self._form(call, Target.parse(call.metadata).concern_id, call.value)

    async def _form(self, call: Call, concern_id: UUID, what: str | None) -> Answer:
        def work(session: Session, concern: Concern) -> Answer:
            return Redraw(_drawn(session, call, concern, what))

        return await flow.held(self._deps, call, concern_id, "concern.read", work)

    async def submit(self, call: Call) -> Answer:
        """Another wording, an entry marked as entered in error, or one brought back."""
        target, now, what = Target.parse(call.metadata), self._deps.clock.now(), str(call.state.get(WHAT) or "")
        if not what:
            raise BadInput("Choose what is wrong.", field=WHAT)
        if correcting_views.field_id(REASON.name, what) not in call.state:
            return await self._form(call, target.concern_id, what)

        def work(session: Session, concern: Concern) -> Answer:
            try:
                if what == WAY_OF:
                    answer = self._rerouted(session, call, concern, target, now)
                elif what.startswith(TEXT_OF):
                    answer = self._amended(session, call, concern, target, what, now)
                else:
                    answer = self._struck(session, call, concern, target, what, now)
            except BadInput as missing:
                raise BadInput(
                    missing.words, field=correcting_views.field_id(missing.field or REASON.name, what)
                ) from None
            return answer or flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, "concern.corrected", work)

    def _amended(
        self, session: Session, call: Call, concern: Concern, target: Target, what: str, now: datetime
    ) -> Answer | None:
        text, reason = _typed(call, TEXT.name, what), _typed(call, REASON.name, what)
        field = what.removeprefix(TEXT_OF)
        stands = correcting.amend_text(session, call.caller, concern, field, target.version, text, reason, now)
        if stands is None:
            return None
        return Redraw(correcting_views.clash(stands, target, what, text, reason, call.caller.zone))

    def _rerouted(self, session: Session, call: Call, concern: Concern, target: Target, now: datetime) -> Answer | None:
        about, reason = _typed(call, ABOUT, WAY_OF), _typed(call, REASON.name, WAY_OF)
        subject = _typed(call, SUBJECT, WAY_OF) or None
        correcting.amend_way(session, call.caller, concern, target.version, about, subject, reason, now)
        if call.caller.slack_id in rights.recipients(session, concern):
            return None
        return Redraw(correcting_views.moved(concern.reference))

    def _struck(
        self, session: Session, call: Call, concern: Concern, target: Target, what: str, now: datetime
    ) -> Answer | None:
        entry_id, reason = _entry_id(what), _typed(call, REASON.name, what)
        standing = entries.get(session, concern, entry_id)
        if standing is not None and STRUCK in standing.fields and standing.version == target.version:
            correcting.bring_back(session, call.caller, concern, entry_id, reason, now)
        elif correcting.strike(session, call.caller, concern, entry_id, target.version, reason, now) is not None:
            raise Conflict("Somebody changed this entry meanwhile. Nothing was done. Open the record again to see it.")
        return None

    async def open_error(self, call: Call) -> Answer:
        """[Entered in error]: the form for the reason."""
        target = Target.parse(call.value)

        def work(_session: Session, concern: Concern) -> Answer:
            return Redraw(correcting_views.error_form(Target(concern.id, None, concern.version)))

        return await flow.held(self._deps, call, target.concern_id, "concern.read", work)

    async def submit_error(self, call: Call) -> Answer:
        """The whole concern is set aside."""
        target, now, reason = Target.parse(call.metadata), self._deps.clock.now(), _plain(call, REASON.name)

        def work(session: Session, concern: Concern) -> Answer:
            correcting.mark_error(session, call.caller, concern, reason, now)
            return flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, "concern.error", work)

    async def open_duplicate(self, call: Call) -> Answer:
        """[Duplicate of …]: the form for the other reference."""
        target = Target.parse(call.value)

        def work(_session: Session, concern: Concern) -> Answer:
            return Redraw(correcting_views.duplicate_form(Target(concern.id, None, concern.version)))

        return await flow.held(self._deps, call, target.concern_id, "concern.read", work)

    async def submit_duplicate(self, call: Call) -> Answer:
        """It is set aside as a duplicate, and linked both ways."""
        target, now = Target.parse(call.metadata), self._deps.clock.now()
        reference, reason = _plain(call, REFERENCE.name), _plain(call, REASON.name)

        def work(session: Session, concern: Concern) -> Answer:
            correcting.mark_duplicate(session, call.caller, concern, reference, reason, now)
            return flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, "concern.duplicate", work)


def about_staff(session: Session, call: Call, concern: Concern, slack_id: str) -> View:
    """The form that puts right whom a concern is about, filled in for this member of staff."""
    return _drawn(session, call, concern, WAY_OF, way=(About.STAFF.value, slack_id))


def _drawn(
    session: Session, call: Call, concern: Concern, what: str | None, way: tuple[str, str | None] | None = None
) -> View:
    """The form for what is to be corrected (None: not chosen yet), as it stands; `way` instead of whom it is about."""
    chosen, version = Chosen(), 0
    if what is not None and what.startswith(TEXT_OF):
        chosen = Chosen(wording=correcting.wording(session, concern, what.removeprefix(TEXT_OF)))
    elif what == WAY_OF:
        chosen = Chosen(way=way or (concern.about, concern.subject_staff))
        version = correcting.way_version(session, concern)
    elif what is not None:
        chosen = Chosen(entry=entries.get(session, concern, _entry_id(what)))
    for one in (chosen.wording, chosen.entry):
        version = one.version if one is not None else version
    fields, lines = texts.texts_of(session, concern), correcting.strikable(session, concern)
    offered = correcting_views.choices(list(fields), lines, call.caller.zone)
    return correcting_views.form(Target(concern.id, None, version), offered, what, chosen)


def _entry_id(what: str) -> UUID:
    return as_id(what.removeprefix(ENTRY_OF))


def _plain(call: Call, name: str) -> str:
    return str(call.state.get(name) or "")


def _typed(call: Call, name: str, what: str) -> str:
    return _plain(call, correcting_views.field_id(name, what))
