"""What a family is asked on its page, as the policy has it, and what becomes of its answers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.caller import Caller, by_page
from bot.diary import addresses, ages, roster, sendings
from bot.diary.addresses import Address
from bot.errors import NotNow
from bot.facts import points, recording, standing
from bot.facts.lasting import RULES_AGREED
from bot.facts.people import ACCESS_NEEDS, LANGUAGE
from bot.facts.points import NEARBY, Point, gate
from bot.families import notices, tokens
from bot.families.tokens import Place
from bot.gates import gating, readiness
from bot.organisation.words import recording_words, words_for
from bot.policy import Pack, load_pack
from bot.policy.filling import Words
from bot.policy.gates import Person, to_carer
from bot.policy.gates.people import concerns, is_agreement, under_age
from bot.policy.overrides import applied, stored
from db.models import Fact, HowShown, Meeting, Organisation, PagePurpose, Participant, Registration

RECORDING = "recording-agreement"
YES, NO = "yes", "no"
_BLANK = re.compile(r"\[[^\]\n]+\]")
_ADULT = 18


class Free(StrEnum):
    """What may be written in words of one's own."""

    ACCESS = "access"
    NEARBY = "nearby"
    LANGUAGE = "language"

    def point(self, person: str) -> Point:
        """What it is recorded as."""
        return Point({Free.ACCESS: ACCESS_NEEDS, Free.NEARBY: NEARBY, Free.LANGUAGE: LANGUAGE}[self], person)


@dataclass(frozen=True)
class Question:
    """Something that is asked with a yes or a no. `words` are the policy's; without them the page has its own.

    `answer` is what stands, `theirs` whether a family said so itself on a page, `at` when it was said.
    """

    key: str
    point: Point
    words: str = ""
    answer: bool | None = None
    theirs: bool = False
    at: datetime | None = None

    @property
    def chosen(self) -> str:
        """What the form has ticked: what staff wrote down stands beside it, for the family to give its own answer."""
        return self.stood if self.theirs else ""

    @property
    def stood(self) -> str:
        """What stands, whoever said it."""
        return "" if self.answer is None else YES if self.answer else NO


@dataclass(frozen=True)
class Shown:
    """All that a page shows. The texts are the policy's and the organisation's own, and what is `typed` the family's;
    `own_page` is whether the participant has a page to answer on, which the carer's opens; `own_contact` how to reach
    the organisation, and not only the host of this meeting."""

    purpose: PagePurpose
    organisation: str
    name: str = field(repr=False)
    zone: str
    starts_at: datetime
    ends_at: datetime
    young: bool
    people: str
    about: str = field(repr=False)
    recording: str = field(repr=False)
    rules_name: str
    rules: tuple[str, ...]
    before: tuple[str, ...]
    good_to_know: tuple[str, ...]
    contact: str
    own_contact: str
    questions: tuple[Question, ...]
    typed: Mapping[Free, str] = field(repr=False)
    own_page: bool

    @property
    def to_carer(self) -> bool:
        """Whether it speaks to a parent or carer."""
        return self.purpose is PagePurpose.CARER


def speaks_to_carer(pack: Pack, person: Person) -> bool:
    """Whether the page of somebody's invitation is their parent's or carer's."""
    return to_carer(pack, person) or under_age(pack, person)


def purpose_of(session: Session, registration: Registration, meeting: Meeting, now: datetime) -> PagePurpose | None:
    """To whom the page of a registration speaks; None where nobody is registered with it any more."""
    person, pack = _known(session, registration, meeting, now)
    if person is None:
        return None
    return PagePurpose.CARER if speaks_to_carer(pack, person) else PagePurpose.PARTICIPANT


def purpose_at(pack: Pack, participant: Participant, address: Address, moment: datetime, zone: str) -> PagePurpose:
    """Which page of somebody may go to an address: a carer’s only to a carer’s, so that no child agrees for them."""
    person = Person("", "", participant.kind.value, ages.least(participant, moment, zone))
    return PagePurpose.CARER if address.carers and speaks_to_carer(pack, person) else PagePurpose.PARTICIPANT


