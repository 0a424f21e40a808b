"""Taking somebody off a meeting, or registering them for a wrong one, undone."""

import json

from sqlalchemy import select

from db.models import Participant, Registration
from tests.support.asked import choices
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


def test_the_wrong_meeting_is_changed_in_the_form_taken_back_or_moved_and_another_person_stays_one(
    world: World,
) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 with @col.co-worker")
    farah.command("/meeting", "new Book club tomorrow at 18:00 with @col.co-worker")
    farah.command("/participant", "add Mia, Robin Ashdown to M-1")
    # Another given name with a surname is nobody who is known.
    assert "Registered for M-1" in farah.command("/participant", "add Tia Bell to M-1").text
    assert "Tia Bell" in _on_the_list(world)
    farah.click("Take it back")
    assert _on_the_list(world) == ["Mia", "Robin Ashdown"]
    shown = json.dumps(farah.command("/participant", "add Robyn Ashdown 14 to M-1").opened)
    assert "Is Robyn Ashdown the same person as Robin Ashdown, who is on the list?" in shown
    farah.click("Another person")
    blocks = farah.view["blocks"] if farah.view else []
    offered = next(one for one in blocks if one.get("block_id") == "meeting")["element"]["options"]
    answer = farah.submit({"To which meeting?": offered[1]["text"]["text"]})
    assert "Registered for M-2" in answer.text
    farah.click("Take it back")
    assert _on_the_list(world) == ["Mia", "Robin Ashdown"]
    farah.close(all_views=True)
    # That she is another person was said: it is not asked again, also where she is on no register now.
    assert "Registered for M-1" in farah.command("/participant", "add Robyn Ashdown to M-1").text
    assert world.count(Participant) == 4
    asked = farah.command("/participant", "move Robyn Ashdown from M-1 to M-2")
    assert choices(asked) == ["participant add Robyn Ashdown to M-2", "participant remove Robyn Ashdown from M-1"]
    assert "Registered for M-2" in farah.click("Register them for M-2").text
    farah.click("Take them off M-1", asked.private)
    assert "Taken off M-1" in farah.click("Remove").text
