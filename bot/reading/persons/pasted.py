"""Pasted lines taken apart: what stands in them beside names is found and set aside, so that no name is cut in two."""

import csv
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.reading.clean import clean
from bot.reading.limits import keep_going
from bot.reading.persons.ages import MONTH_NAMES
from bot.reading.persons.carers import FORM as CARER
from bot.reading.persons.lexicon import NUMBERED, PARENTS, given
from bot.reading.persons.name import no_name, tidy

_SLACK = re.compile(r"<(mailto|tel|https?|[#!][^<>|]*?)(?::([^|<>]*))?(?:\|([^<>]*))?>")
MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|([^<>]*))?>")
_OVERLAID = re.compile("[\u0335-\u0338]")
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ADDRESS = r"[^\s<>()\[\]{},;:|=\"“”…@]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"
ADDRESS = re.compile(rf"^{_ADDRESS}$")
ADDRESS_WITHIN = re.compile(_ADDRESS)
_LABEL = (
    rf"(?:(?<!\w)(?:{PARENTS}|tel|telephone|phone|mob(?:ile)?|e-?mail|contact|ph|call|ring)(?:['’]s)?"
    r"(?: (?:e-?mail|address|number|phone|mobile|tel|no))?\.? ?[:=]? ?[-–]? ?)?(?:mailto: ?)?"
)
_LABEL_BEHIND = rf"(?: \(?(?:{PARENTS})\)?(?= ?(?:$|[,;|\t\n(]|\d{{1,2}}(?!\w))))?"
_DIGIT = r"[ .-]{0,3}\d"
_OF_ELEVEN = "|".join(
    (
        rf"(?:0(?!0)|(?:\+|00)44(?:[ .-]{{0,3}}\(0\))?)(?:{_DIGIT}){{10}}",
        *(rf"\(0\d{{{area}}}\)(?:{_DIGIT}){{{10 - area}}}" for area in range(2, 6)),
    )
)
"""A British number, so that an age behind it is none of its digits."""
_OTHER_NUMBER = (
    r"(?!\(?\d{1,2}\)? [(0+])(?:\+|00)?(?:\(\+?\d{1,6}\)|\d)"
    rf"(?:{_DIGIT}|[ .-]{{0,3}}\(\d{{1,5}}\)(?=[ .-]?\d)){{7,20}}"
)
"""Brackets are part of a number where more of it follows: `01492 (555) 0123`, not the age of `07700 900123 (12)`."""
_PRONOUN = r"(?:she|he|they|xe|ze|it|fae|her|him|them|hers|his|theirs|hi|ef|nhw)"
_PRONOUNS = rf"{_PRONOUN}(?: ?/ ?{_PRONOUN}){{0,3}}"
_HELD = "\ue000-\uf8ff"
_NUMBER_ENDS = rf"(?= ?(?:$|[,;|/\t+&\n{_HELD})\]]|[-–—] |and\b))"
_FORMS: tuple[tuple[str, str], ...] = (
    ("link", r"(?:https?://|www\.)\S+"),
    ("other", r"\( ?another person ?\)"),
    ("whole", r"\( ?one person ?\)"),
    ("carer", CARER),
    ("email", rf"{_LABEL}<? ?{_ADDRESS} ?>?(?!\w){_LABEL_BEHIND}"),
    ("unfinished", r"\S*@\S*"),
    ("nothing", r"(?<!\w)(?:(?:n/[akr]|d/k|[wc]/o)(?!\w)|w/)"),
    ("pronouns", rf"[(\[] ?{_PRONOUNS} ?[)\]]|(?<!\w){_PRONOUN}(?: ?/ ?{_PRONOUN}){{1,3}}(?!\w)"),
    (
        "times",
        r"(?<!\w)(?:dob|d\.o\.b\.?|born|b\.)?:? ?(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d)(?!\w)"
        r"|(?<!\w)\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?(?!\w)",
    ),
    ("telephone", rf"{_LABEL}(?:☎|📞)?(?<![\w+])(?:{_OF_ELEVEN}|{_OTHER_NUMBER})(?!\w){_LABEL_BEHIND}"),
    (
        "ages",
        r"(?<!\w)(?:aged?:? ?)?(?:(?:over|under) ?1[68]|1[68] ?(?:\+|(?:or|and) (?:over|older))|16 (?:to|-|–) 17)(?!\w)"
        r"|(?<!\w)(?:nearly|almost|not quite|about|around|just turned|turning) (?:aged? )?\d{1,2}(?!\w)"
        r"|(?<!\w)(?:aged? )?\d{1,2}(?: and a half|½)(?!\w)"
        r"|(?<!\w)(?:aged?:? ?\d{1,2}(?: ?(?:years?|yrs?)(?: old)?)?"
        r"|\d{1,2}[ -]?(?:years?|yrs?|y ?/? ?o)\.?(?:[ -]old)?"
        r"|(?:(?:year|yr|y|class|form|grade|primary) ?\d{1,2}|p ?[1-7]|s ?[1-6])[a-z]?"
        rf"|(?:born|b\.) ?(?:in |on )?(?:(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{MONTH_NAMES}),? )?\d{{4}}(?:-\d\d)?)(?!\w)",
    ),
    (
        "ages",
        rf"(?<=[\w).,\t{_HELD}\]–—-] )\d{{1,2}}(?!\w){_NUMBER_ENDS}|(?<=[(,\t])\d{{1,2}}(?!\w){_NUMBER_ENDS}"
        rf"|(?<=[\w).,\t{_HELD}] )(?<!young )adult(?!\w){_NUMBER_ENDS}|(?<=[(,\t])adult(?!\w){_NUMBER_ENDS}"
        rf"|(?<=[\w).,\t{_HELD}\]-] )\d{{1,2}}[a-h](?!\w){_NUMBER_ENDS}|(?<=[(,\t])\d{{1,2}}[a-h](?!\w){_NUMBER_ENDS}",
    ),
    ("sign", r"(?<!\w):[a-z0-9_+'-]{2,40}:(?!\w)"),
    ("struck", r"~[^~\n]{1,200}~|[❌✗✘🚫]\ufe0f?"),
)
_PATTERNS = tuple((kind, re.compile(form, re.IGNORECASE)) for kind, form in _FORMS)
_STAND_IN = re.compile(rf"(?:^|[\s,;/|&+]){NUMBERED} (?:(?:no|nr|number)\.? ?)?#?$", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}\n]{0,300})[)\]}]")
_WHOSE_ALONE = re.compile(rf"(?:(?:{PARENTS}|tel|phone|mobile|e-?mail|and|:|,|\.|-|['’]s)\s*)*", re.IGNORECASE)
_NEWS = re.compile(
    r"(?:new|newcomer|starter|new starter|guest|unverified|external|returning|regular|back|back again|first time)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r" *((?:(?<=\s)[-–—]+(?=\s|$)|[,|/+&\t、\uff0c،]|(?<![^\s,/|&+])(?:and|plus)(?!\S)|(?<=, )n(?= [^\W\d_]{2}))) *",
    re.IGNORECASE,
)
_BULLETS = re.compile(r"(?:[-–—•·●▪◦‣►➤→☐☑☒✅✔✓√□■▢]\ufe0f?|\[[ xX✓]?\]|\( \)|[*>o](?=\s))+\s*")
_NUMBERED = re.compile(
    r"(?:no\.? ?)?[(#]{0,2}\d{1,3}[.):\]]+\s*(?=[^\W\d]|[*“\"'‘])|\(?[a-z]\)\s+|#\d{1,3}\s+|\d{1,3}\s+[-–]\s+(?=\w)",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"\s*([A-Za-z])\.\s+(?=[^\W\d_])")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_COUNTED = re.compile(r"(\d{1,3})\s+(?=[^\W\d_])")
