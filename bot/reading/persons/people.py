"""Lists of people as they are typed and pasted.

What is plainly a name comes out whole, with its age and its address. School years, telephone numbers, pronouns and
titles are left out, and that is said. What may be no name, or somebody known, is asked about, and the others are kept.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.reading.limits import keep_going
from bot.reading.outcome import Ask, Choice, Outcome, Refused, Said, Understood
from bot.reading.persons import ages
from bot.reading.persons.carers import Carer, carer
from bot.reading.persons.doubts import addresses, crossed_out, parts, several, unread
from bot.reading.persons.lexicon import PARENTS, given
from bot.reading.persons.name import LONGEST_NAME, no_name, tidy, without_title
from bot.reading.persons.names import folded
from bot.reading.persons.once import each_once
from bot.reading.persons.pasted import MENTION, Line, Piece, lines, pieces, typed
from bot.reading.persons.roll import ANOTHER, ONE, Doubt, Found, LeftOut, People, Person
from bot.reading.persons.surnames import counted_words, surnames_first
from bot.reading.persons.tables import Row, table
from bot.reading.stamps import without_stamps

MOST_AT_ONCE = 40
_MOST_READ = 120
"""So many are counted; of more it is only said that they are too many."""
_AT_END = 80
_NAMED = 8
"""So much of what was left out is named."""
_ANY_SEPARATOR = re.compile(r"[,/|+&\t]|(?<!\S)(?:and|plus|[-–—]+)(?!\S)", re.IGNORECASE)
_KINDS = (
    ("child", r"children|kids|(?:child|kid)(?= ?:| (?-i:[A-Z][a-z]))"),
    ("young_person", r"young ?people|young ?persons|teens|teenagers|youth(?= ?:)|young ?person(?= ?:)"),
    ("adult", r"adults|grown-?ups|adult(?= ?:)"),
    ("professional", r"professionals|professional(?= ?:)"),
    ("", r"participants|attendees|people|names|name(?= ?:)|list(?= ?:)"),
)
_KIND = re.compile("|".join(rf"(?P<k{place}>{words})" for place, (_, words) in enumerate(_KINDS)), re.IGNORECASE)
_ASKED_TO = re.compile(
    r"^\s*(?:(?:please|pls|can you|could you|hi|hello)[\s,]+)*(?:add|register|put in|include)\s+(?=\S)", re.IGNORECASE
)
_COURTESY = re.compile(
    r"(?:[\s,.!]+(?:please|pls|(?:many |with )?thanks|thank you|thx|cheers)(?: (?:so|very) much| in advance)?)+[.! ]*$",
    re.IGNORECASE,
)
_A_CARER = re.compile(
    rf"(?:(?:\w+ )?\w+['’]s? |his |her |their |the |foster )?(?:{PARENTS})(?: (?:of|to) .+)?", re.IGNORECASE
)
"""What in brackets behind a name says that it is a carer's."""
_CLOCK = re.compile(r"(?<!\w)\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[ap]m)?(?!\w)", re.IGNORECASE)
_LEFT_OUT = {"ages": "age", "telephone": "telephone", "pronouns": "pronouns", "times": "time", "note": "note"}
_WORDS = {
    "header": "the header",
    "stamp": "who wrote it, and when",
    "age": "school years, and ages that I can’t read",
    "telephone": "telephone numbers",
    "pronouns": "pronouns",
    "time": "dates and times",
    "note": "notes in brackets",
    "title": "titles",
    "column": "columns that say nothing of who comes",
}


@dataclass(frozen=True)
class _Beside:
    """The names in one line, counted once for all of them: those with a capital, and the whole ones among these."""

    pieces: int
    capitals: int
    whole: int


def without_courtesy(text: str) -> str:
    """A list without the courtesies at its end."""
    text = text.strip()
    return f"{text[:-_AT_END]}{_COURTESY.sub('', text[-_AT_END:])}"


