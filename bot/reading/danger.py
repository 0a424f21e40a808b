"""Whether a typed question speaks of somebody in danger, so that 999 and /concern come before anything else.

Nobody can tell this for certain from words, and the two mistakes do not weigh the same: a needless 999 costs a
second's reading, a missing one may cost a child. So words of danger count wherever they stand, words that may be meant
of a person or of a device count unless a device stands where their meaning is looked for, and what else is told of a
person, and is no question about a device, is a worry. Misspelt words count as the word they come near. The words
themselves are in `danger.yaml`.

Nothing of the text leaves this reader but one of three levels.
"""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.reading.clean import clean
from bot.reading.limits import keep_going


class Alarm(IntEnum):
    """How loudly an answer speaks of danger."""

    NONE = 0
    """A question about how to do something."""
    WORRY = 1
    """Something about a person: the line with 999 and /concern comes first."""
    DANGER = 2
    """Somebody may be in danger: 999, /concern and the button come first, then the policy's own steps."""


_WORD = re.compile(r"[^\W_]+")
_MASKED = re.compile(r"[a-z][\w*@$!#]*[\d*@$!#][\w*@$!#]*\w|[a-z]+\d|[\d@$!][a-z][\w*@$!#]*")
"""A word with a figure or a mark inside it, as those write who hide a word from a filter: `k1ll`, `su*cide`."""
_FIGURES = (str.maketrans("0134578@$!", "oieastbasi"), str.maketrans("0134578@$!", "oleastbasl"))
_TWICE = re.compile(r"([a-z])\1")
_VOWEL = re.compile(r"[aeiouy]")
_JOINED = {ord(mark): None for mark in "'’‘`\u00b4\u02bc"}
_OVERDOSED = re.compile(r"\b(?:OD|od['’](?:d|ed|s|ing)|oding|oded)\b|\bOD['’]?(?:d|ed|s|ing)?\b|\bod(?= (?:on|of)\b)")
"""Short for an overdose; without its sign `OD'd` would be *odd*."""
_HOW_TO = re.compile(r"(how|where|can|may|could|should|do|does|which|when) (to|do|can|does|should|may|i|we|you|they)\b")
_ASKING = frozenset(
    re.findall(r"\w+", "how where can may could should do does which when what who is are am will would must")
)
"""With these a question begins."""
_ENDINGS = (("ings", ""), ("ing", ""), ("ied", "y"), ("ies", "y"), ("ed", ""), ("es", ""), ("s", ""))
_MOST = 20_000
"""How many characters are looked at: more than Slack lets anybody type after a command."""
_WINDOW = 14
"""Words that far apart may belong together."""
_LONG_WORD = 9
"""From this length on two letters may be wrong, below it one."""
_SHORT_WORD = 5


@dataclass(frozen=True)
class _Token:
    """One word: as typed, and in its simplest form."""

    typed: str
    stem: str


_NOTHING = _Token("", "")


def _simple(word: str) -> str:
    """A word without doubled letters and without the endings that do not change what is meant."""
    word = _TWICE.sub(r"\1", word.replace("z", "s"))
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + instead
            break
    return word.removesuffix("e") if len(word) > 3 else word


class _Words:
    """A set of words that is asked whether a token is one of them."""

    def __init__(self, text: str) -> None:
        each = [word.replace("-", "") for word in text.split()]
        self.exact = frozenset(word.removeprefix("=") for word in each if word.startswith("="))
        self.stems = frozenset(_simple(word) for word in each if not word.startswith("="))

    def __contains__(self, token: _Token) -> bool:
        return token.typed in self.exact or token.stem in self.stems


_FILE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "danger.yaml").read_text(encoding="utf-8"))
_PERSON, _FAMILY, _CHILD, _STAFF, _SUBJECT, _BODY, _HOME = (
    _Words(_FILE[name]) for name in ("person", "family", "child", "staff", "subject", "body", "home")
)
_DANGER, _WEAPON, _VIOLENT, _FEELING, _STAFF_DOES = (
    _Words(_FILE[name]) for name in ("danger", "weapon", "violent", "feeling", "staff_does")
)
_ORDINARY, _ACTIVITY, _PLAIN, _NOT, _PLEA, _CRAFT = (
    _Words(_FILE[name]) for name in ("ordinary", "activity", "plain", "not", "plea", "craft")
)
_STORY, _PAPER, _ONE, _EVERYDAY = (_Words(_FILE[name]) for name in ("story", "paper", "one", "everyday"))
_PLAYABLE, _PLAYFUL, _TOY, _VISIT = (_Words(_FILE[name]) for name in ("playable", "playful", "toy", "visit"))
_SMALL, _PREPOSITION = frozenset(_FILE["small"].split()), frozenset(_FILE["preposition"].split())


