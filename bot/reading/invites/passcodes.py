"""A passcode among words: the meeting's own, never the telephone's or the host's, and never cut, joined or made up in
silence. Where it is not plain which it is, or whether it is one, that is asked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from rapidfuzz.distance import OSA

from bot.reading.limits import keep_going
from bot.reading.outcome import Refused
from bot.reading.words import MONTHS, WEEKDAYS, set_of

LONGEST_PASSCODE = 10
_SHORTEST = 3
_PERMITTED = re.compile(r"[A-Za-z0-9@*_-]+")

_LABEL = re.compile(
    r"(?<![\w/-])(?P<word>pas+\s?-?(?:code|cod|word|wort|wor|wrd)s?|cyfrinair|cod mynediad|pwd|pw|p/w|pin|pass|code)"
    r"(?:['’]s)?(?![\w/-])",
    re.IGNORECASE,
)
_LIKE_LABEL = re.compile(r"(?<![\w/.?=&%@-])[Pp][A-Za-z]{5,9}(?![\w/.=@-])")
_OTHER_WORDS = set_of("passport passports postcode postcodes postcard postcards")
_LOOSE = set_of("pin pass code")
_NO_PASSCODES = set_of("post dress bar qr zip area country dialling sort promo discount bus boarding source colour")
"""What makes of “code”, “pass” or “pin” something else."""
_THEIRS = set_of(
    "telephone telephones phone phones phoning dial dial-in dialin dialling call-in audio host hosts host's hosts' "
    "host’s leader moderator organiser organizer conference numeric landline sip ffôn ffonio cadeirydd"
)
"""Whose passcode it is, where it is not the meeting's."""
_NEGATED = set_of("not old previous former was isn't isnt wasn't hen last expired wrong")
_SKIPPED = set_of("numeric access meeting number only in join the user users")
"""What may stand between that and the word for a passcode."""
_BETWEEN = re.compile(r"[\s:=–—>→-]*(?:[*_](?=\s))?\s*")
_LINKS = set_of("is are be will now yw ydy ydi")
_SAYS = set_of("is are was yw ydy ydi now be as to it's its = : - – — -> →")
"""What stands before a passcode that does not follow its word at once."""
_NONE = set_of(
    "none no nil n/a na tbc tba tbd to for from will is are was has have had been be being not isn't aren't wasn't "
    "later soon follow following follows sent send sending see same as unchanged changed changing change new needed "
    "required necessary protected protection enabled disabled on off in at with without and or but if when which that "
    "the a an it its it's this these attached below above enclosed inside included separate separately by via please "
    "thanks asap pending unknown coming forthcoming available optional blank empty missing given shared my our your "
    "their his her we i you they now then also still apart another other different usual ask asked wanted unset "
    "yw ydy ydi i'w dilyn ddim dim heb wedi yn y yr ar gael newydd"
)
"""Words that are no passcode; whoever writes them has none to give yet, or says where it is."""
_PARTS = set_of("title programme with link topic time when where host co-worker co-workers recording kept about led")
"""Where another part of a command or an invitation begins."""
_BRANDS = set_of("whatsapp youtube linkedin iphone ipad facetime onedrive sharepoint powerpoint")
_SAID_OF_NONE = re.compile(
    rf"(?:\b(?:no|without|(?:tele)?phone|host(?:['’]s)?)\s+(?:a\s+)?)?{_LABEL.pattern}[^\n.;!?,]{{0,120}}?"
    r"(?=[\n.;!?,]|$|\s(?:(?:and|title|programme|with)\b|"
    r"(?:to|on|for) (?:the )?(?:mon|tue|wed|thu|fri|sat|sun|tomorrow|\d)))",
    re.IGNORECASE,
)
_OTHER_THINGS = re.compile(
    r"\d{1,2}(?:am|pm|yb|yp)|\d{3,4}(?:am|pm|hrs?)|\d+(?:st|nd|rd|th|fed|af|ydd|il|eg|ain)|\d+(?:m|h|min|mins|minutes|hours?|days?|"
    r"weeks?)|m-?\d+|[ic]-\d+|20\d\d|\d{1,4}[-/]\d{1,2}[-/]\d{1,4}|(?:\d{1,2}(?:am|pm)?-){1}\d{1,2}(?:am|pm)",
    re.IGNORECASE,
)
"""Hours, days, lengths and references: with digits, and yet no passcode unless they stand behind its word."""
_GROUPS = re.compile(r"\d{2,4}(?: \d{2,4})+(?![\w:/])|[A-Za-z0-9](?: [A-Za-z0-9]){3,}(?!\S)")
_COUNTED = set_of("am pm min mins minutes hour hours people children days weeks places o'clock") | set(MONTHS)
_MARKS = "“”\"'‘’()[]<>`~"
_ENDS = ".,;:!?)]’”\"'>`~"
_MOST = 12
_MOST_LABELS = 60
_FAR = 200
"""How far behind its word a passcode is looked for."""