def read(
    text: str, known: Sequence[str] = (), elsewhere: Mapping[str, str] | None = None, *, form: bool = False
) -> Outcome[People]:
    """The people of a pasted or typed list. `known` are those on the meeting, `elsewhere` others who may be meant, with
    where they are; `form`: typed into a form, where nobody was told that commas separate."""
    mention = MENTION.search(text)
    if mention:
        who = f"@{mention[1]}" if mention[1] else "somebody’s Slack name"
        return Refused("mention", f"{who} is in Slack; participants are not. Write their names without @.")
    copied = typed(text)
    unstamped = without_stamps(copied)
    kind, words = _kind(unstamped)
    notes: set[str] = {"stamp"} if unstamped != copied else set()
    rows, header = table(lines(words))
    notes |= header
    found: list[Found] = []
    if any(len(_ANY_SEPARATOR.findall(row.line.text)) > 3 * _MOST_READ for row in rows):
        return Refused("many", f"That is more than {_MOST_READ} people; {MOST_AT_ONCE} fit at a time.")
    stamped = [bool(_CLOCK.search(row.line.text)) for row in rows]
    for row, stamp in zip(rows, stamped, strict=True):
        if stamp and not all(stamped):
            found.append(_sent(row.line))
            continue
        found += [one for one in [_line(row, notes)] if one.entries]
        if sum(len(one.entries) for one in found) > _MOST_READ:
            return Refused("many", f"That is more than {_MOST_READ} people; {MOST_AT_ONCE} fit at a time.")
    found = surnames_first(found, notes, form=form)
    entries = [counted_words(one, found) for each in found for one in each.entries]
    people, already, said = each_once(entries, known, elsewhere or {}, met="time" in header)
    count = len(people)
    if count > MOST_AT_ONCE:
        return Refused("many", f"That is {count} people; {MOST_AT_ONCE} fit at a time. Add them in two parts.")
    said = [*said_of(notes, [one for each in found for one in each.left]), *said]
    plain = not notes and _plain(words, people)
    value = People(tuple(people), kind, tuple(already), plain)
    if not people:
        return Ask("who", "Who? Write one or more names, one a line or with commas between them.", about=text.strip())
    doubts = value.doubts
    if not doubts:
        return Understood(value, tuple(said))
    about = "; ".join(one.about for one in doubts)
    what = "lines" if any(one.kind == "line" for one in doubts) else doubts[0].kind
    question = " ".join(dict.fromkeys(one.question for one in doubts))
    # Each question's readings stand with it, in `kept`.
    return Ask(what, question, (), about, value, tuple(said))


def of_rows(rows: Sequence[Row], notes: set[str]) -> list[tuple[int, Person | Doubt]]:
    """What the lines of a table say, whose columns are known; each with its line's number."""
    found = [one for one in (_line(row, notes) for row in rows) if one.entries]
    found = surnames_first(found, notes, form=True)
    return [(each.line.number, counted_words(one, found)) for each in found for one in each.entries]


def _kind(text: str) -> tuple[str | None, str]:
    """What kind of people a list begins by naming, and the list."""
    tidy_text = _ASKED_TO.sub("", without_courtesy(text))
    found = _KIND.match(tidy_text)
    behind = tidy_text[found.end() :] if found else ""
    # A word alone is no list, and “Names” above a list is its header.
    if not found or not re.match(r" *:|[ \t]+\S", behind) or _is_heading(behind):
        return None, tidy_text
    kind = next(kind for place, (kind, _) in enumerate(_KINDS) if found[f"k{place}"])
    return kind or None, behind.lstrip(" \t:")


def _is_heading(behind: str) -> bool:
    """Whether what stands behind such a word is no name, but the rest of a line above a list: *Names below, cheers*."""
    first, more, _ = behind.lstrip().partition("\n")
    words = first.split()
    return bool(more) and not first.startswith(":") and first.islower() and not any(given(word) for word in words)


