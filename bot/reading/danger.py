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
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.reading import danger_figures as figures
from bot.reading.clean import clean
from bot.reading.danger_words import (
    ACTIVITY,
    BESIDE,
    BODY,
    CHILD,
    CRAFT,
    DANGER,
    DISCLOSING,
    DOES,
    EVERYDAY,
    FAMILY,
    FEELING,
    FILE,
    NEARBY,
    NOT,
    NOTHING,
    ONE,
    ORDINARY,
    PERSON,
    PLAIN,
    PLEA,
    SMALL,
    STAFF,
    STAFF_DOES,
    SUBJECT,
    TELLING,
    TOY,
    VIOLENT,
    WEAPON,
    Token,
    Words,
    next_content,
    simple,
)
from bot.reading.limits import keep_going
from bot.reading.persons.lexicon import given


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
_VOWEL = re.compile(r"[aeiouy]")
_JOINED = {ord(mark): None for mark in "'’‘`\u00b4\u02bc"}
_OVERDOSED = re.compile(r"\b(?:OD|od['’](?:d|ed|s|ing)|oding|oded)\b|\bOD['’]?(?:d|ed|s|ing)?\b|\bod(?= (?:on|of)\b)")
"""Short for an overdose; without its sign `OD'd` would be *odd*."""
_HOW_TO = re.compile(r"(how|where|can|may|could|should|do|does|which|when) (to|do|can|does|should|may|i|we|you|they)\b")
_ASKING = frozenset(
    re.findall(r"\w+", "how where can may could should do does which when what who is are am will would must")
)
"""With these a question begins."""
_SHE = Token("she", "she")
_MOST = 20_000
"""How many characters are looked at: more than Slack lets anybody type after a command."""
_WINDOW = 14
"""Words that far apart may belong together."""
_GROWN_UP = 18
_YEARS = frozenset(["yr", "yrs", "year", "years", "yo"])
_LONG_WORD = 9
"""From this length on two letters may be wrong, below it one."""
_SHORT_WORD = 5


@dataclass(frozen=True)
class _Line:
    """Groups of words of which one each mean something together, unless one of `unless` stands anywhere in the text."""

    groups: tuple[Words, ...]
    unless: Words

    @classmethod
    def of(cls, text: str) -> "_Line":
        """A line of the file: `secret / keep / ! link passcode`; `! @ordinary` are all words of devices."""
        groups, _, unless = text.partition("/ !")
        unless = unless.replace("@ordinary", FILE["ordinary"])
        return cls(tuple(Words(group) for group in groups.split("/")), Words(unless))


_Lines = tuple[_Line, ...]
_TOGETHER, _WORRYING = (tuple(_Line.of(line) for line in FILE[name]) for name in ("together", "worrying"))


def alarm(text: str, ordinary: AbstractSet[str] = frozenset()) -> Alarm:
    """How loudly the answer to this text must speak of danger. `ordinary` are words in small letters that are no slip
    for a word of danger, however near they come to one: those of the reader's own pages."""
    tokens = _tokens(text, ordinary)
    if _is_loud(tokens):
        return Alarm.DANGER
    titles = {place for n in range(len(tokens)) if tokens[n] in DANGER for place in (n, n + 1)}
    tokens = [token for place, token in enumerate(tokens) if place not in titles]
    found = max(_about_somebody(tokens, ordinary), Alarm.WORRY if _together(tokens, _WORRYING) else Alarm.NONE)
    return found or _about_a_name(tokens, ordinary)


def tells(text: str) -> bool:
    """Whether what was typed for something else tells of somebody in danger: words of danger in a sentence about
    somebody, and not in a list of names, a title or an address."""
    return _has(text, TELLING) and _is_loud(_tokens(text, frozenset(), wrong=1))


def discloses(text: str) -> bool:
    """Whether it passes on what somebody said, or tells of those at home or of harm to oneself: what is no accident."""
    return _has(text, DISCLOSING) and tells(text)


def _has(text: str, words: AbstractSet[str]) -> bool:
    return any(word in words for word in _WORD.findall(clean(text[:_MOST]).casefold().translate(_JOINED)))


def _tokens(text: str, ordinary: AbstractSet[str], wrong: int = 2) -> list[Token]:
    """The words of a text, each as what it may be a slip for; of a long word `wrong` letters may be."""
    plain = _OVERDOSED.sub("overdosed", clean(text[:_MOST])).casefold().translate(_JOINED)
    plain = _MASKED.sub(lambda masked: _unmasked(masked.group()), plain)
    typed = _WORD.findall(plain)
    no_slip = ordinary | _called(typed)
    meant = {word: _token(word, no_slip, wrong) for word in typed}
    return [meant[word] for word in typed]


def _called(typed: Sequence[str]) -> AbstractSet[str]:
    """First names that stand where one stands in a list of people, before an age or behind *mum*: *Violet 9 dad Gordon*
    says nothing of violence."""
    around = zip(("", *typed), typed, (*typed[1:], ""), strict=False)
    return {
        word
        for before, word, behind in around
        if (behind.isdigit() or Token(before, simple(before)) in FAMILY) and given(word)
    }


