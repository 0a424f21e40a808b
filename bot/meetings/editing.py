"""`/meeting edit`: what staff type, click and submit to change a meeting, or it and the later ones of its series."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import meetings, naming
from bot.errors import BadInput, Unclear
from bot.gates import anew
from bot.meetings import (
    as_it_stands,
    edits,
    form_views,
    forms,
    keys,
    list_views,
    options,
    planning,
    repeats,
    service,
    showing,
)
from bot.meetings.as_it_stands import ASSUMED
from bot.meetings.views import Ids
from bot.reading import LONGEST, Said, as_id, in_time, numbering, onwards
from bot.reading.invites import links
from bot.reading.times.plans import Around, Plan, Slot
from bot.slack.call import Answer, Call, Done, Errors, Kind, Modal, Redraw, Say
from bot.slack.command import Word
from bot.slack.notices import note
from bot.slack.router import Router
from bot.slack.text import as_typed, clip, esc, unescape
from db.models import Meeting

_PEOPLE = re.compile(
    r"(?:add(?:ing)?|plus|(?P<off>remove|drop|take off|without|minus))\s+(?P<who>[^\W\d_].*)", re.IGNORECASE | re.DOTALL
)
"""Who comes, typed as if it were a change of the meeting."""
_EDIT = "meeting edit"
_CHANGED = "*Changed.*"


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known, after those of `/meeting`."""
    room = _Editing(deps)
    example = "/meeting edit M-12 to Friday at 17:00"
    does = "changes a meeting, or takes its link or the whole invitation that you paste"
    router.extra_word("meeting", Word("edit", room.edit, example, does, longest=LONGEST))
    router.on(Kind.SUBMISSION, Ids.EDIT, room.submit_edit)
    router.on(Kind.ACTION, Ids.OPEN_EDIT, room.open_edit, asks="Please try again in a minute.")


class _Read(NamedTuple):
    """The changes, what was assumed for them, what is open and what is known of that."""

    changes: dict[str, Any]
    assumed: tuple[Said, ...]
    doubt: form_views.Asked | None
    known: dict[str, Any]


def _lasting(reading: Plan, minutes: int) -> Plan:
    """A reading of which nobody typed how long it lasts: as long as the meeting does by now."""
    return replace(reading, slots=tuple(replace(one, minutes=minutes) for one in reading.slots))


def _own(meeting: Meeting, zone: str) -> as_it_stands.Own:
    minutes = round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
    return as_it_stands.Own(Slot(meeting.starts_at.astimezone(ZoneInfo(zone)), minutes), tuple(meeting.co_workers))


