"""The words of a register other than names: who came, who did not, who was late, and what joins and separates them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.reading.limits import keep_going
from bot.reading.persons.lexicon import given
from bot.reading.persons.names import folded


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
    WHO = "who"
    AND = "and"
    SEPARATOR = "separator"
    LINE = "line"
    COLON = "colon"
    NUMBER = "number"
    UNIT = "unit"
    REST = "the others"
    NO_OTHERS = "nobody else"
    NEGATED = "negated"
    ALSO = "was"
    DASH = "dash"
    MINUS = "minus"
    OPENING = "opening"
    CLOSING = "closing"
    ADDS = "adds"
    WHY = "why"
    NOTHING = "nothing"
    WORD = "word"


@dataclass(frozen=True)
class Token:
    """A word or a row of words, as typed, and what it does."""

    op: Op
    text: str
    unsure: bool = False
    """Somebody is called as the word is."""


def _table(forms: Mapping[Op, str]) -> dict[tuple[str, ...], Op]:
    return {tuple(form.split()): op for op, listed in forms.items() for form in listed.split("|")}


_NOT_COME = "|".join(
    f"{no} {came}"
    for no in ("never", "can't", "cannot", "couldn't", "couldnt", "could not", "not able to", "unable to")
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
        "appear",
        "be here",
    )
)
_NEGATIONS = "|".join(
    f"{one}n't|{one}nt|{one}n’t|{one} not"
    for one in ("did", "was", "were", "has", "have", "had", "is", "are", "do", "does", "could", "would")
)
_WORDS = _table(
    {
        Op.ALL: """
            every1 | evry1 | all | everyone | everybody | every one | all of them | all of us | they all |
            full house | full turnout | full turn out | full attendance |
            full class | full group | full register | whole group | whole
            class | the whole group | the whole class | the lot | the whole lot | all the kids | all the
            children | all children | all kids | everyone registered | 100%
        """,
        Op.NONE: """
            none | nobody | no one | no-one | noone | not one | nobody at all | none at all | no one at all | none
            of them | no kids | no children | nil | zero | not any | n/a
        """,
        Op.REST: """
            everyone else | everybody else | all others | all the others | all other kids | the others | others |
            the rest | rest | all the rest | rest of them | the rest of them | the other kids | the other children |
            the remaining | all remaining
        """,
        Op.NO_OTHERS: "no one else | nobody else | no-one else | noone else | none of the others | no others",
        Op.ONLY: "the only one | the only ones | the only person | only | just",
        Op.EXCEPT: """
            but | but not | except | except for | excepting | excluding | exc | excl | bar | apart from | other than
            | aside from | minus | less | save | save for | but for | with the exception of | not including | not
            counting | barring
        """,
        Op.PLUS: """
            plus | walk in | walk ins | walk-in | walk-ins | walkin | walkins | extra | extras | also came | and
            also | as well as | unregistered | not registered | as a walk-in | as walk-in | as a walk in | a walk-in
            | a walk in | a walk in called | a walk-in called | walk in called | walk-in called | a walk in named | a
            walk-in named | as an extra | additional | in addition
        """,
        Op.NOT: "not | no | without | neither",
        Op.NEGATED: f"""
            never | ain't
            | {_NEGATIONS}
        """,
        Op.ABSENT: f"""
            apols | holiday | on hols | at the doctors | dentist | appointment | school trip | exam | exams | covid |
            flu | a cold | no reason | no reason given | unexplained | hospital | funeral | elsewhere |
            no show from | no-show from | no shows from |
            absent | absence | absences | abs | away | missing | missed | missed it | absentee | absentees | the
            only absentee | apologies | apology | apology from | apologies received | apologies received from |
            apologies given | with apologies | apologies from | sent apologies | no show | no-show | no shows |
            no-shows | dna | a no-show | a no show | off sick | off ill | sick | ill | poorly | unwell | off | not
            come | stayed away | cancelled | stayed at home | stayed home | at home | on holiday | no shows today |
            cried off | pulled out | out | out sick | out ill | called in sick | phoned in sick | in hospital |
            unable to attend | excused | unavailable | not available | gave apologies | sends apologies | apologised
            | isolating | on leave | cancelled on us | not coming | isn't coming | wasn't coming | failed to show |
            failed to come | failed to attend | sick today | not well | not very well
            | {_NOT_COME}
        """,
        Op.PRESENT: """
            present | here | there | came | attended | attending | yes | turned up | showed up | made it | joined |
            in | came along | come | attend | show | show up | turn up | make it | join | around | able to
            come | able to make it | in attendance | showed | took part | did come | came in | present and correct |
            present & correct | fine | all fine |
            arrived | on time | came on time | arrived on time | arrived early | came early |
            was early | were early | here early | got here early | turned up early | joined early | stayed | stayed
            to the end | stayed till the end | stayed until the end
        """,
        Op.LATE: """
            late | came late | arrived late | joined late | was late | were late | turned up late | a bit late |
            very late | lates | joined at | came at | arrived at | late by
        """,
        Op.EARLY: """
            left early | left at | left after | left | went early | went home early | went home | leaving early |
            left before the end | went at | had to leave | had to leave early | left before end | early leaver |
            early leavers | gone early | leave early | had to go early | had to go | has to go early
        """,
        Op.PARTLY: """
            nearly | almost | mostly | most | most of | not all | not everyone | not everybody | not all of them |
            some | some of | half | half of | a few | few | several | not quite | practically | virtually | about |
            around | nearly all | almost all | out of | maybe | perhaps | possibly | either | early | mins in |
            minutes in | not sure | unsure | i think | coming | don't know | dont know | do not know | no idea
        """,
        Op.BOTH: "both",
        Op.AND: "and | & | nor | or",
        Op.UNIT: """
            min | mins | minute | minutes | hr | hour | hours | am | pm | kids | children | people | young people |
            of them | of us | of you | participants | students | pupils | names
        """,
        Op.ALSO: "was | were | is | are | has | have | had | did",
        Op.NOTHING: """
            as usual | still | unfortunately | sadly |
            today | tonight | this week | this time | thanks | thank you | please | pls | thx | cheers | at all |
            the | again | by | at | at the end | at the start | for | that | which | in the end | the end |
            after all | eventually | finally | actually | sorry | oops
        """,
        Op.ADDS: "too | also | as well | aswell",
        Op.WHO: "who | whos | who's | who’s | who was | who were | who is | who has | who had | who did",
        Op.WHY: "because | because of | cos | cos of | coz | cuz | bcos | becos | bc | due to | owing to | thanks to",
    }
)
_AMPERSAND = ("n", "'n", "n'", "'n'", "’n", "n’", "’n’")
"""`Ben n Cai`, unless it is the initial of somebody called Ben."""
_WELSH = _table(
    {
        Op.ALL: "pawb | bawb | pob un | pob un ohonynt",
        Op.NONE: "neb | dim neb",
        Op.ONLY: "dim ond | yn unig",
        Op.EXCEPT: "heblaw | heblaw am | ond | ac eithrio | ar wahân i | ar wahan i",
        Op.PLUS: "a hefyd | yn ogystal â",
        Op.ABSENT: "yn absennol | absennol | ddim yma | ddim yno",
        Op.PRESENT: "yma | yno | yn bresennol | bresennol | presennol",
        Op.LATE: "yn hwyr | hwyr",
        Op.EARLY: "yn gadael yn gynnar | gadawodd yn gynnar | gadael yn gynnar",
        Op.AND: "a | ac",
    }
)
_SLIPS_OF = {
    "everyone": Op.ALL,
    "everybody": Op.ALL,
    "except": Op.EXCEPT,
    "excluding": Op.EXCEPT,
    "absent": Op.ABSENT,
    "present": Op.PRESENT,
}
"""Words that are taken with one letter wrong: no name is near them."""
_SHORTEST_SLIP = 5
_LONGEST = max(map(len, (*_WORDS, *_WELSH)))
NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
}
_YES, _NO = "✅✔✓☑👍🟢", "❌✗✘☒🚫👎🔴✖⛔🙅"
_HAPPY = "🎉🎊😀😁😃😄😊🙂☺😎🥳🤩🙌👏💪❤💚💙💜⭐🌟✨🙏🎈👋🍕🍪🎂🎵⚽🏀🎨☀🌞🚀🏆🎄"
"""Signs that say nothing of anybody; what is neither these nor a yes or a no is asked about."""
_SIGNS = f"{_YES}{_NO}❓❔"
_CODES = {
    "white_check_mark": "✅", "heavy_check_mark": "✅", "ballot_box_with_check": "✅", "+1": "✅", "thumbsup": "✅",
    "check": "✅", "green_tick": "✅", "tick": "✅", "large_green_circle": "✅", "x": "❌", "no_entry": "❌",
    "no_entry_sign": "❌", "heavy_multiplication_x": "❌", "-1": "❌", "thumbsdown": "❌", "no_good": "❌",
    "red_circle": "❌", "cross": "❌", "tada": "", "smile": "", "smiley": "", "slightly_smiling_face": "", "clap": "",
    "blush": "", "grinning": "", "wave": "", "star": "", "heart": "", "raised_hands": "", "partying_face": "",
}  # fmt: skip
"""Slack's names of signs."""
_CODE = re.compile(r":([a-z0-9_+'-]{1,40}):(?:skin-tone-\d:)?")
_STRUCK = re.compile(r"(?<!\w)~(?=\S)[^~\n]{1,200}~|\S[\u0335-\u0338]")
_SPLIT = re.compile(
    rf"(?P<yes>[{_YES}])|(?P<no>[{_NO}])|(?P<line>[\n\r;]+)|(?P<separator>[,/|\t!]+)|(?P<open>[?❓❔]+)"
    rf"|(?P<opening>[(\[])|(?P<closing>[)\]])|(?P<colon>:(?!\d)|=|[-–—=]+>|→)|(?P<plus>\+)|(?P<and>&)"
    rf"|(?P<none>\bn/a\b)|(?P<minus>(?<![^\s,])[-–—\u2212](?=[^\W\d_]))|(?P<dash>(?<!\S)[-–—\u2212]+|—|--+|[-–](?=\s*(?:[,;\n]|$)))"
    rf"|(?P<number>\d{{1,4}}(?:[.:]\d\d)?(?:st|nd|rd|th|am|pm)?%?(?!\w))"
    rf"|(?P<word>(?:(?!->|--|[-–]\s*(?:[,;\n]|$))[^\s,;:/|()\[\]!?=+&—→❓❔{_YES}{_NO}])+)"
)
_HOUR_IN_WORDS = re.compile(
    r"\b(at|after|before|about|around|from|since|until|till) (?:half(?: past)?|(?:a )?quarter (?:to|past)"
    r"|(?:five|ten|twenty|twenty[- ]five|\d\d?) (?:to|past))[ -](?:one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|\d\d?)\b",
    re.IGNORECASE,
)
"""An hour as it is said, which counts nobody; like one in digits it is not kept."""
_BULLET = re.compile(r"^[ \t]*(?:\d{1,3}[.):][ \t]*(?=\D)|[-–—*•·][ \t]+)", re.MULTILINE)
_COUNTED = re.compile(r"^[ \t]*\d+[ \t]*", re.MULTILINE)
_DASHED = re.compile(r"^[ \t]*[-–—*•·][ \t]*")
_OPS = {
    "yes": Op.PRESENT,
    "no": Op.ABSENT,
    "line": Op.LINE,
    "separator": Op.SEPARATOR,
    "opening": Op.OPENING,
    "closing": Op.CLOSING,
    "colon": Op.COLON,
    "plus": Op.PLUS,
    "and": Op.AND,
    "none": Op.NONE,
    "minus": Op.MINUS,
    "dash": Op.DASH,
    "number": Op.NUMBER,
    "open": Op.PARTLY,
}


