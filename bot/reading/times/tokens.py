"""A typed line cut into words, numbers, marks, mentions and what stands in quotation marks."""

import re
from dataclasses import dataclass, replace

from bot.reading.clean import clean
from bot.reading.words import FRACTIONS, NUMBERS, ORDINALS, SEPARATORS, SUFFIXES, TYPED_SHORT, fold

_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,20})(?:\|[^<>]{0,80})?>")
_TOKEN = re.compile(
    r"\ue000(?P<mention>[UW][A-Z0-9]+)\ue001"
    r"|“(?P<a>[^“”\n]{1,200})”|\"(?P<b>[^\"\n]{1,200})\"|(?<!\w)[‘'](?P<c>[^‘’'\n]{1,200})['’](?!\w)"
    r"|(?P<number>\d+|[½¼¾])"
    r"|(?P<word>[^\W\d_]+(?:['’\u02bc][^\W\d_]+)*)"
    r"|(?P<mark>\S|\n)"
)
_SLASHED = {"1/2": 0.5, "1/4": 0.25, "3/4": 0.75}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a line. `word` is what rules look at: small letters, or the number's digits; `glued` says that
    nothing stands between it and the token before, `slip` that it was misspelt."""

    kind: str
    text: str
    word: str
    start: int
    end: int
    glued: bool
    slip: bool = False

    @property
    def digits(self) -> bool:
        """Whether it is a number in digits."""
        return self.kind == "number" and self.word not in FRACTIONS


class Line:
    """A typed text as tokens. Asking beyond either end gives an empty word."""

    def __init__(self, text: str) -> None:
        self.text = plain(text)
        self.tokens = _cut(self.text)
        self.days: dict[int, object] = {}
        """The days that were read here, by their place: many rules ask for the same."""

    def __len__(self) -> int:
        return len(self.tokens)

    def with_tokens(self, tokens: list[Token]) -> "Line":
        """The same text with other tokens in place of its own."""
        other = Line("")
        other.text, other.tokens = self.text, tokens
        return other

    def word(self, at: int) -> str:
        """The word at a place; empty where there is none."""
        return self.tokens[at].word if 0 <= at < len(self.tokens) else ""

    def kind(self, at: int) -> str:
        """The kind of token at a place; empty where there is none."""
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def glued(self, at: int) -> bool:
        """Whether a token follows the one before without a space."""
        return 0 < at < len(self.tokens) and self.tokens[at].glued

    def digits(self, at: int) -> bool:
        """Whether a number in digits stands there."""
        return 0 <= at < len(self.tokens) and self.tokens[at].digits

    def words(self, at: int, *wanted: str) -> bool:
        """Whether exactly these words stand here."""
        if self.word(at) != wanted[0]:
            return False
        return all(self.word(at + number) == one for number, one in enumerate(wanted))

    def separator(self, at: int) -> bool:
        """Whether a mark stands there that only parts what is beside it."""
        return self.kind(at) == "mark" and self.word(at) in SEPARATORS

    def slice(self, at: int, end: int) -> str:
        """The text from one token up to before another, as it was typed."""
        if at >= end:
            return ""
        return self.text[self.tokens[at].start : self.tokens[end - 1].end]

    def skip(self, at: int) -> int:
        """The next place that is no separator."""
        while self.separator(at):
            at += 1
        return at


def plain(text: str) -> str:
    """The text as it was typed, out of the form in which Slack sends it; mentions are kept apart by two signs."""
    lines = [clean(line) for line in text.replace("\r", "\n").split("\n")]
    marked = _MENTION.sub("\ue000\\1\ue001", "\n".join(line for line in lines if line))
    return marked.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _cut(text: str) -> list[Token]:
    found: list[Token] = []
    end = -1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        whole = match.group(match.lastgroup or 0)
        kind = "quote" if kind in ("a", "b", "c") else kind
        word = fold(whole)
        found.append(Token(kind, whole, TYPED_SHORT.get(word, word), match.start(), match.end(), match.start() == end))
        end = match.end()
    return [_apart(found, at) for at in range(len(found))]


_JOINS = frozenset(["to", "til", "till", "until"])


def _apart(tokens: list[Token], at: int) -> Token:
    """A word between two numbers is read as if spaces stood around it: `10til12`."""
    for middle in (at, at - 1):
        around = tokens[middle - 1 : middle + 2] if middle > 0 else []
        if len(around) == 3 and around[1].word in _JOINS and around[0].digits and around[2].digits:
            return replace(tokens[at], glued=False)
    return tokens[at]


def number(line: Line, at: int) -> tuple[float, int] | None:
    """A number in digits or words, with a fraction: `2`, `1.5`, `1½`, `twenty-five`, `two and a half`."""
    word = line.word(at)
    if line.digits(at):
        value, end = float(word[:6]), at + 1
        if line.word(end) == "." and line.glued(end) and line.digits(end + 1) and line.glued(end + 1):
            value, end = float(f"{word[:6]}.{line.word(end + 1)[:4]}"), end + 2
        elif line.word(end) in FRACTIONS:
            value, end = value + FRACTIONS[line.word(end)], end + 1
        elif _slashed(line, at):
            value, end = _slashed(line, at), at + 3
        elif _slashed(line, end):
            value, end = value + _slashed(line, end), end + 3
    elif word in FRACTIONS:
        return FRACTIONS[word], at + 1
    elif word in NUMBERS:
        value, end = float(NUMBERS[word]), at + 1
        unit = end + 1 if line.word(end) == "-" else end
        if word in ("twenty", "thirty", "forty", "fifty") and 0 < NUMBERS.get(line.word(unit), 0) < 10:
            value, end = value + NUMBERS[line.word(unit)], unit + 1
    else:
        return None
    if line.words(end, "and", "a", "half"):
        return value + 0.5, end + 3
    return value, end


def _slashed(line: Line, at: int) -> float:
    """`1/2` and its kind; 0 where there is none."""
    if line.word(at + 1) != "/":
        return 0.0
    fraction = _SLASHED.get(line.slice(at, min(at + 3, len(line))), 0.0)
    return fraction if not line.glued(at + 3) or line.kind(at + 3) == "word" else 0.0


def whole(line: Line, at: int) -> tuple[int, int] | None:
    """A whole number in digits or words."""
    found = number(line, at)
    if found is None or found[0] != int(found[0]):
        return None
    return int(found[0]), found[1]


def ordinal(line: Line, at: int) -> tuple[int, int] | None:
    """`19th`, `third`, `twenty-sixth`; the number and the place behind it."""
    word = line.word(at)
    if line.digits(at) and line.word(at + 1) in SUFFIXES and line.glued(at + 1) and len(word) < 3:
        return int(word), at + 2
    if word in ORDINALS:
        return ORDINALS[word], at + 1
    unit = at + 2 if line.word(at + 1) == "-" else at + 1
    if word in ("twenty", "thirty") and 0 < ORDINALS.get(line.word(unit), 0) < 10:
        return NUMBERS[word] + ORDINALS[line.word(unit)], unit + 1
    return None