@dataclass(frozen=True)
class Found:
    """A passcode, and the words that are left beside it. `assumed` says what was: that it is one, as it stands
    alone, or that its groups belong together."""

    code: str = field(repr=False)
    left: str = field(default="", repr=False)
    assumed: Literal["", "alone", "groups"] = ""


@dataclass(frozen=True)
class Doubt:
    """What has to be asked, and the passcodes that may be meant."""

    question: str
    codes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class _One:
    code: str
    start: int
    end: int
    negated: bool = False
    doubtful: bool = False
    joined: bool = False
    others: tuple[str, ...] = ()


def check_passcode(code: str) -> Refused | None:
    """Why a passcode cannot be one, or None."""
    if not _PERMITTED.fullmatch(code):
        return Refused("passcode-characters", "A passcode has only letters, digits and @ * - _. Please look again.")
    if len(code) > LONGEST_PASSCODE:
        why = f"That passcode has {len(code)} characters; the services take {LONGEST_PASSCODE}. Nothing of it was cut."
        return Refused("passcode-too-long", why)
    return None


def spelt(text: str) -> str:
    """The text with the word for a passcode put right where it is misspelt: a passcode behind it is never dropped."""
    return _LIKE_LABEL.sub(lambda found: "passcode" if _misspelt(found[0].casefold()) else found[0], text)


def _misspelt(word: str) -> bool:
    near = any(OSA.distance(word, one, score_cutoff=2) <= 2 for one in ("passcode", "password"))
    return near and word not in _OTHER_WORDS and not _LABEL.fullmatch(word)


def is_named(text: str) -> bool:
    """Whether a text begins with the word for a passcode."""
    words = re.sub(r"^\W*(?:(?:please|change|set|update|use|the|a|its|our|new)\s+)*", "", text, flags=re.IGNORECASE)
    found = _LABEL.match(words)
    return found is not None and (found["word"].casefold() not in ("code", "pass"))


def passcode(text: str) -> Found | Doubt | Refused | None:
    """The passcode that a text names; None where it names none."""
    text = re.sub(r"[^\S\n]", " ", text)
    if sum(1 for _ in islice(_LABEL.finditer(text), _MOST_LABELS + 1)) > _MOST_LABELS:
        return Doubt("That speaks of passcodes too often. Write the one that counts alone: `passcode 73kq92`.")
    named = list(islice(_named(text), _MOST))
    good = [one for one in named if not one.negated]
    codes = tuple(dict.fromkeys(code for one in good for code in (one.code, *one.others)))
    if not named:
        return None
    if not good:
        return Doubt("Is that the passcode that counts, or an old one? Write the one that counts: `passcode 73kq92`.")
    if len(codes) > 1:
        return Doubt(
            "More than one passcode can be meant. Which one is it? Write that one alone: `passcode 73kq92`.", codes
        )
    one = good[0]
    refused = check_passcode(one.code)
    if refused is not None:
        return refused
    if one.doubtful:
        why = f"Is “{one.code}” the passcode? Then put it into quotation marks: `passcode “{one.code}”`."
        return Doubt(why, codes)
    left = text
    for used in sorted(named, key=lambda each: each.start, reverse=True):
        left = f"{left[: used.start]} {left[used.end :]}"
    return Found(one.code, left, "groups" if one.joined else "")


