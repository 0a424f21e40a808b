"""What the organisation's policy itself names as an incident, and what it has done about it, in its own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.policy import Pack, load_pack
from bot.policy.cited import Item, Text


@dataclass(frozen=True)
class Named:
    """What a policy names: kinds of incident, what is done towards somebody in order, and what comes of it then. Each
    with the words that are kept, its clauses among them; nothing of it where the document is silent."""

    kinds: tuple[tuple[str, str], ...] = ()
    ladder: tuple[tuple[str, str], ...] = ()
    then: tuple[str, ...] = ()

    def kind(self, chosen: str | None) -> str:
        """The words of a kind that was chosen by its id; empty where none was."""
        return dict(self.kinds).get(chosen or "", "")

    def steps(self, ticked: Sequence[str]) -> str:
        """The words of the steps that were ticked by their ids, a line each, in the policy's order."""
        return "\n".join(words for one, words in self.ladder if one in ticked)

    def ids(self, words: str) -> list[str]:
        """What was chosen or ticked, by the words that were kept."""
        return [one for one, said in (*self.kinds, *self.ladder) if said in words.splitlines()]


@cache
def named(policy: str) -> Named:
    """What the policy of this name names."""
    return of_pack(load_pack(policy))


def of_pack(pack: Pack) -> Named:
    """What a policy names."""
    found = pack.incidents
    then = [one for one in (*found.route, *found.follow_up) if not one.default]
    return Named(_own(found.kinds), _own(found.ladder), tuple(_words(one) for one in then))


def _own(items: Sequence[Item]) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, _words(one)) for one in items if not one.default)


def _words(one: Text) -> str:
    return f"{one.text.removesuffix('.')} ({', '.join(one.clauses)})"
