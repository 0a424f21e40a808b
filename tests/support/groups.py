"""Typing `/group`, and who comes to what then."""

from typing import Any

from sqlalchemy import select

from db.models import Meeting, Registration
from tests.support.world import World

MADE = "new Cooking club in Cooking on Thursdays at 16:00 for 60 min with @Col.Co-worker"


def say(world: World, text: str, who: str = "U0FAC") -> str:
    """Type `/group …`; what it answers, its form among it."""
    person = world.person(who)
    answer = person.command("/group", text, channel="C0YOUTH")
    shown = person.seen() if person.view else ""
    if person.view:
        person.close(all_views=True)
    return f"{answer.text} {answer.blocks} {shown}"


def on(world: World) -> dict[str, list[str]]:
    """Who is registered on each meeting."""

    def work(session: Any) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {one.reference: [] for one in session.scalars(select(Meeting))}
        for one in session.scalars(select(Registration).where(Registration.removed_at.is_(None))):
            found[session.get(Meeting, one.meeting_id).reference].append(one.participant.name)
        return {name: sorted(names) for name, names in found.items()}

    return world.read(work)
