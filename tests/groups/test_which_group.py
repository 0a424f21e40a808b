"""Which group is meant by `/group add`, `leave` and `edit`, and what becomes of the other words."""

from sqlalchemy import select

from db.models import Group, GroupMember
from tests.support.asked import choices
from tests.support.groups import say
from tests.support.world import World


def members(world: World) -> dict[str, list[str]]:
    """Who belongs to each group, with the age that is known."""

    def work(session):  # type: ignore[no-untyped-def]
        titles = {one.id: one.title for one in session.scalars(select(Group))}
        found: dict[str, list[str]] = {}
        for one in session.scalars(select(GroupMember).where(GroupMember.left_on.is_(None))):
            found.setdefault(titles[one.group_id], []).append(one.participant.name)
        return {title: sorted(names) for title, names in found.items()}

    return world.read(work)


def test_the_only_group_is_meant_where_none_is_named_and_of_several_one_tap_says_which(world: World) -> None:
    farah = world.person("U0FAC")
    say(world, "new drama on Tuesdays at 16:00")
    said = say(world, "add Zoe, Ben")
    assert "I took it for drama, your only group." in said
    assert members(world) == {"drama": ["Ben", "Zoe"]}
    farah.command("/group", "add Tia, Mia to the group", channel="C0YOUTH")
    assert members(world) == {"drama": ["Ben", "Mia", "Tia", "Zoe"]}
    farah.click("Take it back")
    farah.command("/group", "add Tia\nMia", channel="C0YOUTH")
    farah.click("Take it back")
    assert members(world) == {"drama": ["Ben", "Zoe"]}
    # A group that nobody knows is not the only one: the words go on with one tap.
    asked = farah.command("/group", "add Kim to pottery", channel="C0YOUTH")
    assert choices(asked) == ["group add G-1 Kim"]
    assert "I know no group “pottery”" in asked.text
    # Part of a title, or the title with *club* behind it, is asked about, and the list goes on with the tap.
    asked = farah.command("/group", "add robyn 12 to drama club from 3 December 2027", channel="C0YOUTH")
    assert choices(asked) == ["group add G-1 robyn 12 from 3 December 2027"]
    farah.command("/group", "leave Zoe", channel="C0YOUTH")
    farah.click("They leave")
    farah.command("/group", "remove ben from drama", channel="C0YOUTH")
    farah.click("They leave")
    assert members(world) == {}
    assert "Wednesdays at 17:00" in say(world, "edit to Wednesdays at 17:00")
    say(world, "new Chess on Mondays at 16:00")
    asked = farah.command("/group", "add Zoe\nBen", channel="C0YOUTH")
    assert choices(asked) == ["group add G-1 Zoe\nBen", "group add G-2 Zoe\nBen"]
    farah.click("drama")
    assert members(world) == {"drama": ["Ben", "Zoe"]}
    asked = farah.command("/group", "leave Zoe on 3 December 2027", channel="C0YOUTH")
    farah.click("drama")
    farah.click("They leave")
    asked = farah.command("/group", "edit to Fridays at 17:00", channel="C0YOUTH")
    assert choices(asked) == ["group edit G-1 to Fridays at 17:00", "group edit G-2 to Fridays at 17:00"]
    assert "Fridays at 17:00" in str(farah.click("drama").blocks)


def test_a_title_may_stand_first_and_no_command_becomes_a_group(world: World) -> None:
    farah = world.person("U0FAC")
    say(world, "new drama on Tuesdays at 16:00")
    assert "Is this right?" in say(world, "drama add Kim 12")
    say(world, "drama add Kim")
    say(world, "add drama: Tia, Mia")
    assert members(world) == {"drama": ["Kim", "Mia", "Tia"]}
    farah.command("/group", "drama remove Kim", channel="C0YOUTH")
    farah.click("They leave")
    assert members(world) == {"drama": ["Mia", "Tia"]}
    assert "Wednesdays at 17:00" in say(world, "drama edit to Wednesdays at 17:00")
    for text in ("take robin off drama", "kim 12 to drama", "drama on fridays at 5", "move tia to chess", "start tia"):
        asked = farah.command("/group", text, channel="C0YOUTH")
        assert not any(one.startswith("group new") for one in choices(asked)), text
    asked = farah.command("/group", "kim 12 to drama", channel="C0YOUTH")
    assert choices(asked) == ["group add G-1 kim 12", "group leave G-1 kim 12", "group show G-1"]
    asked = farah.command("/group", "Pottery on Mondays at 10:00", channel="C0YOUTH")
    assert choices(asked) == ["group new Pottery on Mondays at 10:00"]
    assert world.read(lambda session: [one.title for one in session.scalars(select(Group))]) == ["drama"]