def tokens(text: str, names: Sequence[str], *, welsh: bool) -> list[Token]:
    """The words of a register in their order. Where a whole name of the `names` stands, it is one; a word that is
    somebody's first name as well is not sure."""
    called = [tuple(folded(name).split()) for name in names]
    whole, first = {one for one in called if len(one) > 1}, {one[:1] for one in called}
    signs = [(found.lastgroup or "", found[0]) for found in _SPLIT.finditer(_shown(_unnumbered(text, called)))]
    found: list[Token] = []
    place = 0
    while place < len(signs):
        keep_going()
        kind, sign = signs[place]
        if kind != "word":
            found.append(Token(_OPS[kind], sign))
            place += 1
            continue
        row = _row(signs, place)
        named = next((n for n in range(len(row), 1, -1) if tuple(folded(" ".join(row[:n])).split()) in whole), 0)
        length, op = (named, Op.WORD) if named else _longest(row, welsh=welsh)
        words = row[:length]
        if length == 1 < len(row) and _joins(found, words[0], called):
            op = Op.AND
        if op is not Op.WORD and length == 1 and tuple(folded(words[0].strip("._*")).split()) in first:
            found.append(Token(Op.WORD, words[0], unsure=True))
        else:
            found += [Token(op, one) for one in words] if named else [Token(op, " ".join(words))]
        if _ends_sentence(words[-1]) or (op is not Op.WORD and words[-1].endswith(".")):
            found.append(Token(Op.LINE, "."))
        place += length
    if len(found) > 1 and found[-1].text.lower() in ("x", "xx", "xxx") and found[-2].op in _SAID:
        del found[-1]  # a kiss, and no cross behind a name
    return _without_reasons(found, {word for name in called for word in name})