def alone(text: str) -> Found | Doubt | None:
    """A code that stands without a word for it and is all that there is; what may be an hour, a day or a length is
    none."""
    left = " ".join(text.split()).strip(" ,;.:()!?/|#–—")
    left = re.sub(r"^- | (?:please|thanks|thank you|ta)$", "", left, flags=re.IGNORECASE)
    groups = _GROUPS.fullmatch(left)
    code = left.replace(" ", "") if groups else left
    if not 4 <= len(code) <= LONGEST_PASSCODE or not _PERMITTED.fullmatch(code) or not re.search(r"\d", code):
        return None
    if _OTHER_THINGS.fullmatch(code):
        return None
    if re.fullmatch(r"(?:[01]\d|2[0-3])[0-5]\d", code):
        return Doubt(f"Is {code} the passcode, or an hour? For the passcode, write `passcode {code}`.", (code,))
    return Found(code, assumed="alone")


def _named(text: str) -> Iterator[_One]:
    """Each passcode that stands behind the word for one."""
    for label in _LABEL.finditer(text):
        keep_going()
        loose = label["word"].casefold() in _LOOSE
        before = _clause_before(text, label.start())
        if _is_theirs(before) or (loose and before and before[-1] in _NO_PASSCODES):
            continue
        behind = text[label.end() : label.end() + _FAR]
        clause = re.split(r"\n|[.;!?](?=\s|$)", behind, maxsplit=1)[0]
        if not clause.strip(" :=-*_–—"):
            # The code may stand in the next line alone.
            following = re.match(r"[ :=*_–—-]*\n\s*(\S+)[ ]*(?:\n|$)", behind)
            if following is None or not _is_code(following[1].strip(_MARKS)):
                continue
            clause = following[0]
        one = _behind(text, label, clause, loose=loose)
        if one is not None:
            old = bool(set(before[-2:]) & _NEGATED)
            yield _One(one.code, one.start, one.end, one.negated or old, one.doubtful, one.joined, one.others)


def _clause_before(text: str, at: int) -> list[str]:
    clause = re.split(r"\n|[.,;!?](?=\s|$)", text[max(0, at - 60) : at])[-1]
    return [word.strip(_MARKS + ":*_").casefold() for word in clause.split()]


def _is_theirs(before: Sequence[str]) -> bool:
    nearest = next((word for word in reversed(before) if word not in _SKIPPED), "")
    return nearest in _THEIRS or (bool(before) and before[-1] in _THEIRS)


def _behind(text: str, label: re.Match[str], clause: str, *, loose: bool) -> _One | None:
    """The passcode in what stands behind its word, up to the end of the sentence or the line."""
    base = label.end()
    gap = _BETWEEN.match(clause)
    at = gap.end() if gap else 0
    words = [(found.start(), found[0]) for found in re.finditer(r"\S+", clause[at:])][:_MOST]
    seen: list[str] = []
    stray: _One | None = None
    for number, (start, raw) in enumerate(words):
        word = raw.strip(_MARKS + ":*_,").casefold()
        direct = all(each in _LINKS for each in seen)
        if set(seen) & _THEIRS or word in _THEIRS:
            return None
        if number and word in _PARTS:
            break
        begins = at + start
        said = bool(seen) and (seen[-1] in _SAYS or clause[:begins].rstrip().endswith((":", "=")))
        if not direct and not said and not raw.startswith(("“", '"')):
            stray = stray or _stray(raw, label.start(), base + begins)
            seen.append(word or raw)
            continue
        if direct and word.rstrip(".") in (_NONE | set(WEEKDAYS)) and not _quoted(clause[begins:]):
            seen.append(word)
            continue
        found = _code_at(clause, begins, direct=direct, loose=loose)
        if found is None:
            seen.append(word or raw)
            continue
        negated = bool(set(seen) & _NEGATED)
        bold = text[: label.start()].endswith("*") and found.code.endswith("*")
        marked = label.start() - bold
        code = found.code[:-1] if bold else found.code
        return _One(code, marked, base + found.end, negated, found.doubtful, found.joined, found.others)
    return stray


