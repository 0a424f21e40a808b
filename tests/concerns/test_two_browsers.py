"""Two leads with the same form open in two browsers: the second sees what stands and keeps what they typed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.sandbox import sample
from bot.sandbox.mailbox import Mailbox
from bot.sandbox.page import make_routes
from db.models import EntryKind
from tests.browser.conftest import CHROMIUM_OPTIONS, PHONE
from tests.concerns.leading import only, versions
from tests.support.raising import raise_one
from tests.support.world import World, make_sandbox, make_settings, set_up

FIRST, SECOND = "The lead's own words, ŵŷ", "The deputy's own words 😢"


@pytest.fixture
def page_world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A running bot whose workspace has the page of the sandbox."""
    monkeypatch.chdir(tmp_path)
    clock_file, mailbox = tmp_path / "clock", Mailbox()
    clock_file.write_text("0")
    roles = dict.fromkeys(sample.PEOPLE, "staff")
    routes = make_routes(lambda: sandbox, mailbox, clock_file, [], shortcuts=[], roles=roles)
    sandbox = make_sandbox(extra_routes=routes)
    mailbox.start()
    with sandbox:
        settings = make_settings(sandbox, database_url, clock_file)
        set_up(settings)
        world = World(sandbox, settings, clock_file, database_url)
        world.start_bot()
        try:
            world.settle()
            yield world
        finally:
            world.stop_bot()
            mailbox.stop()
        assert sandbox.violations == []


@pytest.fixture
def browser(page_world: World) -> Iterator[Browser]:
    """Debian's Chromium; without it this test fails. It starts after the bot, which starts with a loop of its own."""
    assert page_world.bot is not None
    executable = shutil.which("chromium")
    assert executable, "The browser tests need Chromium: install the package chromium."
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_OPTIONS)
        yield running
        running.close()


def _at_triage(browser: Browser, world: World, who: str) -> Page:
    """A browser of its own, as that person, with the triage form open."""
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{world.sandbox.url}/#person={who}&place=G0CONCERN")
    expect(page.locator("main textarea")).to_be_visible()
    page.get_by_role("button", name="Open", exact=True).first.click()
    page.locator("#modal").get_by_role("button", name="Triage", exact=True).click()
    expect(page.get_by_label("Why this level?")).to_be_visible()
    return page


def _fill(page: Page, level: str, reason: str) -> None:
    page.get_by_label("How serious is it?").select_option(label=level)
    page.get_by_label("Why this level?").fill(reason)
    page.get_by_role("button", name="Save", exact=True).click()


def test_the_second_sees_both_and_nothing_is_overwritten(page_world: World, browser: Browser) -> None:
    world = page_world
    raise_one(world)
    world.settle()
    world.person("U0LEAD").click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    world.person("U0LEAD").close()
    lead, deputy = (_at_triage(browser, world, who) for who in ("U0LEAD", "U0DEP"))
    _fill(lead, "Low", FIRST)
    expect(lead.locator("#modal").get_by_text(FIRST)).to_be_visible()
    _fill(deputy, "Immediate", SECOND)
    modal = deputy.locator("#modal")
    expect(modal.get_by_text("Not saved yet")).to_be_visible()
    expect(modal.get_by_text(FIRST)).to_be_visible()
    expect(deputy.get_by_label("Why this level?")).to_have_value(SECOND)
    concern = only(world)
    assert [one.fields["level_reason"] for one in versions(world, concern.id, EntryKind.TRIAGE)] == [FIRST]
    deputy.get_by_role("button", name="Save mine as new version").click()
    expect(modal.get_by_text(SECOND)).to_be_visible()
    found = versions(world, concern.id, EntryKind.TRIAGE)
    assert [(one.by, one.fields["level"], one.fields["level_reason"]) for one in found] == [
        ("U0LEAD", "low", FIRST),
        ("U0DEP", "immediate", SECOND),
    ]
