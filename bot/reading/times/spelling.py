"""Days, months and `tomorrow` one letter off: corrected where one word fits, offered where two do."""

from dataclasses import replace

from bot.reading.limits import keep_going
from bot.reading.persons.lexicon import given
from bot.reading.times.days import Found, day_number, with_year
from bot.reading.times.tokens import Line, ordinal
from bot.reading.times.written import Dated, Unreadable, Weekday
from bot.reading.words import MONTHS, PLURAL_DAYS, RELATIVE, WEEKDAYS, near

_RIGHT = frozenset({*WEEKDAYS, *MONTHS, *RELATIVE})


def day(line: Line, at: int) -> Found:
    """A misspelt day that may be two, or none."""
    found = [one for one in (_misspelt_month(line, at), _misspelt(line, at)) if one]
    return max(found, key=lambda one: one[1]) if found else None


def _misspelt(line: Line, at: int) -> Found:
    """A word one letter off two weekdays; two letters off is something that cannot be read."""
    word = line.word(at)
    if line.kind(at) != "word" or len(word) < 5 or "'" in word or word in WEEKDAYS:
        return None
    names = [name for name in WEEKDAYS if len(name) > 5]
    close = near(word, names)
    if close:
        return Weekday(tuple(sorted(WEEKDAYS[name] for name in close)), typed=line.tokens[at].text), at + 1
    if near(word, names, 2) and word[-1] == "y":
        return Unreadable(line.tokens[at].text), at + 1
    return None


def _misspelt_month(line: Line, at: int) -> Found:
    """`26 Novemeber`, `the 3rd of Decmber`, `Febuary 4th`."""
    the = line.word(at) == "the"
    number = ordinal(line, at + the) or day_number(line, at + the, behind=True)
    names = [name for name in MONTHS if len(name) > 3]
    if number:
        end = number[1] + (line.word(number[1]) == "of")
        close = _months_near(line, end, names)
        if not close and _month_two_off(line, end):
            return Unreadable(line.slice(at, end + 1)), end + 1
        if close and 0 < number[0] < 32:
            which = Dated(number[0], close, typed=line.tokens[end].text)
            return with_year(line, which, end + 1)
        return None
    close = _months_near(line, at, names)
    first = at + 1 + (line.word(at + 1) in ("the", ","))
    far = not close and _month_two_off(line, at)
    number = (ordinal(line, first) or day_number(line, first)) if close or far else None
    if number and (far or given(line.word(at))):
        return Unreadable(line.slice(at, number[1])), number[1]
    if number and 0 < number[0] < 32:
        return with_year(line, Dated(number[0], close, typed=line.tokens[at].text), number[1])
    return None


def corrected(line: Line) -> Line | None:
    """The line with its misspelt days in the right spelling, where only one word fits, and their tokens marked; None
    where nothing looks like a misspelt day."""
    names = [name for name in WEEKDAYS if len(name) > 5]
    months = [name for name in MONTHS if len(name) > 3]
    tokens = list(line.tokens)
    for at, token in enumerate(tokens):
        keep_going()
        if token.kind != "word" or len(token.word) < 4 or token.word in _RIGHT:
            continue
        close = near(token.word, [*names, "tomorrow"]) if len(token.word) > 4 else []
        if not close and (_by_a_number(line, at) or line.word(at - 1) in ("in", "of", "until", "till")):
            close = near(token.word, months)
        if not close and (line.word(at + 1) in WEEKDAYS or line.word(at + 1) in ("week", "month", "fortnight")):
            close = near(token.word, ["every"]) if token.word != "every" else []
        if len(close) == 1 and token.word not in PLURAL_DAYS and not token.word.endswith("'s"):
            tokens[at] = replace(token, word=close[0], slip=True)
    slips = any(token.slip for token in tokens) or any(day(line, at) for at in range(len(line)))
    return line.with_tokens(tokens) if slips else None


def _by_a_number(line: Line, at: int) -> bool:
    before = at - 2 if line.word(at - 1) in ("st", "nd", "rd", "th") else at - 1
    first = at + 1 + (line.word(at + 1) in ("the", ","))
    if given(line.word(at)) and ordinal(line, first):
        return False  # `Marc 24th` may be said of somebody
    return line.digits(before) or line.digits(first) or ordinal(line, at - 1) is not None


def _month_two_off(line: Line, at: int) -> bool:
    """Whether a word looks like one of the long months and is two letters off."""
    names = [name for name in MONTHS if len(name) > 6]
    return line.kind(at) == "word" and len(line.word(at)) > 5 and bool(near(line.word(at), names, 2))


def _months_near(line: Line, at: int, names: list[str]) -> tuple[int, ...]:
    word = line.word(at)
    if line.kind(at) != "word" or len(word) < 4 or line.glued(at):
        return ()
    return tuple(sorted({MONTHS[name] for name in near(word, names)}))
