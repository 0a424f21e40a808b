"""The nation profiles: each is whole, none speaks another's words, and the local numbers reach those who need them."""

from pathlib import Path

import pytest

from bot.concerns import nations
from bot.organisation import file as organisation_file
from bot.sandbox import sample
from db.models import Organisation
from db.models.concern import About
from tests.support.raising import raise_one
from tests.support.world import open_world

NUMBERS = {"childrens_social_care": "020 7946 0107", "adult_social_care": "020 7946 0108"}


def _organisation(nation: str, **options: object) -> Organisation:
    return Organisation(nation=nation, options=options)


@pytest.mark.parametrize("nation", nations.NATIONS)
@pytest.mark.parametrize("about", list(About))
def test_every_kind_of_concern_has_somebody_outside(nation: str, about: About) -> None:
    profile = nations.profile(nation)
    assert profile.nation == nation
    assert nations.outside(_organisation(nation), about)
    assert "101, or 999" in nations.outside_text(_organisation(nation), about)
    assert all(profile.role(role) for role in ("lead", "deputy", "head", "chair"))


@pytest.mark.parametrize("nation", ["scotland", "northern_ireland"])
def test_english_words_stay_in_england(nation: str) -> None:
    said = Path(nations.__file__).with_name(f"{nation}.yaml").read_text()
    for word in ("LADO", "MASH", "Care Act", "esignated officer", "designated_officer"):
        assert word not in said


def test_what_is_known_of_each_nation() -> None:
    assert nations.profile("wales").role("lead") == "designated safeguarding person"
    assert nations.profile("england").role("lead") == "designated safeguarding lead"
    assert not nations.profile("northern_ireland").researched
    officer = nations.profile("wales").body("designated_officer")
    assert officer is not None
    assert officer.tell_within == "24h"
    assert nations.profile("scotland").body("designated_officer") is None
    referral = nations.profile("england").body("childrens_social_care")
    assert referral is not None
    assert referral.reply_within == "1wd"
    for nation in ("scotland", "northern_ireland"):
        assert not [one for one in nations.profile(nation).bodies if one.tell_within or one.reply_within]


def test_numbers_come_from_the_organisation() -> None:
    told = nations.outside_text(_organisation("scotland", outside=NUMBERS), About.CHILD)
    assert told.startswith("Social work for children, 020 7946 0107; ")
    assert "0108" not in told
    own = nations.outside_text(_organisation("england", outside_contact="Our adviser, 0"), About.STAFF)
    assert own.startswith("Our adviser, 0; ")


@pytest.mark.parametrize("nation", ["scotland", "northern_ireland"])
def test_a_service_that_the_nation_has_not_is_refused(nation: str) -> None:
    with pytest.raises(organisation_file.FileProblem, match="designated_officer"):
        organisation_file.parse(sample.organisation(nation=nation, outside={"designated_officer": "020 7946 0009"}))


def test_unknown_services_and_spans_are_refused() -> None:
    for wrong in (
        {"outside": {"mash": "1"}},
        {"untouched_after": {"now": "soon"}},
        {"untouched_after": {"now": "31d"}},
    ):
        with pytest.raises(organisation_file.FileProblem):
            organisation_file.parse(sample.organisation(**wrong))


def test_where_nobody_inside_is_left_the_local_number_is_shown(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, nation="wales", outside_contact=None, outside=NUMBERS) as world:
        raise_one(world, about="staff", subject_staff="U0HEAD")
        said = world.person("U0FAC").seen()
        assert "designated officer for safeguarding" in said
        assert "101, or 999" in said
