"""From a local hour to a moment: zones that were typed, and the two nights on which clocks change."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from bot.reading.outcome import Said
from bot.reading.times.parts import Zone

_HOUR = timedelta(hours=1)
_LONDON, _PARIS = ZoneInfo("Europe/London"), ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Moments:
    """The moments that a local hour may be: more than one where it is asked. All are in the organisation's zone."""

    found: tuple[datetime, ...]
    said: tuple[Said, ...] = ()
    why: str = ""


def moments(local: datetime, zone: ZoneInfo, typed: Zone | None = None) -> Moments:
    """What a local hour means, read in the zone that was typed or else in the organisation's."""
    if typed is None or typed.name == "uk":
        return _by_the_clock(local, zone)
    if typed.minutes is not None:
        return _said(typed, local, (_at(local, timezone(timedelta(minutes=typed.minutes)), zone),))
    if typed.name == "bst":
        summer, real = _at(local, timezone(_HOUR), zone), own(local, _LONDON)
    else:
        summer = _at(local, timezone(_HOUR if typed.name == "cet" else 2 * _HOUR), zone)
        real = own(local, _PARIS)
    real = tuple(one.astimezone(zone) for one in real)
    return _said(typed, local, (summer,) if summer in real else (summer, *real))


def _by_the_clock(local: datetime, zone: ZoneInfo) -> Moments:
    found = own(local, zone)
    if len(found) < 2:
        return Moments(found)
    back = found[0].replace(tzinfo=None) == local
    what = (
        "happens twice: the clocks go back that night" if back else "does not exist: the clocks go forward that night"
    )
    return Moments(found, why=f"{local:%H:%M} {what}.")


def _said(typed: Zone, local: datetime, found: tuple[datetime, ...]) -> Moments:
    clock = f"{found[0]:%H:%M}"
    if len(found) > 1 or found[0].replace(tzinfo=None) == local:
        why = f"Clocks are not on {typed.name.upper()} that day." if len(found) > 1 else ""
        return Moments(found, why=why)
    return Moments(found, (Said("zone", clock, f"{local:%H:%M} {typed.name.upper()} is {clock} here."),))


def _at(local: datetime, away: timezone, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=away).astimezone(zone)


def own(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """A local hour of the zone: two moments where the clocks go back; where they go forward and it does not exist,
    the hour before and the hour after."""
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return (first,)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        return ((local - _HOUR).replace(tzinfo=zone), (local + _HOUR).replace(tzinfo=zone))
    return (first, second)


def twice(moment: datetime) -> bool:
    """Whether the clock shows this hour twice that night."""
    zone = moment.tzinfo
    return isinstance(zone, ZoneInfo) and len(own(moment.replace(tzinfo=None, fold=0), zone)) == 2


def minutes_between(first: datetime, second: datetime) -> int:
    """Real minutes, whatever the clocks do between."""
    return round((second.astimezone(UTC) - first.astimezone(UTC)).total_seconds() / 60)