_BEHIND_A_NAME = re.compile(r"[,\t|/+&(<]|\d|\s[-–—]\s|\sand\s")
_REACHED = re.compile(r"@|\d{5}")
_IN_A_ROW = re.compile(r"(?:(?<=\s)|^)\(?(\d{1,2})[.):]\s*(?=[^\W\d_])")
_BARE_IN_A_ROW = re.compile(r"(?:(?<=\s)|^)(\d{1,2})\s+(?=[^\W\d_])")


Hold = Callable[[str, str], str]
"""Sets a mark aside, its kind and its words, and gives the sign that stands in its place."""


@dataclass(frozen=True)
class Mark:
    """Something in a line that is no part of a name: its kind and what was typed."""

    kind: str
    text: str


@dataclass(frozen=True)
class Piece:
    """What stands between two separators: `between` is the one before it, `name` what is left without its marks."""

    between: str
    text: str
    name: str
    marks: tuple[Mark, ...] = ()
    led: bool = False
    """Whether a mark stands before the name."""
    whole: tuple[str | Mark, ...] = ()
    """The words and the marks in their order."""

    def all(self, kind: str) -> list[str]:
        """What was typed of one kind of mark."""
        return [one.text for one in self.marks if one.kind == kind]


@dataclass(frozen=True)
class Line:
    """One line, or one part of a line that semicolons or numbers mark as whole. `number` counts from one."""

    number: int
    text: str


def typed(text: str) -> str:
    """What the person typed, from the form in which Slack sends it; an address and a number by themselves."""
    text = _SLACK.sub(_shown, text)
    text = "".join(_crossed(one) for one in re.split(r"(\s+)", text)).replace("~ ~", " ")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _crossed(word: str) -> str:
    """A word whose letters are crossed out one by one, in Slack's own way to write it."""
    return f"~{_OVERLAID.sub('', word)}~" if _OVERLAID.search(word) else word


