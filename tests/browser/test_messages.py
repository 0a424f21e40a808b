"""What the bot posts, as the page draws it, and what can be done with it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser


def shown(stage: Stage, page: Page, what: str = "shown") -> Locator:
    """Have the bot post one of everything; the message."""
    stage.say(page, f"/gallery {what}")
    message = page.locator("main article").last
    expect(message.locator(".blocks")).to_be_visible()
    return message


def test_marks_links_names_and_lists(stage: Stage) -> None:
    page = stage.open_page()
    message = shown(stage, page)
    for tag, text in {"strong": "bold", "em": "italic", "s": "struck", "code": "code"}.items():
        expect(message.locator(f".section {tag}").first).to_have_text(text)
    link = message.get_by_role("link", name="a link")
    expect(link).to_have_attribute("href", "https://example.org")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(message.locator(".mention").nth(0)).to_have_text("@Sam Carter")
    expect(message.locator(".mention").nth(1)).to_have_text("#cooking-club")
    expect(message.locator(".mention.broadcast")).to_have_text("@here")
    expect(message).to_contain_text("snake_case_name 2*3*4 <b>not bold</b> &amp;")
    expect(message.locator(".line-item").nth(0)).to_have_text("•first")
    expect(message.locator(".line-item").nth(1)).to_have_text("1.one")
    expect(message.locator("blockquote")).to_have_text("quoted")
    expect(message.locator("pre").first).to_have_text("kept  *as is*")
    expect(message.locator(".context")).to_have_text("*not bold* 🛡️")
    expect(message.locator("h3")).to_have_text("Cooking club 🔒")
    expect(message.locator(".rich strong")).to_have_text("strong")
    expect(message.locator(".rich ol li")).to_have_text("item")


def test_nothing_from_a_message_becomes_markup(stage: Stage) -> None:
    page = stage.open_page()
    message = shown(stage, page)
    expect(message).to_contain_text("trap")
    expect(message.get_by_role("link", name="trap")).to_have_count(0)
    stage.say(page, "<img src=x onerror=\"document.title='broken'\"> *<script>* & co")
    last = page.locator("main article").last
    expect(last.locator(".text")).to_have_text("<img src=x onerror=\"document.title='broken'\"> <script> & co")
    expect(last.locator("img, script")).to_have_count(0)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/London", "Thursday, 26 November 2026 at 16:00"),
        ("Asia/Tokyo", "Friday, 27 November 2026 at 01:00"),
    ],
)
def test_dates_are_in_the_readers_zone(stage: Stage, zone: str, text: str) -> None:
    page = stage.open_page(timezone_id=zone)
    message = shown(stage, page)
    expect(message.locator(".section time")).to_have_text(text)


def test_a_button_sends_its_value(stage: Stage) -> None:
    page = stage.open_page()
    shown(stage, page).get_by_role("button", name="Open", exact=True).click()
    action = stage.sent_action("open")
    assert (action["value"], action["block_id"]) == ("M-12", "actions")


def test_a_button_with_a_question_acts_only_after_yes(stage: Stage) -> None:
    page = stage.open_page()
    message = shown(stage, page)
    received = len(stage.bot.received)
    message.get_by_role("button", name="Cancel", exact=True).click()
    question = page.locator("#confirm")
    expect(question.get_by_role("heading")).to_have_text("Cancel the meeting?")
    question.get_by_role("button", name="Keep it").click()
    expect(question).to_be_hidden()
    message.get_by_role("button", name="Cancel", exact=True).click()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    assert len(stage.bot.received) == received
    message.get_by_role("button", name="Cancel", exact=True).click()
    question.get_by_role("button", name="Cancel it").click()
    assert stage.sent_action("cancel")["block_id"] == "actions"


def test_menus_dates_and_ticks_in_a_message_tell_the_bot(stage: Stage) -> None:
    page = stage.open_page()
    message = shown(stage, page)

    message.locator("[data-action=pick]").select_option("b")
    assert stage.sent_action("pick")["selected_option"]["value"] == "b"
    message.locator("[data-action=day]").fill("2026-12-01")
    assert stage.sent_action("day")["selected_date"] == "2026-12-01"
    message.locator("[data-action=ticks][value=a]").check()
    assert [choice["value"] for choice in stage.sent_action("ticks")["selected_options"]] == ["a"]
    message.locator(".accessory summary").click()
    message.get_by_role("button", name="Cherries").click()
    assert stage.sent_action("more")["selected_option"]["value"] == "c"


def test_a_table_turns_its_pages_and_a_chart_says_its_figures(stage: Stage) -> None:
    page = stage.open_page()
    message = shown(stage, page, "report")
    table = message.get_by_role("table", name="The week")
    expect(table.locator("tbody tr")).to_have_text(["M-11", "M-22"])
    message.get_by_role("button", name="Next").click()
    message.get_by_role("button", name="Next").click()
    expect(table.locator("tbody tr")).to_have_text(["M-55"])
    expect(message.get_by_text("5–5 of 5")).to_be_visible()
    expect(message.locator("figcaption")).to_have_text("Attendance")
    expect(message.locator("meter").nth(1)).to_have_attribute("aria-label", "M-2 9")
    expect(message.locator(".markdown h4")).to_have_text("Rules")
    expect(message.locator(".markdown li").nth(0).locator("strong")).to_have_text("first")
    expect(message.locator(".markdown li").nth(1)).to_have_text("<b>second</b>")


def test_a_private_answer_is_marked_and_seen_by_nobody_else(stage: Stage) -> None:
    page, other = stage.open_page(), stage.open_page("U0LEAD")
    stage.say(page, "/gallery hello")
    private = page.locator("main article.ephemeral")
    expect(private).to_contain_text("Only visible to you")
    expect(private).to_contain_text("You said hello")
    stage.say(other, "Good morning")
    expect(other.locator("main article")).to_have_count(1)


def test_replies_stand_in_the_thread(stage: Stage) -> None:
    page, other = stage.open_page(), stage.open_page("U0LEAD")
    stage.say(page, "Who brings flour?")
    first = page.locator("main article").last
    first.hover()
    first.locator("summary").click()
    first.get_by_role("button", name="Reply in thread").click()
    pane = page.get_by_label("Thread", exact=True)
    pane.get_by_label("Reply").fill("I do")
    pane.get_by_label("Reply").press("Enter")
    expect(pane.locator("article")).to_have_count(2)
    expect(page.locator("main article")).to_have_count(1)
    other.get_by_role("button", name="1 reply").click()
    expect(other.get_by_label("Thread", exact=True).locator("article").last).to_contain_text("I do")
    pane.get_by_label("Reply").fill("/gallery form")
    pane.get_by_label("Reply").press("Enter")
    expect(page.get_by_role("status").filter(has_text="cannot be used in a thread")).to_be_visible()


def test_shortcuts_from_the_sidebar_and_from_a_message(stage: Stage) -> None:
    page = stage.open_page()
    page.get_by_role("button", name="Raise a worry").click()
    modal = page.locator("#modal")
    expect(modal.get_by_label("Facts")).to_be_focused()
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()
    stage.say(page, "Something odd")
    message = page.locator("main article").last
    message.hover()
    message.locator("summary").click()
    message.get_by_role("button", name="Raise a worry about this").click()
    expect(modal).to_be_visible()
    assert stage.bot.last()["message"]["text"] == "Something odd"
