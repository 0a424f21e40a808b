"""From what was told to the alarms: the same in every order, doubled and late; none false, none missed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.live import naming
from bot.live.alarms import SHORTEST, Alarm, Kind, Rules, Seen, Who, alarms
from bot.providers.told import Happened

START = datetime(2027, 6, 3, 15, 0, tzinfo=UTC)
TWO = Rules(workers=2)
PEOPLE = {
    "farah": (Who.TEAM, "U0FAC"),
    "farah's phone": (Who.TEAM, "U0FAC"),
    "col": (Who.TEAM, "U0COW"),
    "aled": (Who.LISTED, "aled"),
    "bronwen": (Who.LISTED, "bronwen"),
    "stranger": (Who.OTHER, "stranger"),
    "fa": (Who.MAYBE, "fa"),
}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def seen(what: Happened, seconds: float, person: str = "", occasion: str = "one") -> Seen:
    who, identity = PEOPLE.get(person, (Who.OTHER, ""))
    return Seen(what, occasion, at(seconds), at(seconds + 0.4), person, who, identity)


def story(*told: tuple[float, str]) -> list[Seen]:
    """`(60, "+aled")` came after a minute, `-aled` went; `rec`, `norec`, `end`."""
    words = {"rec": Happened.RECORDING, "norec": Happened.RECORDING_STOPPED, "end": Happened.ENDED}
    made = []
    for seconds, word in told:
        what = words.get(word) or (Happened.JOINED if word[0] == "+" else Happened.LEFT)
        made.append(seen(what, seconds, "" if word in words else word[1:]))
    return made


def kinds(found: Sequence[Alarm]) -> list[tuple[Kind, float, float | None]]:
    every = ((one.kind, one.since, one.until) for one in found)
    return [
        (kind, (since - START).total_seconds(), (until - START).total_seconds() if until else None)
        for kind, since, until in every
    ]


BOTH = [(0, "+farah"), (1, "+col"), (30, "+aled")]


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (BOTH, []),
        ([*BOTH, (60, "-col")], [(Kind.TOO_FEW, 60, None)]),
        ([*BOTH, (60, "-col"), (90, "+col")], [(Kind.TOO_FEW, 60, 90)]),
        ([*BOTH, (60, "-col"), (62, "+col")], []),
        ([*BOTH, (60, "-aled"), (61, "-col")], []),
        ([*BOTH, (60, "-col"), (60, "-farah")], [(Kind.NO_HOST, 60, None)]),
        ([*BOTH, (60, "-col"), (60, "-farah"), (61, "-aled"), (62, "end")], []),
        ([*BOTH, (60, "end"), (61, "-col")], []),
        ([*BOTH, (50, "+farah's phone"), (60, "-farah")], []),
        ([(0, "+farah"), (5, "+farah's phone"), (30, "+aled")], [(Kind.TOO_FEW, 30, None)]),
        ([(0, "+farah"), (5, "+fa"), (30, "+aled")], []),
        ([(0, "+aled")], [(Kind.NO_HOST, 0, None)]),
        ([(0, "+fa"), (5, "+aled")], []),
        ([*BOTH, (70, "rec")], [(Kind.RECORDING, 70, None)]),
        ([*BOTH, (70, "rec"), (71, "norec")], [(Kind.RECORDING, 70, 71)]),
        ([*BOTH, (70, "+stranger"), (90, "-stranger")], [(Kind.NOT_LISTED, 70, None)]),
    ],
)
def test_what_follows(told: list[tuple[float, str]], wanted: list[tuple[Kind, float, float | None]]) -> None:
    assert kinds(alarms(story(*told), TWO)) == wanted


def test_what_may_be_recorded_is_no_alarm_and_one_worker_is_enough_where_nothing_asks_for_two() -> None:
    told = story((0, "+farah"), (3, "+aled"), (5, "rec"))
    assert alarms(told, Rules(workers=1, may_record=True)) == ()


def test_a_name_that_comes_again_counts_once_and_who_went_is_not_in_it() -> None:
    told = story(*BOTH, (40, "+stranger"), (50, "-stranger"))
    again = Seen(Happened.JOINED, "one", at(60), at(60), "another key", Who.OTHER, "stranger")
    other = Seen(Happened.JOINED, "one", at(61), at(61), "third key", Who.OTHER, "somebody")
    (found,) = alarms([*told, again, other], TWO)
    assert (found.count, found.still_in) == (2, 2)


def test_each_time_it_is_opened_stands_for_itself() -> None:
    first = story((0, "+farah"), (5, "+aled"), (9, "-farah"), (60, "end"))
    second = [seen(Happened.JOINED, 100, "col", "two"), seen(Happened.JOINED, 110, "aled", "two")]
    assert kinds(alarms([*second, *first], Rules(workers=1))) == [(Kind.NO_HOST, 9, 60)]


@st.composite
def histories(draw: st.DrawFn) -> list[Seen]:
    """People come and go by turns, each in their own seconds; some are recorded; at the end it may end."""
    told: list[tuple[float, str]] = []
    for person in draw(st.lists(st.sampled_from(sorted(PEOPLE)), unique=True, min_size=1)):
        times = sorted(draw(st.lists(st.integers(0, 120), unique=True, min_size=1, max_size=5)))
        told += [(second, f"{'-' if turn % 2 else '+'}{person}") for turn, second in enumerate(times)]
    if draw(st.booleans()):
        told.append((draw(st.integers(0, 120)), "rec"))
    if draw(st.booleans()):
        told.append((125, "end"))
    return story(*told)


def _so(history: Sequence[Seen], second: int) -> set[Kind]:
    """What is so at a second, looked at anew for each: the rules in other words."""
    until = [one for one in history if one.at <= at(second)]
    if any(one.what is Happened.ENDED for one in until):
        return set()
    last = {one.person: one for one in sorted(until, key=lambda one: one.at) if one.person}
    there = [one for one in last.values() if one.what is Happened.JOINED]
    team = {one.identity for one in there if one.who is Who.TEAM}
    unsure = {one.identity for one in there if one.who in (Who.MAYBE, Who.OTHER)}
    gone = {one.identity for one in until if one.who is Who.TEAM} - team
    guests = [one for one in there if one.who is not Who.TEAM]
    found = {Kind.RECORDING} if any(one.what is Happened.RECORDING for one in until) else set()
    if guests and not team and (gone or not unsure):
        found.add(Kind.NO_HOST)
    if guests and len(team) == 1 and (gone or not unsure):
        found.add(Kind.TOO_FEW)
    return found


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_doubles_and_lateness_make_no_difference(history: list[Seen], chance: object) -> None:
    shuffled = [*history, *history[: len(history) // 2]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found = alarms(shuffled, TWO)
    assert found == alarms(history, TWO)
    for kind in (Kind.RECORDING, Kind.NO_HOST, Kind.TOO_FEW):
        alarmed = {
            second
            for one in found
            if one.kind is kind
            for second in range(130)
            if one.since <= at(second) and (one.until is None or at(second) < one.until)
        }
        really = {second for second in range(130) if kind in _so(history, second)}
        assert alarmed <= really, "a false alarm"
        for second in really - alarmed:
            run = next(size for size in range(1, 10) if not set(range(second, second + size)) <= really)
            back = next(size for size in range(1, 10) if not set(range(second - size + 1, second + 1)) <= really)
            assert run + back - 3 < SHORTEST.total_seconds(), "a missed one"


@pytest.mark.parametrize(
    ("shown", "who"),
    [
        ("Aled Jones", Who.LISTED),
        ("aled", Who.LISTED),
        ("ALED J", Who.LISTED),
        ("Jones Aled", Who.LISTED),
        ("Aled (he/him)", Who.LISTED),
        ("Zoë", Who.LISTED),
        ("Zoe Smith", Who.LISTED),
        ("Aled Price", Who.OTHER),
        ("Al", Who.OTHER),
        ("Aled's mum", Who.OTHER),
        ("iPad", Who.OTHER),
        ("", Who.OTHER),
        ("Farah Facilitator", Who.TEAM),
        ("facilitator, Farah", Who.TEAM),
        ("Farah", Who.MAYBE),
        ("Farah (staff)", Who.MAYBE),
    ],
)
def test_whom_a_name_means(shown: str, who: Who) -> None:
    assert naming.who(shown, ["Aled Jones", "Zoe"], {"U0FAC": "Farah Facilitator"})[0] is who