def _shown(found: re.Match[str]) -> str:
    kind, target, label = found.groups()
    if kind == "mailto":
        return str(target)
    if kind == "tel":
        return str(label or target)
    return f"{kind}:{target}" if kind.startswith("http") else str(label or found[0])


def lines(text: str) -> list[Line]:
    """The lines of a text that say something, without their bullets and numbers, parts between semicolons apart."""
    found = [(number, _row(one)) for number, one in enumerate(_LINE_ENDS.split(text), 1)]
    found = [(number, _unquoted(row)) for number, row in found]
    rows = [(number, row) for number, row in found if re.search(r"[\w?❌✗✘🚫]", row)]
    headed = bool(rows) and bool(_HEADED.search(rows[0][1]))
    rows = [(number, row.replace(";", "\t") if headed or _CELLS.search(row) else row) for number, row in rows]
    parts = [(number, part) for number, row in rows for part in re.split(r"[;\uff1b]", row)]
    each = _without_numbers([part for _, part in parts])
    result: list[Line] = []
    for (number, _), part in zip(parts, each, strict=True):
        keep_going()
        result += [Line(number, one) for one in map(_unmarked, _in_a_row(part)) if one.strip()]
    return result


_HEADED = re.compile(r"^[^;]{0,20}\b(?:names?|surname|forename)\b[^;]{0,20};", re.IGNORECASE)
_QUOTED_PAIR = re.compile(r"""(?<!\w)["“„'‘]([^"“”„'‘’,;\t\n]{1,60}),[ ]*([^"“”„'‘’,;\t\n]{1,60})["”“'’](?!\w)""")
"""`“Nair, Priya”`, as mail programs write somebody, surname first."""
_CELLS = re.compile(r";\s*(?:[\d\s().+-]+|[^\s;@]+@[^\s;]+)(?=;|$)")
"""A number or an address alone between semicolons: they separate no people."""
_QUOTED_CELLS = re.compile(r'^\s*"[^"]{0,200}"\s*,')
_JOINED = re.compile("(?<![\u0590-\u1fff\ua800-\uabff])[\u200c\u200d]|[\u200c\u200d](?=[\\s,;]|$)")
"""Joiners where no script has need of them."""


def _unquoted(row: str) -> str:
    """A line in which everybody who stands in quotation marks, surname first, is a part of their own."""
    parts = _QUOTED_PAIR.sub(r";\1, \2", row)
    return row if parts == row else re.sub(r"[\s,]*;(?:\s*;)*\s*", ";", parts).lstrip(";")


def _row(line: str) -> str:
    if _QUOTED_CELLS.match(line):
        line = "\t".join(next(csv.reader([line], skipinitialspace=True)))
    return "\t".join(clean(_JOINED.sub("", cell)) for cell in re.split(r"\t|(?<=\S) {3,}(?=\S)", line))


def _unmarked(text: str) -> str:
    """A line without bullet, box and number in front."""
    text = text.strip()
    for _ in range(3):
        text = re.sub(r"^(?:\d{1,3})\t(?=\s*[^\W\d_])", "", text)
        for shape in (_BULLETS, _NUMBERED):
            found = shape.match(text)
            text = text[found.end() :] if found else text
    return text


def _without_numbers(rows: Sequence[str]) -> list[str]:
    """The lines without a bare number in front: where every line begins with the next one, and where a name follows."""
    rows = _without_letters(rows)
    plain = [_unmarked(row) for row in rows]
    found = [_COUNTED.match(one) for one in plain]
    numbers = [int(one[1]) for one in found if one]
    behind = [line[one.end() :] if one else line for line, one in zip(plain, found, strict=True)]
    if 1 < len(numbers) == len(rows) and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return behind
    rising = len(numbers) > 1 and all(one < other for one, other in itertools.pairwise(numbers))
    listed = rising and any(given(rest) for rest, one in zip(behind, found, strict=True) if one)
    return [
        rest if one and _names_one(rest, listed=listed) and len([*_in_a_row(row)]) == 1 else row
        for row, rest, one in zip(rows, behind, found, strict=True)
    ]


def _without_letters(rows: Sequence[str]) -> Sequence[str]:
    """The lines without `a.`, `b.`, `c.` in front, where every line has the next one; `A. Khan` may be an initial."""
    found = [_LETTERED.match(row) for row in rows]
    letters = "".join(one[1] for one in found if one)
    behind = [row[one.end() :] for row, one in zip(rows, found, strict=True) if one]
    if len(behind) < len(rows) or len(rows) < 2 or not _ALPHABET.startswith(letters.casefold()):
        return rows
    return behind if letters.islower() or all(given(one) for one in behind) else rows


