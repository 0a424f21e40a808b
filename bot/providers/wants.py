"""What a provider's meeting is asked to be, field by field, and whether its answer says so. One table writes the
request and reads the answer, so that nothing is sent that is not compared afterwards."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from bot.providers.base import Scope, Setting, State
from bot.providers.rules import SettingKey as Key

_ABSENT = object()


@dataclass(frozen=True)
class Want:
    """One field at `path` and the value it should have. `same` compares it with what the provider answers; evidence
    may name the values of a field that is `shown`."""

    path: tuple[str, ...]
    value: Any
    same: Callable[[Any, Any], bool] = lambda wanted, got: type(wanted) is type(got) and wanted == got
    shown: bool = True


def written(group: Iterable[Want]) -> dict[str, Any]:
    """The fields as a request holds them."""
    body: dict[str, Any] = {}
    for want in group:
        parent = reduce(lambda part, name: part.setdefault(name, {}), want.path[:-1], body)
        parent[want.path[-1]] = want.value
    return body


def judge(
    key: Key, group: Iterable[Want], answer: Mapping[str, Any], scope: Scope, service: str, where: str = ""
) -> Setting:
    """How a rule stands by an answer of this service; `where` tells whose settings these are."""
    where = where or "for this meeting"
    got = [(want, _read(answer, want.path)) for want in group]
    told = [(want, value) for want, value in got if value is not _ABSENT]
    wrong = [_named(want, value) for want, value in told if not want.same(want.value, value)]
    silent = [want.path[-1] for want, value in got if value is _ABSENT]
    if wrong:
        return Setting(key, State.NOT_APPLIED, scope, f"{service} reports {where}: {', '.join(wrong)}.")
    if silent:
        return Setting(key, State.UNKNOWN, scope, f"{service} did not say {where}: {', '.join(silent)}.")
    return Setting(key, State.APPLIED, scope, f"{service} reports it as set {where}.")


def _named(want: Want, value: Any) -> str:
    name = want.path[-1]
    if isinstance(value, bool):
        return f"{name} is {'on' if value else 'off'}"
    return f"{name} is {value}" if want.shown and isinstance(value, int | str) else f"{name} is another"


def _read(answer: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = answer
    for name in path:
        value = value.get(name, _ABSENT) if isinstance(value, Mapping) else _ABSENT
    return _ABSENT if value is None else value


def same_moment(wanted: str, got: Any) -> bool:
    """Whether an answer names the moment that was asked for, however it is written."""
    try:
        return datetime.fromisoformat(wanted) == datetime.fromisoformat(got).astimezone(UTC)
    except (TypeError, ValueError):
        return False


def in_order(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """The settings in the order in which people see them."""
    return tuple(sorted(settings, key=lambda setting: list(Key).index(setting.key)))
