"""Who is on call when: the rota of the organisation file, and whom it names at a moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MIDNIGHT = time(0)


def _time_of_day(value: Any) -> Any:
    """`09:00`, or what YAML makes of an unquoted 17:30: the number of its minutes."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60)
    if value == "24:00":
        return _MIDNIGHT
    try:
        return time.fromisoformat(value.zfill(5)) if isinstance(value, str) and len(value) in (4, 5) else None
    except ValueError:
        return None


def _needed(value: Any) -> time:
    found = _time_of_day(value)
    if not isinstance(found, time):
        raise ValueError("is no time of day such as 09:00")
    return found


TimeOfDay = Annotated[time, BeforeValidator(_needed)]


class Duty(BaseModel):
    """One person's hours on call: the days on which they begin, from when until when in the organisation's zone. They
    end on the next day where `until` is not later than `from`; without hours they are the whole day."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, populate_by_name=True)

    who: str = Field(pattern=r"^[UW][A-Z0-9]{2,}$")
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(min_length=1)
    begins: TimeOfDay = Field(_MIDNIGHT, alias="from")
    ends: TimeOfDay = Field(_MIDNIGHT, alias="until")

    @model_validator(mode="after")
    def _some_time(self) -> "Duty":
        if self.begins == self.ends != _MIDNIGHT:
            raise ValueError("from and until are the same; leave both out for the whole day")
        return self

    def holds(self, moment: datetime) -> bool:
        """Whether somebody is on call by this at a moment of the organisation's zone."""
        today, clock = _DAYS[moment.weekday()], moment.time()
        before = _DAYS[(moment - timedelta(days=1)).weekday()]
        if self.begins < self.ends:
            return today in self.days and self.begins <= clock < self.ends
        return (today in self.days and clock >= self.begins) or (before in self.days and clock < self.ends)

    def stored(self) -> dict[str, Any]:
        """As it is kept with the organisation."""
        return {
            "who": self.who,
            "days": list(self.days),
            "from": f"{self.begins:%H:%M}",
            "until": f"{self.ends:%H:%M}",
        }


def on_duty(options: Mapping[str, Any], zone: str, now: datetime) -> list[str]:
    """The Slack ids of those whom the rota names at a moment (aware), in its order."""
    duties: Sequence[Any] = options.get("on_call") or ()
    local = now.astimezone(ZoneInfo(zone))
    found = [duty.who for duty in map(Duty.model_validate, duties) if duty.holds(local)]
    return list(dict.fromkeys(found))
