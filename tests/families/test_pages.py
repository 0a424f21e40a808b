"""The pages themselves: what they send, what they never tell, and what they take."""

import logging
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot import share
from bot.connections import options
from bot.families.service import Free
from bot.families.words import EN, LANGUAGES
from db.base import Base
from db.models import CarerOf, FamilyPage, Meeting, MeetingState, PagePurpose, Participant, Registration
from tests.families.form import asked_in_slack, fields, get, made, registration_of, send, with_pages
from tests.invitations.conftest import schedule
from tests.support.said import facts
from tests.support.statements import counted
from tests.support.world import World

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{name}"


@pytest.fixture
def invited(world: World) -> World:
    """A world with pages, in which M-1 has three people: a child with a carer, an adult, a child without one."""
    schedule(with_pages(world))
    return world


def test_nothing_leaves_the_page(invited: World) -> None:
    answer = get(asked_in_slack(invited, "Robin"))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["x-frame-options"] == "DENY"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "set-cookie" not in answer.headers
    for word in ("<script", " src=", "http://", "https://", "@import", "url("):
        assert word not in answer.text.replace("https://zoom.us/privacy", "")
    assert '<html lang="en-GB">' in answer.text


def test_after_two_records_became_one_the_right_on_the_one_that_stands_counts(invited: World) -> None:
    farah, url = invited.person("U0FAC"), asked_in_slack(invited, "Siân")
    farah.command("/meeting", "new Chess tomorrow at 16:00", channel="C0YOUTH")
    farah.command("/participant", "add Tia Bell 12 mum carer@example.org to M-2")
    farah.submit()
    farah.close(all_views=True)
    farah.command("/participant", "show Tia Bell")
    farah.submit(carers="mum carer@example.org (may not consent)")
    farah.close(all_views=True)
    assert get(url).status_code == 200
    farah.command("/participant", "merge Siân into Tia Bell")
    merged = farah.click("They are one person")
    assert get(url).status_code == 404
    farah.click("Take it back", merged.private)
    assert get(url).status_code == 200


def test_a_page_ends_with_its_place(invited: World) -> None:
    """Put back by mistake's button it is the same place; added again it is not, for the address may have got out."""
    farah, url = invited.person("U0FAC"), asked_in_slack(invited, "Robin")
    farah.command("/participant", "remove Robin from M-1", channel="C0YOUTH")
    removed = farah.click("Remove")
    assert get(url).status_code == 404
    farah.click("Put back", removed.private)
    assert get(url).status_code == 200
    farah.command("/participant", "remove Robin from M-1", channel="C0YOUTH")
    farah.click("Remove")
    farah.command("/participant", "add Robin to M-1", channel="C0YOUTH")
    assert get(url).status_code == 404
    assert get(asked_in_slack(invited, "Robin")).status_code == 200


def test_whatever_leads_nowhere_is_answered_alike(invited: World) -> None:
    """The same status, bytes and statements for an invented, a withdrawn, a used-up and an expired link, and for one
    whose carer may not consent any more."""
    world = invited
    robin, kit, sian = (asked_in_slack(world, one) for one in ("Robin", "Kit", "Siân"))
    asked_in_slack(world, "Kit")  # the new one withdraws the old

    place = registration_of(world, "Robin").id

    def gone(session: Session) -> None:
        registration = session.get_one(Registration, place)
        registration.removed_at, registration.removed_by = registration.added_at, "U0FAC"
        session.scalars(select(CarerOf)).one().may_consent = False

    world.write(gone)
    over = made(world, "Kit", PagePurpose.PARTICIPANT)
    invented = robin[:-1] + ("0" if robin[-1] != "0" else "1")
    world.stop_bot()
    world.start_bot(work=False)
    for state in (MeetingState.CANCELLED, MeetingState.SCHEDULED):

        def move(session: Session, state: MeetingState = state) -> None:
            meeting = session.scalars(select(Meeting)).one()
            meeting.state = state
            if state is MeetingState.SCHEDULED:
                meeting.starts_at -= timedelta(days=10_000)
                meeting.ends_at -= timedelta(days=10_000)

        world.write(move)
        seen = set()
        ports = world.bot.url if world.bot else ""
        for url in (robin, kit, sian, over, invented, invented[:-20], f"{invented}%00"):
            here = f"{ports}/{url.split('/', 3)[3]}"
            for method, form in (("GET", None), ("POST", {"access": "x", "was.access": ""})):
                with counted(world) as statements:
                    answer = httpx.request(method, here, data=form)
                headers = {k: v for k, v in answer.headers.items() if k != "date"}
                # What the bot looks at by itself once a minute may fall between.
                asked = [one for one in statements if "family_pages" in one or "facts" in one or "participants" in one]
                seen.add((answer.status_code, answer.content, str(headers), len(asked)))
        assert len(seen) == 1, seen
        assert next(iter(seen))[0] == 404
        assert next(iter(seen))[3] == 1
    assert facts(world) == []


