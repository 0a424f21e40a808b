"""What `/meeting edit M-1 …` changes, from what somebody typed."""

import re
from datetime import UTC, date, datetime
from typing import Any

from bot.errors import BadInput
from bot.meetings import as_it_stands, forms, options
from bot.meetings.as_it_stands import ASSUMED, Own
from bot.reading import Ask, Choice, Outcome, Refused, Understood, changes, numbering
from bot.reading.corrections import Correction, denied
from bot.reading.invites import links, passcodes
from bot.reading.invites.services import Link
from bot.reading.times import shifts
from bot.reading.times.due import due
from bot.reading.times.lengths import length
from bot.reading.times.plans import Around, Plan, moment
from bot.reading.times.tokens import Line, whole
from bot.reading.words import set_of
from bot.slack.text import MENTION, unescape, unwrapped

_BARE = re.compile(r"(?:at|on|to|for)\s+", re.IGNORECASE)
_HOUR_FIRST = re.compile(r"(?:(?:to|on)\s+)?(?:at\s+)?(?=\d|half|quarter|noon|mid)", re.IGNORECASE)
_HOUR = re.compile(r"\d{1,2}(?:[.:]\d{2}|\s*[ap]\.?m|\s*[-–]\s*\d)|half\s|quarter\s|noon", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(?:to|on)\s+", re.IGNORECASE)
_JOINED = re.compile(r"^(?:and\b|[\s,;&+.:-])+|(?:\band|[\s,;&+.:-])+$", re.IGNORECASE)
_PART = re.compile(r"(title|with|programme|for|to|on)\b", re.IGNORECASE)
_LATER_PART = re.compile(
    r"(?<=\S)\s+(?=(?:title|with|programme|for|to|make\s+it|call\s+it|rename|finish|extend|shorten)\s)", re.IGNORECASE
)
_INSTEAD = re.compile(r"\s+(?:instead|start|starts)[\s.!]*$", re.IGNORECASE)
_BESIDE_MENTIONS = re.compile(r"\b(?:and|with|please|pls|plz|thanks|too)\b|[\s,;&+./!-]+", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"(?:make\s+(?:it|this)|it['’]?s|it\s+is|this\s+is|it\s+will\s+be|change\s+it\s+to)", re.IGNORECASE
)
"""What may stand before an option: `make it one-to-one`."""
_WHOLE = re.compile(r"(?:title|programme)\b", re.IGNORECASE)
_SHOULD_BE = re.compile(r"^(?:(?:should|has\s+to|needs\s+to|will)\s+be|should\s+read)\s+(?=\S)")
_LEADS = re.compile(r"(?:is(?!\s+(?:it|this|that|there|my|your|our|he|she)\b)|to)\s+(?=\S)")
"""Small words in front of a title that may be none of it."""
_POLITE = set_of(
    "a all and call change cheers click for folks from go good great hello here here's hey hi i in instead is it it's "
    "join link me meeting my new now of ok our please room see session set sorry ta teams thank thanks that that's the "
    "there this to today tonight update use us video we with you your zoom google meet everyone below above cloud hd"
)
"""Words that may stand around a pasted link and say nothing of the meeting."""
_ADDED = re.compile(
    r"(?:^|\n|\band\s+|[,;]\s*)(?:(?:title|programme)\s+\S|with\s+<@|for\s+\d+\s*[mh]|"
    r"(?:and|move|change)\b[^\n]{0,40}\bto\s+\S)|"
    r"\s(?:to|on)\s+(?:the\s+)?(?:mon|tue|wed|thu|fri|sat|sun|tomorrow|today|\d{1,2}\b)(?![^\n]*(?:until|occurrence))"
    r"[^\n]{0,40}$|^(?:to|on|for|with)\b",
    re.IGNORECASE,
)
"""Another change beside a whole invitation."""
_WHAT = (
    "Say what to change: `to`, `for`, `with`, `title` or `link`; or what is planned: `recording because …`, "
    "`not recorded`, `breakout rooms`, `one-to-one`, `not sensitive`, `about …`. Without, the form opens."
)


class Unread(BadInput):
    """The words are no change that is known."""


class Doubt(Exception):
    """The words may mean more than one moment, or not a whole one."""

    def __init__(self, asked: Ask[Plan]) -> None:
        super().__init__(asked.what)
        self.asked = asked


class WhichLink(BadInput):
    """There are links to several meetings in what was typed, or what stands beside the link may say that it is none to
    use. `links` are those that may be meant, as somebody would type them."""

    def __init__(self, asked: Ask[Link]) -> None:
        super().__init__(f"{asked.question} Please send that one alone.", field="link")
        self.question = asked.question
        self.links = [_alone(one.value) for one in asked.choices]
        self.labels = [_without_secrets(one.value.url or "") for one in asked.choices]


class Relative(Exception):
    """The words change the meeting from how it stands, so that this must be known."""


def from_text(text: str, around: Around, own: Own | None = None) -> dict[str, Any]:
    """The changes by name, as `service.edit` takes them; none for an empty text. `own` is how the meeting stands:
    without it raises Relative for what is told by it (`an hour later`). Raises BadInput.

    A pasted link or passcode may stand beside other changes, a whole invitation alone; `title …` and `programme …` take
    all that follows.
    Of `with @…`, `for 45 min` and `to DAY at TIME` there is one at a time, and options may stand before or behind it.
    """
    if not text:
        return {}
    if links.is_pasted(text) or links.has_link(text) or passcodes.is_named(text):
        return _pasted(text, around)
    return _typed(text, around, own)


def _typed(text: str, around: Around, own: Own | None = None) -> dict[str, Any]:
    if not text:
        return {}
    if _WHOLE.match(text):
        return _one(text, around, own)
    how = changes.relative(text)
    if isinstance(how, changes.Swap) and next(options.places(text), None) is not None:
        how = None  # `not one-to-one, not sensitive`
    stands = _from_how_it_stands(how, around, own) if how else None
    if stands is not None:
        return stands
    text = changes.as_moved(text)
    if _WHOLE.match(text):
        return _one(text, around, own)
    for place in options.places(text):
        said, left = options.read(text[place:])
        other = f"{options.before(text, place)} {left}".strip()
        if not other:
            return forms.plain(said)
        if _SAYS_NOTHING.fullmatch(other):
            return forms.plain(said)
        if _PART.match(other) or shifts.read(other):
            return {**_one(other, around, own), **forms.plain(said)}
    return _one(text, around, own)


def other_week(text: str, starts_at: datetime, own: Own) -> None:
    """Raise Doubt where a weekday alone was typed that may be the meeting's own week's, or the next one."""
    asked = as_it_stands.other_week(
        _INSTEAD.sub("", numbering.without_courtesy(changes.as_moved(text))), starts_at, own
    )
    if asked is not None:
        raise Doubt(asked)


def on_day(text: str, day: date) -> str | None:
    """The same change of the hour with the day that it leaves out; None where it begins otherwise, as a bare number
    may be anything."""
    text = _INSTEAD.sub("", changes.as_moved(text))
    found = _HOUR_FIRST.match(text)
    return f"to {day:%d %B %Y} {text[found.end() :]}" if found and (found[0] or _HOUR.match(text)) else None


def at_same_hour(text: str, day: date | None, around: Around) -> str | None:
    """The same change with the hour that it leaves out, where the text is that day and nothing else; else None."""
    words = _DAY_FIRST.sub("", numbering.without_courtesy(_INSTEAD.sub("", changes.as_moved(text))))
    found = due(words, around, with_today=True)
    if day is None:
        # Of two days that may be meant it is asked with the meeting's own hour.
        return f"same time {words}" if isinstance(found, Ask) and found.what == "which" else None
    alone = isinstance(found, Understood) and found.value.moment is None and found.value.day == day
    return f"same time on {day:%d %B %Y}" if alone else None


def begins(text: str) -> bool:
    """Whether a text begins with what it changes, so that no meeting stands before it."""
    told = bool(_PART.match(text)) or links.leads(text) or passcodes.is_named(text)
    said = changes.plain(text) != text or isinstance(changes.relative(text), changes.Longer | changes.Ends)
    return told or said or shifts.read(text) is not None


def behind_others(text: str) -> tuple[str, str] | None:
    """The words before what a text changes, and what it changes; None where nothing stands before it."""
    found = _LATER_PART.search(text)
    return (text[: found.start()].strip(" ,;:"), text[found.start() :].strip()) if found else None


def says_something(text: str, around: Around) -> bool:
    """Whether words mean a change, or may: then they are no part of a meeting's title."""
    try:
        return bool(from_text(text, around))
    except (Doubt, Relative):
        return True
    except BadInput:
        return False


def _pasted(text: str, around: Around) -> dict[str, Any]:
    """A link, a passcode or an invitation, with what else was typed. Raises BadInput where that cannot be read."""
    read = links.read(text)
    _check_which(text, read)
    if not isinstance(read, Understood) and not (isinstance(read, Refused) and read.what == "unknown-service"):
        # What is wrong with the link itself is told first, by whoever takes it; a host may be the organisation's own.
        return {"link": text}
    rest = links.rest(text)
    if rest is None:
        if _ADDED.search(text.strip()):
            raise BadInput("Beside a whole invitation I take no other change. Send it alone, and the rest by itself.")
        return {"link": text}
    if all(word in _POLITE for word in re.findall(r"[^\W_]+(?:['’]\w+)?", rest.casefold().replace("’", "'"))):
        return {"link": text}
    rest = _JOINED.sub("", rest)
    unread = BadInput(f"I don't know what “{rest}” is to say beside the link. Send the link alone, and then the rest.")
    if re.match(r"for\s+\D", rest, re.IGNORECASE):
        if not _is_for(rest, around):
            raise unread
        # For when the link is: what is not the meeting's own moment is asked about when it is taken.
        return {"link": text}
    named = re.search(r"(?:^|[\s,;&])(?=(?:title|programme)\s)", rest, re.IGNORECASE)
    head, tail = (rest[: named.start()], rest[named.end() :]) if named else (rest, "")
    try:
        changes = {**_typed(_JOINED.sub("", head), around), **_typed(tail, around)}
    except Doubt as open_yet:
        unsure = f"“{rest}” leaves something open. Send the link alone, and then the rest: the form asks about it."
        raise BadInput(unsure) from open_yet
    except BadInput as wrong:
        raise (wrong if named or _PART.match(head) else unread) from None
    if not isinstance(read, Understood):
        return {"link": text, **changes}
    # The other words are done with; what was assumed of the link is said here, as the words that tell it are gone.
    said = [one for one in read.said if one.kind == "https" or one.kind.startswith("passcode ")]
    assumed = {ASSUMED: (*said, *changes.get(ASSUMED, ()))} if said or ASSUMED in changes else {}
    return {"link": _alone(read.value), **changes, **assumed}


def _check_which(text: str, read: Outcome[Link]) -> None:
    """Raise WhichLink where nobody can tell which link is meant; whole invitations and passcodes are judged whole."""
    alone = not (links.is_invitation(text) or passcodes.is_named(text))
    if alone and isinstance(read, Ask) and read.what in ("which", "sure"):
        raise WhichLink(read)


def _alone(link: Link) -> str:
    """A link and its passcode by themselves, as somebody would type them."""
    return " ".join([*([link.url] if link.url else []), *([f"passcode “{link.passcode}”"] if link.passcode else [])])


def _without_secrets(url: str) -> str:
    """A link as a button's label says it."""
    return url.partition("?")[0].removeprefix("https://").removeprefix("www.")


def check_field(text: str, around: Around) -> None:
    """Raise BadInput where a form's field for the link holds other changes beside it: they have fields of their own."""
    unread = links.unread(text)
    if unread:
        raise BadInput(links.UNREAD.format(unread), field="link")
    try:
        beside = _pasted(text, around).keys() - {"link"}
    except WhichLink:
        raise
    except BadInput:
        beside = {"words"}
    if beside:
        why = "Here goes the link alone, with its passcode, or a whole invitation; the rest has fields of its own."
        raise BadInput(why, field="link")


def _is_for(rest: str, around: Around) -> bool:
    """Whether words tell when the link is for: `for Friday at 17:00`."""
    read = moment(unwrapped(rest.partition(" ")[2]), around)
    return isinstance(read, Understood) or (isinstance(read, Ask) and read.what == "which")


def _one(text: str, around: Around, own: Own | None = None) -> dict[str, Any]:
    found = _PART.match(text)
    if not found:
        return _moment_alone(text, around, own)
    word, rest = found.group(1).lower(), text[found.end() :].strip()
    match word:
        case "with":
            return {"co_workers": _co_workers(rest)}
        case "title":
            rest = _SHOULD_BE.sub("", rest)
            options.check_kept(rest, "title", title=True)
            _check_leading(rest)
            return {"title": forms.check_title(unescape(rest))}
        case "programme":
            return {"programme": forms.find_programme(unescape(rest), list(around.programmes))}
        case "for":
            return {"minutes": forms.check_minutes(_minutes(rest))}
        case _:
            return _moved(rest, around, own)


def _check_leading(title: str) -> None:
    """Raise TakenBack where the first word of a title may only lead to it: `title is Art club`."""
    found = _LEADS.match(title)
    if found:
        raise options.TakenBack(Correction(title, found[0].strip(), title[found.end() :], sure=False), "title")


def _from_how_it_stands(how: changes.Relative, around: Around, own: Own | None) -> dict[str, Any] | None:
    """The changes that words tell by how the meeting stands; None where they do not fit it, or say something else.
    Raises Relative without `own`."""
    match how:
        case changes.Swap(new, old):
            how = changes.Swap(_BARE.sub("", changes.as_moved(new)), _BARE.sub("", old))
            if not (_is_moment(f"to {how.new}", around) or _is_moment(how.new, around)):
                return None
        case changes.Workers(mentions, more):
            named = _co_workers(mentions)
            if own is not None:
                before = [one for one in own.co_workers if one not in named]
                return {"co_workers": (*before, *named) if more else tuple(before)}
    if own is None:
        raise Relative
    return as_it_stands.changed(how, own, around)


def _is_moment(words: str, around: Around) -> bool:
    """Whether words are a moment or a part of one, and nothing else."""
    try:
        return bool(_one(words, around))
    except Doubt as open_yet:
        return open_yet.asked.what != "words"
    except Relative:
        return True
    except BadInput:
        return False


def _co_workers(words: str) -> tuple[str, ...]:
    """Who is mentioned. Raises Doubt where anybody is named otherwise."""
    found = tuple(dict.fromkeys(MENTION.findall(words)))
    others = _BESIDE_MENTIONS.sub(" ", MENTION.sub(" ", words)).strip()
    if others and denied(others):
        raise Doubt(Ask("denied", "Who is it to be? Pick the co-workers below.", about=others))
    if others or not found:
        who = f"Who is {unescape(others)}?" if others else "With whom?"
        raise Doubt(Ask("who", f"{who} Pick the co-workers below.", about=others, kept=Plan(people=found)))
    return found


def _moment_alone(text: str, around: Around, own: Own | None) -> dict[str, Any]:
    """A moment without `to` before it. Raises Unread where the text is no moment, and Doubt where it is half of one."""
    text = _INSTEAD.sub("", text)
    if shifts.read(text):
        return _moved(text, around, own)
    line = Line(unwrapped(text))
    lasts = length(line, 0)
    if lasts and line.skip(lasts[1]) >= len(line):
        return {"minutes": forms.check_minutes(lasts[0])}
    found = moment(unwrapped(text), around)
    kept = found.kept if isinstance(found, Ask) else None
    half = bool(kept and not kept.title and (kept.day or kept.hour or kept.timed))
    if not half and kept and not kept.title:
        day = due(unwrapped(text), around, with_today=True)
        half = isinstance(day, Ask) and day.what == "which"
    if isinstance(found, Understood) or half or (isinstance(found, Ask) and found.what == "which"):
        return _moved(text, around, own)
    raise Unread(_WHAT)


def _moved(words: str, around: Around, own: Own | None) -> dict[str, Any]:
    """The start, and the minutes where they were typed too. Raises BadInput, and Doubt where it must be asked about."""
    if denied(words):
        raise Doubt(Ask("denied", f"“{unescape(words)}” says what is not to be. When is it to be?"))
    found = _moment(_INSTEAD.sub("", unwrapped(words)), around, own)
    if isinstance(found, Refused):
        raise BadInput(found.why)
    if isinstance(found, Ask):
        raise Doubt(found)
    if len(found.value.slots) > 1:
        raise BadInput("That is more than one moment. One meeting has one: “to Friday at 17:00”.")
    slot = found.value.slots[0]
    if words.rstrip(" .!").endswith("?"):
        raise Doubt(Ask("which", "That asks. Is the meeting to be moved to this?", (Choice(slot.words, found.value),)))
    minutes = {"minutes": slot.minutes} if found.value.timed else {}
    said = {ASSUMED: found.said} if found.said else {}
    return {"starts_at": slot.start.astimezone(UTC), **minutes, **said}


def _moment(words: str, around: Around, own: Own | None) -> Outcome[Plan]:
    """The moment that is meant, by itself or by the meeting's own."""
    relative = shifts.read(words)
    if relative is None:
        return moment(words, around)
    if own is None:
        raise Relative
    if isinstance(relative, shifts.Shift):
        return shifts.shifted(relative, own.slot, around)
    return shifts.staying(relative, own.slot, around)


def _minutes(words: str) -> int:
    line = Line(words)
    found = length(line, 0) or (whole(line, 0) if line.digits(0) else None)
    if found is None or line.skip(found[1]) < len(line):
        raise BadInput("For how long? Write it like `for 45 min`.")
    return found[0]