def _stray(raw: str, at: int, begins: int) -> _One | None:
    """A code that somebody names in a way that is not known here: it is asked about."""
    code = raw.strip(_MARKS + "*_").rstrip(_ENDS)
    if not 4 <= len(code) <= LONGEST_PASSCODE or not re.search(r"\d", code) or not _PERMITTED.fullmatch(code):
        return None
    return None if _OTHER_THINGS.fullmatch(code) else _One(code, at, begins + len(raw), doubtful=True)


def _quoted(text: str) -> re.Match[str] | None:
    return re.match(r"[“\"‘'`]([^\s“”\"‘’'`]+)[”\"’'`]", text)


def _code_at(clause: str, at: int, *, direct: bool, loose: bool) -> _One | None:
    quoted = _quoted(clause[at:])
    if quoted is not None:
        return _One(quoted[1], at, at + quoted.end())
    groups = _GROUPS.match(clause, at)
    if groups is not None and not _is_word(groups[0]):
        return _grouped(clause, groups)
    typed = clause[at:].split(maxsplit=1)[0]
    code, ends = _bared(typed), at + len(typed)
    if not code:
        return None
    if not _is_code(code):
        if not direct or loose:
            return None
        return _One(code, at, ends, doubtful=True)
    if (loose or not direct) and not re.search(r"\d", code):
        return None
    if not direct and _OTHER_THINGS.fullmatch(code):
        return None
    if typed.endswith("#") or re.match(r"\s*#", clause[ends:]):
        return None
    if re.fullmatch(r"\d{2,4}-\d{2,4}", code):
        return _One(code, at, ends, others=(code.replace("-", ""),))
    # So short, and with something like it behind: it may be read out in parts.
    parts = len(code) < _SHORTEST and re.match(r" +[^\W_]{1,4}\b(?! *:)", clause[ends:]) is not None
    return _One(code, at, ends, doubtful=parts, others=() if parts else _beside(clause[ends:], code))


def _bared(typed: str) -> str:
    """A code without the marks around it."""
    code = typed.lstrip(_MARKS).rstrip(_ENDS)
    return code[1:-1] if len(code) > 2 and code[0] == code[-1] and code[0] in "*_" else code


def _grouped(clause: str, groups: re.Match[str]) -> _One | None:
    """A code that is read out in groups; asked about where what follows may make the last group something else."""
    code, ends = groups[0].replace(" ", ""), groups.end()
    after = re.match(r"\s*([^\s.,;]*)", clause[ends:])
    word = after[1].casefold() if after else ""
    if word.startswith("#"):
        return None
    if word in _COUNTED or _is_code(word):
        return _One(code, groups.start(), ends, others=(groups[0].rpartition(" ")[0].replace(" ", ""),))
    return _One(code, groups.start(), ends, joined=True)


def _beside(after: str, code: str) -> tuple[str, ...]:
    """Another code right behind the first: both may be meant, or the two together."""
    found = re.match(r"\s*(?:or|/|now|but|then|and|,)?\s*([^\s,;]+)", after)
    other = found[1].lstrip(_MARKS).rstrip(_ENDS) if found else ""
    if _may_belong(after, other):
        return (code + other,)
    if (
        not other
        or other == code
        or not _is_code(other)
        or not re.search(r"\d", other)
        or _OTHER_THINGS.fullmatch(other)
    ):
        return ()
    behind = re.match(r"\s*([^\s.,;]*)", after[found.end() :]) if found else None
    if behind and behind[1].casefold() in _COUNTED:
        return ()
    return (other,)