def test_only_a_fingerprint_is_kept_and_no_log_has_the_token(
    invited: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    url = asked_in_slack(invited, "Siân")
    token = url.rpartition("/")[2]
    assert len(token) >= 32
    assert int(token, 16).bit_length() > 128
    get(url)
    send(url, access="Captions, please")
    invited.settle()
    kept = invited.read(lambda session: session.scalars(select(FamilyPage)).one())
    assert token not in repr(vars(kept))
    assert token.encode() not in kept.token_hash
    for table in Base.metadata.tables:
        rows = _rows(invited, table)
        assert token not in rows, table
        assert "Captions" not in rows, table
    # What the browser of this test and its server write is not the bot's, whose server has no log of requests.
    theirs = ("httpx", "httpcore", "uvicorn.access")
    said = "".join(one.getMessage() for one in caplog.records if not one.name.startswith(theirs))
    assert options()["access_log"] is False
    assert token not in said + "".join(capfd.readouterr())
    assert "Captions" not in said
    assert "Siân" not in url


def _rows(world: World, table: str) -> str:
    return world.read(lambda session: str(session.execute(text(f'SELECT * FROM "{table}"')).all()))  # noqa: S608


def test_hostile_names_and_words_are_text(invited: World) -> None:
    url = asked_in_slack(invited, "Siân")
    place = registration_of(invited, "Siân").participant_id

    def rename(session: Session) -> None:
        session.get_one(Participant, place).name = HOSTILE
        meeting = session.scalars(select(Meeting)).one()
        meeting.purpose = HOSTILE

    invited.write(rename)
    send(url, access=HOSTILE)
    page = get(url).text
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{name}" in page
    assert fields(page)["access"] == HOSTILE
    farah = invited.person("U0FAC")
    farah.command("/invitation", "answers M-1", channel="C0YOUTH")
    assert "&lt;script&gt;" in str(farah.view)
    assert invited.sandbox.violations == []


def test_what_is_no_form_of_ours_changes_nothing(invited: World) -> None:
    url = asked_in_slack(invited, "Siân")
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        assert httpx.request(method, url).status_code == 404
    assert httpx.post(url).status_code == 404
    assert httpx.post(url, json={"access": "x"}).status_code == 404
    assert httpx.post(url, data={"access": "x" * 200_000}).status_code == 404
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert httpx.post(url, content=b"access=%ff%fe", headers=kind).status_code == 404
    assert httpx.post(url, content=b"a=1&" * 500, headers=kind).status_code == 404
    # What is not asked of this page is not taken from it.
    answer = httpx.post(url, data={"consent": "perhaps", "known": "yes", "rules-agreed": "yes", "nearby": "Mum"})
    assert answer.status_code == 303
    assert facts(invited) == []
    assert httpx.head(url).status_code == 200


def test_a_form_sent_twice_or_from_an_old_page_says_nothing_again(invited: World) -> None:
    url = asked_in_slack(invited, "Siân")
    old = fields(get(url).text)
    first = {**old, "consent": "yes", "access": "Captions"}
    for _ in range(2):
        httpx.post(url, data=first)
    assert [one.requirement for one in facts(invited)] == ["gate:consent", "person:access-needs"]
    send(url, consent="no", access="")
    httpx.post(url, data={**old, "consent": old.get("consent", "")})
    # "Saved" is said of what was, and of nothing else: not of what is no answer, or of nothing new, or by an address.
    for unsaid in ({}, {"consent": "maybe"}):
        assert "Saved" not in send(url, **unsaid).text
    assert "Saved" not in get(f"{url}?saved=1").text
    # A form drawn before a later no, or later words, does not overwrite them: it is shown anew, with the words given.
    send(url, access="Large print")
    said = len(facts(invited))
    again = httpx.post(url, data={**old, "consent": "yes", "access": "Captions"})
    assert (again.status_code, len(facts(invited))) == (200, said)
    assert "Please look again" in again.text
    assert "Saved" not in again.text
    assert (fields(again.text)["consent"], fields(again.text)["access"]) == ("no", "Captions")
    assert (
        "Saved. Thank you."
        in httpx.post(url, data={**fields(again.text), "consent": "yes"}, follow_redirects=True).text
    )
    # A no always counts, and what is not asked any more is not said to be saved.
    dropped = httpx.post(url, data={**old, "consent": "no", "was.known": "", "known": "yes"})
    assert "Please look again" in dropped.text
    assert "gate:known" not in {one.requirement for one in facts(invited)}
    send(url, access="")
    latest = {one.requirement: one.answer.value for one in facts(invited)}
    assert latest == {"gate:consent": "no", "person:access-needs": "back"}


def test_in_welsh_the_policys_own_words_stay_english_and_say_so(invited: World) -> None:
    url = asked_in_slack(invited, "Siân")
    page = get(f"{url}?lang=cy").text
    assert '<html lang="cy">' in page
    assert "Mae’r dudalen hon ar gyfer rhiant neu ofalwr Siân." in page
    assert "dydd Iau 26 Tachwedd 2037, 16:00 – 17:30 (London)" in page
    assert '<span lang="en-GB">We explained what taking part means. Do you agree to it?</span>' in page
    assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in page
    # The form comes back in the language in which it was filled in.
    done = send(f"{url}?lang=cy", consent="yes")
    assert "Wedi’u cadw. Diolch." in done.text
    assert re.search(r"\?saved=\w+&lang=cy$", str(done.url))
    # It says so once, and only of what was saved.
    assert "Wedi’u cadw" not in get(str(done.url)).text
    assert '<html lang="en-GB">' in get(f"{url}?lang=xx").text


def test_every_language_has_all_the_words() -> None:
    for one in LANGUAGES.values():
        for name, words in vars(one).items():
            blanks = set(re.findall(r"\{\w+\}", str(words)))
            expected = set(re.findall(r"\{\w+\}", str(vars(EN)[name])))
            assert words, name
            assert blanks <= expected, name
            assert expected - blanks <= {"{rules}"}, name
        assert (len(one.days), len(one.months)) == (7, 12)
        assert set(one.free) == set(one.hints) == {field.value for field in Free}


def test_a_page_costs_no_more_than_a_command(invited: World) -> None:
    """Looking costs at most 8 statements behind the one that asks whether a link leads anywhere. Answering looks first,
    looks again within its unit of work, and writes with at most 13 more."""
    url = asked_in_slack(invited, "Siân").split("/", 3)[3]
    invited.settle()
    invited.stop_bot()
    bot = invited.start_bot(work=False)
    get(f"{bot.url}/{url}")
    with counted(invited) as looked:
        page = get(f"{bot.url}/{url}")
    form = {**fields(page.text), "consent": "yes", "access": "Captions"}
    with counted(invited) as answered:
        assert httpx.post(f"{bot.url}/{url}", data=form, timeout=20).status_code == 303
    assert len(looked) <= 1 + 8, looked
    assert len(answered) <= 2 * len(looked) + 13, answered


def test_a_flood_is_slowed_and_slack_is_not(invited: World, monkeypatch: pytest.MonkeyPatch) -> None:
    url = asked_in_slack(invited, "Siân")
    invented = url[:-1] + ("0" if url[-1] != "0" else "1")
    codes = [get(invented).status_code for _ in range(70)]
    assert codes.index(429) <= share.EACH
    assert set(codes) == {404, 429}
    # Whoever has a good link is answered, though everybody's requests come from one address here.
    assert "Saved. Thank you." in send(url, consent="yes").text
    assert httpx.post(invented, data={"a": "1"}).status_code == 429
    # The good link has a measure of its own, so that nobody floods with it either.
    codes = [get(url).status_code for _ in range(share.EACH)]
    assert codes.index(429) > share.EACH - 10
    assert get(asked_in_slack(invited, "Robin")).status_code == 200
    assert "M-1" in invited.person("U0FAC").command("/meeting", "show M-1", channel="C0YOUTH").text


def test_without_a_web_address_there_are_no_pages(world: World) -> None:
    assert world.bot is not None
    answer = httpx.get(f"{world.bot.url}/family/{'0' * 40}")
    assert (answer.status_code, answer.text) == (404, "Not Found")


def test_an_address_with_a_slash_behind_it_is_the_page_and_leads_nowhere_else(invited: World) -> None:
    url = asked_in_slack(invited, "Siân")
    page = httpx.get(f"{url}/", headers={"Host": "evil.example"})
    assert (page.status_code, page.headers.get("location")) == (200, None)
    assert page.headers["referrer-policy"] == "no-referrer"
    nowhere = httpx.get(f"{url.partition('/family/')[0]}/healthz/", headers={"Host": "evil.example"})
    assert (nowhere.status_code, nowhere.headers.get("location")) == (404, None)
