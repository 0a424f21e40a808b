"""Where a clause is served is what the code reads: a part of a pack that is altered alone is shown or judged otherwise
in the place that is credited with it."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from bot.guide.pages import pages_of
from bot.incidents.by_policy import of_pack
from bot.policy import PACK_NAMES, Pack, load_pack
from bot.policy.altered import SAID, another
from bot.policy.cited import Cited
from bot.policy.clauses import clauses
from bot.policy.coverage import room_of
from bot.policy.filling import Words
from bot.policy.gates import Recording
from bot.policy.overrides import NONE
from bot.policy.overview import overview
from bot.prompts import board
from bot.prompts.views import form
from db.models import Meeting, MeetingState, Moment
from tests.policy.asking import AMY, COL, STARTS, gates, letter, sheet
from tests.policy.test_coverage import MEETINGS, OWN_PLATFORM


def _gates(pack: Pack) -> object:
    recorded = {"recording": Recording(purpose="To learn", reason="Two are ill")}
    young = (
        replace(AMY, id="15", age=15, address="own", by_social_media=True),
        replace(AMY, id="16", age=16, kind="young_person", by_social_media=True),
        replace(AMY, id="30", age=30, kind="adult", address="own"),
    )
    meetings = (*MEETINGS, recorded, {"co_workers": (COL,), "platform": "zoom"}, {"people": young})
    return [list(gates(pack, own, **how).items()) for own, how in product((NONE, OWN_PLATFORM), meetings)]


def _reminders(pack: Pack) -> object:
    meeting = Meeting(
        id=UUID(int=1), number=1, title="Art", starts_at=STARTS, state=MeetingState.READY, breakout_rooms=True
    )
    every, said = board.groups_of(pack, meeting, tuple(Moment), {}, Words()), board.read_out(pack, Words())
    return form(board.Board(meeting, pack.title, "Europe/London", every, 0, said))


SHOWN: dict[str, Callable[[Pack], object]] = {
    "/meeting gates": _gates,
    "/checklist": sheet,
    "/invitation": lambda pack: (letter(pack), letter(pack, {one.id: "Our own words" for one in pack.slots})),
    "/meeting tick": _reminders,
    "/facilitator policy": lambda pack: asdict(overview(pack, NONE, date(2026, 11, 30))),
    "/incident": of_pack,
    "/guide": pages_of,
}


def altered(part: Cited) -> dict[str, Any]:
    """What a part says and asks for, otherwise."""
    fields = type(part).model_fields
    changed: dict[str, Any] = {name: f"Other words than {name}" for name in SAID if getattr(part, name, None)}
    if "value" in fields:
        value = getattr(part, "value")  # noqa: B009 a part may be of any kind
        found = another(fields["value"].annotation, list(value) if isinstance(value, tuple) else value)
        changed["value"] = tuple(found) if isinstance(value, tuple) else found
    return changed


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_what_is_credited_to_a_place_is_read_there(policy: str) -> None:
    pack = load_pack(policy).model_copy(deep=True)
    before = {room: read(pack) for room, read in SHOWN.items()}
    blind = []
    for place, part in pack.cited():
        rooms = {found.name for clause in part.clauses if (found := room_of(place, clauses()[clause].serve, policy))}
        if not rooms:
            continue
        kept = dict(part.__dict__)
        part.__dict__.update(altered(part))
        blind += [f"{room} {place}" for room in sorted(rooms) if SHOWN[room](pack) == before[room]]
        part.__dict__.clear()
        part.__dict__.update(kept)
    assert "\n".join(blind) == ""
