"""The families' page in a real browser: on a small screen, without scripts, by keyboard alone, and seen by axe."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy.orm import Session

from db.models import PagePurpose, Participant
from tests.browser.conftest import chromium
from tests.families.form import asked_in_slack, made, registration_of, with_pages
from tests.invitations.conftest import schedule
from tests.support.said import newest
from tests.support.world import World, open_world

pytestmark = pytest.mark.browser
SMALL = ViewportSize(width=360, height=740)
MOST_TABS = 20


def reached(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def looked_through(page: Page) -> None:
    """Nothing is wider than the screen, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found] == []


def test_by_keyboard_without_scripts_on_a_small_screen(world: World) -> None:
    schedule(with_pages(world))
    url = asked_in_slack(world, "Siân")
    asked: list[str] = []
    with chromium() as browser:
        context = browser.new_context(viewport=SMALL, java_script_enabled=False, locale="en-GB")
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        expect(page.locator("h1")).to_contain_text("Your answers")
        reached(page, "#consent-yes")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#consent-no")).to_be_checked()
        page.keyboard.press("ArrowUp")
        reached(page, "#access")
        page.keyboard.type("Captions, please")
        reached(page, "button[name=save]")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Saved. Thank you.")
        expect(page.locator("#consent-yes")).to_be_checked()
        # Withdrawn as easily: the same page, two keys and Enter.
        reached(page, "#consent-yes")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Saved. Thank you.")
        expect(page.get_by_text("The answer now is no")).to_be_visible()
        assert context.cookies() == []
        assert {one.split("/family/")[0] for one in asked} == {url.split("/family/")[0]}, "no third party"
        context.close()
    assert newest(world)["gate:consent"].yes is False
    assert newest(world)["person:access-needs"].reason == "Captions, please"


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="sendiass") as world:
        schedule(with_pages(world))
        place = registration_of(world, "Siân").participant_id

        def rename(session: Session) -> None:
            session.get_one(Participant, place).name = "Siân" + "n" * 90

        world.write(rename)
        long_name = "Siân" + "n" * 90
        carers, childs = (made(world, long_name, one) for one in PagePurpose)
        with chromium() as browser:
            page = browser.new_context(viewport=SMALL, bypass_csp=True).new_page()
            nowhere = f"{carers[:-1]}{'0' if carers[-1] != '0' else '1'}"
            for url in (carers, f"{carers}?lang=cy", childs, nowhere):
                page.goto(url)
                looked_through(page)
            page.goto(carers)
            page.locator("#access").fill("Her uncle hurts her")
            page.locator("button[name=save]").click()
            expect(page.get_by_role("alert")).to_contain_text("999")
            looked_through(page)
            page.locator("#access").fill("Large print")
            page.locator("#carer-consent-no").check()
            page.locator("button[name=save]").click()
            expect(page.get_by_role("status")).to_be_visible()
            looked_through(page)
            page.locator("button[name=own_page]").click()
            expect(page.get_by_text("This page is for")).to_be_visible()
            looked_through(page)