def _joins(found: Sequence[Token], word: str, called: Sequence[tuple[str, ...]]) -> bool:
    """Whether a letter stands for *and* between two names."""
    if word not in _AMPERSAND or not found or found[-1].op is not Op.WORD:
        return False
    before = folded(found[-1].text).strip(".,")
    return not any(len(name) > 1 and name[0] == before and name[-1].startswith("n") for name in called)


_SAYS = (Op.ABSENT, Op.PRESENT, Op.LATE, Op.EARLY)
_SAID = (*_SAYS, Op.ALL, Op.NONE, Op.REST, Op.NO_OTHERS, Op.NOTHING)
_ENDS_REASON = (Op.SEPARATOR, Op.LINE, Op.CLOSING)


def _without_reasons(row: list[Token], names: AbstractSet[str]) -> list[Token]:
    """The words without why somebody was late or not there, which is not kept: *late because the bus broke down*. Where
    nothing else says how somebody came, or somebody is named in it, the reason stays and is asked about."""
    found: list[Token] = []
    place = 0
    while place < len(row):
        keep_going()
        if row[place].op is not Op.WHY:
            found.append(row[place])
            place += 1
            continue
        end = next((n for n in range(place, len(row)) if row[n].op in _ENDS_REASON), len(row))
        reason = row[place + 1 : end]
        begins = next((n for n in range(len(found), 0, -1) if found[n - 1].op in _ENDS_REASON), 0)
        before = {one.op for one in found[begins:]}
        states = [one for one in reason if one.op in _SAYS]
        named = any(one.unsure or folded(one.text).strip(".,'") in names for one in reason)
        if named or not (states or before & {*_SAYS, Op.EXCEPT, Op.NOT, Op.NEGATED}):
            found += [Token(Op.WORD, row[place].text), *reason]
        else:
            found += [] if before & {*_SAYS, Op.EXCEPT, Op.NOT, Op.NEGATED} else states
        place = end
    return found


