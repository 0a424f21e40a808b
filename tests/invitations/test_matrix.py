"""Who receives what at which address, policy by policy: before the link's day, on it, and after a change. It is read
from what a mail server received; everybody is set up by commands, and expected from the documents."""

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.policy import load_pack
from bot.sandbox.mailbox import Mailbox
from tests.facts.test_who_is_asked import CIRCUMSTANCES, ZOOM, everybody, ids, say, tick
from tests.invitations.sent import FARAH, done, mailing, plain, shown, to
from tests.support.clearing import choose_moment, everything, make_urgent
from tests.support.world import World

ADDRESS = re.compile(r"[\w.]+@example\.org")
_ID = re.compile(r"[0-9a-f]{32}@")
OURS = {"club@example.org", "hello@example.org"}
NAMES = ("Fif", "Fay", "Sol", "Sid", "Sev", "Una", "Ann", "Nia", "Hal", "Abe", "Bea", "Pro")
SUBJECTS = {
    "Please read": "about",
    "The rules": "rules",
    "Your way": "link",
    "The passcode": "passcode",
    "Another time": "changed",
    "Cancelled": "cancelled",
}
Got = dict[str, str]
"""What somebody got, by first name."""


def got(mailbox: Mailbox) -> Got:
    """What the server received since the last look; each mail went to one address and names nobody else."""
    found: dict[str, list[str]] = {}
    for mail in mailbox.messages:
        address = str(mail["X-Envelope-To"])
        name = address.partition("@")[0].capitalize()
        assert str(mail["To"]) == address
        assert mail["Cc"] is None
        assert mail["Bcc"] is None
        whole = mail.as_string() + "".join(str(part.get_content()) for part in mail.walk() if not part.is_multipart())
        others = {one for one in ADDRESS.findall(whole) if not _ID.match(one)} - OURS
        assert others <= {address}, "no address of another person"
        text = plain(mail)
        assert not [one for one in NAMES if one != name and re.search(rf"\b{one}\b", text)], "no name of another"
        stage = next(stage for words, stage in SUBJECTS.items() if str(mail["Subject"]).startswith(words))
        assert (ZOOM in whole) is (stage == "link")
        found.setdefault(name, []).append(stage)
    mailbox.messages.clear()
    return {name: " ".join(sorted(stages)) for name, stages in sorted(found.items())}


def complete(policy: str) -> dict[str, Any]:
    """The texts that a policy leaves to the organisation, which its letters need."""
    words = {"text": "Ours.", "link": "https://example.org/ours"}
    slots = load_pack(policy).slots
    texts = {slot.id: words[slot.holds] for slot in slots if slot.holds in words}
    account = {"email": "club@example.org", "phone": "020 7946 0010", "holders": ["U0LEAD", "U0DEP"]}
    return {"texts": texts, "house_rules": "Be kind.", "account": account}


def send(world: World) -> None:
    """Press the one button, where there is something to send."""
    farah = world.person(FARAH)
    shown(world)
    if farah.view and farah.view["submit"]:
        farah.submit()
    else:
        farah.close(all_views=True)
    done(world)


def tick_all(world: World, names: Iterable[str], *leave: str) -> None:
    """Tick all that can be ticked before the link, for some people, but for these; the link's day gets no reason."""
    farah = world.person(FARAH)
    farah.command("/meeting", "tick M-1", channel="C0GENERAL")
    choose_moment(farah, "invite")
    values: dict[str, Any] = {}
    for block, value in everything(farah.view).items():
        if block == "why.link-day":
            continue
        values[block] = [one for one in value if one not in leave] if isinstance(value, list) else value
    values["whom"] = [ids(world)[name] for name in names]
    farah.submit(values)
    farah.close(all_views=True)


def each(what: str, *names: str) -> Got:
    return dict.fromkeys(sorted(names), what)


