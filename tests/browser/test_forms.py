"""Modals: every input, errors, branches, stacks, and a bot that is late."""

from typing import Any

import pytest
from playwright.sync_api import APIResponse, Locator, Route, expect

from tests.browser.conftest import PHONE, Stage
from tests.browser.gallery_blocks import FRUITS, MOMENT

pytestmark = pytest.mark.browser


def state_of(stage: Stage) -> dict[str, Any]:
    """What the bot received last, by block: the element's one value."""
    values = stage.bot.last()["view"]["state"]["values"]
    shown = {}
    for block_id, elements in values.items():
        (state,) = elements.values()
        (shown[block_id],) = (value for key, value in state.items() if key != "type")
    return shown


def fill_typed_fields(modal: Locator) -> None:
    """Enter something in each field that one types in."""
    modal.get_by_label("Title").fill("Cooking club")
    modal.get_by_label("Notes").fill("Bring an apron.\nGwenllïan ☕ <b>")
    modal.get_by_label("Mail").fill("parent@example.org")
    modal.get_by_label("Site").fill("https://example.org/club")
    modal.get_by_label("Number").fill("7")
    modal.get_by_label("Day").fill("2026-11-26")
    modal.get_by_label("Hour").fill("16:30")
    modal.get_by_label("Moment").fill("2026-11-26T16:00")


def fill_choices(modal: Locator) -> None:
    """Choose something wherever one can choose."""
    modal.get_by_label("Fruit", exact=True).select_option(label="Bananas")
    modal.get_by_role("group", name="Fruits").get_by_label("Apples").check()
    modal.get_by_role("group", name="Fruits").get_by_label("Cherries").check()
    modal.get_by_label("Person").select_option(label="Lee Adams")
    modal.get_by_role("group", name="People").get_by_label("Mo Nkemelu").check()
    modal.get_by_label("Channel", exact=False).and_(modal.locator("select")).select_option(label="#cooking-club")
    modal.get_by_role("group", name="Channels").get_by_label("#cooking-club").check()
    modal.get_by_label("Place", exact=False).and_(modal.locator("select")).select_option(label="#leads")
    modal.get_by_role("group", name="Places").get_by_label("#leads").check()
    modal.get_by_role("group", name="Measures").get_by_label("Bananas").check()
    modal.get_by_role("radiogroup", name="Urgency").get_by_label("Cherries").check()


def test_a_file_is_chosen_on_a_phone_and_reaches_the_bot_by_its_id(stage: Stage) -> None:
    page = stage.open_page(size=PHONE)
    modal = stage.form(page, "/gallery file")
    chooser = modal.locator("input[type=file]")
    box = chooser.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]
    chooser.set_input_files({"name": "class.csv", "mimeType": "text/csv", "buffer": "Name\nZoë Bell".encode()})
    expect(modal.get_by_text("class.csv")).to_be_visible()
    modal.get_by_role("button", name="Save").click()
    expect(modal).to_be_hidden()
    (sent,) = state_of(stage)["list"]
    kept = stage.sandbox.state.files[sent["id"]]
    assert (kept.name, kept.content.decode()) == ("class.csv", "Name\nZoë Bell")
    assert sent["url_private"].endswith(sent["id"])


def test_every_input_reaches_the_bot_as_slack_sends_it(stage: Stage) -> None:
    page = stage.open_page()
    modal = stage.form(page)
    fill_typed_fields(modal)
    fill_choices(modal)
    modal.get_by_role("button", name="Save").click()
    expect(modal).to_be_hidden()
    plain_fruits = {choice["value"]: choice for choice in FRUITS}
    assert state_of(stage) == {
        "title": "Cooking club",
        "notes": "Bring an apron.\nGwenllïan ☕ <b>",
        "mail": "parent@example.org",
        "site": "https://example.org/club",
        "number": "7",
        "day": "2026-11-26",
        "hour": "16:30",
        "moment": MOMENT,
        "fruit": plain_fruits["b"],
        "fruits": [plain_fruits["a"], plain_fruits["c"]],
        "person": "U0LEAD",
        "people": ["U0MAN"],
        "channel": "C0CLUB",
        "channels": ["C0CLUB"],
        "place": "G0LEADS",
        "places": ["G0LEADS"],
        "measures": [plain_fruits["a"], plain_fruits["b"]],
        "urgency": plain_fruits["c"],
    }


def test_optional_fields_may_stay_empty(stage: Stage) -> None:
    page = stage.open_page()
    modal = stage.form(page)
    modal.get_by_label("Title").fill("Short")
    modal.get_by_label("Fruit", exact=True).select_option("a")
    modal.get_by_role("group", name="Measures").get_by_label("Apples").uncheck()
    modal.get_by_role("button", name="Save").click()
    expect(modal).to_be_hidden()
    state = state_of(stage)
    assert (state["notes"], state["moment"], state["person"], state["urgency"]) == (None, None, None, None)
    assert (state["people"], state["measures"]) == ([], [])


