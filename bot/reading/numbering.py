"""Meetings' numbers as they are typed: `M-2`, `m2`, `M 2`, `#2`, `no. 2`, or nothing but `2`."""

import re
import unicodedata

from bot.reading.clean import trimmed
from bot.reading.limits import keep_going

DASH = r"[-_~\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"
_BEFORE, _AFTER = r"[\[({`*_\"“”‘'<]{0,4}", r"[\])}`*_\"“”’'>]{0,4}[:;.,!]{0,4}"
_NOT_A_TIME = (
    r"(?![^\W_]|[:.]\d|\s*(?:am|pm|o.?clock|mins?|minutes?|hrs?|hours?|days?|weeks?|wks?|months?|fortnights?)\b)"
)
_NUMBER = rf"(?P<digits>(?!0[0-9]{{8}})[0-9]+){_NOT_A_TIME}"
"""A telephone number behind *m* or *no* is none."""
_M = rf"m\s{{0,3}}(?:{DASH}|\.(?=\s?\d))?\s{{0,3}}"
_NO = r"(?:(?:no|nr|num|number)\b|№)\.?\s{0,3}"
MARKED = re.compile(
    rf"(?<![\w/]){_BEFORE}(?:(?:meeting|mtg|session)\s{{0,3}}(?:{_NO}|\#\s{{0,3}}|{_M})?|{_NO}|\#\s{{0,3}}(?:{_M})?|{_M}){_BEFORE}{_NUMBER}{_AFTER}",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\s*m-?(?P<digits>[1-9][0-9]{0,8})\s*", re.IGNORECASE | re.ASCII)
_NOUN = re.compile(r"(?:meeting|mtg|session)\s*(?=[m#]|no\b)", re.IGNORECASE)
BARE = re.compile(rf"{_BEFORE}{_NUMBER}{_AFTER}")
ROW = re.compile(r"[0-9]{1,6}(?:\s*(?:,|&|\+|\b(?:and|then|plus|or)\b)\s*(?:and\s+)?[0-9]{1,6})+", re.IGNORECASE)
"""Numbers without a mark and nothing else: `2 and 3`."""
LED = re.compile(rf"(?:to|for|from|in|on|of|at)\s+(?={MARKED.pattern})", re.IGNORECASE)
"""What may stand before the number: `to M-2: Robin, Tia`."""
_ANOTHER = re.compile(rf"(?:(?:or|and|then|to|for|from|of|not|but|&)\s+){{0,2}}{MARKED.pattern}", re.IGNORECASE)
"""Nothing but another meeting's number behind the first."""
_POLITE = (
    r"(?:please|pls|plz|thanks|thank you|thankyou|thx|ta|cheers|right now|now|just|hi|hello|straight away|right away|"
    r"os gwelwch yn dda|diolch)"
)
_COURTESY = re.compile(rf"{_POLITE}\b[\s,.!]*", re.IGNORECASE)
_COURTESY_LAST = re.compile(rf"(?<![^\W_]){_POLITE}$", re.IGNORECASE)
_FOR_NUMBER = re.compile(r"^(?:for|of|to|from)\s+(?=[0-9]+$)", re.IGNORECASE)
_HANGING = frozenset(["to", "for", "from", "in", "into", "on", "onto", "of", "at"])
_WELSH_HANGING = ("i", "o")
"""Written small; a capital is an initial."""
_JOINERS = "\u200c\u200d"
_MOST_DIGITS = 18
_MARKS = " \t\r\n,;.!"
_EDGE = 60
"""How much of a text's beginning and end is looked at for a number or a courtesy."""


def plain(text: str) -> int | None:
    """The number of a text that is nothing but `M-12`, as buttons say it and most people write it."""
    found = _PLAIN.fullmatch(text)
    return int(found["digits"]) if found else None


def numbers(text: str) -> tuple[int, ...]:
    """The meetings' numbers in a text that marks them as such, or that is nothing but a number."""
    text = visible(text)
    found = [value_of(one) for one in MARKED.finditer(text)]
    alone = BARE.fullmatch(bare_of_courtesy(text))
    row = ROW.fullmatch(bare_of_courtesy(text))
    bare = [value_of(alone)] if alone else [int(one) for one in re.findall(r"[0-9]+", row[0])] if row else []
    return tuple(dict.fromkeys(found or bare))


def split(text: str, *, bare: bool = True, first_only: bool = False) -> tuple[tuple[int, ...], str]:
    """The number at the beginning or the end of a text with words of its own, and these words: `M-2: Robin, Tia` is
    ((2,), "Robin, Tia"). Of a number without a mark only one at the beginning counts, with `bare`. Several numbers are
    all given back; then nobody knows which was meant."""
    text = visible(text).strip()
    first = MARKED.match(text)
    led = None if first else LED.match(text)
    if led:
        text = text[led.end() :]
        first = MARKED.match(text)
    marked = [first] if first else []
    if not first_only:
        marked += [one for one in _at_end(text) if first is None or one.start() >= first.end()]
    polite = without_courtesy(text)
    if not marked and polite != text and not first_only:
        marked = _at_end(polite)
        text = polite if marked else text
    if not marked and bare:
        start = BARE.match(text)
        marked = [start] if start and (start.end() == len(text) or text[start.end()].isspace()) else []
    found = tuple(dict.fromkeys(value_of(one) for one in marked))
    for one in reversed(marked):
        before, after = text[: _begins(text, one)].rstrip(), text[one.end() :].lstrip()
        hanging = before.split()[-1:] if not after else []
        if hanging and (hanging[0].casefold() in _HANGING or hanging[0] in _WELSH_HANGING):
            before = before[: -len(hanging[0])].rstrip()
        text = f"{before} {after}".strip()
    rest = trimmed(text, " ,;")
    other = _ANOTHER.fullmatch(rest, 0, _EDGE) if found and first_only else None
    return (tuple(dict.fromkeys((*found, value_of(other)))), "") if other else (found, rest)


def without_courtesy(text: str) -> str:
    """The text without a courtesy at its end."""
    bare = trimmed(text, _MARKS, end_only=True)
    found = _COURTESY_LAST.search(bare, max(0, len(bare) - _EDGE))
    return trimmed(bare[: found.start()], _MARKS, end_only=True) if found else text


def _at_end(text: str) -> list[re.Match[str]]:
    found = MARKED.finditer(text, max(0, len(text) - _EDGE))
    return [one for one in found if one.end() == len(text)]


def _begins(text: str, found: re.Match[str]) -> int:
    """Where a reference begins: in *staff meeting M-1* the word *meeting* belongs to what stands before it."""
    before = text[: found.start()].split()
    noun = _NOUN.match(found[0])
    if noun is None or not before or before[-1].casefold() in _HANGING:
        return found.start()
    return found.start() + noun.end()


def value_of(found: re.Match[str]) -> int:
    """The number, or one that no meeting has."""
    return int(found["digits"][:_MOST_DIGITS])


def visible(text: str) -> str:
    """The text without zero-width characters and marks that turn the direction of writing; faces keep their joiners."""
    return "".join(one for one in text if one in _JOINERS or unicodedata.category(one) != "Cf").replace("\xa0", " ")


def bare_of_courtesy(text: str) -> str:
    """The text without courtesies at its beginning and end, and without what surrounds it."""
    before = None
    while before != text:
        keep_going()
        before, text = text, trimmed(without_courtesy(text), " \t\r\n,;.!:")
        begins = _COURTESY.match(text)
        text = text[begins.end() :] if begins else text
    return _FOR_NUMBER.sub("", text.strip())
