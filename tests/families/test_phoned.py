"""Without pages a letter has a number, and a worker takes down what whoever phones says."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.families import codes
from db.crypto import Keyring, use_keyring
from db.models import FamilyPage, HowShown, PagePurpose
from tests.families.form import registration_of
from tests.invitations.conftest import schedule
from tests.invitations.sent import mailing, plain, sent
from tests.support.clearing import words
from tests.support.said import facts, newest
from tests.support.world import KEYS, World


@given(st.uuids(), st.sampled_from(PagePurpose), st.integers(0, 5), st.integers(1, 9))
def test_a_slip_in_a_number_is_noticed(registration: UUID, purpose: PagePurpose, place: int, more: int) -> None:
    use_keyring(Keyring.parse(KEYS))
    number = codes.code(registration, purpose).replace(" ", "")
    assert codes.is_one(number)
    slip = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert not codes.is_one(slip)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "٤٨٢٩١٧", "48291a"])
def test_what_is_no_number(typed: str) -> None:
    assert not codes.is_one(typed)


def test_the_number_of_the_letter_leads_to_the_form(database_url: str, tmp_path: Path) -> None:
    texts = {"house_rules": "Be kind to each other.", "privacy_policy": "https://example.org/privacy"}
    with mailing(database_url, tmp_path, policy="sendiass", texts=texts) as (world, mailbox):
        schedule(world)
        sent(world)
        (mail,) = (one for one in mailbox.messages if one["X-Envelope-To"] == "carer@example.org")
        number = codes.code(registration_of(world, "Siân").id, PagePurpose.CARER)
        assert f"please say this number: {number}" in plain(mail)
        assert "/family/" not in plain(mail)
        farah = world.person("U0FAC")
        while farah.view:
            farah.close(all_views=True)
        said = farah.command("/invitation", f"answer {number}", channel="C0YOUTH").text
        assert farah.view, said
        form = words(farah.view)
        assert "the parent or carer of *Siân*" in form
        assert "Do you consent to your child taking part?" in form
        farah.submit({"carer-consent": "no", "who_phoned": "Ann Bell, her mother, at ten"})
        assert "Saved for M-1" in words(farah.view)
        farah.close(all_views=True)
        fact = newest(world)["gate:carer-consent"]
        assert (fact.yes, fact.shown_by, fact.by) == (False, HowShown.SPOKEN, "U0FAC")
        assert fact.reason == "Ann Bell, her mother, at ten"
        # Another worker's letters are not found by anybody else.
        answer = world.person("U0COW").command("/invitation", f"answer {number}", channel="C0YOUTH")
        assert "None of the letters" in answer.text


def test_without_a_web_address_there_is_a_number_to_give(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    answer = farah.command("/invitation", "page Siân M-1", channel="C0YOUTH")
    number = codes.code(registration_of(world, "Siân").id, PagePurpose.CARER)
    assert number in answer.text
    assert world.count(FamilyPage) == 0
    said = farah.command("/invitation", "answer 482 918", channel="C0YOUTH").text
    assert "six digits" in said or "None of the letters" in said
    other = codes.code(uuid4(), PagePurpose.CARER)
    assert "None of the letters" in farah.command("/invitation", f"answer {other}", channel="C0YOUTH").text
    assert facts(world) == []