def _line(row: Row, notes: set[str]) -> Found:
    """What one line says, by itself. What is taken or left out of it is noted; a list's numbers may be said before to
    be something else than ages."""
    line, every = row.line, notes
    notes = {"school"} & every
    found = [one for one in pieces(line.text) if one.marks or re.search(r"[\w?]", one.text)]
    named = [one for one in found if tidy(one.name)]
    beside = _counted(named)
    entries: list[Person | Doubt] = []
    waiting: list[Piece] = []
    attached = False
    for part in found:
        keep_going()
        if entries and not waiting and _belongs(entries, part, notes):
            attached = True
        elif not tidy(part.name):
            waiting.append(part)
        else:
            if (part.between == "\t" or len(named) == 1) and all(_beside(one) for one in waiting):
                marks = tuple(mark for one in waiting for mark in one.marks)
                part = replace(part, marks=(*marks, *part.marks), whole=(*marks, *part.whole))
                waiting = []
            entries += [_aside(line, one) for one in waiting if _says(one)]
            waiting = []
            carers = part.between == "\t" and (attached or _of_one_family(entries, part))
            entries += [_unread(line, part, part.text)] if carers else _person(line, part, beside, notes)
    alone = len(found) == 1
    entries += [_aside(line, one, line.text if alone else "") for one in waiting if _says(one)]
    people = [place for place, one in enumerate(entries) if isinstance(one, Person)]
    if len(people) == 1 and isinstance(mine := entries[people[0]], Person):
        family = tuple(dict.fromkeys((*mine.carers, *row.carers)))
        email, age = row.email or mine.email, row.age or mine.age
        entries[people[0]] = replace(mine, email=email, age=age, carers=family)
        notes |= {"carers"} if row.carers else set()
    commas = any(one.between == "," for one in named[1:])
    pair = None
    if len(named) == 2 and named[1].between == "," and all(isinstance(one, Person) for one in entries):
        pair = (tidy(named[0].name), tidy(named[1].name))
    every |= notes
    return Found(line, tuple(entries), pair, commas, tuple(_left(line, found, entries, notes)))


def _left(line: Line, found: Sequence[Piece], entries: Sequence[Person | Doubt], notes: set[str]) -> Iterator[LeftOut]:
    """What stands beside the names of a line and was left out, with the name that it stands behind."""
    names = [one.name for one in entries if isinstance(one, Person)]
    whose = names[0] if len(names) == 1 else ""
    for piece in found:
        whose = next((one for one in names if folded(one) == folded(tidy(piece.name))), whose)
        for mark in piece.marks:
            kind = _LEFT_OUT.get(mark.kind, "")
            if kind in notes and not ("aged" in notes and kind == "age" and ages.typed(mark.text)):
                yield LeftOut(kind, mark.text, whose or f"line {line.number}")


def _sent(line: Line) -> Found:
    """A line with an hour among lines without: out of a chat it says who wrote, and when."""
    return Found(line, (unread(line, line.text, " ".join(_CLOCK.sub(" ", line.text).split())),))


def _aside(line: Line, piece: Piece, text: str = "") -> Doubt:
    """The question about a piece without words of its own."""
    if any(one.startswith("~") for one in piece.all("struck")):
        return crossed_out(line, piece)
    return unread(line, text or piece.text)


def _unread(line: Line, piece: Piece, about: str) -> Doubt:
    """The question about a piece that is hardly somebody, or several people."""
    found = parts(piece)
    if len(found) > 1 and any(one.casefold() == "w/o" for one in piece.all("nothing")):
        return unread(line, about, found[0].name)
    if len(found) > 1:
        return several(line, about, found)
    return unread(line, about, tidy(piece.name.rstrip(": ")), addresses(piece.all("email")))


def _of_one_family(entries: Sequence[Person | Doubt], piece: Piece) -> bool:
    """Whether the next cell of a row holds another of the same surname, as a carer's does."""
    last = entries[-1] if entries else None
    words, before = tidy(piece.name).split(), last.name.split() if isinstance(last, Person) else []
    return len(words) > 1 and len(before) > 1 and folded(words[-1]) == folded(before[-1])