def _names_one(text: str, *, listed: bool) -> bool:
    """Whether a number in front of this counts the lines, as in `5 Elin Hughes`; not the people, as in `3 Ashdowns`.
    `listed`: other lines have numbers too."""
    name = tidy(_BEHIND_A_NAME.split(text, maxsplit=1)[0])
    if no_name(name):
        return False
    if " " not in name:
        return given(name) and "\t" in text
    return listed or given(name) or bool(_REACHED.search(text))


def _in_a_row(text: str) -> Iterator[str]:
    """`1. Ann 2. Bob 3. Cy`, apart."""
    for shape in (_IN_A_ROW, _BARE_IN_A_ROW):
        found = list(shape.finditer(text))
        numbers = [int(one[1]) for one in found]
        if len(found) > 1 and not found[0].start() and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            ends = [*(one.start() for one in found[1:]), len(text)]
            yield from (text[one.end() : end].strip(" ,") for one, end in zip(found, ends, strict=True))
            return
    yield text


def pieces(text: str) -> list[Piece]:
    """What stands between the separators of a line."""
    held: list[Mark] = []

    def hold(kind: str, words: str) -> str:
        held.append(Mark(kind, words))
        return f" {chr(0xE000 + len(held) - 1)} "

    for kind, shape in _PATTERNS:
        keep_going()
        text = shape.sub(lambda one, kind=kind: _set_aside(one, kind, hold), text)  # type: ignore[misc]
        text = re.sub(" {2,}", " ", text)
    text = "".join(hold("sign", one) if _sign(one) else one for one in text)
    text = _BRACKETS.sub(lambda one: _bracket(one, held, hold), text)
    parts = _SEPARATOR.split(text)
    found: list[Piece] = []
    between = ""
    for place, part in enumerate(parts):
        if place % 2:
            between = part.strip().casefold() or "\t" if between in ("", ",") else between
        elif part.strip():
            found.append(_piece(between, part, held))
            between = ""
    return found


def _set_aside(found: re.Match[str], kind: str, hold: Hold) -> str:
    words = found[0]
    if kind == "telephone" and sum(one.isdigit() for one in words) < 9:
        return words
    if kind == "ages" and _STAND_IN.search(found.string[: found.start()]):
        return words
    return hold(kind, words.strip())


def _sign(one: str) -> bool:
    return unicodedata.category(one) == "So" or "\U0001f3fb" <= one <= "\U0001f3ff" or one in "\ufe0f\u20e3"


def _bracket(found: re.Match[str], held: list[Mark], hold: Hold) -> str:
    """What stands in brackets: only marks and whose they are, news of somebody, a name in the middle, or a remark."""
    inside = found[1]
    signs = "".join(one for one in inside if "\ue000" <= one <= "\uf8ff")
    words = " ".join("".join(" " if one in signs else one for one in inside).split())
    if _WHOSE_ALONE.fullmatch(words) and signs:
        for sign, typed_before, typed_behind in ((signs[0], found[0][0], ""), (signs[-1], "", found[0][-1])):
            mark = held[ord(sign) - 0xE000]
            held[ord(sign) - 0xE000] = Mark(mark.kind, f"{typed_before}{mark.text}{typed_behind}")
        return " ".join(("", *signs, ""))
    if _NEWS.fullmatch(words) or not words:
        return f" {' '.join(signs)} " + hold("note", found[0])
    behind = found.string[found.end() :].lstrip()
    if behind[:1].isalpha() and words.isalpha() and words[0].isupper():
        return found[0]
    return hold("remark", _restored(found[0], held))


def _restored(text: str, held: Sequence[Mark]) -> str:
    """The text with what was set aside in its place again."""
    back = "".join(held[ord(one) - 0xE000].text if "\ue000" <= one <= "\uf8ff" else one for one in text)
    return re.sub(r"(?<=[(\[]) | (?=[)\]])", "", " ".join(back.split()))


def _piece(between: str, part: str, held: Sequence[Mark]) -> Piece:
    marks = tuple(held[ord(one) - 0xE000] for one in part if "\ue000" <= one <= "\uf8ff")
    name = " ".join("".join(" " if "\ue000" <= one <= "\uf8ff" else one for one in part).split())
    first = part.strip()[:1]
    led = "\ue000" <= first <= "\uf8ff" and held[ord(first) - 0xE000].kind not in ("sign", "struck")
    return Piece(between, _restored(part, held), name, marks, led, tuple(_in_order(part, held)))


def _in_order(part: str, held: Sequence[Mark]) -> Iterator[str | Mark]:
    for one in re.split(f"([{_HELD}])", part):
        if one:
            yield held[ord(one) - 0xE000] if "\ue000" <= one <= "\uf8ff" else one
