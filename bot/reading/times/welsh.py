"""Welsh days, months and hours, turned into the English words that the rules look at.

Mutations are written out: a word that is looked up may begin with another letter behind `i`, `dydd` or a number.
"""

from dataclasses import replace

from bot.reading.times.tokens import Line, Token

_DAYS = {
    "llun": "monday",
    "lun": "monday",
    "mawrth": "tuesday",
    "fawrth": "tuesday",
    "mercher": "wednesday",
    "fercher": "wednesday",
    "iau": "thursday",
    "gwener": "friday",
    "wener": "friday",
    "sadwrn": "saturday",
    "sul": "sunday",
}
_MONTHS = {
    word: month
    for words, month in (
        ("ionawr", "january"),
        ("chwefror", "february"),
        ("mawrth fawrth", "march"),
        ("ebrill", "april"),
        ("mai fai", "may"),
        ("mehefin fehefin", "june"),
        ("gorffennaf orffennaf", "july"),
        ("awst", "august"),
        ("medi fedi", "september"),
        ("hydref", "october"),
        ("tachwedd dachwedd", "november"),
        ("rhagfyr ragfyr", "december"),
    )
    for word in words.split()
}
_NUMBERS = {
    word: number
    for words, number in (
        ("un", "one"),
        ("dau ddau dwy ddwy", "two"),
        ("tri dri tair dair", "three"),
        ("pedwar bedwar pedair bedair", "four"),
        ("pump bump pum", "five"),
        ("chwech chwe", "six"),
        ("saith", "seven"),
        ("wyth", "eight"),
        ("naw", "nine"),
        ("deg ddeg", "ten"),
        ("deuddeg ddeuddeg", "twelve"),
        ("ugain", "twenty"),
    )
    for word in words.split()
}
_PHRASES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("os", "gwelwch", "yn", "dda"): ("please",),
    ("hanner", "awr", "wedi"): ("half", "past"),
    ("pum", "munud", "ar", "hugain"): ("twenty", "five"),
    ("un", "ar", "ddeg"): ("eleven",),
    ("y", "diwrnod", "ar", "ôl", "yfory"): ("day", "after", "tomorrow"),
    ("yr", "wythnos", "nesaf"): ("next", "week"),
    ("wythnos", "nesaf"): ("next", "week"),
    ("yr", "wythnos", "hon"): ("this", "week"),
    ("o'r", "gloch"): ("o'clock",),
    ("yn", "y", "bore"): ("in", "the", "morning"),
    ("y", "bore"): ("in", "the", "morning"),
    ("yn", "y", "prynhawn"): ("in", "the", "afternoon"),
    ("y", "prynhawn"): ("in", "the", "afternoon"),
    ("gyda'r", "nos"): ("in", "the", "evening"),
    ("gyda'r", "hwyr"): ("in", "the", "evening"),
    ("yr", "hwyr"): ("in", "the", "evening"),
    ("bore", "yfory"): ("tomorrow", "morning"),
    ("bore", "fory"): ("tomorrow", "morning"),
    ("nos", "yfory"): ("tomorrow", "evening"),
    ("prynhawn", "yfory"): ("tomorrow", "afternoon"),
    ("hanner", "dydd"): ("noon",),
    ("hanner", "nos"): ("midnight",),
    ("hanner", "awr"): ("half", "hour"),
    ("bob", "wythnos"): ("weekly",),
    ("bob", "pythefnos"): ("fortnightly",),
    ("bob", "dydd"): ("every",),
    ("wythnos", "i"): ("a", "week", "on"),
    ("pythefnos", "i"): ("a", "fortnight", "on"),
    ("chwarter", "wedi"): ("quarter", "past"),
    ("chwarter", "i"): ("quarter", "to"),
}
_WORDS = {
    "yfory": "tomorrow",
    "fory": "tomorrow",
    "heddiw": "today",
    "heno": "tonight",
    "ddoe": "yesterday",
    "wedi": "past",
    "tan": "until",
    "hyd": "until",
    "gyda": "with",
    "gyda'r": "with",
    "awr": "hour",
    "oriau": "hours",
    "munud": "minutes",
    "funud": "minutes",
    "bob": "every",
    "wythnos": "weeks",
    "gwaith": "times",
    "neu": "or",
    "yp": "pm",
    "yb": "am",
    "rhwng": "between",
}
_PARTS = {"bore": "morning", "prynhawn": "afternoon", "nos": "evening"}
_DAY = ("dydd", "ddydd")