def _may_belong(after: str, other: str) -> bool:
    """Whether one or two letters or figures that close the line may be the end of a passcode with a space in it."""
    closes = re.fullmatch(r"\s+\S{1,2}[\s.!]*", after) is not None
    return closes and bool(re.fullmatch(r"[A-Z][A-Za-z0-9]?|[a-z]?[0-9][A-Za-z0-9]?", other))


def _is_code(word: str) -> bool:
    """Whether a word can be nothing but a code: a digit in it, or capitals among small letters."""
    if not _PERMITTED.fullmatch(word) or len(word) < _SHORTEST:
        return bool(word) and not _is_word(word)
    if re.search(r"\d", word):
        return True
    return bool(re.search(r"[a-z][A-Z]", word)) and word.casefold() not in _BRANDS


def _is_word(word: str) -> bool:
    """Whether it is letters alone, hyphens and apostrophes between them included."""
    return not re.search(r"\d", word) and bool(
        re.fullmatch(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*[’']?", word.replace(" ", ""))
    )


def unread(text: str, *, whole: bool = False) -> str:
    """The words that may say a passcode in a way that is not known here: what is like the word for one, with what
    stands behind it, or a code by itself. Nothing where there are none. `whole`: an invitation has many numbers."""
    for line in text.splitlines():
        words = re.findall(r"\S+", line)
        for place, raw in enumerate(words):
            word = raw.strip(_MARKS + ":=*_,.;-")
            behind = " ".join(words[place + 1 :]).strip(" :=-–—")
            if _NEARLY_LABEL.fullmatch(word) and behind and (not whole or re.search(r"\d", behind)):
                return " ".join(words[place:])[:_FAR]
            if word.casefold() in ("its", "it's", "it’s") and len(words) == place + 2 and not whole:
                return " ".join(words[place:])
            before = words[place - 1].strip(_MARKS + ":=,.").casefold() if place else ""
            if (
                whole
                or not 4 <= len(word) <= LONGEST_PASSCODE
                or not _PERMITTED.fullmatch(word)
                or not _is_code(word)
                or _OTHER_THINGS.fullmatch(word)
            ):
                continue
            if not (word.isdigit() and before in _BEFORE_NUMBERS):
                return " ".join(words[max(0, place - 3) : place + 1])
    return ""


_NEARLY_LABEL = re.compile(
    r"p[\s-]?(?:a?s*)?-?w(?:or)?r?d?s?|p-?c(?:o?de?)?|p(?:a?s*)?-?c(?:o?d?e?)?|pswd?|pwrd|pword|pcode|psk|keys?|keycode|"
    r"passkey|pass-?phrase|phrase|secret|access|entry|codeword|login|c[oó]d|côd",
    re.IGNORECASE,
)
"""What may be meant as the word for a passcode."""
_BEFORE_NUMBERS = set_of("at for from by on until till to year room")


def is_theirs(text: str) -> bool:
    """Whether a text names a passcode for the telephone or the host."""
    for label in islice(_LABEL.finditer(text), _MOST_LABELS):
        line = text[label.end() : label.end() + 60].split("\n")[0]
        after = {word.strip(_MARKS + ":*_,").casefold() for word in line.split()[:5]}
        if re.search(r"\d{3}", line) and (_is_theirs(_clause_before(text, label.start())) or after & _THEIRS):
            return True
    return False


def without(text: str) -> str:
    """A text without what it says of passcodes where it names none: “passcode to follow”."""
    return _SAID_OF_NONE.sub(
        lambda found: found[0] if found["word"].casefold() in ("code", "pass") else " ", text, count=_MOST_LABELS
    )
