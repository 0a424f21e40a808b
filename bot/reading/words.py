"""The words of moments: days, months, numbers and parts of the day, each in one place."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA


def set_of(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT_DAYS = {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "weds": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
WEEKDAYS = {name.lower(): number for number, name in enumerate(DAY_NAMES)} | _SHORT_DAYS
PLURAL_DAYS = {f"{name.lower()}s": number for number, name in enumerate(DAY_NAMES)} | {
    f"{name.lower()}'s": number for number, name in enumerate(DAY_NAMES)
}
PLURAL_DAYS |= {"mons": 0, "fris": 4, "sats": 5, "suns": 6}
ALSO_WORDS = set_of("mon wed sat sun")
"""Short days that are words or parts of names too."""
MONTHS = {name.lower(): number for number, name in enumerate(MONTH_NAMES, 1)} | {
    name.lower()[:3]: number for number, name in enumerate(MONTH_NAMES, 1)
}
MONTHS |= {"sept": 9, "janu": 1, "febr": 2}

NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
ORDINALS = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        1,
    )
} | {"thirtieth": 30}
SUFFIXES = set_of("st nd rd th")
FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}

RELATIVE = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}
SHORT_FORMS = {
    word: "tomorrow"
    for word in (
        *("tmrw", "tmr", "tmw", "tmro", "tomo", "tomoz", "tomoro", "tomorow", "tmorrow", "tomorro", "tommorow"),
        *("2moro", "2mrw", "2mro", "2moz", "2mos"),
    )
} | {"2day": "today", "2nite": "tonight", "tonite": "tonight", "2night": "tonight", "2morrow": "tomorrow"}
"""Common short forms; they are said."""

TYPED_SHORT = {
    "n": "and",
    "wkly": "weekly",
    "wkley": "weekly",
    "weekley": "weekly",
    "mthly": "monthly",
    "fortnightley": "fortnightly",
    "aft": "afternoon",
    "arvo": "afternoon",
    "nite": "night",
    "nites": "nights",
    "wk": "week",
    "wks": "weeks",
    "nxt": "next",
    "evry": "every",
    "mth": "month",
    "mths": "months",
}
"""Words that nobody misses a letter of; nothing is said of them."""

PARTS = {
    "morning": (4 * 60, 12 * 60 - 1),
    "afternoon": (12 * 60, 19 * 60 - 1),
    "evening": (17 * 60, 24 * 60 - 1),
    "night": (18 * 60, 24 * 60 - 1),
    "tonight": (17 * 60, 24 * 60 - 1),
    "lunchtime": (11 * 60 + 30, 14 * 60 + 30),
    "teatime": (15 * 60, 19 * 60 - 1),
    "after school": (14 * 60, 21 * 60 - 1),
}
"""A part of the day and the minutes of the day that it may mean."""
PART_WORDS = {
    "morning": "morning",
    "mornings": "morning",
    "afternoon": "afternoon",
    "afternoons": "afternoon",
    "evening": "evening",
    "evenings": "evening",
    "eve": "evening",
    "night": "night",
    "nights": "night",
    "lunchtime": "lunchtime",
    "teatime": "teatime",
}
EARLY_TITLES = set_of("breakfast morning mornings")
LATE_TITLES = set_of("evening evenings night nights tonight supper bedtime")

FEASTS = {
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "xmas eve": (12, 24),
    "xmas day": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
    "new years eve": (12, 31),
    "new year's day": (1, 1),
    "new years day": (1, 1),
    "halloween": (10, 31),
    "bonfire night": (11, 5),
}
EASTER = {
    "shrove tuesday": -47,
    "pancake day": -47,
    "ash wednesday": -46,
    "mothering sunday": -21,
    "mother's day": -21,
    "mothers day": -21,
    "palm sunday": -7,
    "maundy thursday": -3,
    "good friday": -2,
    "easter saturday": -1,
    "easter sunday": 0,
    "easter monday": 1,
    "whit sunday": 49,
    "whit monday": 50,
}
"""Days beside Easter Sunday."""
MOVING = {
    "remembrance sunday": (11, 2, 6, 0),
    "black friday": (11, 4, 3, 1),
    "cyber monday": (11, 4, 3, 4),
    "father's day": (6, 3, 6, 0),
    "fathers day": (6, 3, 6, 0),
}
"""Days so many days behind the n-th such weekday of a month: the month, n, the weekday, the days."""

VAGUE = set_of("tbc tba tbd asap sometime whenever soon shortly later lately")
"""Words that say that the moment is still open."""
COURTESY = set_of("please pls plz thanks thx ta cheers hi hiya hello hey diolch")
GENERIC = set_of(
    "club clubs group groups school session sessions class classes choir circle gang crew social cafe "
    "café drop dropin meeting lunch lunches workshop clinic team market market's special crowd bunch "
    "league play live lot ladies lads girls boys kids people"
)
"""Nouns that a day makes into a name: Thursday club, Sunday school."""

DASHES = frozenset("-–—\u2010\u2011\u2012\u2015\u2212~")
SEPARATORS = frozenset(",;:.!?()[]|/*•·…\n") | DASHES

_LONGEST_WORD = 12
_REAL_WORDS = set_of(
    "sundae sundry sandy mandy mundane someday match marsh larch arch starch tune dune prune jane rune judy jury "
    "remember"
)
"""Words of their own that are one letter off a day or a month."""


def fold(word: str) -> str:
    """A word as it is looked up: small letters, one kind of apostrophe."""
    return word.casefold().replace("’", "'").replace("\u02bc", "'").replace("‘", "'")


def near(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Those of the known words that are at most so many letters off: missing, extra, wrong, or two swapped."""
    if word in _REAL_WORDS or len(word) > _LONGEST_WORD:
        return []
    return [one for one in known if abs(len(one) - len(word)) <= most and OSA.distance(one, word) <= most]
