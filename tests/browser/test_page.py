"""The page around the messages: people, places, live changes, clock, mail, tools, keyboard, small screens."""

import re
import smtplib
from email.message import EmailMessage

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Stage

pytestmark = pytest.mark.browser


def test_people_are_chosen_by_name_and_role_and_see_their_own_channels(stage: Stage) -> None:
    page = stage.open_page("U0MAN")
    expect(page.locator("#person option")).to_have_text(
        ["Sam Carter – facilitator", "Lee Adams – designated safeguarding lead", "Mo Nkemelu"]
    )
    expect(page.locator("[data-place=G0LEADS]")).to_have_count(0)
    page.get_by_label("Acting as").select_option("U0LEAD")
    expect(page.locator("[data-place=G0LEADS]")).to_be_visible()
    stage.say(page, "From Lee")
    expect(page.locator("main article strong").last).to_have_text("Lee Adams")
    page.reload()
    expect(page.locator("#person")).to_have_value("U0LEAD")


def test_what_others_do_appears_without_reloading(stage: Stage) -> None:
    page = stage.open_page()
    stage.sandbox.person("U0LEAD").say("Live", "C0CLUB")
    expect(page.locator("main article")).to_contain_text("Live")
    stage.sandbox.person("U0LEAD").say("Elsewhere", "G0LEADS")
    expect(page.locator("[data-place=G0LEADS]")).to_contain_text("new")


def test_without_a_stream_the_page_asks_each_second(stage: Stage) -> None:
    page = stage.open_page()
    page.route("**/page/changes", lambda route: route.abort())
    page.reload()
    expect(page.locator("main textarea")).to_be_visible()
    stage.sandbox.person("U0LEAD").say("Late but here", "C0CLUB")
    expect(page.locator("main article")).to_contain_text("Late but here")


def test_a_public_channel_can_be_read_but_not_written_in_from_outside(stage: Stage) -> None:
    page = stage.open_page()
    stage.sandbox.person("U0LEAD").say("Everybody may read this", "C0OPEN")
    page.locator("[data-place=C0OPEN]").click()
    expect(page.locator("main article")).to_contain_text("Everybody may read this")
    expect(page.locator("main")).to_contain_text("you are not in it")
    expect(page.locator("main textarea")).to_have_count(0)


def test_commands_are_suggested_and_sent_with_their_mentions(stage: Stage) -> None:
    page = stage.open_page()
    box = page.locator("main textarea")
    box.press_sequentially("/ga")
    offers = page.get_by_role("listbox").get_by_role("option")
    expect(offers).to_have_count(2)
    box.press("ArrowDown")
    expect(offers.nth(1)).to_have_attribute("aria-selected", "true")
    box.press("ArrowUp")
    box.press("Enter")
    expect(box).to_have_value("/gallery ")
    box.press_sequentially("with @lee")
    expect(offers).to_have_text([re.compile("@Lee Adams")])
    box.press("Tab")
    expect(box).to_have_value("/gallery with @Lee Adams ")
    box.press_sequentially("& <b>")
    box.press("Enter")
    expect(box).to_have_value("")
    expect(page.locator("main article")).to_contain_text("Only visible to you")
    assert re.fullmatch(r"with <@U0LEAD\|[^>]+> &amp; &lt;b&gt;", stage.bot.last()["text"])


def test_an_unknown_command_and_a_silent_bot_give_the_text_back(stage: Stage) -> None:
    page = stage.open_page()
    stage.say(page, "/unknown thing")
    expect(page.locator("#toast")).to_contain_text("/unknown is not a command")
    expect(page.locator("main textarea")).to_have_value("/unknown thing")
    stage.say(page, "/gallery never")
    expect(page.locator("#toast")).to_contain_text("did not answer within 3 seconds")
    expect(page.locator("main textarea")).to_have_value("/gallery never")


def test_the_home_tab_is_asked_for_and_its_buttons_work(stage: Stage) -> None:
    page = stage.open_page()
    page.get_by_role("button", name="Home", exact=True).click()
    expect(page.locator(".home")).to_contain_text("Good day @Sam Carter")
    page.locator(".home").get_by_role("button", name="Go").click()
    assert stage.sent_action("go")["value"] == "U0FAC"


def test_the_bot_hears_a_direct_message(stage: Stage) -> None:
    page = stage.open_page()
    page.get_by_role("navigation").get_by_role("button", name="Facilitator assistant").click()
    stage.say(page, "Are you there?")
    stage.sandbox.wait_for(lambda: stage.bot.received)
    event = stage.bot.last()
    assert event["text"] == "Are you there?"
    assert event["channel_type"] == "im"


def test_the_clock_moves_forward_by_steps(stage: Stage) -> None:
    page = stage.open_page()
    page.get_by_role("button", name="Tools").click()
    for name in ["+ 5 min", "+ 15 min", "+ 1 hour", "+ 1 day"]:
        page.get_by_role("button", name=name).click()
    stage.sandbox.wait_for(lambda: stage.clock_file.exists() and stage.clock_file.read_text() == "91200")
    expect(page.locator("#clock")).to_have_class(re.compile("moved"))


