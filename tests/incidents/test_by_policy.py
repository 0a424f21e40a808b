"""What a policy names as an incident, and has done about it, is chosen in the form of an incident and kept with it."""

from pathlib import Path

import pytest

from bot.sandbox.person import Person
from tests.support.clearing import words
from tests.support.world import open_world

KINDS = {
    "james": {
        "behaviour": "Somebody behaved inappropriately (JAM-085)",
        "capture": "Pictures, video or sound taken of others (JAM-103)",
        "comments": "Comments about others posted on social media (JAM-104)",
        "pornographic": "Pornographic material, in pictures or words (JAM-022)",
        "offensive": "Obscene, hateful, threatening, abusive or unlawful material (JAM-023)",
        "rights": "Copyright or other rights, or unlicensed software (JAM-024)",
        "hacking": "Hacking (JAM-025)",
        "malware": "A virus, worm, Trojan or other threat to computers (JAM-026)",
    },
    "voluntary_sector": {
        "zoom-bombing": "Uninvited guests disrupted the meeting (Zoom-bombing) (VOL-021)",
        "illegal": "Illicit images or another illegal act (VOL-021)",
    },
    "st_josephs": {"behaviour": "Somebody behaved inappropriately (STJ-054)"},
}
LADDER = {
    "james": {
        "reminded": "Reminded of the ground rules (JAM-085)",
        "warned": "Warned (JAM-086)",
        "removed": "Removed from the session (JAM-087)",
        "place-or-police": "Place at JAMES at risk, or police (pictures taken, comments posted) (JAM-103, JAM-104)",
    },
}
THEN = {
    "james": "Tell your line manager without delay if you suspect inappropriate use by others (JAM-033)",
    "st_josephs": "Answer it as the school's policies and procedures say (STJ-055)",
}
CLAUSES = {
    "james": [f"JAM-{one}" for one in ("022", "023", "024", "025", "026", "085", "086", "087", "103", "104")],
    "voluntary_sector": ["VOL-021"],
    "st_josephs": ["STJ-054"],
}


def shown(person: Person, reference: str) -> str:
    """An incident as it is read."""
    person.command("/incident", f"show {reference}", channel="C0GENERAL")
    found = words(person.view)
    person.close(all_views=True)
    return found


@pytest.mark.parametrize("policy", [pytest.param(one, marks=pytest.mark.clause(*CLAUSES[one])) for one in CLAUSES])
def test_it_is_recorded_in_the_words_of_the_policy(policy: str, database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        farah = world.person("U0FAC")
        number = 0
        for kind, said in KINDS[policy].items():
            farah.command("/incident", "", channel="C0GENERAL")
            farah.submit(meeting="none", kind="rules", named=kind, what="It was shouted", done="We talked")
            number += 1
            assert THEN.get(policy, "") in words(farah.view)
            farah.close(all_views=True)
            assert said in shown(farah, f"I-{number}")
        for step, said in LADDER.get(policy, {}).items():
            farah.command("/incident", "", channel="C0GENERAL")
            farah.submit(meeting="none", kind="rules", ladder=[step], what="It was shouted", done="We talked")
            number += 1
            farah.close(all_views=True)
            assert said in shown(farah, f"I-{number}")
        # It is kept beside what it said before.
        farah.command("/incident", f"amend I-{number}", channel="C0GENERAL")
        other = next(iter(KINDS[policy]))
        farah.submit(named=other, reason="It was that")
        farah.close(all_views=True)
        assert KINDS[policy][other] in shown(farah, f"I-{number}")
        assert world.sandbox.violations == []


def test_a_policy_that_names_no_steps_asks_for_none(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="voluntary_sector") as world:
        farah = world.person("U0FAC")
        farah.command("/incident", "", channel="C0GENERAL")
        fields = {one["block_id"] for one in (farah.view or {})["blocks"]}
        assert "named" in fields
        assert "ladder" not in fields, "the steps would be the bot's own"