@dataclass(frozen=True)
class _Line:
    """Groups of words of which one each mean something together, unless one of `unless` stands anywhere in the text."""

    groups: tuple[_Words, ...]
    unless: _Words

    @classmethod
    def of(cls, text: str) -> "_Line":
        """A line of the file: `secret / keep / ! link passcode`; `! @ordinary` are all words of devices."""
        groups, _, unless = text.partition("/ !")
        unless = unless.replace("@ordinary", _FILE["ordinary"])
        return cls(tuple(_Words(group) for group in groups.split("/")), _Words(unless))


_Lines = tuple[_Line, ...]
_TOGETHER, _WORRYING = (tuple(_Line.of(line) for line in _FILE[name]) for name in ("together", "worrying"))


def alarm(text: str, ordinary: AbstractSet[str] = frozenset()) -> Alarm:
    """How loudly the answer to this text must speak of danger. `ordinary` are words in small letters that are no slip
    for a word of danger, however near they come to one: those of the reader's own pages."""
    plain = _OVERDOSED.sub("overdosed", clean(text[:_MOST])).casefold().translate(_JOINED)
    plain = _MASKED.sub(lambda masked: _unmasked(masked.group()), plain)
    typed = _WORD.findall(plain)
    meant = {word: _token(word, ordinary) for word in typed}
    tokens = [meant[word] for word in typed]
    if any(_speaks_of_danger(tokens, place) for place in range(len(tokens))) or _together(tokens, _TOGETHER):
        return Alarm.DANGER
    if _plea(tokens):
        return Alarm.DANGER
    titles = {place for n in range(len(tokens)) if tokens[n] in _DANGER for place in (n, n + 1)}
    tokens = [token for place, token in enumerate(tokens) if place not in titles]
    return max(_about_somebody(tokens, ordinary), Alarm.WORRY if _together(tokens, _WORRYING) else Alarm.NONE)


def without_danger(words: Iterable[str]) -> frozenset[str]:
    """Those of the words that mean no danger by themselves: what may be passed to `alarm` as ordinary."""
    tokens = (_Token(word, _simple(word)) for word in words)
    return frozenset(token.typed for token in tokens if not any(token in g for g in (_DANGER, _WEAPON, _VIOLENT)))


def _unmasked(word: str) -> str:
    """The word of danger behind figures and marks that stand for its letters; any other word as it is."""
    for figures in _FIGURES:
        shown = word.translate(figures)
        if any(_Token(shown, _simple(shown)) in group for group in (_DANGER, _WEAPON, _VIOLENT)):
            return shown
    letters = re.compile(
        "".join("[a-z]{1,2}" if one in "*#" else re.escape(one) for one in word.translate(_FIGURES[0]))
    )
    hidden = (one for one in sorted(_spelt()) if letters.fullmatch(one))
    return next(hidden, word) if re.search(r"[*#]", word) else word


@cache
def _spelt() -> frozenset[str]:
    """The words of danger as they are written."""
    texts = (_FILE[name] for name in ("danger", "weapon", "violent"))
    return frozenset(word.removeprefix("=").replace("-", "") for text in texts for word in text.split())


def _token(word: str, ordinary: AbstractSet[str]) -> _Token:
    """The word, or the one that it is a slip for."""
    keep_going()
    stem, (stems, exact) = _simple(word), _known()
    if stem in stems or word in exact or word in ordinary or word in _SMALL or word.isdigit() or len(word) < 4:
        return _Token(word, stem)
    wrong = 2 if len(word) >= _LONG_WORD else 1
    near = process.extract(stem, _candidates().get(stem[0], ()), scorer=OSA.distance, score_cutoff=wrong)
    if near and process.extractOne(word, ordinary, scorer=OSA.distance, score_cutoff=near[0][1]):
        return _Token(word, stem)
    swapped = (one for one in _DANGER.exact if sorted(one) == sorted(word) and OSA.distance(one, word) == 1)
    return _Token(next(swapped, word), next((one for one, _, _ in near if _may_be(stem, one)), stem))