def shown(session: Session, place: Place, now: datetime) -> Shown | None:
    """What a page shows now; None where the person is on the list no more, where it speaks to a carer who does not
    speak for them any more, or where it was mailed to an address to which nobody would write now."""
    registration, meeting, purpose = place.registration, place.meeting, place.purpose
    organisation = session.get_one(Organisation, meeting.organisation_id)
    person, pack = _known(session, registration, meeting, now)
    if person is None or (place.carers and not speaks_to_carer(pack, person)):
        return None
    if not place.goes_to(_written_to(place, organisation)):
        return None
    own = stored(organisation.options)
    kept = meeting.recording_days or own.retention.recordings
    words = words_for(session, organisation, meeting, meeting.purpose)
    stands = standing.known(session, meeting, roster.registered(session, meeting))
    words = Words({**words.words, "recording": recording_words(meeting, kept)}, words.texts)
    # Nobody is asked about a recording of which they cannot be told what it is for, and how long it is kept.
    told = meeting.recorded and bool(_whole([words.words["recording"]]))
    questions = asked(pack, meeting, person, purpose, stands)
    carer, letter = purpose is PagePurpose.CARER, pack.invitation
    main = carer is speaks_to_carer(pack, person)
    known = [*letter.carers, *letter.privacy] if carer else letter.privacy
    return Shown(
        purpose=purpose,
        organisation=organisation.name,
        name=registration.participant.name,
        zone=organisation.timezone,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        young=not person.grown_up and (person.age is None or person.age < _ADULT),
        people=words.words.get("people", ""),
        about=meeting.purpose or "",
        recording=words.words["recording"] if told else "",
        rules_name=pack.consent.rules_name.value,
        rules=_whole(words.rules(letter.rules, organisation.options.get("house_rules") or "")),
        before=_whole(words.filled(one) for one in letter.before_you_join),
        good_to_know=_whole(words.filled(one, blanks=True) for one in known),
        contact=" ".join(_whole([words.filled(letter.contact)])),
        own_contact=own.texts.get("contact") or own.account.phone or own.account.email or "",
        questions=tuple(one for one in questions if told or one.key != RECORDING),
        typed={one: _typed(stands.get(one.point(person.id))) for one in free(pack, meeting)} if main else {},
        own_page=carer and any(asked(pack, meeting, person, PagePurpose.PARTICIPANT, stands)),
    )


def _known(session: Session, registration: Registration, meeting: Meeting, now: datetime) -> tuple[Person | None, Pack]:
    organisation = session.get_one(Organisation, meeting.organisation_id)
    facts = gating.facts(session, organisation, meeting, now)
    person = next((one for one in facts.people if one.id == registration.id.hex), None)
    return person, _pack(organisation)


def _pack(organisation: Organisation) -> Pack:
    return applied(load_pack(organisation.policy), stored(organisation.options))


def _written_to(place: Place, organisation: Organisation) -> str:
    """The address to which a mail for them would go now."""
    starts_at, zone = place.meeting.starts_at, organisation.timezone
    address = addresses.of(_pack(organisation), place.registration.participant, starts_at, zone)
    return address.email if address else ""


def asked(
    pack: Pack, meeting: Meeting, person: Person, purpose: PagePurpose, stands: Mapping[Point, Fact]
) -> Iterator[Question]:
    """What the policy lets this page answer: of its steps those that are shown by a carer or by the participants
    themselves, the agreement to the rules where it comes before the link, and the recording where one is planned."""
    main = (purpose is PagePurpose.CARER) is speaks_to_carer(pack, person)
    theirs = {purpose.value, *(["family"] if main else [])}
    for step in pack.consent.steps:
        meant = step.shown_by in theirs and step.asks and not is_agreement(pack, step)
        if meant and concerns(pack, step, person) and (step.before != "group" or meeting.kind.value == "group"):
            yield _question(step.id, step.asks or "", person, stands)
    if pack.consent.rules_agreement.value == "before_link" and purpose is PagePurpose.PARTICIPANT:
        yield _question(RULES_AGREED, "", person, stands)
    if meeting.recorded and main and pack.meeting.recording.value != "never":
        yield _question(RECORDING, "", person, stands)


def _question(key: str, words: str, person: Person, stands: Mapping[Point, Fact]) -> Question:
    point = gate(key, person.id)
    said = stands.get(point)
    if said is None:
        return Question(key, point, words)
    return Question(key, point, words, said.yes, by_page(said.by), said.at)


def free(pack: Pack, meeting: Meeting) -> list[Free]:
    """What the page leaves room for: who is near only where the policy asks for an adult nearby."""
    nearby = pack.one_to_one.adult_nearby.value and meeting.kind.value == "one_to_one"
    return [*([Free.NEARBY] if nearby else []), Free.ACCESS, Free.LANGUAGE]


def _typed(fact: Fact | None) -> str:
    return (fact.reason or "") if fact is not None and fact.yes else ""