def _is_loud(tokens: Sequence[Token]) -> bool:
    """Whether words of danger stand there, or a cry for help."""
    nobody = figures.names_nobody(tokens)
    loud = any(_speaks_of_danger(tokens, place, nobody=nobody) for place in range(len(tokens)))
    return loud or _together(tokens, _TOGETHER) or _plea(tokens)


def without_danger(words: Iterable[str]) -> frozenset[str]:
    """Those of the words that mean no danger by themselves: what may be passed to `alarm` as ordinary."""
    tokens = (Token(word, simple(word)) for word in words)
    return frozenset(token.typed for token in tokens if not any(token in g for g in (DANGER, WEAPON, VIOLENT)))


def _unmasked(word: str) -> str:
    """The word of danger behind figures and marks that stand for its letters; any other word as it is."""
    for letters_of in _FIGURES:
        shown = word.translate(letters_of)
        if any(Token(shown, simple(shown)) in group for group in (DANGER, WEAPON, VIOLENT)):
            return shown
    letters = re.compile(
        "".join("[a-z]{1,2}" if one in "*#" else re.escape(one) for one in word.translate(_FIGURES[0]))
    )
    hidden = (one for one in sorted(_spelt()) if letters.fullmatch(one))
    return next(hidden, word) if re.search(r"[*#]", word) else word


@cache
def _spelt() -> frozenset[str]:
    """The words of danger as they are written."""
    texts = (FILE[name] for name in ("danger", "weapon", "violent"))
    return frozenset(word.removeprefix("=").replace("-", "") for text in texts for word in text.split())


def _token(word: str, ordinary: AbstractSet[str], most: int = 2) -> Token:
    """The word, or the one that it is a slip for."""
    keep_going()
    stem, (stems, exact) = simple(word), _known()
    if stem in stems or word in exact or word in ordinary or word in SMALL or word.isdigit() or len(word) < 4:
        return Token(word, stem)
    wrong = most if len(word) >= _LONG_WORD else 1
    near = process.extract(stem, _candidates().get(stem[0], ()), scorer=OSA.distance, score_cutoff=wrong)
    if near and process.extractOne(word, ordinary, scorer=OSA.distance, score_cutoff=near[0][1]):
        return Token(word, stem)
    swapped = (one for one in DANGER.exact if sorted(one) == sorted(word) and OSA.distance(one, word) == 1)
    return Token(next(swapped, word), next((one for one, _, _ in near if _may_be(stem, one)), stem))


def _may_be(typed: str, meant: str) -> bool:
    """Of short words only those with their letters swapped, or without a vowel: *absu*, *chld*. Too many short words
    are one letter away from each other."""
    if len(meant) >= _SHORT_WORD and len(typed) >= _SHORT_WORD:
        return True
    return sorted(typed) == sorted(meant) or (not _VOWEL.search(typed) and len(meant) > len(typed))


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Every stem and every exact word that has a meaning here."""
    groups = [Words(text) for text in FILE.values() if isinstance(text, str)]
    groups += [group for line in _TOGETHER + _WORRYING for group in (*line.groups, line.unless)]
    return frozenset().union(*(g.stems for g in groups)), frozenset().union(*(g.exact for g in groups))


@cache
def _written() -> frozenset[str]:
    """Every word that has a meaning here, as it is written."""
    texts = (text for each in FILE.values() for text in ([each] if isinstance(each, str) else each))
    return frozenset(word.removeprefix("=").replace("-", "") for text in texts for word in text.split())


@cache
def _candidates() -> dict[str, list[str]]:
    """What a misspelt word may have been meant to be, by its first letter: words of danger and of people."""
    found: dict[str, list[str]] = {}
    for stem in sorted(DANGER.stems | PERSON.stems | WEAPON.stems | VIOLENT.stems):
        if len(stem) > 3:
            found.setdefault(stem[0], []).append(stem)
    return found


def _speaks_of_danger(tokens: Sequence[Token], place: int, *, nobody: bool) -> bool:
    """Whether the word at this place means danger by itself, its neighbours considered; a figure of speech is one where
    the text names `nobody`."""
    token = tokens[place]
    if token in DANGER:
        return not ((nobody and figures.is_figure(tokens, place)) or figures.is_title(tokens, place))
    if token in WEAPON:
        if (nobody and figures.is_figure(tokens, place)) or figures.is_game(tokens, place, TOY):
            return False
        tool = any(one in CRAFT for one in tokens) and not any(one in PERSON for one in tokens)
        behind = tokens[place + 1 : place + 3]
        return not tool and (not any(one in ACTIVITY for one in behind) or any(one in NEARBY for one in behind))
    if token in VIOLENT:
        return not (nobody and figures.is_figure(tokens, place)) and _means_people(tokens, place)
    return token in STAFF and _wrong_of_staff(tokens[place + 1 : place + 1 + _WINDOW])


def _means_people(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word such as *hit* or *dead* is meant of a person, and not of a device or an activity."""
    if figures.is_phrase(tokens, place):
        return False
    if any(one in NEARBY for one in tokens[place + 1 : place + 2]):
        return True
    if _puts_out(tokens, place):
        return any(token in FAMILY for token in tokens)
    left, _ = next_content(tokens[:place][::-1])
    right, through = next_content(tokens[place + 1 :])
    if (right in PERSON or right in BODY) and right not in ORDINARY:
        return True
    if (left in ORDINARY or left in ACTIVITY) and left not in PERSON:
        return False
    if right in ORDINARY or right in ACTIVITY:
        return through and left in PERSON
    return True


