"""The sample workspace with its page, its bot and a real Chromium."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from bot.sandbox import Channel, Sandbox, User
from bot.sandbox.mailbox import Mailbox
from bot.sandbox.page import make_routes
from tests.browser.gallery import COMMANDS, SHORTCUTS, BotServer, Gallery
from tests.browser.gallery_blocks import Json

CHROMIUM_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = (1280, 860)
PHONE = (390, 844)
ROLES = {"U0FAC": "facilitator", "U0LEAD": "designated safeguarding lead"}

expect.set_options(timeout=8_000)


@dataclass
class Stage:
    """Everything that one browser test needs."""

    sandbox: Sandbox
    bot: Gallery
    mailbox: Mailbox
    clock_file: Path
    open_page: Callable[..., Page]

    def say(self, page: Page, text: str) -> None:
        """Type into the channel's composer and press Enter."""
        box = page.locator("main textarea")
        box.fill(text)
        box.press("Enter")

    def sent_action(self, action_id: str) -> Json:
        """The action of that name, once the bot has received it last."""

        def last() -> Json | None:
            (action,) = self.bot.last().get("actions") or [{}]
            return action if action.get("action_id") == action_id else None

        action = self.sandbox.wait_for(last)
        assert action is not None
        return action

    def form(self, page: Page, text: str = "/gallery form") -> Locator:
        """Ask the bot for a form and wait for it."""
        self.say(page, text)
        modal = page.locator("#modal")
        expect(modal).to_be_visible()
        return modal


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without it these tests fail. While it runs, its thread can begin no loop of its own."""
    executable = shutil.which("chromium")
    assert executable, "The browser tests need Chromium: install the package chromium."
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_OPTIONS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of all tests of a file."""
    with chromium() as running:
        yield running


@pytest.fixture
def stage(browser: Browser, tmp_path: Path) -> Iterator[Stage]:
    """A fresh workspace of three people, with the sample bot answering."""
    mailbox = Mailbox()
    mailbox.start()
    clock_file = tmp_path / "clock"
    routes = make_routes(lambda: sandbox, mailbox, clock_file, COMMANDS, shortcuts=SHORTCUTS, roles=ROLES)
    sandbox = Sandbox(
        team_name="Sample organisation",
        users=[
            User("U0FAC", "Sam Carter", email="sam@example.org"),
            User("U0LEAD", "Lee Adams", email="lee@example.org"),
            User("U0MAN", "Mo Nkemelu", email="mo@example.org"),
        ],
        channels=[
            Channel("C0CLUB", "cooking-club", members=["U0FAC", "U0LEAD", "U0MAN", "U0BOT"]),
            Channel("C0OPEN", "notices", members=["U0LEAD", "U0BOT"]),
            Channel("G0LEADS", "leads", is_private=True, members=["U0LEAD", "U0FAC", "U0BOT"]),
        ],
        manifest=tmp_path / "none.yml",
        extra_routes=routes,
    )
    contexts: list[BrowserContext] = []

    def open_page(person: str = "U0FAC", size: tuple[int, int] = DESKTOP, **options: str) -> Page:
        """A new tab as that person, in the club's channel; an error on the page fails the test."""
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            timezone_id=options.get("timezone_id", "Europe/London"),
            locale="en-GB",
            color_scheme="dark" if options.get("scheme") == "dark" else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: page_errors.append(str(error)))
        page.on("response", lambda answer: page_errors.append(answer.url) if answer.status >= 500 else None)
        page.goto(f"{sandbox.url}/#person={person}&place=C0CLUB")
        expect(page.locator("main textarea")).to_be_visible()
        return page

    page_errors: list[str] = []
    with sandbox:
        bot = Gallery(sandbox.api_url, sandbox.settings.bot_token, sandbox.settings.signing_secret)
        server = BotServer(bot)
        sandbox.bot_url = server.start()
        yield Stage(sandbox, bot, mailbox, clock_file, open_page)
        for context in contexts:
            context.close()
        server.stop()
    mailbox.stop()
    assert page_errors == []