@pytest.mark.parametrize("seconds", [-60, 0, "300", None, True, 10**12])
def test_the_clock_goes_no_other_way(stage: Stage, seconds: object) -> None:
    answer = httpx.post(f"{stage.sandbox.url}/page/clock", json={"seconds": seconds})
    assert answer.status_code == 400
    assert not stage.clock_file.exists()


def test_another_sites_form_cannot_act(stage: Stage) -> None:
    answer = httpx.post(
        f"{stage.sandbox.url}/page/act",
        content='{"person": "U0FAC", "kind": "say", "text": "forged", "channel": "C0CLUB"}',
        headers={"content-type": "text/plain"},
    )
    assert answer.status_code == 415
    assert stage.sandbox.messages("C0CLUB") == []


@pytest.mark.parametrize(
    "action",
    [
        {"kind": "fly"},
        {"kind": "say", "channel": "C0CLUB"},
        {"kind": "submit", "view_id": "V0", "values": {}},
        {"kind": "message_shortcut", "callback_id": "worry_about", "channel": "C0CLUB", "ts": "1.2"},
    ],
)
def test_what_cannot_be_done_is_refused_in_words(stage: Stage, action: dict[str, object]) -> None:
    answer = httpx.post(f"{stage.sandbox.url}/page/act", json={"person": "U0FAC", **action})
    assert answer.status_code == 409
    assert answer.json()["problem"].endswith(".")


def test_mails_appear_with_text_and_attachment(stage: Stage) -> None:
    page = stage.open_page()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "club@example.org", "parent@example.org", "Invitation to M-12"
    mail.set_content("Gwenllïan is invited.\n<b>Not bold</b>")
    mail.add_attachment("BEGIN:VCALENDAR\nEND:VCALENDAR\n", subtype="calendar", filename="m-12.ics")
    with smtplib.SMTP("127.0.0.1", stage.mailbox.port) as server:
        server.send_message(mail)
    expect(page.get_by_role("button", name="Mail")).to_contain_text("1")
    page.get_by_role("button", name="Mail").click()
    drawer = page.get_by_label("Mail and tools")
    expect(drawer).to_contain_text("Invitation to M-12")
    expect(drawer).to_contain_text("Gwenllïan is invited.\n<b>Not bold</b>", use_inner_text=True)
    drawer.get_by_text("m-12.ics").click()
    expect(drawer).to_contain_text("BEGIN:VCALENDAR")


def test_what_slack_would_refuse_is_listed(stage: Stage) -> None:
    page = stage.open_page()
    page.get_by_role("button", name="Tools").click()
    expect(page.get_by_text("Nothing: all that the bot sent kept Slack's rules.")).to_be_visible()
    stage.say(page, "/gallery bad")
    expect(page.locator(".violations li").first).to_contain_text("/gallery")
    expect(page.get_by_role("button", name="Tools").locator(".count")).to_have_text(str(len(stage.sandbox.violations)))


def test_a_phone_shows_everything_without_scrolling_sideways(stage: Stage) -> None:
    page = stage.open_page(size=PHONE)
    for text in ["/gallery shown", "/gallery report"]:
        stage.say(page, text)
    expect(page.locator("main article")).to_have_count(2)
    widths = "[document.documentElement, document.querySelector('.messages')].map((node) => node.scrollWidth)"
    assert max(page.evaluate(widths)) <= 390
    sidebar = page.get_by_role("navigation")
    expect(sidebar).to_be_hidden()
    page.get_by_role("button", name="Channels and messages").click()
    expect(sidebar.locator("[data-place=home]")).to_be_focused()
    sidebar.locator("[data-place=G0LEADS]").click()
    expect(sidebar).to_be_hidden()
    expect(page.get_by_role("heading", name="leads")).to_be_visible()
    modal = stage.form(page)
    box = modal.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    assert modal.evaluate("m => m.querySelector('.modal-body').scrollWidth <= m.clientWidth")


CONTRAST = """
() => {
  const channel = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, a = 1] = rgb(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll("body *")) {
    const text = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!text || !node.checkVisibility() || node.disabled) continue;
    const [one, other] = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const words = `${node.tagName}.${node.className}: ${node.textContent.slice(0, 30)}`;
    if ((one + 0.05) / (other + 0.05) < 4.5) weak.push(words);
  }
  return weak;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(stage: Stage, scheme: str) -> None:
    page = stage.open_page(scheme=scheme)
    for text in ["/gallery shown", "/gallery report", "/gallery hello"]:
        stage.say(page, text)
    expect(page.locator("main article")).to_have_count(3)
    page.get_by_role("button", name="Tools").click()
    assert page.evaluate(CONTRAST) == []
    stage.form(page).get_by_role("button", name="Save").click()
    expect(page.locator("#modal .problem").first).to_be_visible()
    assert page.evaluate(CONTRAST) == []
