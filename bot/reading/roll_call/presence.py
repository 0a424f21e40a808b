"""Who was there, as it is typed: `all but Ben, Cai late plus Zed Zane`.

A list of names is who was there; a list of absent names means that the others were; *late* and *left early* say nothing
of the others. Where a register stands, and where a word adds (*Ben too*), whoever is not named stays as they are unless
something is said of all or of the others. Whatever names nobody, or may name two, is asked about: *all* is never the
reading of a doubt.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.reading.corrections import corrections
from bot.reading.outcome import Ask, Choice, Outcome, Refused, Said, Understood
from bot.reading.persons.ages import Age
from bot.reading.persons.known import Known, named
from bot.reading.persons.name import no_name
from bot.reading.persons.names import folded
from bot.reading.persons.pasted import MENTION, typed
from bot.reading.roll_call import register
from bot.reading.roll_call.letters import marked
from bot.reading.roll_call.register import Mention, Reading
from bot.reading.roll_call.register_items import STATES, items
from bot.reading.roll_call.register_notes import without_notes
from bot.reading.roll_call.register_words import NUMBERS, Op, tokens

_MOST_WORDS = 650
"""Two words for each of the 300 people that a meeting may have, and some more."""
_MOST_UNKNOWN = 20
_COUNT = re.compile(
    r"(?<![\w/.,:-])(?P<came>\d{1,3})\s?(?:/|(?:out )?of)\s?(?P<of>\d{1,3})(?![\w/.:-])"
    r"(?:\s+(?:here|there|present|came|attended|in|turned up|showed up)\b)?",
    re.IGNORECASE,
)
_AGED = re.compile(
    r"(?<!\w)(?:aged?:? (\d{1,2})(?!\w)|(?<=\w )(\d{1,2})[ -]?(?:(?:years?|yrs?)[ -]old|y ?/? ?o)(?!\w))", re.IGNORECASE
)
"""An age in words, which counts as the number alone."""
_ADDS = re.compile(r"\b(?:too|also|as well|forgot|plus|and)\b", re.IGNORECASE)
_NO = re.compile(r"\bno\b", re.IGNORECASE)
_SILENT = (Op.NOTHING, Op.ADDS, Op.ALSO)
_NOT_KEPT = (
    "A note about somebody goes into `/incident` or, where you are worried, `/concern`: nothing of it is kept here."
)
_QUESTIONS = {
    "names": "Who was there? Write their names, or `all`, `all but NAME`, `none`.",
    "absent": "Who was absent? Write their names: `all but NAME, NAME`.",
    "letters": "Does “{}” say how somebody came, or is it another name? Write “present”, “absent” or “late”.",
    "nobody is registered": "Nobody is registered, so there is no “all”. Who came? Write `plus NAME, NAME`.",
}


@dataclass(frozen=True)
class Open:
    """Words that name nobody for certain: what was said of them, and the places of those who may be meant."""

    words: str
    said: Op | None
    may_be: tuple[int, ...] = ()


@dataclass(frozen=True)
class Presence:
    """What is said of those on a meeting, by their places among them; of the `unmarked` nothing is. Who was late or
    left early is among the present. `opens` is what has to be asked about. `nothing`: the text as a whole is in doubt,
    so that nothing is taken from it."""

    present: tuple[int, ...] = ()
    absent: tuple[int, ...] = ()
    late: tuple[int, ...] = ()
    left_early: tuple[int, ...] = ()
    unmarked: tuple[int, ...] = ()
    walk_ins: tuple[str, ...] = ()
    ages: tuple[tuple[str, Age], ...] = ()
    """The ages that stand behind the names of those who are not on the list."""
    opens: tuple[Open, ...] = ()
    nothing: bool = False


def leads(text: str, *, welsh: bool = False) -> bool | None:
    """Whether a number before these words is a meeting's, because a register begins with them. False where the number
    counts people, None where it may be either."""
    first = next((one.op for one in tokens(typed(text), (), welsh=welsh) if one.op not in _SILENT), None)
    if first in (Op.ALL, Op.NONE, Op.ONLY):
        return True
    return False if first in (*STATES, Op.UNIT, Op.PARTLY) else None


def read(text: str, registered: Sequence[str], *, welsh: bool = False, stands: bool = False) -> Outcome[Presence]:
    """What a text says of those who are registered for a meeting. `stands`: their register was taken before, so that it
    is a correction."""
    mention = MENTION.search(text)
    if mention:
        who = f"@{mention[1]}" if mention[1] else "somebody’s Slack name"
        return Refused("mention", f"{who} is in Slack; participants are not. Write their names without @.")
    known = Known(registered)
    counted, plain = _without_count(typed(text), len(registered))
    doubt = _taken_back(plain, known, registered, welsh=welsh)
    if doubt:
        question = f"“{doubt}” takes something back. {_QUESTIONS['names']}"
        return Ask("who", question, (), doubt, Presence(nothing=True))
    letters = marked(plain, known)
    if letters and letters.doubt:
        return Ask("who", _QUESTIONS["letters"].format(letters.doubt), (), letters.doubt, Presence(nothing=True))
    row = tokens(_AGED.sub(r"\1\2", letters.text if letters else plain), registered, welsh=welsh)
    row, felt = without_notes(row, registered)
    if sum(one.op is Op.WORD for one in row) > _MOST_WORDS:
        return Refused("long", "That is too much to type in one line. The form is quicker: leave out the names.")
    every = items(row, known)
    reading = register.read(every, known)
    reading.stands, reading.adds = stands, any(one.op is Op.ADDS for one in row)
    found = _outcome(reading)
    aged = tuple((one.text, Age(f"{one.number}")) for one in every if one.op is Op.WORD and one.number)
    if aged and isinstance(found, Understood):
        found = replace(found, value=replace(found.value, ages=aged))
    elif aged and isinstance(found, Ask) and found.kept:
        found = replace(found, kept=replace(found.kept, ages=aged))
    if counted is not None and isinstance(found, Understood) and counted != len(found.value.present):
        opens = (Open(f"{counted}/{len(registered)}", Op.NUMBER),)
        found = Ask("who", _QUESTIONS["names"], (), "names", Presence(opens=opens, nothing=True))
    if felt and not isinstance(found, Refused):
        found = replace(found, said=(*found.said, Said("note", "", _NOT_KEPT)))
    if letters and not isinstance(found, Refused):
        return replace(found, said=(Said("letters", "", letters.said), *found.said))
    return found


def _taken_back(text: str, known: Known, registered: Sequence[str], *, welsh: bool) -> str:
    """The words with which somebody takes back what stands before them: `Jac absent, sorry, Kim absent`. *Sorry, Kim
    too* adds to it, and of a courtesy nobody stands on both sides."""

    def told(side: str) -> list[Mention]:
        return register.read(items(tokens(side, registered, welsh=welsh), known), known).mentions

    for one in corrections(text):
        before, after = told(one.before), told(one.after)
        # `Ben away, no Kim` are two; behind an exception it may be another one instead: `all but Ben, no Kim`.
        instead = bool(before) and before[-1].lead is Op.EXCEPT and not _NO.search(one.before)
        adds = one.mark == "*" or (one.mark.casefold() == "no" and not instead) or _ADDS.search(one.after)
        if (one.sure or not adds) and before and after:
            return one.mark
    return ""


def _without_count(text: str, people: int) -> tuple[int | None, str]:
    """How many of all those registered a text says were there, and the text without it: `3/4, no Ben`. It has to agree
    with the names; alone it says nothing of who."""
    found = _COUNT.search(text)
    if found is None or int(found["of"]) != people:
        return None, text
    left = f"{text[: found.start()]} {text[found.end() :].lstrip(' ,;:.-–—')}".strip()
    return (int(found["came"]), left) if re.search(r"[^\W\d_]", left) else (None, text)


def _outcome(reading: Reading) -> Outcome[Presence]:
    """What it all comes to."""
    known = reading.known
    if sum(not one.places for one in reading.mentions) > _MOST_UNKNOWN:
        return Refused("long", f"More than {_MOST_UNKNOWN} of these names are not on the list. The form is quicker.")
    if not reading.open:
        reading.open = _missing(reading)
    opens = list(_opens(reading))
    value, said = _presence(reading)
    if reading.open and not (opens and reading.open == "names" and not reading.mentions):
        value = Presence(opens=tuple(opens), nothing=True)
        return Ask("who", _QUESTIONS[reading.open], (), reading.open, value)
    if opens:
        value = replace(value, opens=tuple(opens))
        several = next((one for one in opens if len(one.may_be) > 1 and one.said is not Op.PARTLY), None)
        if several and len({one.may_be for one in opens}) == 1:
            choices = tuple(Choice(known.names[place], _with(value, several, place)) for place in several.may_be)
            about = " | ".join(known.names[place] for place in several.may_be)
            return Ask("which", f"Which of them is “{several.words}”?", choices, about, value, tuple(said))
        words = [f"{one.words} = {known.names[one.may_be[0]]}" if one.may_be else one.words for one in opens]
        question = " ".join(_asked(one, known) for one in opens)
        choices = tuple(
            Choice(known.names[place], _with(value, opens[0], place)) for place in opens[0].may_be if len(opens) == 1
        )
        return Ask("who", question, choices, ";".join(words), value, tuple(said))
    return Understood(value, tuple(said))


def _asked(one: Open, known: Known) -> str:
    if one.said is Op.PARTLY:
        return f"What is said of {one.words}? It can be read in two ways."
    if not one.may_be and no_name(one.words):
        return f"“{one.words}” is no name. How are they called?"
    if one.may_be:
        return f"Nobody on the list is called “{one.words}”. Is it {named(known.names, one.may_be[:3])}?"
    return f"Nobody on the list is called “{one.words}”. Is it a walk-in?"


def _with(value: Presence, asked: Open, place: int) -> Presence:
    """The reading with one open name taken for somebody."""
    rest = tuple(one for one in value.opens if one is not asked)
    gone = asked.said in (Op.ABSENT, Op.EXCEPT)
    present = tuple(sorted({*value.present} - {place} if gone else {*value.present, place}))
    absent = tuple(sorted({*value.absent, place} if gone else {*value.absent} - {place}))
    unmarked = tuple(one for one in value.unmarked if one != place)
    return replace(value, present=present, absent=absent, unmarked=unmarked, opens=rest)


def _missing(reading: Reading) -> str:
    """What the text leaves open as a whole."""
    known, base = reading.known, reading.base
    if base is Op.ALL and not known.names:
        return "nobody is registered"
    if reading.number is not None:
        return "names"
    for op, number in reading.counts.items():
        if number != len({place for one in reading.mentions for place in one.places if _is(one, op)}):
            return "names"
    if reading.excepted:
        told = [one for one in reading.mentions if one.lead is Op.EXCEPT or one.said]
        if not told or any(_counted(one.text) for one in told):
            return "absent"
    if base is None and not any(one.places for one in reading.mentions):
        words = [one for one in reading.mentions if not one.places]
        if not words or (all(no_name(one.text) for one in words) and not any(one.lead is Op.PLUS for one in words)):
            return "names"
    if base is Op.ONLY and not reading.mentions:
        return "names"
    return ""


def _counted(text: str) -> bool:
    return text.isdigit() or folded(text) in NUMBERS


def _is(one: Mention, op: Op) -> bool:
    if op is Op.ABSENT:
        return one.away
    return op in one.said or one.lead is op


def _opens(reading: Reading) -> list[Open]:
    """What names nobody for certain, and those of whom two things are said."""
    known = reading.known
    found: dict[tuple[str, tuple[int, ...]], Open] = {}
    told: dict[int, set[bool]] = {}
    for one in reading.mentions:
        op = Op.PARTLY if one.doubt else Op.EXCEPT if one.away else one.lead
        if len(one.places) == 1 and op is not Op.PARTLY:
            told.setdefault(one.places[0], set()).add(one.away)
            continue
        if not one.places and op is Op.PLUS and not known.like(one.text) and not no_name(one.text):
            continue
        words = known.names[one.places[0]] if op is Op.PARTLY and len(one.places) == 1 else one.text
        may_be = () if op is Op.PARTLY and len(one.places) < 2 else one.places or known.like(one.text)
        found.setdefault((words, may_be), Open(words, op, may_be))
    twice = [place for place, ways in told.items() if len(ways) > 1]
    return [*found.values(), *(Open(known.names[place], Op.PARTLY) for place in twice)]


def _presence(reading: Reading) -> tuple[Presence, list[Said]]:
    """What is said of everybody, and what of it was not typed."""
    known, base = reading.known, reading.base
    sure = [one for one in reading.mentions if len(one.places) == 1 and not one.doubt]
    away = {one.places[0] for one in sure if one.away}
    here = {one.places[0] for one in sure} - away
    late, early = ({one.places[0] for one in sure if _is(one, op)} for op in (Op.LATE, Op.EARLY))
    doubtful = {one.places[0] for one in reading.mentions if len(one.places) == 1 and one.doubt}
    others = _others(reading)
    rest = set(range(len(known.names))) - away - here - doubtful
    if others is Op.PRESENT:
        here |= rest
    elif others is Op.ABSENT:
        away |= rest
    late |= here if Op.LATE in reading.everyone else set()
    early |= here if Op.EARLY in reading.everyone else set()
    said = _said(reading)
    if base is None and reading.rest is None and others is not None and rest:
        words = "present" if others is Op.PRESENT else "absent"
        said.append(Said("others", words, f"I took the others to be {words}."))
    if reading.stands and rest and _listed(reading) is Op.ABSENT:
        said.append(Said("others", "as they were", "Were only they there? Write “only” before their names."))
    if reading.taken and rest:
        said.append(Said("others", "present", "I took all others to be present."))
    if base is Op.ALL and known.names and not here:
        said.append(Said("nobody", "", "That means that nobody came."))
    walk_ins = dict.fromkeys(
        one.text for one in reading.mentions if _walks_in(one) and not no_name(one.text) and not known.like(one.text)
    )
    unmarked = doubtful if others else doubtful | rest
    value = Presence(
        _sorted(here), _sorted(away), _sorted(late & here), _sorted(early & here), _sorted(unmarked - here - away)
    )
    return replace(value, walk_ins=tuple(walk_ins)), said


def _sorted(places: set[int]) -> tuple[int, ...]:
    return tuple(sorted(places))


def _walks_in(one: Mention) -> bool:
    return one.lead is Op.PLUS and not one.places and not one.doubt


def _said(reading: Reading) -> list[Said]:
    """Whom words were taken for, and what is not kept."""
    names = reading.known.names
    said = []
    for one in reading.mentions:
        name = names[one.places[0]] if len(one.places) == 1 else ""
        if name and one.loose:
            said.append(Said("name", f"{one.text} = {name}", f"I took {one.text} for {name}."))
        if name and one.lead is Op.PLUS:
            said.append(Said("registered", name, f"{name} is registered, so no walk-in."))
        if _walks_in(one) and one.said - {Op.PRESENT}:
            said.append(Said("walk-in", one.text, f"That {one.text} was late or left early is not kept."))
    if not names and reading.base is Op.NONE:
        said.append(Said("empty", "", "Nobody is registered."))
    return said


def _others(reading: Reading) -> Op | None:
    """What holds for those who are not named: by *all*, *none*, *only* and *the others*; by a list of who was there,
    or of who was not, unless it adds to what is known."""
    if reading.rest is not None:
        return reading.rest
    if reading.base is not None:
        return Op.PRESENT if reading.base is Op.ALL else Op.ABSENT
    return None if reading.stands or reading.adds else _listed(reading)


def _is_there(one: Mention) -> bool:
    """Whether somebody is on a list of who was there; not who *came ten minutes late*, which says nothing of others."""
    return one.lead is Op.PRESENT or (Op.PRESENT in one.said and not one.said & {Op.LATE, Op.EARLY})


def _listed(reading: Reading) -> Op | None:
    """What a list of who was there, or of who was not, says of the others; nothing where both are listed."""
    if reading.base is not None or reading.rest is not None:
        return None
    away = any(one.away for one in reading.mentions)
    listed = any(not one.away and (one.bare or _is_there(one)) for one in reading.mentions)
    if away == listed:
        return None
    return Op.PRESENT if away else Op.ABSENT


__all__ = ["Open", "Presence", "leads", "read"]
