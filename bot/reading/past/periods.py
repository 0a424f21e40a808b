"""The days that a report is about, from what somebody typed: weeks, months, quarters, years, spans and single days.

A report looks back: a weekday, or a month without a year, is the one that has been or runs now; what is still to come
is said. A programme may stand before or behind the days. What can be meant in two ways is asked about.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rapidfuzz.distance import OSA

from bot.reading.clean import clean
from bot.reading.limits import keep_going
from bot.reading.outcome import Ask, Choice, Outcome, Refused, Said, Understood
from bot.reading.past.past_days import DAY, NOTHING, NoSuch
from bot.reading.past.span import Doubt, Found, Open, Span, in_words, month_of, week_of
from bot.reading.past.spans import span_of
from bot.reading.words import DASHES, MONTH_NAMES, fold, near

LONGEST = timedelta(days=366)
_LONGEST_TEXT = 200
_VOCABULARY = (
    *(name.lower() for name in MONTH_NAMES),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("yesterday", "today", "week", "weeks", "month", "months", "quarter", "fortnight", "previous"),
)
_FILLING = re.compile(
    r"\b(?:how many (?:people |participants )?"
    r"(?:(?:came|attended|were there|joined|turned up|showed up|took part|went|come|attend)(?: (?:to|at|in|for))?)?"
    r"|(?:what |how many )?(?:did|have|do) we (?:see|seen|have|had|get|got|reach|reached|meet|met|work with)"
    r"|show (?:me )?|(?:the )?attendances?|(?:the )?report|(?:the )?(?:numbers|figures|stats|totals?)"
    r"|please|pls|plz|just|only|thanks|thank you|thx|ta|cheers|(?:can|could) i (?:have|get|see)"
    r"|(?:by|per|for each|for every) programmes?|what about|who came)\b"
)
_EACH = re.compile(r"\b(?:by|per|for each|for every) programmes?\b")
_SOME = re.compile(
    r"\b(?:(?:the|all|our|of) )*(?P<who>kids|children|child|young people|young persons|teens|teenagers|adults"
    r"|boys|girls|parents|carers|families|toddlers|pupils|students|volunteers)"
    r"(?: (?:came|attended|joined|were there))?\b"
)
"""Words for some of those who come; a report counts everybody."""
_SHORT = {
    **dict.fromkeys(("wk", "wek"), "week"),
    **{"wks": "weeks", "mth": "month", "mths": "months", "yr": "year", "qtr": "quarter", "thru": "through"},
}
_BEFORE_NAME = re.compile(r"(?:^|\s)(?:in|for|at|from|of|to)\s*$")


@dataclass(frozen=True)
class Asked:
    """Whole local days, both ends included, and the programme, or the title of a group; None means all of them."""

    first: date
    last: date
    programme: str | None = None


_SHEET = re.compile(r"(\d{1,2}/\d{1,2}/(?:\d{4}|\d{2}))\s+(?=\d{1,2}/\d{1,2}/(?:\d{4}|\d{2}))")
"""First and last day in two columns."""
_JUST_GONE = re.compile(r"\b(?:the )?(week|month) (?:that(?: has)? )?just (?:gone|passed|been|finished)\b")


def read(text: str, today: date, programmes: Sequence[str]) -> Outcome[Asked]:
    """What a report is asked about on `today`, a local day; no days mean this week. Among the `programmes` may be
    titles of groups."""
    if len(text) > _LONGEST_TEXT:
        return Refused("long", "That is too long for the days of a report.")
    typed = " ".join("-" if one in DASHES and one != "-" else one for one in clean(text).split(" "))
    words = fold("".join("-" if one in DASHES else one for one in typed))
    words = _SHEET.sub(r"\1 to ", re.sub(r"'s\b", " ", re.sub(r"[?!.]+$", "", words)))
    words = _JUST_GONE.sub(r"last \1", words)
    words, named = _take_programmes(words, programmes)
    if len(named) > 1:
        return _which_programme(sorted(named), "One programme at a time: which?", _FILLING.sub(" ", words), today)
    programme = named[0] if named else None
    told = _told(words, programme)
    filled = _FILLING.sub(" ", " ".join(_SOME.sub(" ", words).split()))
    bare = _squeezed(filled)
    if not bare and (programme or told or not words.strip()):
        bare = "this week"
    words, spelt = _spelt(bare)
    said = (*told, *spelt)
    strange = next((one for one in re.findall(r"(?<!\d)\d{4}(?!\d)", words) if not 2000 <= int(one) <= 2100), None)
    if strange:
        return Refused("none", f"There is nothing of the year {strange}.")
    found = span_of(words, today)
    if found is NOTHING:
        return _not_read(words, today, programmes, programme)
    if isinstance(found, Span) and found.first == found.last < today and re.search(r"-\s*$", filled):
        # `1 Oct -`: that the other end is now is likely, but nobody said it.
        found = Doubt((Span(found.first, today), found), "Until when?")
    return _outcome(found, programme, said, today)


def _told(words: str, programme: str | None) -> tuple[Said, ...]:
    """What is said of words that change nothing: whom a report counts, and where each programme has its figures."""
    some = _SOME.search(words)
    said = [Said("everybody", some["who"], f"It counts everybody who came, not only {some['who']}.")] if some else []
    if re.search(r"\bwho (?:came|attended|was there)\b", words):
        said.append(Said("no names", "", "A report has numbers and no names: `/participant list M-12` has them."))
    if programme is None and _EACH.search(words):
        said.append(Said("each programme", "", "Each programme that had sessions has its own line below."))
    return tuple(said)


def _take_programmes(words: str, programmes: Sequence[str]) -> tuple[str, list[str]]:
    """The words without the programmes that they name whole, and which these are."""
    named = []
    for one in sorted(programmes, key=len, reverse=True):
        pattern = re.compile(rf"(?<!\w){re.escape(fold(one))}(?!\w)")
        found = pattern.search(words)
        if found:
            named.append(one)
            before = _BEFORE_NAME.sub(" ", words[: found.start()])
            words = f"{before} {words[found.end() :]}"
    return words, named


def _squeezed(words: str) -> str:
    """One space between words, none at a dash or a stroke between figures, and no small word or mark at the edges."""
    words = re.sub(r"[,;]", " ", words)
    words = re.sub(r"^\s*-\s+|\s+-\s*$", " ", words)
    words = re.sub(r"\s+-\s+", " to ", words)
    words = " ".join(words.split())
    words = re.sub(r"^(?:(?:for|in|of|during|on|over|and|the|from the)\s+)+(?=\S)", "", words)
    return re.sub(r"\s+(?:and|for|in|of|the)$", "", words).strip(" ?!.-")


def _spelt(words: str) -> tuple[str, tuple[Said, ...]]:
    """The words with what is one letter off put right, where only one word fits."""
    said, out = [], []
    words = re.sub(r"^w/?b ", "w/c ", words)
    for word in (_SHORT.get(one, one) for one in words.split()):
        keep_going()
        close = near(word, _VOCABULARY) if len(word) > 4 and word.isalpha() and word not in _VOCABULARY else []
        if len(close) == 1:
            said.append(Said("spelling", close[0].capitalize(), f"I took “{word}” as {close[0].capitalize()}."))
        out.append(close[0] if len(close) == 1 else word)
    return " ".join(out), tuple(said)


def _not_read(words: str, today: date, programmes: Sequence[str], programme: str | None) -> Outcome[Asked]:
    """What is left is a programme that there is not, or nothing that says when."""
    if programme is None:
        for one in programmes:
            row = _nearly(fold(one), words.split())
            if row:
                days = words.replace(row, " ")
                return _which_programme(
                    [one], "There is no programme and no group of that name. Did you mean", days, today
                )
        unknown = re.search(r"(?:^|\s)(?:in|for|at)\s+([^\d\s].*)", words)
        if unknown:
            question = f"There is no programme and no group “{unknown[1][:60]}”. There are:"
            return _which_programme(sorted(programmes), question, words[: unknown.start()], today, all_of_them=True)
    last_month = month_of(today.year, today.month - 1)
    likely = (("Last week", week_of(today - 7 * DAY)), ("This week", week_of(today)), ("Last month", last_month))
    choices = tuple(Choice(label, Asked(one.first, one.last, programme)) for label, one in likely)
    other, span = _other_and_days(words, today)
    if span is not None:
        near_by = Choice(in_words(span.first, span.last), Asked(span.first, span.last, programme))
        return Ask("days", f"I can't place “{other[:60]}”. Is it these days?", (near_by, *choices), about=words)
    return Ask("days", "Which days? Write “last week”, “October” or “1 November to 15 November”.", choices, about=words)


def _other_and_days(words: str, today: date) -> tuple[str, Span | None]:
    """The words that say no days, and the days behind them: `trustees oct-nov`; None where none stand there."""
    parts = words.split()
    for at in range(1, len(parts)):
        keep_going()
        found = span_of(_squeezed(" ".join(parts[at:])), today)
        if isinstance(found, Span) and found.first <= found.last:
            return " ".join(parts[:at]), found
    return words, None


def _nearly(name: str, words: list[str]) -> str:
    """So many words in a row as a name has, at most two letters off it; empty where there are none."""
    count = len(name.split())
    rows = (" ".join(words[at : at + count]) for at in range(len(words) - count + 1))
    return next((row for row in rows if OSA.distance(name, row, score_cutoff=2) <= 2), "")


def _which_programme(
    names: Sequence[str], question: str, days: str, today: date, *, all_of_them: bool = False
) -> Ask[Asked]:
    """Which of the programmes is meant, with a button for each where the days are clear, and one for all of them."""
    found = span_of(_squeezed(days) or "this week", today)
    clear = found if isinstance(found, Span) else None
    choices = tuple(Choice(name, Asked(clear.first, clear.last, name)) for name in names) if clear else ()
    if clear and all_of_them:
        choices = (Choice("All of them", Asked(clear.first, clear.last)), *choices)
    return Ask("programme", question, choices, about=" | ".join(names))


def _outcome(found: Found, programme: str | None, said: tuple[Said, ...], today: date) -> Outcome[Asked]:
    if isinstance(found, NoSuch):
        return Refused("none", found.why)
    if isinstance(found, Open):
        return Ask(found.what, found.question)
    if isinstance(found, Doubt):
        choices = tuple(
            Choice(in_words(one.first, one.last), Asked(one.first, one.last, programme)) for one in found.spans
        )
        return Ask(found.what, found.question, choices, said=said)
    if found.last < found.first:
        begins, ends = in_words(found.first, found.first), in_words(found.last, found.last)
        return Refused("end", f"That ends on {ends}, before it begins on {begins}.")
    if found.last - found.first > LONGEST:
        return Refused("long", "That is more than a year. Choose a shorter span.")
    said = (*said, *found.said)
    if found.last > today and not found.runs:
        part = "All" if found.first > today else "Part"
        said = (*said, Said("to come", "", f"{part} of it is still to come."))
    return Understood(replace(Asked(found.first, found.last), programme=programme), said)