def _beside(piece: Piece) -> bool:
    """Whether a piece holds only what may stand beside a name."""
    return bool(piece.marks) and {mark.kind for mark in piece.marks} <= {"email", "carer", "sign", *_LEFT_OUT}


def _says(piece: Piece) -> bool:
    return any(mark.kind != "sign" for mark in piece.marks) or bool(re.search(r"[\w?]", piece.name))


def _belongs(entries: list[Person | Doubt], piece: Piece, notes: set[str]) -> bool:
    """Whether what stands between two separators belongs to the person before it: an address, a number, an age."""
    last = entries[-1]
    kinds = {mark.kind for mark in piece.marks}
    if isinstance(last, Person) and re.fullmatch(r"(?:jr|jnr|sr|snr|ii|iii)\.?", piece.name.strip(), re.IGNORECASE):
        entries[-1] = replace(last, name=f"{last.name} {piece.name.strip()}")
        return True
    if piece.name.strip() or not _beside(piece) or piece.between in ("and", "plus", "&"):
        return False
    emails = piece.all("email")
    if emails and isinstance(last, Person):
        if last.email or len(emails) > 1:
            return False
        entries[-1] = replace(last, email=addresses(emails)[0])
    age, last = _age(piece, notes), entries[-1]
    if age and isinstance(last, Person) and not last.age:
        entries[-1], kinds = replace(last, age=age), kinds - {"ages", "times"}
    if isinstance(entries[-1], Person):
        mine = entries[-1]
        entries[-1] = replace(mine, carers=(*mine.carers, *_carers(piece, notes)))
    notes |= {_LEFT_OUT[kind] for kind in kinds if kind in _LEFT_OUT}
    return True


def _carers(piece: Piece, notes: set[str]) -> tuple[Carer, ...]:
    """The carers beside the name, each with relation, name and address."""
    found = tuple(one for words in piece.all("carer") if (one := carer(words)))
    notes |= {"carers"} if found else set()
    return found


def _age(piece: Piece, notes: set[str]) -> ages.Age | None:
    """The age beside a name, unless the list's numbers are said to be something else."""
    found = None if "school" in notes else ages.of_marks(piece.all("ages"), piece.all("times"))
    if found:
        notes |= {"aged"} | {"age" for one in piece.all("ages") if ages.typed(one) is None}
    return found


def _person(line: Line, piece: Piece, beside: _Beside, notes: set[str]) -> list[Person | Doubt]:
    """What one piece with words in it gives: somebody, and what has to be asked about them."""
    kinds = {mark.kind for mark in piece.marks}
    emails = addresses(piece.all("email"))
    # “Mrs O'Neill (Tom's mum)”: she is not who comes.
    if any(_A_CARER.fullmatch(one.strip("()[]{} ")) for one in piece.all("remark")):
        return [_unread(line, piece, piece.text)]
    if kinds & {"link", "nothing"} or (piece.led and kinds & {"ages", "remark"}):
        return [_unread(line, piece, piece.text)]
    if "struck" in kinds:
        return [crossed_out(line, piece)]
    name = tidy(piece.name.rstrip(": ") if kinds & {"email", "telephone"} else piece.name)
    if not name:
        return [unread(line, piece.text)]
    sure = ANOTHER if "other" in kinds else ONE if "whole" in kinds else ""
    shorter = without_title(name)
    doubtful = _hardly(name, piece, beside) or _coded(name)
    if len(parts(piece)) > 1 or no_name(name, sure=bool(sure)) or (doubtful and not sure):
        about = line.text if beside.pieces == 1 and not piece.marks else piece.text
        about = f"+{about}" if piece.between == "+" and about[:1].isdigit() else about
        return [_unread(line, piece, tidy(about))]
    if len(name) > LONGEST_NAME:
        question = f"A name has at most {LONGEST_NAME} letters. Are there commas between the names?"
        return [Doubt("line", line.number, name, name, question)]
    age = _age(piece, notes)
    kinds -= {"ages", "times"} if age else set()
    person = Person(shorter, emails[0] if emails else None, sure, age, _carers(piece, notes))
    if len(emails) > 1:
        choices = tuple(Choice(one, Person(shorter, one, age=age).line) for one in emails)
        question = f"Which address is {shorter}’s?"
        return [Doubt("line", line.number, " ".join(piece.all("email")), piece.text, question, choices)]
    if "unfinished" in kinds:
        about = " ".join(piece.all("unfinished"))
        question = f"“{about}” is not a whole e-mail address. Mend it, or leave it out?"
        return [Doubt("line", line.number, about, piece.text, question, (Choice("Leave it out", person.line),))]
    notes |= {_LEFT_OUT[kind] for kind in kinds if kind in _LEFT_OUT}
    if shorter != name:
        notes.add("title")
    return [person, *(unread(line, one.strip("()[]{} ")) for one in piece.all("remark"))]


