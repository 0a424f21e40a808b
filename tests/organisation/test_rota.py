"""The rota: whom it names at a moment, what is refused, and that they are asked first."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.organisation import file as organisation_file
from bot.organisation.file import FileProblem
from bot.sandbox import sample
from bot.staff.rota import on_duty
from tests.concerns.clockwork import move_to, said, utc
from tests.support.raising import raise_one
from tests.support.world import open_world

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def duty(who: str = "U0DEP", days: Any = ("mon",), begins: Any = None, ends: Any = None) -> dict[str, Any]:
    hours = {name: value for name, value in (("from", begins), ("until", ends)) if value is not None}
    return {"who": who, "days": list(days), **hours}


@pytest.mark.parametrize(
    ("duties", "moment", "named"),
    [
        ([duty(begins="09:00", ends="17:00")], "2026-11-30 09:00", ["U0DEP"]),
        ([duty(begins="09:00", ends="17:00")], "2026-11-30 17:00", []),
        ([duty(begins="09:00", ends="17:00")], "2026-12-01 10:00", []),
        ([duty(begins="22:00", ends="07:00")], "2026-11-30 23:00", ["U0DEP"]),
        ([duty(begins="22:00", ends="07:00")], "2026-12-01 06:59", ["U0DEP"]),
        ([duty(begins="22:00", ends="07:00")], "2026-11-30 06:00", []),
        ([duty()], "2026-11-30 00:00", ["U0DEP"]),
        ([duty()], "2026-12-01 00:00", []),
        # Half past six in the evening in London's summer is half past five by UTC.
        ([duty(days=["tue"], begins="18:00", ends="19:00")], "2026-06-30 17:30", ["U0DEP"]),
        ([duty("U0LEAD"), duty("U0DEP")], "2026-11-30 12:00", ["U0LEAD", "U0DEP"]),
    ],
)
def test_whom_the_rota_names(duties: list[dict[str, Any]], moment: str, named: list[str]) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert on_duty({"on_call": duties}, "Europe/London", now) == named


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (duty("U0NOBODY"), "U0NOBODY is neither lead nor deputy"),
        (duty("U0MAN"), "U0MAN is neither lead nor deputy"),
        (duty(days=[]), "days"),
        (duty(days=["monday"]), "days"),
        (duty(begins="25:00"), "is no time of day"),
        (duty(begins=True), "is no time of day"),
        (duty(begins="9", ends="17:00"), "is no time of day"),
        (duty(begins="09:00", ends="09:00"), "from and until are the same"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(FileProblem) as refused:
        organisation_file.parse(sample.organisation(on_call=[entry]))
    assert words in str(refused.value)


def test_what_yaml_makes_of_an_unquoted_time_is_understood() -> None:
    file = organisation_file.parse(sample.organisation(on_call=[duty(begins="09:00", ends=1020)]))
    assert file.on_call[0].stored()["until"] == "17:00"


def test_who_comes_on_call_meanwhile_is_asked_next(database_url: str, tmp_path: Path) -> None:
    """The rota's hour changes while a concern is open: the next step of its ladder goes by the rota as it is then."""
    people = sample.organisation()["people"]
    people = [
        {**one, "roles": ["deputy"], "phone": "020 7946 0007"} if one["slack"] == "U0MAN" else one for one in people
    ]
    rota = [duty("U0MAN", days=DAYS, begins="12:00")]
    with open_world(database_url, tmp_path, people=people, on_call=rota) as world:
        move_to(world, utc("2027-01-14 11:58"))
        raise_one(world, urgency="now")
        world.settle()
        move_to(world, utc("2027-01-14 12:20"))
        asked = [who for who, kind in said(world) if kind == "asked"]
        assert asked[0] == "U0MAN"
        move_to(world, utc("2027-01-14 12:40"))
        assert "U0DEP" in [who for who, kind in said(world) if kind == "asked"]


def test_who_is_on_call_is_asked_first_and_named(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, on_call=[duty(days=DAYS)]) as world:
        raise_one(world)
        world.settle()
        # The channel and whoever is asked first are written to side by side.
        assert sorted(said(world)) == [("G0CONCERN", "new"), ("U0DEP", "new")]
        for word in ("status", "roles"):
            world.person("U0MAN").command("/facilitator", word)
            assert "*On call now:* Dev Deputy" in world.person("U0MAN").seen()
