"""Taking somebody off a meeting, undone."""

import pytest
from sqlalchemy import select

from db.models import AuditEvent, Registration
from tests.attendance.conftest import end_it, go_to
from tests.support.world import World


def _on_the_list(world: World) -> list[str]:
    rows = world.read(
        lambda session: list(session.scalars(select(Registration).where(Registration.removed_at.is_(None))))
    )
    return sorted(one.participant.name for one in rows)


def _told(world: World) -> list[tuple[str, str]]:
    """What the audit says of registrations, in order."""
    rows = select(AuditEvent.action, AuditEvent.detail).where(AuditEvent.action.startswith("registration."))
    return world.read(
        lambda session: [(one.action, one.detail) for one in session.execute(rows.order_by(AuditEvent.sequence))]
    )


@pytest.mark.both
def test_a_removal_is_undone_within_ten_minutes_with_marks_and_the_audit_tells_both(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 with @col.co-worker in Cooking")
    farah.command("/participant", "add Aled Jones, Bo to M-1")
    go_to(world, minutes=65)
    world.write(end_it)
    farah.command("/attendance", "M-1 only Aled")
    farah.command("/participant", "remove Aled, Bo from M-1")
    removed = farah.click("Remove")
    assert _on_the_list(world) == []
    world.clock_forward(9 * 60)
    assert "On M-1 again:* Aled Jones, Bo" in farah.click("Put back").text
    assert _on_the_list(world) == ["Aled Jones", "Bo"]
    assert "as it was saved before: 1 present, 1 absent (Bo)" in farah.command("/attendance", "M-1 only Aled").text
    assert removed.private is not None
    assert "Nothing was changed." in farah.click("Put back", removed.private).text
    assert _told(world) == [
        ("registration.added", "2"),
        ("registration.removed", "2"),
        ("registration.put_back", "2"),
    ]


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