class _Editing:
    """The handlers of a change."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def edit(self, call: Call) -> Answer:
        """`/meeting edit M-12 …`, or `M-12 and later …`; without more text, the form."""
        now, caller = self._deps.clock.now(), call.caller
        around = showing.around(call, now)
        number, behind = await self._to_edit(call, around)
        later, rest = onwards.leading(behind)

        def find(session: Session, *, to_change: bool = False) -> Meeting:
            again = naming.Again(_EDIT, behind)
            return naming.numbered(session, caller, number, now, meetings.TO_COME, again, to_change=to_change)

        changes, assumed, doubt, known = await self._read(rest, around, number, find)

        def work(session: Session) -> Answer:
            found = find(session, to_change=True)
            if "starts_at" in changes:
                edits.other_week(rest, changes["starts_at"], _own(found, around.zone))
            provider, stood = found.provider, service.as_it_stands(found)
            meeting = service.edit(session, caller, found.id, changes, now)
            told = [anew.words(session, meeting, now), *(esc(one.words) for one in assumed)]
            head = self._changed(call, meeting, changes, provider)
            if service.as_it_stands(meeting) == stood:
                head = head.replace(_CHANGED, "*Nothing to change:* it stands like this already.")
            words = " ".join([head, *(one for one in told if one)])
            if words == _CHANGED and showing.on_its_card(session, call, meeting):
                return Done()
            return showing.card(session, call, meeting, now, words, changes)

        if later and changes.get("link"):
            raise BadInput("Each of them has its own link and passcode. Paste a link for one meeting alone.")
        if later:
            doubt = doubt or form_views.Asked(" ".join(["Change all of these?", *(one.words for one in assumed)]))
        if later or not changes:
            return await self._form(call, find, changes, doubt=doubt, known=known, later=later)
        try:
            return await self._deps.db.write(work)
        except (planning.ReasonWanted, keys.AnotherMeeting, edits.Doubt) as asks:
            return await self._asks(call, find, changes, asks, rest)

    async def _asks(
        self,
        call: Call,
        find: Callable[[Session], Meeting],
        changes: Mapping[str, Any],
        asks: planning.ReasonWanted | keys.AnotherMeeting | edits.Doubt,
        rest: str,
    ) -> Modal:
        """The form with what has to be asked before the change is made."""
        if isinstance(asks, planning.ReasonWanted):
            return await self._form(call, find, changes, asks)
        if isinstance(asks, keys.AnotherMeeting):
            return await self._form(call, find, changes, other=asks)
        readings = tuple(one.value for one in asks.asked.choices)
        others = {name: value for name, value in changes.items() if name != "starts_at"}
        return await self._form(
            call, find, others, doubt=form_views.Asked(asks.asked.question, as_typed(rest), readings)
        )

    async def _read(self, rest: str, around: Around, number: int | None, find: Callable[[Session], Meeting]) -> _Read:
        """The changes of a text, or what of them is open. Raises BadInput, and Unclear with the form for what is no
        change of the meeting with this number."""
        try:
            changes = await self._changes(rest, around, find)
        except edits.Unread as unread:
            if number is None:
                raise
            in_form = (f"Change M-{number} in the form", f"{_EDIT} M-{number}")
            people = _PEOPLE.match(rest)
            if people is None:
                raise Unclear(unread.words, [in_form]) from None
            word, button = ("remove", "Take off the register of") if people["off"] else ("add", "Register on")
            said = f"Is that somebody who comes? That is changed by `/participant {word}`. Nothing was changed."
            on_register = (f"{button} M-{number}", f"participant {word} M-{number}")
            raise Unclear(said, [on_register, in_form], [people["who"], ""]) from None
        except options.TakenBack as taken:
            one = number or await self._deps.db.read(lambda session: find(session).number)
            raise options.either(taken, f"{_EDIT} M-{one}") from None
        except edits.WhichLink as asked_for:
            one = number or await self._deps.db.read(lambda session: find(session).number)
            choices = [(clip(f"Use {label}", 75), f"{_EDIT} M-{one} link") for label in asked_for.labels]
            raise Unclear(f"{asked_for.question} Nothing was changed.", choices, asked_for.links) from None
        except edits.Doubt as open_yet:
            kept = open_yet.asked.kept or Plan()
            readings = tuple(one.value for one in open_yet.asked.choices if open_yet.asked.what != "end")
            if any(not one.timed for one in readings):
                lasts = (await self._deps.db.read(lambda session: _own(find(session), around.zone))).slot.minutes
                readings = tuple(one if one.timed else _lasting(one, lasts) for one in readings)
            asked = form_views.Asked(open_yet.asked.question, as_typed(rest), readings)
            return _Read({}, (), asked, {"date": kept.day, "time": kept.hour, "co_workers": kept.people})
        return _Read(changes, changes.pop(ASSUMED, ()), None, {})

    async def _changes(self, text: str, around: Around, find: Callable[[Session], Meeting]) -> dict[str, Any]:
        """What was typed; what is told by the meeting's own moment is read with it, and where a new hour names no day,
        or a new day no hour, the meeting keeps its own. Raises BadInput and Doubt."""
        own: as_it_stands.Own | None = None
        try:
            return await in_time(edits.from_text, text, around)
        except edits.Relative:
            own = await self._own(find, around)
        except edits.Doubt as found:
            open_yet = found
        if own is not None:
            try:
                return await in_time(edits.from_text, text, around, own)
            except edits.Doubt as found:
                open_yet = found
        asked = open_yet.asked
        same_day = asked.what == "day" and edits.on_day(text, around.here) is not None
        day = asked.kept.day if asked.what == "hour" and asked.kept else None
        same_hour = edits.at_same_hour(text, day, around) if asked.what == "hour" else None
        if not same_day and same_hour is None:
            raise open_yet
        own = own or await self._own(find, around)
        if not same_day:
            return await in_time(edits.from_text, same_hour or text, around, own)
        changes = await in_time(edits.from_text, edits.on_day(text, own.slot.start) or text, around, own)
        stays = Said("day", f"{own.slot.start:%Y-%m-%d}", "The day stays.")
        return {**changes, ASSUMED: (stays, *changes.get(ASSUMED, ()))}

    async def _own(self, find: Callable[[Session], Meeting], around: Around) -> as_it_stands.Own:
        return await self._deps.db.read(lambda session: _own(find(session), around.zone))

    async def _to_edit(self, call: Call, around: Around) -> tuple[int | None, str]:
        """The number of the meeting that is to be changed, and the change. Raises Unclear where another than the only
        one may be meant."""
        caller, now = call.caller, self._deps.clock.now()

        invitation = links.is_invitation(call.text)

        def may_be_other(_session: Session, words: str) -> bool:
            # Before a whole invitation only a whole title counts.
            return invitation or edits.says_something(words, around)

        how = naming.Around(
            _EDIT, meetings.TO_COME, bare=True, first_only=True, may_be_other=may_be_other, own=edits.begins
        )
        number, rest = await naming.apart(self._deps.db, caller, call.text, now, how)
        if number is not None or not rest:
            return number, rest
        question, words = "", ""
        at_end, left = ((), "") if links.is_pasted(rest) else numbering.split(rest, bare=False)
        others = None if invitation or edits.begins(rest) else edits.behind_others(rest)
        if at_end:
            question, words = f"Is M-{at_end[0]} the meeting? Then its number stands first.", left
        elif others and not await in_time(edits.says_something, rest, around):
            question, words = f"I know no meeting called “{unescape(others[0])}”. Which meeting?", others[1]
        if not question:
            return None, rest
        fitting = await self._deps.db.read(lambda session: meetings.mine(session, caller, now, how.wanted))
        raise naming.unclear(question, fitting, how.command, caller, words)

    def _changed(self, call: Call, meeting: Meeting, changes: Mapping[str, Any], provider_before: str) -> str:
        return f"{_CHANGED} {esc(keys.words(call.caller, meeting, changes, provider_before))}".strip()

    async def _form(
        self,
        call: Call,
        find: Callable[[Session], Meeting],
        changes: Mapping[str, Any] | None = None,
        wanted: planning.ReasonWanted | None = None,
        doubt: form_views.Asked | None = None,
        known: Mapping[str, Any] | None = None,
        other: keys.AnotherMeeting | None = None,
        *,
        later: bool = False,
    ) -> Modal:
        """The form with the meeting as it is, or as it would be with what was typed; with `doubt`, the readings of a
        typed moment, or what is `known` of it. The invitation of an `other` meeting is asked about first; `later`, the
        later ones of its series are changed with it."""
        caller = call.caller

        def work(session: Session) -> Modal:
            meeting = find(session)
            values = form_views.values_of(meeting, caller.zone, planning.reasons(session, meeting), changes or {})
            values |= {name: value for name, value in (known or {}).items() if value}
            offered, programmes = planning.choices(caller.organisation), caller.organisation.programmes
            rows: Sequence[str] = ()
            seen = 0
            if later:
                to = (changes or {}).get("starts_at", meeting.starts_at)
                before = repeats.from_on(session, caller, meeting)
                rows = list_views.moved_rows(
                    before, repeats.moments(before, to, caller.organisation.timezone), caller.zone
                )
                seen = repeats.stamp(before)
            return Modal(form_views.edit_form(meeting, offered, programmes, values, wanted, doubt, other, rows, seen))

        return await self._deps.db.read(work)

    async def open_edit(self, call: Call) -> Answer:
        """[Change] on a card."""
        return await self._form(call, lambda session: meetings.get(session, call.caller, as_id(call.value)))

    async def submit_edit(self, call: Call) -> Answer:
        """The form for a change was submitted."""
        caller, now = call.caller, self._deps.clock.now()
        later = call.metadata.startswith(form_views.LATER)
        meeting_id, version, asked_about, offered = form_views.carried(call.metadata)
        state = call.state
        if state.get("link"):
            await in_time(edits.check_field, state["link"], showing.around(call, now))
        slots = forms.unpacked(offered, state.get("which"), caller.zone)
        form = forms.from_state(state, now, caller.zone, slots[0] if slots else None)
        changes = {**form.model_dump(), "link": state.get("link"), "passcode": state.get("passcode")}
        changes["asked_about"] = asked_about
        provider = ""

        changed: list[Meeting] = []

        def make(session: Session) -> Meeting:
            nonlocal provider
            if later:
                changed.extend(repeats.edit(session, caller, as_id(meeting_id), changes, version, now))
                return changed[0]
            before = meetings.get(session, caller, as_id(meeting_id))
            provider = before.provider
            if changes["link"] == before.join_url:
                changes["link"] = None
            return service.edit(session, caller, as_id(meeting_id), changes, now, version)

        def work(session: Session) -> Say:
            changed.clear()
            outcome = showing.once(session, call, now, lambda: make(session))
            if changed:
                return list_views.changed_together(changed, caller.zone)
            meeting = outcome.record
            told = (self._changed(call, meeting, changes, provider or meeting.provider),)
            said = " ".join([*told, anew.words(session, meeting, now)]).strip()
            return showing.card(session, call, meeting, now, said, changes)

        try:
            said = await self._deps.db.write(work)
        except planning.ReasonWanted as wanted:
            return Errors(wanted.fields)
        except keys.AnotherMeeting as other:
            form_again = await self._form(
                call, lambda session: meetings.get(session, caller, as_id(meeting_id)), changes, other=other
            )
            return Redraw(form_again.view)
        return Redraw(note("Changed", said.text, said.blocks))
