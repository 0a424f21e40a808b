"""The page for outages asks for what the form asks for, and prints on one side of A4."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bot.concerns.raising.choices import Offered
from bot.concerns.raising.raising_views import form
from tests.browser.conftest import CHROMIUM_OPTIONS

PAGE = Path(__file__).parents[2] / "docs" / "concern-on-paper.html"
OFFERED = Offered((("m", "M-1"),), (("p", "Aled"),))


def asked_for() -> set[str]:
    """Every field of the form, whatever it is about."""
    views = [form({"about": about}, OFFERED) for about in ("child", "adult", "staff")]
    return {block["block_id"] for view in views for block in view["blocks"] if block["type"] == "input"}


def test_it_asks_for_what_the_form_asks_for() -> None:
    text = PAGE.read_text(encoding="utf-8")
    on_paper = {name for found in re.findall(r'data-field="([^"]+)"', text) for name in found.split()}
    assert on_paper == asked_for()
    assert "Call 999" in text
    assert "Hand it in" in text


@pytest.mark.browser
def test_it_prints_on_one_side() -> None:
    executable = shutil.which("chromium")
    assert executable, "The browser tests need Chromium: install the package chromium."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_OPTIONS)
        page = browser.new_page()
        page.goto(PAGE.as_uri())
        printed = page.pdf(prefer_css_page_size=True)
        browser.close()
    assert re.findall(rb"/Type /Pages.*?/Count (\d+)", printed, re.DOTALL) == [b"1"]