def named(line: Line) -> str:
    """A Welsh day that stands in the line (`dydd Iau`, `yfory`); empty where there is none."""
    for at in range(len(line)):
        if line.word(at) in (*_DAY, "nos") and line.word(at + 1) in _DAYS:
            return line.slice(at, at + 2)
        if line.word(at) in ("yfory", "heddiw", "heno"):
            return line.slice(at, at + 1)
    return ""


def turned(line: Line) -> Line:
    """The line with English words in place of the Welsh ones that say when; the typed text stays as it is."""
    found: list[Token] = []
    at = 0
    while at < len(line):
        words, end = _phrase(line, at) or _day(line, at) or _number(line, at) or _word(line, at) or ((), at + 1)
        if not words:
            found.append(line.tokens[at])
        else:
            found += _tokens(line, at, end, words)
        at = end
    return line.with_tokens(found)


def _tokens(line: Line, at: int, end: int, words: tuple[str, ...]) -> list[Token]:
    """The words in place of these tokens: the first takes the text of all."""
    first, last = line.tokens[at], line.tokens[end - 1]
    # The ending of `4ydd` stays with its number.
    glued = first.glued and words == ("th",)
    whole = replace(first, kind="word", word=words[0], end=last.end, glued=glued, text=line.slice(at, end))
    return [whole, *(replace(whole, word=word, glued=False) for word in words[1:])]


def _phrase(line: Line, at: int) -> tuple[tuple[str, ...], int] | None:
    for typed, words in _PHRASES.items():
        if line.words(at, *typed):
            if typed[-1] == "dydd" and line.word(at + 2) not in _DAYS:
                return (("daily",), at + 2) if typed[0] == "bob" else (words, at + len(typed))
            if typed[-1] == "dydd" and typed[0] == "bob":
                return ("every", _DAYS[line.word(at + 2)]), at + 3
            return words, at + len(typed)
    return None


def _day(line: Line, at: int) -> tuple[tuple[str, ...], int] | None:
    word, behind = line.word(at), line.word(at + 1)
    place = at + 1 if word == "i" and (behind in _DAY or behind in _PARTS) else at
    word, behind = line.word(place), line.word(place + 1)
    if behind not in _DAYS or (word not in _DAY and word not in _PARTS):
        return None
    day, end = _DAYS[behind], place + 2
    words: tuple[str, ...] = (day,) if word in _DAY else (day, _PARTS[word])
    if line.word(end) == "nesaf":
        return ("next", *words), end + 1
    if line.word(end) == "yma":
        return ("this", *words), end + 1
    return words, end


def _lasts(line: Line, at: int) -> bool:
    """Whether a number here counts hours, minutes, weeks or times: it says how long, or how often."""
    number = line.digits(at) or line.word(at) in _NUMBERS
    return number and line.word(at + 1) in ("awr", "munud", "wythnos", "gwaith", "oriau", "funud")


def _number(line: Line, at: int) -> tuple[tuple[str, ...], int] | None:
    """A month behind a number, an hour behind `wedi`, `i` or `am`; `am` before an hour or a length."""
    word, before = line.word(at), line.kind(at - 1)
    if word in _MONTHS and (before == "number" or line.word(at - 1) in ("o", "th", "fed", "af", "ydd")):
        return (_MONTHS[word],), at + 1
    if word in ("af", "il", "ydd", "ed", "eg", "fed", "ain") and before == "number" and line.glued(at):
        return ("th",), at + 1
    if word == "am" and not (before == "number" and line.word(at - 2) in ("am", ":", ".") and not _lasts(line, at + 1)):
        number = line.digits(at + 1) or line.word(at + 1) in (*_NUMBERS, "hanner", "chwarter", "un", "awr")
        if number:
            return ("for" if _lasts(line, at + 1) or line.word(at + 1) == "awr" else "at",), at + 1
    if word == "i" and line.word(at - 1) in ("munud", "chwarter") and line.word(at + 1) in _NUMBERS:
        return ("to",), at + 1
    if word in _NUMBERS and (
        line.word(at - 1) in ("wedi", "i", "am", "tan", "bob") or line.word(at + 1) in ("o'r", "munud")
    ):
        return (_NUMBERS[word],), at + 1
    return None


def _word(line: Line, at: int) -> tuple[tuple[str, ...], int] | None:
    word = line.word(at)
    return ((_WORDS[word],), at + 1) if word in _WORDS and line.kind(at) == "word" else None
