"""Several providers in one organisation: chosen in the form, and moved from one to another with its people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.organisation.file import FileProblem, parse
from bot.sandbox import sample
from bot.sandbox.zoom import ZoomStandIn
from db.models import MeetingState
from tests.meetings.planned import form
from tests.support.bbb import bbb_world
from tests.support.clearing import clear
from tests.support.meetings import LINK, only, say, schedule
from tests.support.world import World
from tests.support.zoom import HOST, zoom_account, zoom_settings

NEW = {"title": "Art", "date": "2031-03-04", "time": "10:00", "minutes": "60"}


@pytest.fixture
def three(database_url: str, tmp_path: Path) -> Iterator[tuple[World, ZoomStandIn]]:
    """An organisation on BigBlueButton that uses Zoom and pasted links as well."""
    with zoom_account() as zoom:
        more = {name.lower(): value for name, value in zoom_settings(zoom).items()}
        wanted = ["bigbluebutton", "zoom", "manual"]
        with bbb_world(database_url, tmp_path, zoom_host=HOST, providers=wanted, more=more) as (world, _):
            yield world, zoom


def test_the_form_asks_and_what_is_chosen_makes_it(three: tuple[World, ZoomStandIn]) -> None:
    world, zoom = three
    farah = world.person("U0FAC")
    farah.command("/meeting", "", channel="C0GENERAL")
    assert form(world)["provider"] == ["bigbluebutton"]
    farah.submit({**NEW, "provider": "zoom"})
    world.settle()
    meeting = only(world)
    assert meeting.provider == "zoom"
    assert [str(one) for one in zoom.world.meetings] == [meeting.provider_ref]


def test_a_meeting_moves_from_one_to_another_with_its_people(three: tuple[World, ZoomStandIn]) -> None:
    world, zoom = three
    farah = world.person("U0FAC")
    schedule(world, "Aled, Bronwen", link=False)
    assert only(world).provider == "bigbluebutton"
    clear(farah, "M-1", "invite")
    farah.command("/invitation", "M-1 for Aled", channel="C0YOUTH")
    first = only(world).join_url
    for wanted in ("zoom", "manual", "zoom", "bigbluebutton"):
        say(world, "edit M-1")
        farah.submit({"provider": wanted})
        world.settle()
        meeting = only(world)
        assert meeting.provider == wanted
        assert (meeting.state is MeetingState.DRAFT) is (wanted == "manual")
        assert len(zoom.world.meetings) == (wanted == "zoom")
        assert meeting.join_url != first or wanted == "bigbluebutton"
        farah.close(all_views=True)
    assert "Aled has the old one" in say(world, "show M-1")
    assert "Bronwen" in farah.command("/participant", "list M-1", channel="C0YOUTH").text


def test_where_there_is_one_nothing_is_asked(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "", channel="C0GENERAL")
    assert "provider" not in form(world)
    schedule(world)
    assert only(world).join_url == LINK


@pytest.mark.parametrize(
    ("providers", "why"), [(["zoom", "skype"], "none of the providers"), (["zoom"], "the usual one under provider")]
)
def test_a_list_that_cannot_be_is_refused(providers: list[str], why: str) -> None:
    with pytest.raises(FileProblem) as refused:
        parse(sample.organisation(provider="manual", providers=providers))
    assert why in str(refused.value)