def _puts_out(tokens: Sequence[Token], place: int) -> bool:
    """*kick somebody out*: of a meeting, unless of a home."""
    behind = tokens[place + 1 : place + 5]
    return tokens[place].stem in ("kick", "drag", "push") and any(token.typed in ("out", "off") for token in behind)


def _wrong_of_staff(behind: Sequence[Token]) -> bool:
    """Whether somebody of the staff does to a child, in what follows, what none of them should."""
    aged = (age.typed[:4] for age, unit in pairwise(behind) if age.typed.isdigit() and unit.typed in _YEARS)
    child = any(token in CHILD for token in behind) or any(int(age) < _GROWN_UP for age in aged)
    return child and any(token in STAFF_DOES for token in behind)


def _plea(tokens: Sequence[Token]) -> bool:
    """Whether somebody calls for help, and for help with nothing else: `HELP!!!`, `please help me`, `help him now`."""
    if not any(token.stem == "help" for token in tokens) or _asks_how(tokens):
        return False
    return all(token in PERSON or token in PLEA or token.typed in SMALL for token in tokens)


def _together(tokens: Sequence[Token], lines: _Lines) -> bool:
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


def _about_somebody(tokens: Sequence[Token], ordinary: AbstractSet[str]) -> Alarm:
    """What is told of a person and is no question about a device, nor one about everybody: a worry, and danger where
    more of it is told in words that nobody needs for a device than in words of devices and of lesser worries."""
    if not any(token in PERSON for token in tokens):
        return Alarm.NONE
    other = sum(not _says_nothing(token) for token in tokens)
    felt = sum(token in FEELING for token in tokens)
    told = any(token in SUBJECT for token in tokens)
    if not felt and not (other and told):
        return Alarm.NONE
    if not felt and _about_everybody(tokens, ordinary):
        return Alarm.NONE if tokens[0].typed in _ASKING else Alarm.WORRY
    of_devices = sum(token in ORDINARY for token in tokens)
    if of_devices and not felt and _asks_how(tokens):
        return Alarm.NONE
    return Alarm.DANGER if other > of_devices + felt else Alarm.WORRY


def _about_a_name(tokens: Sequence[Token], ordinary: AbstractSet[str]) -> Alarm:
    """What is told of somebody by name is what it would be of *her*, but no more than a worry: *zoe never eats*, *heard
    nothing from robin*. A word that means nothing here is taken for a name where one would stand."""
    named = [_SHE if _is_name(tokens, place, ordinary) else token for place, token in enumerate(tokens)]
    if named == list(tokens):
        return Alarm.NONE
    loud = _is_loud(named) or _together(named, _WORRYING) or _about_somebody(named, ordinary)
    return Alarm.WORRY if loud else Alarm.NONE


def _is_name(tokens: Sequence[Token], place: int, ordinary: AbstractSet[str]) -> bool:
    """Whether a word that is unknown here stands before what somebody is, does or wants, or behind *with* or *from*."""
    word = tokens[place]
    # The stem alone would do for what has an ending: without one *Ben* would be *been*.
    if word.typed in _written() or (word.typed != word.stem and word.stem in _known()[0]) or word.typed in ordinary:
        return False
    if not word.typed.isalpha() or len(word.typed) < 2:
        return False
    behind = next(iter(tokens[place + 1 : place + 2]), NOTHING)
    before = tokens[place - 1] if place else NOTHING
    return behind in DOES or before in BESIDE


def _about_everybody(tokens: Sequence[Token], ordinary: AbstractSet[str]) -> bool:
    """Whether nobody in particular is spoken of, and nothing else than what the guide speaks of."""
    if any(token in ONE for token in tokens):
        return False
    return all(_says_nothing(token) or token.typed in ordinary or token in EVERYDAY for token in tokens)


def _asks_how(tokens: Sequence[Token]) -> bool:
    return _HOW_TO.match(" ".join(token.typed for token in tokens[:2])) is not None


def _says_nothing(token: Token) -> bool:
    groups = (PERSON, STAFF, NOT, ORDINARY, PLAIN, VIOLENT, FEELING)
    return token.typed in SMALL or token.typed.isdigit() or any(token in group for group in groups)
