"""The page into a meeting in a real browser: on a small screen, by keyboard alone, without scripts, and seen by axe."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import chromium
from tests.browser.test_family import SMALL, looked_through, reached
from tests.live.test_joining import at_start, go_in, own_link, team_link
from tests.support.bbb import PAGES, bbb_world
from tests.support.clearing import clear
from tests.support.meetings import only, schedule

pytestmark = pytest.mark.browser


def test_a_child_goes_in(database_url: str, tmp_path: Path) -> None:
    with bbb_world(database_url, tmp_path) as (world, server):
        schedule(world, "Siân", link=False)
        clear(world.person("U0FAC"), "M-1", "invite")
        here = world.bot.url if world.bot else ""
        link = own_link(world, "Siân").replace(PAGES, here)
        general = (only(world).join_url or "").replace(PAGES, here)
        with chromium() as browser:
            page = browser.new_context(viewport=SMALL, locale="en-GB").new_page()
            page.goto(link)
            expect(page.locator("h1")).to_contain_text("A little early")
            looked_through(page)
            at_start(world, 5)
            page.goto(general)
            expect(page.locator("#name")).to_be_visible()
            looked_through(page)
            still = browser.new_context(viewport=SMALL, java_script_enabled=False, locale="en-GB").new_page()
            still.goto(link)
            reached(still, "#passcode")
            still.keyboard.type(only(world).passcode)
            still.keyboard.press("Enter")
            expect(still.get_by_role("alert")).to_contain_text("Nobody of the team is there yet")
            go_in(world, team_link(world))
            reached(still, "#passcode")
            still.keyboard.type("wrong")
            still.keyboard.press("Enter")
            expect(still.get_by_role("alert")).to_contain_text("That is not the passcode")
            reached(still, "#passcode")
            still.keyboard.type(only(world).passcode)
            still.keyboard.press("Enter")
            expect(still.locator("body")).to_contain_text("waiting")
            assert still.url.startswith(server.url), "the page's rules let the browser follow to the server"
            page.goto(f"{here}/join/left")
            looked_through(page)
