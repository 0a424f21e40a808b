"""One line of a register, clause by clause: each has somebody it speaks of and something that it says of them."""

from collections.abc import Sequence

from bot.reading.limits import keep_going
from bot.reading.roll_call.register_items import ENDS, STATES, Item
from bot.reading.roll_call.register_parts import AWAY, Reading, say
from bot.reading.roll_call.register_told import Told
from bot.reading.roll_call.register_words import Op

_ALSO = ("+", "as well as", "and also")
"""These may join two of one list, or begin another."""
_MANNER = ("time", "stayed", "early", "end")
"""Words of how somebody was there; who is excepted from them may have been there too."""


class Clauses(Told):
    """One line, clause by clause. `heading` is what the lines above say of the names on it."""

    def __init__(self, reading: Reading, heading: Op | None, row: Sequence[Item], *, goes_on: bool = False) -> None:
        super().__init__(reading, heading, goes_on=goes_on)
        self._row = row
        self._ends_with_comma_and_state = len(row) > 1 and row[-1].op in STATES and row[-2].op is Op.SEPARATOR
        self._in_brackets = False
        self._of_all = False

    def heading(self, *, goes_on: bool) -> Op | None:
        """What is said of the names on the next line."""
        ends = self._own_lead and self._listed and not goes_on
        self._reading.after_list = (self._lead is None and self._reading.after_list) or (
            ends and self._lead is not None
        )
        return None if ends else self._lead

    def read(self, *, apart: bool = False) -> None:
        """Read the line; `apart`: it stood in brackets, so that a name alone says nothing."""
        self._loose_end, self._in_brackets = self._loose_end or apart, apart
        place = 0
        while place < len(self._row):
            keep_going()
            place += self._take(place)
        self._end_subject()

    def _take(self, place: int) -> int:
        """Read what stands at a place; how many items that was."""
        one, behind = self._row[place], self._at(place + 1)
        before = self._row[place - 1].op if place else None
        match one.op:
            case Op.ABSENT | Op.PRESENT | Op.LATE | Op.EARLY:
                return self._state(place, one.op, before)
            case Op.ALL if before is Op.WORD and self._group.bare and behind in STATES:
                self._of_them_all(self._row[place + 1].op)
                return 2
            case Op.WHO:
                return self._who(place)
            case Op.OPENING:
                return self._bracket(place)
            case Op.WORD:
                self._name(one)
            case Op.ALL | Op.NONE | Op.REST | Op.NO_OTHERS:
                self._begin_subject(one.op)
            case Op.EXCEPT | Op.DASH | Op.MINUS:
                self._except(one, before, behind)
            case _:
                self._join(one, behind)
        return 1

    def _join(self, one: Item, behind: Op | None) -> None:
        """What begins a list, goes on with one, or is open."""
        match one.op:
            case Op.SEPARATOR | Op.COLON | Op.AND:
                self._part(one, behind)
            case Op.ONLY:
                self._only(behind)
            case Op.NOT:
                self._end_subject()
                self._lead_with(Op.EXCEPT if self._reading.base is Op.ALL else Op.NOT)
            case Op.PLUS:
                self._plus(one.text.lower(), behind)
            case Op.NUMBER:
                self._reading.number = one.number
            case Op.PARTLY:
                of_all = behind is Op.ALL or "all" in one.text.lower().split() or "every" in one.text.lower()
                self._open("absent" if of_all else "names")

    def _at(self, place: int) -> Op | None:
        return self._row[place].op if place < len(self._row) else None

    # What is said of somebody.

    def _state(self, place: int, op: Op, before: Op | None) -> int:
        """`absent`, `late` …: of the names before it, or of those that follow."""
        numbered = self._reading.number is not None
        length = self._count(place, op)
        self._manner = any(word in _MANNER for word in self._row[place].text.lower().split())
        behind = self._at(place + length)
        beside = before in (Op.WORD, Op.NUMBER, *STATES)
        above = self._above()
        if self._subject is not None:
            self._of_all = self._subject is Op.ALL
            self._about(self._subject, op)
        elif self._of_all and before in STATES and op in (Op.LATE, Op.EARLY) and behind not in (Op.WORD, Op.COLON):
            # `all here late`
            self._about(Op.ALL, op)
        elif self._heads(behind, self._at(place + length + 1), beside=beside):
            if self._group.bare and beside:
                self._open()
            self._lead_with(op)
        elif self._group.mentions and beside:
            if self._group.bare and behind is Op.WORD and self._group.lead in STATES:
                self._lead_with(op)
            else:
                self._mark(self._group, op)
        elif above is not None and above.bare and self._behind_names(before):
            self._mark(above, op)
        elif above is None or behind in (Op.WORD, Op.NOT, Op.ALL, Op.NONE, Op.REST, Op.NO_OTHERS):
            self._lead_with(op)
        elif not numbered:
            self._mark(above, op)
        return length

    def _heads(self, behind: Op | None, then: Op | None, *, beside: bool) -> bool:
        """`absent: Ben`, `late - Ben`."""
        if behind is Op.DASH and not beside and self._group.parted is not Op.DASH:
            return then in (Op.WORD, Op.ALL, Op.NONE)
        return behind is Op.COLON and then not in STATES

    def _behind_names(self, before: Op | None) -> bool:
        """`Ben: absent`, `Ben - absent`; `Ben, absent` where the line goes on like that to its end."""
        commas = before is Op.SEPARATOR and self._ends_with_comma_and_state
        return commas or self._group.parted in (Op.COLON, Op.DASH)

    def _of_them_all(self, op: Op) -> None:
        """`Ava, Ben and Cai all came`."""
        for one in self._groups:
            if one.bare:
                one.parted = Op.LINE
                self._mark(one, op)

    def _who(self, place: int) -> int:
        """`Ben, who was late`: of the name before it alone."""
        self._end_subject()
        above, said = self._above(), self._at(place + 1)
        if above is None or said not in STATES or self._at(place + 2) is Op.COLON:
            return 1
        self._mark(above, said, bracket=True)
        return 2

    def _count(self, place: int, op: Op) -> int:
        """`2 absent`, `absent (2)`: the number has to agree. How many items that was."""
        reading = self._reading
        if reading.number is not None:
            reading.counts[op], reading.number = reading.number, None
        around = tuple(one.op for one in self._row[place + 1 : place + 4])
        if around != (Op.OPENING, Op.NUMBER, Op.CLOSING):
            return 1
        reading.counts[op] = self._row[place + 2].number
        return 4

    def _bracket(self, place: int) -> int:
        """What stands in brackets: of the name before them, or something of its own."""
        if self._in_brackets:
            self._open()
            return 1
        ends = [n for n in range(place + 1, len(self._row)) if self._row[n].op is Op.CLOSING]
        end = ends[0] if ends else len(self._row)
        inner = self._row[place + 1 : end]
        group = self._above()
        if inner and all(one.op in STATES for one in inner):
            for one in inner:
                if self._subject is not None:
                    self._about(self._subject, one.op)
                elif group is None:
                    self._open()
                else:
                    self._mark(group, one.op, bracket=True)
        elif group is not None and [one.op for one in inner] == [Op.PLUS]:
            for mention in group.mentions:
                mention.lead = Op.PLUS
            group.closed = True
        else:
            self._end_subject()
            Clauses(self._reading, None, inner).read(apart=True)
        return end + 1 - place

    # *but*, dashes, *only*, *plus*.

    def _except(self, one: Item, before: Op | None, behind: Op | None) -> None:
        if one.op is Op.DASH and self._is_joint(behind):
            return
        self._end_subject()
        base, text, word = self._reading.base, one.text.lower(), one.op is Op.EXCEPT
        if base is Op.ALL and not self._reading.everyone:
            soft = not word or (text == "but" and (self._all_said or before is Op.SEPARATOR))
            if self._manner and self._all_said:
                # `everybody was on time except Ben`: late, or not there?
                self._open()
            self._reading.excepted = True
            self._lead_with(Op.EXCEPT, soft=soft)
        elif base is Op.NONE and word:
            self._reading.base = Op.ONLY
            self._lead_with(Op.ONLY)
        elif word:
            self._but(text)
        elif base is not None:
            self._open()
        elif behind in (None, Op.SEPARATOR, Op.AND) and self._above_bare():
            # `jac -`: absent, or nothing?
            self._open()
        elif self._lead is None or self._listed:
            self._lead = None
            self._new_group(one.op)
        elif behind is None:
            self._begin_subject(Op.NONE)

    def _above_bare(self) -> bool:
        above = self._above()
        return above is not None and above.bare

    def _is_joint(self, behind: Op | None) -> bool:
        """Whether a dash only joins or parts: `late - Ben`, `Ben - late`, `all, Ben late - Cai absent`."""
        if self._lead is not None and not self._listed and behind is not None:
            return True
        if behind in STATES:
            if self._subject is None:
                self._new_group(Op.DASH)
            return True
        parts = self._reading.base is Op.ALL and self._above() is not None and self._lead is not Op.EXCEPT
        if parts:
            self._lead = None
            self._new_group(Op.DASH)
        return parts

    def _but(self, text: str) -> None:
        """*but* where nothing is said of all: something else begins."""
        named = bool(self._reading.mentions) or self._reading.rest is not None
        if named and text == "but":
            self._lead, self._loose_end = None, True
            self._new_group(Op.EXCEPT)
        elif named and text in ("but not", "not including", "not counting", "excluding", "minus", "less"):
            self._lead_with(Op.NOT)
        else:
            self._open()

    def _only(self, behind: Op | None) -> None:
        bare = [one for one in self._groups if one.bare]
        self._end_subject()
        if self._group.bare and behind in ENDS:
            if self._lead is not None or self._reading.base is not None:
                self._open()
            self._reading.base = Op.ONLY
            for one in bare:
                say(one, Op.PRESENT)
                one.closed = True
            self._loose_end = True
        elif behind not in STATES:
            self._lead_with(Op.ONLY)

    def _plus(self, text: str, behind: Op | None) -> None:
        self._end_subject()
        group = self._group
        if group.mentions and behind in ENDS and text not in (*_ALSO, "plus"):
            for one in group.mentions:
                one.lead = Op.PLUS
            group.closed = True
            return
        if behind in STATES or behind is Op.NOT:
            self._new_group(Op.PLUS)
            return
        risky = self._lead in AWAY and self._listed
        self._lead_with(Op.PLUS)
        self._risk = (risky and text in _ALSO, risky)
