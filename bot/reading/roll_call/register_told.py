"""What one line of a register has told so far: who is named, in which lists, and what is said of them and of all."""

from collections.abc import Sequence

from bot.reading.roll_call.register_items import HERE, STATES, Item
from bot.reading.roll_call.register_parts import AWAY, Group, Mention, Reading, between, doubt, say
from bot.reading.roll_call.register_words import Op


class Told:
    """The names and lists of one line. `heading` is what the lines above say of the names on it."""

    def __init__(self, reading: Reading, heading: Op | None, *, goes_on: bool = False) -> None:
        self._reading = reading
        self._lead, self._own_lead = heading, goes_on
        self._listed = goes_on
        self._groups = [Group(heading, first=not goes_on)]
        self._subject: Op | None = None
        self._all_said = False
        self._manner = False
        self._risk: tuple[bool, bool] = (False, False)
        self._loose_end = heading is None and reading.after_list

    def _open(self, what: str = "names") -> None:
        self._reading.open = self._reading.open or what

    # Names, and what parts them.

    @property
    def _group(self) -> Group:
        return self._groups[-1]

    def _above(self) -> Group | None:
        """The newest names on the line."""
        return next((one for one in reversed(self._groups) if one.mentions), None)

    def _new_group(self, parted: Op | None, *, first: bool = False, soft: bool = False) -> None:
        if self._group.mentions:
            self._groups.append(Group())
        group = self._group
        group.lead, group.parted, group.soft = self._lead, parted, soft
        group.first = first or (group.first and parted is Op.COLON)

    @property
    def lost(self) -> bool:
        """Whether a word such as *late* was said of nobody."""
        return self._own_lead and not self._listed and self._lead in (*STATES, Op.PLUS)

    def _lead_with(self, op: Op, *, soft: bool = False) -> None:
        """From here on names are of a list of which this is said."""
        if self.lost and self._lead in (Op.LATE, Op.EARLY) and op in (Op.EXCEPT, Op.ONLY):
            self._open()
        self._lead, self._own_lead, self._listed, self._loose_end = op, True, False, False
        self._risk = (False, False)
        self._new_group(op, first=True, soft=soft)

    def _name(self, one: Item) -> None:
        self._end_subject()
        if self._group.closed:
            self._new_group(None)
        self._listed = True
        dashed = self._lead is None and self._group.parted in (Op.DASH, Op.MINUS)
        mention = Mention(one.text, one.places, one.loose, self._lead, loose_end=self._loose_end or dashed)
        mention.doubt = one.unsure or self._risk[0]
        mention.risky = self._risk[1] and bool(one.places)
        if self._lead is Op.ONLY and self._reading.base in (None, Op.NONE):
            self._reading.base = Op.ONLY
        self._group.mentions.append(mention)
        self._reading.mentions.append(mention)

    def _part(self, one: Item, behind: Op | None) -> None:
        if one.op is Op.COLON and self._subject is not None and behind in STATES:
            return
        self._end_subject()
        if one.op is Op.AND:
            if one.text.lower() in ("or", "nor") and self._lead not in (Op.NOT, Op.EXCEPT):
                self._open()
            return
        if one.op is Op.SEPARATOR and self._lead is Op.NOT and self._listed:
            # `not Ben, Cai`: the other may be there.
            self._lead, self._loose_end = None, True
        if one.op is not Op.COLON or self._group.mentions:
            self._new_group(one.op)

    # What is said of all, of nobody, of the others.

    def _begin_subject(self, op: Op) -> None:
        if self._lead is not None and not self._listed:
            lead, self._lead = self._lead, None
            if lead in STATES:
                self._about(op, lead)
            elif lead is not Op.PLUS or op is not Op.NONE:
                self._open()
            return
        self._end_subject()
        if op in (Op.ALL, Op.NONE) and any(not one.said & {Op.LATE, Op.EARLY} for one in self._reading.mentions):
            self._open()
        self._subject = op

    def _about(self, subject: Op, op: Op) -> None:
        """`all absent`, `nobody was late`, `the others came`."""
        reading, self._subject, self._all_said = self._reading, None, True
        if subject is Op.NO_OTHERS and op in (Op.LATE, Op.EARLY):
            return
        if subject in (Op.REST, Op.NO_OTHERS):
            if subject is Op.NO_OTHERS:
                op = Op.ABSENT if op is Op.PRESENT else Op.PRESENT
            if op in (Op.LATE, Op.EARLY) or reading.rest not in (None, op):
                self._open()
            reading.rest = op
        elif op in (Op.ABSENT, Op.PRESENT):
            reading.taken = reading.taken or (subject is Op.NONE and op is Op.ABSENT)
            self._base(subject if op is Op.PRESENT else Op.NONE if subject is Op.ALL else Op.ALL)
        elif subject is Op.ALL:
            reading.everyone.add(op)
            self._base(Op.ALL)

    def _base(self, op: Op) -> None:
        if self._reading.base not in (None, op):
            self._open()
        self._reading.base = op

    def _end_subject(self) -> None:
        subject, self._subject = self._subject, None
        if subject is Op.NO_OTHERS:
            away = {one.away for one in self._reading.mentions}
            if len(away) == 1:
                self._about(subject, Op.ABSENT if away == {True} else Op.PRESENT)
            else:
                self._open()
        elif subject is Op.REST:
            self._open()
        elif subject is not None:
            self._base(subject)

    # What is said of names that stand before it.

    def _mark(self, group: Group, op: Op, *, bracket: bool = False) -> None:
        """Say something of names that stand before it; `bracket`: of the name right before it alone."""
        group.closed = True
        before = [] if bracket else between(self._groups, group)
        if bracket and len(group.mentions) > 1 and op is not Op.PRESENT:
            doubt([group])
        match group.lead:
            case None:
                self._mark_bare(before, op)
                self._loose_end = self._loose_end or not bracket
            case Op.ONLY:
                self._mark_only(group, op, before, bracket=bracket)
            case Op.EXCEPT if group.first and not group.soft and not bracket:
                # `everybody except Ben came` speaks of the others, and so may `… was absent`.
                if op is Op.PRESENT and not self._manner:
                    return
                doubt([group])
                self._reading.open = self._reading.open or ("names" if op is Op.ABSENT else "")
            case Op.PLUS:
                doubt([group] if op is Op.ABSENT else [])
            case _:
                self._mark_listed(group, op, before, bracket=bracket)
        say(group, op)

    def _mark_bare(self, before: Sequence[Group], op: Op) -> None:
        """What is said behind the last of some names may be of them all; that they came is clear anyway."""
        if op is not Op.PRESENT:
            doubt(before)
            return
        for one in before:
            say(one, op)

    def _mark_listed(self, group: Group, op: Op, before: Sequence[Group], *, bracket: bool) -> None:
        """Of names on a list that a word began: the list has ended before them, or both is said of them."""
        if (op is Op.ABSENT) != (group.lead in AWAY):
            if (group.first and not group.soft) or bracket:
                doubt([group])
            self._override(group, before)
        elif op is not group.lead and group.lead in HERE and not bracket:
            # `late: Ben, Cai left early` may be two clauses.
            both = Op.PRESENT in (op, group.lead)
            doubt(before)
            doubt([] if both and group.first and len(group.mentions) == 1 else [group])

    def _mark_only(self, group: Group, op: Op, before: Sequence[Group], *, bracket: bool) -> None:
        """`only Ava came`; `only Ben was absent`."""
        reading = self._reading
        if op is Op.ABSENT and group.first and not bracket:
            reading.base = None if reading.base is Op.ONLY else reading.base
            self._override(group, [])
        elif op is Op.ABSENT or reading.base is Op.ALL:
            doubt(before)
            self._override(group, [])
        elif op is not Op.PRESENT:
            doubt([group, *before])

    def _override(self, group: Group, before: Sequence[Group]) -> None:
        """The list that a word began has ended before these names; where, nobody can tell."""
        doubt(before)
        for one in group.mentions:
            one.lead = None
        self._lead, self._loose_end = None, True
