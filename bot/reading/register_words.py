"""The words of a register other than names: who came, who did not, who was late, and what joins and separates them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.reading.limits import keep_going
from bot.reading.names import folded


class Op(StrEnum):
    """What a word does."""

    ALL = "all"
    NONE = "none"
    ONLY = "only"
    EXCEPT = "except"
    PLUS = "plus"
    NOT = "not"
    ABSENT = "absent"
    PRESENT = "present"
    LATE = "late"
    EARLY = "left early"
    PARTLY = "partly"
    BOTH = "both"
    AND = "and"
    SEPARATOR = "separator"
    LINE = "line"
    COLON = "colon"
    NUMBER = "number"
    UNIT = "unit"
    NOTHING = "nothing"
    WORD = "word"


@dataclass(frozen=True)
class Token:
    """A word or a row of words, as typed, and what it does."""

    op: Op
    text: str


def _table(forms: Mapping[Op, str]) -> dict[tuple[str, ...], Op]:
    return {tuple(form.split()): op for op, listed in forms.items() for form in listed.split("|")}


_NOT_COME = "|".join(
    f"{no} {came}"
    for no in ("didn't", "didnt", "did not", "couldn't", "could not", "couldnt", "hasn't", "never", "can't", "cannot")
    for came in (
        "come",
        "attend",
        "show",
        "show up",
        "turn up",
        "make it",
        "join",
        "came",
        "showed",
        "showed up",
        "appear",
    )
)
_NOT_THERE = "|".join(
    f"{no} {there}"
    for no in (
        "not",
        "wasn't",
        "wasnt",
        "was not",
        "weren't",
        "werent",
        "were not",
        "isn't",
        "isnt",
        "aren't",
        "is not",
    )
    for there in ("there", "here", "present", "in", "coming", "attending", "around", "able to come", "able to make it")
)
_WORDS = _table(
    {
        Op.ALL: "all|everyone|everybody|every one|all of them|all of us|they all|full house|full attendance|"
        "full class|"
        "full group|full register|whole group|whole class|the whole group|the whole class|the lot|the whole lot|"
        "no absences|no absentees|all the kids|all the children|all children|all kids|everyone registered|100%",
        Op.NONE: "none|nobody|no one|no-one|noone|not one|nobody at all|none at all|no one at all|none of them|"
        "no kids|"
        "no children|nil",
        Op.ONLY: "only|just",
        Op.EXCEPT: "but|but not|except|except for|excepting|excluding|exc|excl|bar|apart from|other than|aside from|"
        "minus|"
        "less|save|save for|but for|with the exception of|not including|not counting|barring",
        Op.PLUS: "plus|walk in|walk ins|walk-in|walk-ins|walkin|walkins|extra|extras|also came|and also|as well as|"
        "unregistered|not registered",
        Op.NOT: "not|no|without",
        Op.ABSENT: "absent|away|missing|absentee|absentees|apologies|apologies from|sent apologies|no show|no-show|"
        "no shows|"
        "no-shows|dna|a no-show|a no show|off sick|off ill|sick|ill|poorly|unwell|off|not come|stayed away|cancelled|"
        f"stayed at home|at home|on holiday|{_NOT_COME}|{_NOT_THERE}",
        Op.PRESENT: "present|here|there|came|attended|attending|yes|turned up|showed up|made it|joined|in|was in|"
        "came along|"
        "in attendance|showed|took part|did come|came in",
        Op.LATE: "late|came late|arrived late|joined late|was late|were late|turned up late|a bit late|very late|"
        "arrived|"
        "joined at|came at|arrived at|late by",
        Op.EARLY: "left early|left at|left after|left|went early|went home early|went home|leaving early|"
        "left before the end|"
        "went at|had to leave|had to leave early|left before end|early",
        Op.PARTLY: "nearly|almost|mostly|most|most of|not all|not everyone|not everybody|not all of them|some|"
        "some of|half|"
        "half of|a few|few|several|not quite|practically|virtually|about|around|nearly all|almost all|out of|"
        "not sure|unsure|don't know|dont know|do not know|no idea",
        Op.BOTH: "both",
        Op.AND: "and|&",
        Op.UNIT: "min|mins|minute|minutes|hr|hour|hours|am|pm|kids|children|people|young people|of them|participants",
        Op.NOTHING: "was|were|is|are|has|have|had|did|today|tonight|this week|this time|thanks|thank you|please|pls|"
        "thx|cheers|"
        "too|as well|at all|also|of us|the|again|by|at|at the end|at the start|for|who|who was|who were|that|which",
    }
)
_WELSH = _table(
    {
        Op.ALL: "pawb|bawb|pob un|pob un ohonynt",
        Op.NONE: "neb|dim neb",
        Op.ONLY: "dim ond|yn unig",
        Op.EXCEPT: "heblaw|heblaw am|ond|ac eithrio|ar wahân i|ar wahan i",
        Op.PLUS: "a hefyd|yn ogystal â",
        Op.ABSENT: "yn absennol|absennol|ddim yma|ddim yno",
        Op.PRESENT: "yma|yno|yn bresennol|bresennol|presennol",
        Op.LATE: "yn hwyr|hwyr",
        Op.EARLY: "yn gadael yn gynnar|gadawodd yn gynnar|gadael yn gynnar",
        Op.AND: "a|ac",
    }
)
_LONGEST = max(map(len, (*_WORDS, *_WELSH)))
NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
}
_YES, _NO = "✅✔✓☑👍🟢", "❌✗✘☒🚫👎🔴✖"
_SIGNS = f"{_YES}{_NO}❓❔"
_SPLIT = re.compile(
    rf"(?P<yes>[{_YES}])|(?P<no>[{_NO}])|(?P<line>[\n\r;]+)|(?P<separator>[,/|\t!]+)|(?P<open>[?❓❔]+)"
    rf"|(?P<colon>:(?!\d)|[()\[\]=])|(?P<plus>\+)|(?P<and>&)|(?P<dash>(?<!\S)[-–—]+)"
    rf"|(?P<number>\d{{1,4}}(?:[.:]\d\d)?(?:st|nd|rd|th|am|pm)?%?(?!\w))"
    rf"|(?P<word>[^\s,;:/|()\[\]!?=+&❓❔{_YES}{_NO}]+)"
)
_BULLET = re.compile(r"^[ \t]*(?:\d{1,3}[.):][ \t]*(?=\D)|[-–—*•·][ \t]+)", re.MULTILINE)
_DASHED_NAME = re.compile(r"(?<!\S)([-–—])(?=\w)")


def tokens(text: str, names: Sequence[str], *, welsh: bool) -> list[Token]:
    """The words of a register in their order. Where a whole name of the `names` stands, it is one."""
    whole = {tuple(folded(name).split()) for name in names if " " in name.strip()}
    shown = "".join(one for one in _boxes(_BULLET.sub("", text)) if one in _SIGNS or unicodedata.category(one) != "So")
    signs = [(found.lastgroup or "", found[0]) for found in _SPLIT.finditer(shown)]
    found: list[Token] = []
    place = 0
    while place < len(signs):
        keep_going()
        kind, sign = signs[place]
        if kind != "word":
            found.append(_sign(kind, sign))
            place += 1
            continue
        row = _row(signs, place)
        called = next((n for n in range(len(row), 1, -1) if tuple(folded(" ".join(row[:n])).split()) in whole), 0)
        length, op = (called, Op.WORD) if called else _longest(row, welsh=welsh)
        words = row[:length]
        found += [Token(op, one) for one in words] if called else [Token(op, " ".join(words))]
        if re.fullmatch(r"[^\W\d_]{3,}\.", words[-1]):
            found.append(Token(Op.LINE, "."))
        place += length
    return found


def _boxes(text: str) -> str:
    """Boxes as signs: an empty one says *no* only beside ticked ones."""
    text = re.sub(r"\[ ?[xX✓✔] ?\]", "✔", text)
    return re.sub(r"\[ ?\]|[☐□▢]", "❌" if any(one in text for one in _YES) else "❓", text)


def _row(signs: list[tuple[str, str]], place: int) -> list[str]:
    row: list[str] = []
    for kind, words in signs[place : place + _LONGEST]:
        if kind != "word":
            break
        row.append(words)
    return row


def _longest(row: list[str], *, welsh: bool) -> tuple[int, Op]:
    # One letter with a capital is an initial.
    plain = [word if len(word) == 1 else folded(word).strip('.*_"“”') for word in row]
    for length in range(len(row), 0, -1):
        key = tuple(plain[:length])
        op = (_WELSH.get(key) if welsh else None) or _WORDS.get(key)
        if op:
            return length, op
        if length == 1 and plain[0] in NUMBERS:
            return 1, Op.NUMBER
    return 1, Op.WORD


def _sign(kind: str, words: str) -> Token:
    ops = {
        "yes": Op.PRESENT,
        "no": Op.ABSENT,
        "line": Op.LINE,
        "separator": Op.SEPARATOR,
        "colon": Op.COLON,
        "plus": Op.PLUS,
        "and": Op.AND,
        "dash": Op.EXCEPT,
        "number": Op.NUMBER,
        "open": Op.PARTLY,
    }
    return Token(ops[kind], words)
