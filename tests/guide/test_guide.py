"""`/guide` as staff use it: typed, by button, by form; private, short, with its source."""

from pathlib import Path

import pytest

from bot.guide.service import guide_to
from bot.policy import PACK_NAMES, load_pack
from tests.support.world import World, open_world

STAFF = ("U0FAC", "U0LEAD", "U0DEP", "U0HEAD", "U0MAN", "U0ADM")


@pytest.mark.parametrize("who", STAFF)
def test_every_member_of_staff_gets_a_private_answer(world: World, who: str) -> None:
    answer = world.person(who).command("/guide", "lock the meating", channel="C0GENERAL")
    assert "How to lock a meeting" in answer.text
    assert answer.body is not None
    assert answer.body.get("response_type", "ephemeral") == "ephemeral"
    assert world.sandbox.messages("C0GENERAL") == []


@pytest.mark.parametrize("who", ["U0GUEST", "UXSTRANGER"])
def test_nobody_else_gets_one(world: World, who: str) -> None:
    answer = world.person(who).command("/guide", "lock meeting", channel="C0GENERAL")
    assert "How to lock" not in answer.text


def test_it_says_which_policy_and_what_is_the_bots_own(world: World) -> None:
    farah = world.person("U0FAC")
    own = farah.command("/guide", "lock meeting").text
    assert "The bot's own. Your policy says nothing of it." in own
    assert load_pack("james").title in own
    cited = farah.command("/guide", "friend request").text
    assert load_pack("james").title in cited
    assert "`JAM-005`" in cited
    assert "bot's own" not in cited
    both = farah.command("/guide", "waiting room").text
    assert "Your policy: Use the waiting room" in both
    assert "`JAM-076`" in both
    assert "A line without a clause is the bot's own, not in your policy." in both


def test_without_a_match_it_says_so_and_offers_three_topics(world: World) -> None:
    farah = world.person("U0FAC")
    answer = farah.command("/guide", "<!channel> xyzzy & co")
    assert "Nothing in the guide fits “&lt;!channel&gt; xyzzy &amp; co”" in str(answer.body)
    (buttons,) = [block for block in answer.blocks if block["type"] == "actions"]
    titles = [element["text"]["text"] for element in buttons["elements"]]
    assert len(titles) == 4
    assert titles[3] == "All topics"
    farah.click(titles[0])
    page = next(page for page in guide_to("james").topics if page.title == titles[0])
    assert page.lines[0].text in farah.private[-1].words


def test_the_bare_command_shows_all_topics_as_buttons(world: World) -> None:
    farah = world.person("U0FAC")
    view = farah.command("/guide").opened
    assert view
    buttons = [
        e["text"]["text"] for b in view["blocks"] if b["type"] == "actions" for e in b["elements"] if "text" in e
    ]
    assert "999" in str(view["blocks"][0])
    assert sorted(buttons) == sorted(page.title for page in guide_to("james").topics)
    farah.click("Boundaries")
    assert "Behave online as professionally as in a face-to-face session. `JAM-045`" in farah.seen()
    farah.click("All topics")
    farah.choose("guide.page", "jam-04")
    assert "Two workers are online, if at all possible. `JAM-065`" in farah.seen()
    assert len(farah.views) == 1


def test_the_form_searches(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/guide")
    assert "Type what you are looking for" in str(farah.submit(typed="").errors)
    farah.submit(typed="ipad hostng")
    assert "How to host on a phone or tablet" in farah.seen()


def test_a_long_page_goes_on(world: World) -> None:
    farah = world.person("U0FAC")
    assert "JAM-089" not in farah.command("/guide", "consent and agreement").text
    farah.click("The whole page")
    first = farah.private[-1].words
    farah.click("More", farah.private[-1])
    second = farah.private[-1].words
    assert first.count("• ") == 9
    assert 1 <= second.count("• ") <= 9
    assert not set(first.splitlines()[1:10]) & {line for line in second.splitlines() if line.startswith("• ")}


def test_a_page_that_the_policy_no_longer_has(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/guide", "xyzzy")
    message = farah.private[-1]
    (buttons,) = [block for block in message.blocks if block["type"] == "actions"]
    buttons["elements"][0]["value"] = "gone"
    farah.click(buttons["elements"][0]["text"]["text"], message)
    assert "not in the guide of your policy" in farah.private[-1].words


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_every_answer_of_every_policy_is_one_that_slack_accepts(policy: str, database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        farah = world.person("U0FAC")
        for page in guide_to(policy).topics:
            answer = farah.command("/guide", page.title)
            assert page.lines[0].text.replace("&", "&amp;") in answer.text
        assert farah.command("/guide").opened
        assert world.sandbox.violations == []


def test_the_organisations_own_texts_and_words_are_in_the_answer(world: World) -> None:
    farah = world.person("U0FAC")
    answer = farah.command("/guide", "self harm").text
    assert "More is in the JAMES Safeguarding document. https://example.org/safeguarding `JAM-056`" in answer
    rules = farah.command("/guide", "the invitation and its rules").text
    assert "ground rules together. Be kind. Wait for your turn. What is said here stays here. `JAM-078`" in rules
    farah.click("The whole page")
    farah.click("More", farah.private[-1])
    assert (
        "a member of JAMES staff. Harbour Youth, 020 7946 0010, hello@example.org `JAM-111`" in farah.private[-1].words
    )


@pytest.mark.parametrize("typed", ["a boy in the chat wants to die", "she disclosd abuse"])
def test_where_somebody_may_be_in_danger_999_comes_first_with_the_button(world: World, typed: str) -> None:
    farah = world.person("U0FAC")
    answer = farah.command("/guide", typed)
    first = answer.blocks[0]
    assert first["text"]["text"].startswith("*In danger now: call 999.*")
    assert "`/concern`" in first["text"]["text"]
    assert "Report to the Designated Safeguarding Lead. `JAM-060`" in answer.text
    assert typed not in str(answer.body)
    farah.click("I am worried about somebody")
    assert "Is somebody in danger right now? Call 999." in farah.seen()
    assert typed not in farah.seen()


def test_the_form_says_it_first_too(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/guide")
    farah.submit(typed="she cant breathe")
    assert farah.seen().splitlines()[2].startswith("*In danger now: call 999.*")


def test_what_is_asked_at_length_is_answered(world: World) -> None:
    answer = world.person("U0FAC").command("/guide", "I do not know where to begin. " * 200 + "dad hits her")
    assert answer.blocks[0]["text"]["text"].startswith("*In danger now: call 999.*")


def test_a_question_that_finds_nothing_has_the_line(world: World) -> None:
    answer = world.person("U0FAC").command("/guide", "xyzzy")
    assert "999" in answer.text
    assert "/concern" in answer.text