def test_the_form_itself_checks_what_slack_checks(stage: Stage) -> None:
    page = stage.open_page()
    modal = stage.form(page)
    received = len(stage.bot.received)
    modal.get_by_label("Notes").fill("no")
    modal.get_by_label("Mail").fill("not an address")
    modal.get_by_label("Site").fill("example")
    modal.get_by_label("Number").fill("12")
    modal.get_by_role("button", name="Save").click()
    expect(modal.locator("[data-block=title] .problem")).to_have_text("Please complete this required field.")
    expect(modal.locator("[data-block=fruit] .problem")).to_have_text("Please complete this required field.")
    expect(modal.locator("[data-block=notes] .problem")).to_contain_text("at least 5")
    expect(modal.locator("[data-block=mail] .problem")).to_contain_text("e-mail")
    expect(modal.locator("[data-block=site] .problem")).to_contain_text("web address")
    expect(modal.locator("[data-block=number] .problem")).to_contain_text("9 or less")
    expect(modal.get_by_label("Title")).to_be_focused()
    assert len(stage.bot.received) == received


def test_a_list_takes_no_more_than_the_bot_allows(stage: Stage) -> None:
    fruits = stage.form(stage.open_page()).get_by_role("group", name="Fruits")
    fruits.get_by_label("Apples").check()
    fruits.get_by_label("Bananas").check()
    expect(fruits.get_by_label("Cherries")).to_be_disabled()
    fruits.get_by_label("Apples").uncheck()
    expect(fruits.get_by_label("Cherries")).to_be_enabled()


def test_the_bots_error_stands_at_its_field_and_nothing_typed_is_lost(stage: Stage) -> None:
    page = stage.open_page()
    modal = stage.form(page)
    modal.get_by_label("Title").fill("Taken")
    modal.get_by_label("Notes").fill("Keep this text")
    modal.get_by_label("Fruit", exact=True).select_option("c")
    modal.get_by_role("button", name="Save").click()
    expect(modal.locator("[data-block=title] .problem")).to_have_text("There is a meeting of that name.")
    expect(modal.get_by_label("Title")).to_be_focused()
    expect(modal.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    expect(modal.get_by_label("Notes")).to_have_value("Keep this text")
    modal.get_by_label("Title").fill("Free")
    modal.get_by_role("button", name="Save").click()
    expect(modal).to_be_hidden()
    assert state_of(stage)["notes"] == "Keep this text"


def test_a_choice_that_tells_the_bot_redraws_the_form_and_keeps_what_was_typed(stage: Stage) -> None:
    page = stage.open_page()
    modal = stage.form(page, "/gallery branch")
    modal.get_by_label("Title").fill("Half written")
    modal.get_by_label("Branch").select_option("yes")
    expect(modal.get_by_label("Reason")).to_be_visible()
    expect(modal.get_by_label("Title")).to_have_value("Half written")
    expect(modal.get_by_label("Branch")).to_have_value("yes")
    sent = stage.bot.last()
    assert sent["actions"][0]["selected_option"]["value"] == "yes"
    assert sent["view"]["state"]["values"]["title"]["value"]["value"] == "Half written"


def test_what_is_typed_while_the_bot_redraws_is_kept(stage: Stage) -> None:
    page = stage.open_page()
    modal = stage.form(page, "/gallery branch")
    with stage.sandbox.faults.hold("views.update") as hold:
        modal.get_by_label("Branch").select_option("yes")
        hold.wait()
        modal.get_by_label("Title").press_sequentially("Meanwhile")
    expect(modal.get_by_label("Reason")).to_be_visible()
    expect(modal.get_by_label("Title")).to_have_value("Meanwhile")
    expect(modal.get_by_label("Title")).to_be_focused()


def test_a_pushed_form_lies_on_top_and_escape_uncovers_the_one_below(stage: Stage) -> None:
    page = stage.open_page()
    modal = stage.form(page, "/gallery stack")
    modal.get_by_label("First").fill("below")
    modal.get_by_role("button", name="Save").click()
    expect(modal.get_by_role("heading", name="Above")).to_be_visible()
    expect(modal.get_by_label("Second")).to_be_focused()
    page.keyboard.press("Escape")
    expect(modal.get_by_label("First")).to_have_value("below")
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()
    assert stage.sandbox.person("U0FAC").views == []


def test_a_second_escape_counts_although_the_first_is_still_being_answered(stage: Stage) -> None:
    page = stage.open_page()
    modal = stage.form(page, "/gallery stack")
    modal.get_by_label("First").fill("below")
    modal.get_by_role("button", name="Save").click()
    expect(modal.get_by_label("Second")).to_be_focused()

    held: list[tuple[Route, APIResponse]] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route("**/page/act", hold_the_first)
    page.keyboard.press("Escape")
    expect(modal.get_by_label("First")).to_have_value("below")
    page.keyboard.press("Escape")
    first, response = held[0]
    first.fulfill(response=response)
    expect(modal).to_be_hidden()
    assert stage.sandbox.person("U0FAC").views == []


def test_a_bot_that_is_late_is_said_so_and_the_text_is_kept(stage: Stage) -> None:
    page = stage.open_page()
    modal = stage.form(page, "/gallery slow form")
    modal.get_by_label("Title").fill("Precious")
    modal.get_by_role("button", name="Save").click()
    expect(modal.get_by_text("Working…")).to_be_visible()
    expect(modal.locator(".trouble")).to_contain_text("did not answer within 3 seconds")
    expect(modal.get_by_label("Title")).to_have_value("Precious")


def test_focus_moves_into_the_form_and_labels_name_their_fields(stage: Stage) -> None:
    page = stage.open_page()
    modal = stage.form(page)
    expect(modal.get_by_label("Title")).to_be_focused()
    unnamed = modal.evaluate(
        "dialog => [...dialog.querySelectorAll('input, select, textarea')]"
        ".filter(field => !field.labels.length && !field.ariaLabel).length"
    )
    assert unnamed == 0