def _counted(named: Sequence[Piece]) -> _Beside:
    capitals = [name for name in (tidy(one.name) for one in named) if name[:1].isupper()]
    return _Beside(len(named), len(capitals), sum(" " in one for one in capitals))


def _hardly(name: str, piece: Piece, beside: _Beside) -> bool:
    """Whether words stand beside whole names as a remark does: written small, as letters for something, or one word
    that is no given name. "Beside" is in the same line, so that no list of single names is asked about."""
    if given(name):
        return False
    itself = tidy(piece.name)
    capital = itself[:1].isupper()
    others = beside.capitals - capital
    whole = beside.whole - (capital and " " in itself)
    dashed = piece.between.strip("-–—") == "" and piece.between not in ("", "\t")
    if name.islower():
        return others > 0 and (dashed or " " in name or whole > 0)
    behind = piece.between == "," or dashed
    return behind and " " not in name and whole == others > 0 and name.isascii()


def _coded(name: str) -> bool:
    """Whether a name ends in letters that stand for something: `Ned Ames LAC`, `Tia Bell F`."""
    first, last = name.split()[0], name.split()[-1]
    if last in ("F", "M") and len(name.split()) > 2:
        return True
    return last.isupper() and 2 < len(last) <= 4 and not first.isupper() and not re.fullmatch("[IVX]+", last)


def said_of(notes: set[str], every: Sequence[LeftOut] = ()) -> list[Said]:
    """What is said of what was taken to be meant, and of what was left out, with the words and whose they are."""
    left = [one for one in _WORDS if one in notes]
    said = []
    if "aged" in notes:
        said.append(Said("age", "", "I took the ages: please look at them in the list."))
    if "carers" in notes:
        said.append(Said("carers", "", "I took the carers who stand beside a name."))
    if "surname first" in notes:
        said.append(Said("surname first", "", "I took the surnames to stand first."))
    if "columns" in notes:
        said.append(Said("two columns", "", "I took the two columns for first name and surname."))
    return said + [Said("left out", one, f"I left out {_WORDS[one]}{_named(one, every)}.") for one in left]


def _named(kind: str, every: Sequence[LeftOut]) -> str:
    words = [f"“{one.words}” ({one.whose})" for one in every if one.kind == kind]
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    return f": {', '.join(words[:_NAMED])}{more}" if words else ""


_PLAIN_SEPARATORS: Callable[[str], list[str]] = re.compile(
    r"[,;\n/|+]|(?<!\S)(?:and|plus|&|[-–—])(?!\S)", re.IGNORECASE
).split


def _plain(words: str, entries: Sequence[Person | Doubt]) -> bool:
    """Whether nothing was typed but names."""
    typed_names = {folded(one).strip(" .") for one in _PLAIN_SEPARATORS(words)} - {""}
    names = {folded(one.name).strip(" .") for one in entries if isinstance(one, Person) and not one.email}
    return typed_names == names


__all__ = ["MOST_AT_ONCE", "Doubt", "People", "Person", "read", "without_courtesy"]