def _may_be(typed: str, meant: str) -> bool:
    """Of short words only those with their letters swapped, or without a vowel: *absu*, *chld*. Too many short words
    are one letter away from each other."""
    if len(meant) >= _SHORT_WORD and len(typed) >= _SHORT_WORD:
        return True
    return sorted(typed) == sorted(meant) or (not _VOWEL.search(typed) and len(meant) > len(typed))


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Every stem and every exact word that has a meaning here."""
    groups = [_Words(text) for text in _FILE.values() if isinstance(text, str)]
    groups += [group for line in _TOGETHER + _WORRYING for group in (*line.groups, line.unless)]
    return frozenset().union(*(g.stems for g in groups)), frozenset().union(*(g.exact for g in groups))


@cache
def _candidates() -> dict[str, list[str]]:
    """What a misspelt word may have been meant to be, by its first letter: words of danger and of people."""
    found: dict[str, list[str]] = {}
    for stem in sorted(_DANGER.stems | _PERSON.stems | _WEAPON.stems | _VIOLENT.stems):
        if len(stem) > 3:
            found.setdefault(stem[0], []).append(stem)
    return found


def _speaks_of_danger(tokens: Sequence[_Token], place: int) -> bool:
    """Whether the word at this place means danger by itself, its neighbours considered."""
    token = tokens[place]
    game = token in _PLAYABLE and _is_game(tokens, place, _PLAYFUL)
    if token in _DANGER:
        return not game and not _is_title(tokens, place)
    if token in _WEAPON:
        if _is_game(tokens, place, _TOY):
            return False
        tool = any(one in _CRAFT for one in tokens) and not any(one in _PERSON for one in tokens)
        return not tool and not any(one in _ACTIVITY for one in tokens[place + 1 : place + 3])
    if token in _VIOLENT:
        return not game and _means_people(tokens, place)
    return token in _STAFF and _wrong_of_staff(tokens[place + 1 : place + 1 + _WINDOW])


def _is_title(tokens: Sequence[_Token], place: int) -> bool:
    """*murder mystery*, *safeguarding training*: a story or a paper, where nobody in particular is spoken of."""
    behind = next(iter(tokens[place + 1 : place + 2]), _NOTHING)
    named = behind in _STORY or (tokens[place].stem == "safeguard" and behind in _PAPER)
    named = named or (tokens[place].stem == "polic" and behind in _VISIT)
    return named and not any(token in _ONE for token in tokens)


def _means_people(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a word such as *hit* or *dead* is meant of a person, and not of a device or an activity."""
    if _is_phrase(tokens, place):
        return False
    if _puts_out(tokens, place):
        return any(token in _FAMILY for token in tokens)
    left, _ = _next_content(tokens[:place][::-1])
    right, through = _next_content(tokens[place + 1 :])
    if (right in _PERSON or right in _BODY) and right not in _ORDINARY:
        return True
    if (left in _ORDINARY or left in _ACTIVITY) and left not in _PERSON:
        return False
    if right in _ORDINARY or right in _ACTIVITY:
        return through and left in _PERSON
    return True


def _is_game(tokens: Sequence[_Token], place: int, things: _Words) -> bool:
    """*pillow fight*, *shooting stars*, *dead tired*, *bath bombs*: beside such a word, where nobody is spoken of."""
    left, right = _next_content(tokens[:place][::-1])[0], _next_content(tokens[place + 1 :])[0]
    beside = left in things or right in things
    return beside and not any(token in _PERSON or token in _BODY for token in tokens)


def _is_phrase(tokens: Sequence[_Token], place: int) -> bool:
    """*hang up*, *cut off*, *cut out*: of calls and sounds, unless somebody does it to himself or at home."""
    behind = [token.typed for token in tokens[place + 1 : place + 2]]
    if tokens[place].stem == "kil" and behind == ["me"]:
        # `my back is killing me`
        return any(one in _BODY for one in tokens[max(0, place - 3) : place])
    if tokens[place].stem == "cut" and [one.typed for one in tokens[place + 2 : place + 3]] == ["off"]:
        # `cut someone off who keeps talking`; not *from* others.
        whom, behind_it = tokens[place + 1], tokens[place + 3 : place + 4]
        himself = whom.typed.endswith(("self", "selves"))
        return whom in _PERSON and not himself and not any(one.typed == "from" for one in behind_it)
    if tokens[place].stem not in ("cut", "hang", "hung", "shot") or behind not in (["up"], ["off"], ["out"]):
        return False
    near = tokens[place + 2 : place + 4]
    return not any(token in _BODY or token in _HOME or token.stem.endswith("self") for token in near)