def _whole(lines: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    """The sentences in which no word is missing: the others are the organisation's to complete."""
    return tuple(one for one in lines if not _BLANK.search(one))


@dataclass(frozen=True)
class Answered:
    """What became of a form: whether anything that it says stands now, and of which fields nothing was recorded, since
    something else was said of them after it was drawn, or they are not asked any more."""

    saved: bool
    missed: frozenset[str]


def answer(session: Session, token: str, given: Mapping[str, str], now: datetime) -> Answered | None:
    """Record what a family changed on its page. None where the page leads nowhere any more.

    `given` has of each field what was chosen or written under its own name, what the form had shown under `was.` and
    that name, and what stood then, whoever said it, under `stood.`: what somebody did not touch is not said again, and
    no old form says a yes over a later no, or other words over later ones. A no is recorded as a no, and always. Gates,
    the card and the host follow in the same unit of work.
    """
    found = tokens.find(session, token, now)
    if found is None:
        return None
    meeting, registration = found.meeting, found.registration
    organisation = session.get_one(Organisation, meeting.organisation_id)
    page = shown(session, found, now)
    if page is None:
        return None
    missed = _missed(page, given)
    carers = found.purpose is PagePurpose.CARER
    who = (found.page.carer_id if carers else None) or registration.participant.id
    caller = Caller.on_page(organisation, found.page.purpose.value, who)
    yes = {one.point: None for one in page.questions if one.key not in missed and _changed(given, one.key) == YES}
    no = {one.point: None for one in page.questions if _changed(given, one.key) == NO}
    free = {one.point(registration.id.hex): _changed(given, one.value) for one in page.typed if one.value not in missed}
    written = {point: text for point, text in free.items() if text}
    emptied = [point for point, text in free.items() if text == ""]
    try:
        _record(session, caller, found, {**yes, **written}, no, emptied, HowShown.PAGE, now)
    except NotNow:
        return None
    return Answered(bool(yes or no or written or emptied), missed)


def _missed(page: Shown, given: Mapping[str, str]) -> frozenset[str]:
    later = {one.key for one in page.questions if one.answer is False and given.get(f"stood.{one.key}") != NO}
    later = {key for key in later if _changed(given, key) == YES}
    for one, stands in page.typed.items():
        new = _changed(given, one.value)
        if new is not None and stands.strip() not in (new, given.get(f"was.{one.value}", "").strip()):
            later.add(one.value)
    here = {*(one.key for one in page.questions), *(one.value for one in page.typed)}
    gone = {name.removeprefix("was.") for name in given if name.startswith("was.")} - here
    return frozenset(later | {name for name in gone if _changed(given, name)})


def answer_by_phone(
    session: Session, caller: Caller, place: Place, given: Mapping[str, str], who: str, now: datetime
) -> bool:
    """Record what somebody said by telephone, as a worker took it down: `who` it was stands beside each answer. False
    where nothing is new. Raises NotNow where the meeting is closed."""
    page = shown(session, place, now)
    asked_now = page.questions if page else ()
    yes = {one.point: who for one in asked_now if given.get(one.key) == YES}
    no = {one.point: who for one in asked_now if given.get(one.key) == NO}
    return _record(session, caller, place, yes, no, [], HowShown.SPOKEN, now)


def _record(
    session: Session,
    caller: Caller,
    place: Place,
    yes: Mapping[Point, str | None],
    no: Mapping[Point, str | None],
    back: Sequence[Point],
    how: HowShown,
    now: datetime,
) -> bool:
    """Record what was said, and let gates, card and host know of what is new; whether anything is."""
    meeting, registration = place.meeting, place.registration
    if points.gate(RULES_AGREED, registration.id.hex) in no:
        back = [*back, points.agreement(registration.id.hex)]
    said = recording.record(session, caller, meeting, yes, now, how=dict.fromkeys(yes, how))
    refused = recording.record(session, caller, meeting, no, now, yes=False, how=dict.fromkeys(no, how))
    gone = recording.take_back(session, caller, meeting, back, now)
    if not (said or refused or gone):
        return False
    readiness.settle(session, meeting, caller.slack_id, now)
    out = any(one.gate != RECORDING for one in refused) and (
        roster.link_went(meeting, registration) is not None or sendings.under_way(session, meeting, registration, now)
    )
    if out or caller.slack_id != meeting.host:
        notices.owe_notice(session, meeting, now, registration if out else None)
    return True


def _changed(given: Mapping[str, str], name: str) -> str | None:
    """What a field was changed to; None where it is not in the form or is as it was shown."""
    now = given.get(name)
    return None if now is None or now.strip() == given.get(f"was.{name}", "").strip() else now.strip()


def own_page(session: Session, token: str, now: datetime) -> str | None:
    """The token of a participant's own page, asked for on their carer's; None where there is none to ask for."""
    found = tokens.find(session, token, now)
    page = shown(session, found, now) if found else None
    if found is None or page is None or not page.own_page:
        return None
    organisation = session.get_one(Organisation, found.meeting.organisation_id)
    by = Caller.on_page(organisation, "carer", found.page.id)
    to = _written_to(found, organisation)
    return tokens.open_own(session, found, by.slack_id, now, to)
