"""Local days and hours that a form gives, as moments."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.errors import BadInput
from bot.reading.times.zones import own


def moment(local: datetime, zone: str, *, field: str | None = None) -> datetime:
    """A local time of the zone as aware UTC. Raises BadInput where the clocks' change makes it no or two moments."""
    found = own(local.replace(tzinfo=None, fold=0), ZoneInfo(zone))
    if len(found) == 1:
        return found[0].astimezone(UTC)
    night = f"{local:%A} {local.day} {local:%B}"
    if found[0].replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadInput(
            f"{local:%H:%M} does not exist on {night}: the clocks go forward that night. "
            f"Did you mean {found[0]:%H:%M} or {found[1]:%H:%M}?",
            field=field,
        )
    raise BadInput(
        f"{local:%H:%M} happens twice on {night}: the clocks go back that night. "
        f"Type {local:%H:%M} {found[0]:%Z} or {local:%H:%M} {found[1]:%Z}, or choose another time.",
        field=field,
    )


def day_start(which: date, zone: str) -> datetime:
    """The first moment of a local day, as aware UTC."""
    return datetime(which.year, which.month, which.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
