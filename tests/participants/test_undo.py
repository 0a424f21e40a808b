"""Taking somebody off a meeting, undone."""

from sqlalchemy import select

from db.models import Registration
from tests.support.world import World


def _on_the_list(world: World) -> list[str]:
    rows = world.read(
        lambda session: list(session.scalars(select(Registration).where(Registration.removed_at.is_(None))))
    )
    return sorted(one.participant.name for one in rows)


def test_a_removal_is_final_after_ten_minutes_and_no_button_undoes_a_later_one(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00")
    farah.command("/participant", "add Aled, Bo to M-1")
    farah.command("/participant", "remove Aled from M-1")
    first = farah.click("Remove")
    assert first.private is not None
    farah.command("/participant", "add Aled to M-1")
    farah.command("/participant", "remove Aled from M-1")
    farah.click("Remove")
    assert "Nothing was changed." in farah.click("Put back", first.private).text
    assert _on_the_list(world) == ["Bo"]
    world.clock_forward(601)
    assert "more than ten minutes ago" in farah.click("Put back", first.private).text
    assert _on_the_list(world) == ["Bo"]