def _shown(text: str) -> str:
    """The text with Slack's names of signs as signs, without bullets and without what says nothing; other signs and
    what is crossed out stand as a question."""
    text = _CODE.sub(lambda code: _CODES.get(code[1], "❔"), _STRUCK.sub("❔", text))
    text = _HOUR_IN_WORDS.sub(r"\1 0:00", text)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(_DASHED.match(line) for line in lines):
        text = "\n".join(_DASHED.sub("", line) for line in lines)
    shown = (_seen(one) for one in _boxes(_BULLET.sub("", text)))
    return "".join(shown)


def _unnumbered(text: str, called: Sequence[tuple[str, ...]]) -> str:
    """Lines without the numbers that count them, `1 Ben` and `2 Cai`, where somebody's name stands behind each."""
    lines = [one.split(maxsplit=2) for one in text.splitlines() if one.strip()]
    counted = [one[0] for one in lines] == [str(number) for number in range(1, len(lines) + 1)]
    words = {word for name in called for word in name}
    named = all(len(one) > 1 and folded(one[1]).strip(".,") in words for one in lines)
    return _COUNTED.sub("", text) if len(lines) > 1 and counted and named else text


def _seen(one: str) -> str:
    kind = unicodedata.category(one)
    if one in _SIGNS:
        return one
    if one in _HAPPY or (kind == "Sk" and one not in "^`") or "\ufe00" <= one <= "\ufe0f" or one in "\u200d♀♂\u20e3":
        return ""
    return "❔" if kind == "So" else one


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
        if _ends_sentence(words):
            break
    return row


def _ends_sentence(word: str) -> bool:
    return re.fullmatch(r"[^\W\d_]['’\w]+[^\W\d_]\.", word) is not None


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
        if length == 1 and len(plain[0]) >= _SHORTEST_SLIP and not given(plain[0]):
            slip = process.extractOne(plain[0], tuple(_SLIPS_OF), scorer=OSA.distance, score_cutoff=1)
            if slip:
                return 1, _SLIPS_OF[slip[0]]
    return 1, Op.WORD