def _puts_out(tokens: Sequence[_Token], place: int) -> bool:
    """*kick somebody out*: of a meeting, unless of a home."""
    behind = tokens[place + 1 : place + 5]
    return tokens[place].stem in ("kick", "drag", "push") and any(token.typed in ("out", "off") for token in behind)


def _next_content(tokens: Sequence[_Token]) -> tuple[_Token, bool]:
    """The nearest word that means something, and whether a preposition stands before it."""
    through = False
    for token in tokens[:5]:
        if token in _PERSON or not (token.typed in _SMALL or token in _PLAIN):
            return token, through
        through = through or token.typed in _PREPOSITION
    return _NOTHING, through


def _wrong_of_staff(behind: Sequence[_Token]) -> bool:
    """Whether somebody of the staff does to a child, in what follows, what none of them should."""
    return any(token in _STAFF_DOES for token in behind) and any(token in _CHILD for token in behind)


def _plea(tokens: Sequence[_Token]) -> bool:
    """Whether somebody calls for help, and for help with nothing else: `HELP!!!`, `please help me`, `help him now`."""
    if not any(token.stem == "help" for token in tokens) or _asks_how(tokens):
        return False
    return all(token in _PERSON or token in _PLEA or token.typed in _SMALL for token in tokens)


def _together(tokens: Sequence[_Token], lines: _Lines) -> bool:
    """Whether words stand near each other that mean something together."""
    known = _lines_of(lines)
    found: dict[int, dict[int, set[int]]] = {}
    for place, token in enumerate(tokens):
        for line, group in (*known.get(token.stem, ()), *known.get(f"={token.typed}", ())):
            found.setdefault(line, {}).setdefault(group, set()).add(place)
    return any(
        len(groups) == len(lines[line].groups)
        and not any(token in lines[line].unless for token in tokens)
        and _near(list(groups.values()))
        for line, groups in found.items()
    )


@cache
def _lines_of(lines: _Lines) -> dict[str, list[tuple[int, int]]]:
    """By stem, or by `=` and an exact word: the lines in which it stands, and its groups in them."""
    found: dict[str, list[tuple[int, int]]] = {}
    for line, each in enumerate(lines):
        for number, group in enumerate(each.groups):
            for word in (*group.stems, *(f"={exact}" for exact in group.exact)):
                found.setdefault(word, []).append((line, number))
    return found


def _near(groups: Sequence[AbstractSet[int]]) -> bool:
    """Whether different words, one of each group, stand within one window."""
    for start in sorted(set().union(*groups)):
        keep_going()
        if _different([[n for n in group if start <= n < start + _WINDOW] for group in groups]):
            return True
    return False


def _different(groups: Sequence[Sequence[int]], taken: frozenset[int] = frozenset()) -> bool:
    """Whether each group can have a word of its own."""
    return not groups or any(_different(groups[1:], taken | {n}) for n in groups[0] if n not in taken)


def _about_somebody(tokens: Sequence[_Token], ordinary: AbstractSet[str]) -> Alarm:
    """What is told of a person and is no question about a device, nor one about everybody: a worry, and danger where
    more of it is told in words that nobody needs for a device than in words of devices and of lesser worries."""
    if not any(token in _PERSON for token in tokens):
        return Alarm.NONE
    other = sum(not _says_nothing(token) for token in tokens)
    felt = sum(token in _FEELING for token in tokens)
    told = any(token in _SUBJECT for token in tokens)
    if not felt and not (other and told):
        return Alarm.NONE
    if not felt and _about_everybody(tokens, ordinary):
        return Alarm.NONE if tokens[0].typed in _ASKING else Alarm.WORRY
    of_devices = sum(token in _ORDINARY for token in tokens)
    if of_devices and not felt and _asks_how(tokens):
        return Alarm.NONE
    return Alarm.DANGER if other > of_devices + felt else Alarm.WORRY


def _about_everybody(tokens: Sequence[_Token], ordinary: AbstractSet[str]) -> bool:
    """Whether nobody in particular is spoken of, and nothing else than what the guide speaks of."""
    if any(token in _ONE for token in tokens):
        return False
    return all(_says_nothing(token) or token.typed in ordinary or token in _EVERYDAY for token in tokens)


def _asks_how(tokens: Sequence[_Token]) -> bool:
    return _HOW_TO.match(" ".join(token.typed for token in tokens[:2])) is not None


def _says_nothing(token: _Token) -> bool:
    groups = (_PERSON, _STAFF, _NOT, _ORDINARY, _PLAIN, _VIOLENT, _FEELING)
    return token.typed in _SMALL or token.typed.isdigit() or any(token in group for group in groups)
