"""What a form of boxes changed since it was drawn, whatever its boxes are about."""

from collections.abc import Callable, Iterable, Sequence

from bot.facts.points import Point
from bot.facts.standing import standing
from db.models import Fact


def changed(
    facts: Sequence[Fact], boxes: Iterable[tuple[Point, bool]], seen: Callable[[Fact], bool]
) -> dict[Point, bool]:
    """What somebody ticked (True) or unticked in a form, by point; `facts` oldest first.

    `boxes` are the form's, each with whether it came back ticked; `seen` says of a fact whether it was there when the
    form was drawn (`standing.seen`). It is compared with what stood then, and what others said since stays: a tick that
    they made anew is another one. What that person said since may count as seen by them, because a form that is sent
    once more shows their own first answer. An answer that was carried over and not confirmed is nobody's tick yet.
    """
    was = standing(one for one in facts if seen(one))
    now = standing(facts)
    found = {}
    for point, on in boxes:
        if on is _ticked(was.get(point)) or on is _ticked(now.get(point)):
            continue
        if on or seen(now[point]):
            found[point] = on
    return found


def _ticked(fact: Fact | None) -> bool:
    return fact is not None and fact.yes and not fact.carried
