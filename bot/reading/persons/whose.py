"""Whose addresses a column holds: what is asked of the columns of a table, whoever chose them.

An invitation of somebody under age goes to the address that stands as their carer's. A column that seems to hold their
own is asked about each time, and so is a carer's address that is not taken.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.reading.outcome import Choice
from bot.reading.persons import office
from bot.reading.persons.columns import Columns, Role, listed, role_of
from bot.reading.persons.names import bare
from bot.reading.persons.pasted import ADDRESS
from bot.reading.persons.roll import Doubt

_SHORTEST = 3


def asked(rows: Sequence[Sequence[str]], chosen: Columns, answers: Mapping[str, int]) -> list[Doubt]:
    """What is still to be asked of these columns."""
    return [one for one in _doubts(rows, chosen) if office.key(one) not in answers]


def answered(rows: Sequence[Sequence[str]], chosen: Columns, answers: Mapping[str, int]) -> Columns:
    """The columns as these answers make them."""
    for one in _doubts(rows, chosen):
        place = answers.get(office.key(one), -1)
        if 0 <= place < len(one.choices):
            return Columns.read(one.choices[place].value)
    return chosen


def _doubts(rows: Sequence[Sequence[str]], chosen: Columns) -> Iterator[Doubt]:
    """One question at most: what is answered may change the others."""
    heads = [cell if chosen.headed else "" for cell in rows[0]]
    theirs = chosen.of.get(Role.CARER_EMAIL)
    unused = [place for place, head in enumerate(heads) if role_of(head) is Role.CARER_EMAIL and place != theirs]
    own = theirs is not None and _own(rows, chosen, theirs)
    if theirs is not None and not own and (role_of(heads[theirs]) is Role.CARER_EMAIL or not unused):
        return
    if theirs is None and not unused:
        return
    choices = [_choice(f"“{heads[place]}” holds the carers’", chosen, Role.CARER_EMAIL, place) for place in unused]
    if theirs is None:
        question = f"“{heads[unused[0]]}” is not taken. Where do invitations of those under age go?"
        choices.append(Choice("No carers’ addresses: leave it out", chosen.kept))
    else:
        named = f"“{heads[theirs]}”" if heads[theirs] else f"column {theirs + 1}"
        question = f"Invitations of those under age would go to {named}. Whose addresses are these?"
        choices.append(_choice("Their own: they are no carer’s", chosen, Role.EMAIL, theirs))
        choices.append(Choice("The parents’ or carers’", chosen.kept))
    about = ",".join(f"{place}" for place in unused)
    yield Doubt("columns", 0, about, f"{theirs}", question, tuple(choices))


def _choice(label: str, chosen: Columns, role: Role, place: int) -> Choice[str]:
    """The columns with one in another role. Whatever it was before, it is that no more."""
    rest = {one: at for one, at in chosen.of.items() if at != place and one is not role}
    return Choice(label, Columns({**rest, role: place}, chosen.headed).kept)


def _own(rows: Sequence[Sequence[str]], chosen: Columns, place: int) -> bool:
    """Whether a column seems to hold the addresses of those on the list: by its heading, since it is taken for their
    own, too, or since most addresses have their first names."""
    if place == chosen.of.get(Role.EMAIL) or (chosen.headed and role_of(rows[0][place]) is Role.EMAIL):
        return True
    people = [(one.line.text, rows[one.line.number - 1][place]) for one in listed(rows, chosen).rows]
    held = [(name, address.partition("@")[0]) for name, address in people if ADDRESS.match(address)]
    named = [any(first in bare(mail) for first in _first(name)) for name, mail in held]
    return bool(named) and sum(named) * 2 > len(named)


def _first(name: str) -> list[str]:
    first = (name.partition(",")[2] or name).split()[:1]
    return [bare(one) for one in first if len(one) >= _SHORTEST]


__all__ = ["answered", "asked"]