YOUNG, OLD, LATER = ("Fif", "Sid", "Sol"), ("Abe", "Ann", "Hal", "Nia", "Pro"), ("Sev", "Una")
EXPECTED: dict[str, list[Got]] = {
    # The link on its day, to whom it may go then: Abe's concern is open, Bea is banned, Sid's address is a carer's and
    # Una counts as under age with one of her own; of Fif and Sol permission was taken back, and Nia banned, meanwhile.
    "working4u": [
        {"Fay": "about"},
        {**each("link", "Ann", "Hal", "Pro", "Sev"), **each("about", "Fif", "Sol")},
        each("changed", "Ann", "Fay", "Fif", "Hal", "Pro", "Sev", "Sol"),
    ],
    # The rules first, and the link to whoever agreed; a carer is asked before a child under 16.
    "sendiass": [
        {**each("link", *OLD, *YOUNG, "Una"), "Fay": "about", "Sev": "rules"},
        {},
        each("changed", "Abe", "Ann", "Fay", "Fif", "Hal", "Pro", "Sev", "Sid", "Sol", "Una"),
    ],
    # Advice, and reasons that were given: everybody but who is banned.
    "voluntary_sector": [
        each("link", *OLD, *YOUNG, *LATER, "Fay"),
        {},
        each("changed", "Abe", "Ann", "Fay", "Fif", "Hal", "Pro", "Sev", "Sid", "Sol", "Una"),
    ],
    # Nia is new, Hal at high risk without an assessment, and nothing was explained to Fay.
    "james": [
        each("link", "Abe", "Ann", "Pro", *YOUNG, *LATER),
        {},
        each("changed", "Abe", "Ann", "Pro", *YOUNG, *LATER),
    ],
    # Pupils' mails go to a parent or carer and to nobody else; Fay is not registered with her details.
    "st_josephs": [
        each("link", *OLD, *YOUNG),
        {},
        each("changed", "Abe", "Ann", "Hal", "Pro", *YOUNG),
    ],
}
"""What comes before the link's day, on its morning, and after a change of time, once asked for each time."""


@pytest.mark.clause("W4U-081", "W4U-082", "W4U-085", "W4U-125", "W4U-141", "W4U-142", "W4U-143", "W4U-144", "W4U-015")
@pytest.mark.clause("SEN-018", "SEN-021", "SEN-043", "SEN-044", "JAM-057", "JAM-072", "JAM-092", "STJ-029", "STJ-031")
@pytest.mark.clause("STJ-032", "STJ-012", "STJ-018", "VOL-046")
@pytest.mark.parametrize("policy", list(EXPECTED))
def test_who_receives_what_where(policy: str, database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path, policy=policy, **complete(policy)) as (world, mailbox):
        everybody(world)
        farah = world.person(FARAH)
        farah.command("/meeting", "edit M-1 about cooking together", channel="C0GENERAL")
        for name, values in CIRCUMSTANCES.items():
            say(world, name, values)
        tick_all(world, [one for one in NAMES if one not in ("Fay", "Sev")])
        tick_all(world, ["Sev"], "rules-agreed")
        if policy == "working4u":
            tick(world, ("Fay",), ("carer-talk",))
        if policy == "working4u":
            noted = farah.command("/invitation", "sent M-1 by phone for Ann", channel="C0YOUTH").text
            assert "Not for Ann Anders: the day for it has not come" in noted
        send(world)
        found = [got(mailbox)]
        if policy == "working4u":
            farah.command("/meeting", "untick M-1 carer-permission", channel="C0GENERAL")
        say(world, "Nia", {"ban_why": "What happened then"})
        to(world, timedelta(hours=30))
        done(world)
        send(world)
        found.append(got(mailbox))
        farah.command("/meeting", "edit M-1 to 17:00", channel="C0GENERAL")
        send(world)
        found.append(got(mailbox))
        assert found == EXPECTED[policy]
        assert "nothing is to be sent now" in shown(world), "nothing twice"
        if policy == "voluntary_sector":
            farah.close()
            to(world, timedelta(minutes=10))
            make_urgent(farah, "M-1 because Ann needs us")
            farah.command("/attendance", "M-1 only Ann Anders plus Zed Zander", channel="C0GENERAL")
            assert "Nothing to Zed Zander.* Came without being invited." in shown(world)
