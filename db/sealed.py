"""Text kept sealed, bound to its row, and rows whose rights are sealed.

A `Sealed` attribute of a model reads and writes text; its column holds the ciphertext, bound to table, column, row,
organisation and whatever else the model names, so that a value moved anywhere else does not open. It is opened when it
is read, not when its row is. A `Guarded` row carries a keyed seal over what gives rights: a row that was written or
changed without the key is not `genuine`, and gives none.
"""

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar, overload

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import instance_state

from db.crypto import Unreadable, keyring, unbound

T = TypeVar("T", str, str | None)
_WORDS = "_opened_words"
_RIGHTS = "rights"
_GENUINE = "_found_genuine"
_INDEX_BYTES = 33


class Sealed(Generic[T]):
    """One text of a row, kept sealed. See `sealed` and `sealed_or_none`."""

    def __init__(
        self,
        *,
        nullable: bool,
        column: str = "",
        binds: tuple[str, ...] = (),
        index: str = "",
        indexed: Callable[[Any, str], str] | None = None,
        always: bool = False,
        earlier: Callable[[Any], str] | None = None,
    ) -> None:
        self.nullable = nullable
        self.column = column
        self.binds = binds
        self.index = index
        self._indexed = indexed
        self.always = always
        self.earlier = earlier

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.name = name
        self.column = self.column or name
        self.attribute = f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type[Any]) -> "Sealed[T]": ...
    @overload
    def __get__(self, row: object, owner: type[Any]) -> T: ...
    def __get__(self, row: Any, owner: type[Any]) -> Any:
        if row is None:
            return self
        stored = getattr(row, self.attribute)
        words = row.__dict__.setdefault(_WORDS, {})
        known = words.get(self.name)
        if known is None or known[0] is not stored:
            known = words[self.name] = (stored, self.open(row, stored))
        return known[1]

    def __set__(self, row: Any, value: T) -> None:
        words = row.__dict__.setdefault(_WORDS, {})
        if instance_state(row).key is None:
            words[self.name] = (None, value)  # sealed when the row is written, as only then everything is known
            return
        try:
            if self.__get__(row, type(row)) == value:
                return
        except Unreadable:
            pass
        self.put(row, value)

    def put(self, row: Any, value: str | None) -> None:
        """Seal a value into its row, whose other columns are known."""
        stored = None if value is None and not self.always else keyring().seal(value or "", self.context(row))
        setattr(row, self.attribute, stored)
        row.__dict__.setdefault(_WORDS, {})[self.name] = (stored, value)
        if self.index:
            looked_for = self._indexed(row, value) if self._indexed and value is not None else value
            setattr(row, self.index, None if looked_for is None else keyring().blind_index(looked_for))

    def open(self, row: Any, stored: bytes | None) -> str | None:
        """The text of a stored value of this row. Raises Unreadable."""
        if stored is None:
            if self.always and instance_state(row).key is not None and not unbound():
                raise Unreadable("the value was taken out")
            return None
        try:
            text = keyring().open(bytes(stored), self.context(row))
        except Unreadable:
            if not unbound():
                raise
            text = self.open_earlier(row, stored)
        return None if self.always and not text else text

    def text(self, model: type[Any], stored: bytes, *values: Any) -> str:
        """The text of a stored value read without its row, from the values that `bound` wants. Raises Unreadable."""
        try:
            return keyring().open(bytes(stored), self.bound(model, values))
        except Unreadable:
            if not unbound() or self.earlier:
                raise
            return keyring().open(bytes(stored), f"{table_of(model)}.{self.column}")

    def open_earlier(self, row: Any, stored: bytes) -> str:
        """The text of a value that an earlier version stored. Raises Unreadable."""
        return keyring().open(bytes(stored), self.earlier(row) if self.earlier else f"{_table(row)}.{self.column}")

    def stale(self, row: Any) -> bool:
        """Whether the stored value, or its index, is not sealed as the newest key would seal it now."""
        stored = getattr(row, self.attribute)
        if stored is None:
            return self.always
        newest = keyring().newest
        if stored[0] != newest or (self.index and getattr(row, self.index)[:1] != bytes([newest])):
            return True
        if not unbound():
            return False
        try:
            keyring().open(bytes(stored), self.context(row))
        except Unreadable:
            return True
        return bool(self.index) and len(getattr(row, self.index)) != _INDEX_BYTES

    def context(self, row: Any) -> str:
        """Where this value belongs."""
        names: tuple[str, ...] = ("id", "organisation_id", *self.binds)
        return self.bound(type(row), [getattr(row, name) for name in names])

    def bound(self, model: type[Any], values: Iterable[Any]) -> str:
        """The same from the values themselves: the id, the organisation's, and what else the text is bound to."""
        return "|".join([f"{table_of(model)}.{self.column}", *map(_plain, values)])


def sealed(
    *,
    column: str = "",
    binds: tuple[str, ...] = (),
    index: str = "",
    indexed: Callable[[Any, str], str] | None = None,
    earlier: Callable[[Any], str] | None = None,
) -> Sealed[str]:
    """A text kept sealed. `binds`: further columns that it belongs to; `index`: the column of its blind index, and
    `indexed` what is looked for there, where that is not the text; `earlier`: what earlier versions bound it to, where
    that was not table and column."""
    return Sealed(nullable=False, column=column, binds=binds, index=index, indexed=indexed, earlier=earlier)


def sealed_or_none(*, index: str = "", always: bool = False) -> Sealed[str | None]:
    """A text kept sealed, or None. `always`: None is sealed too, so that taking the value out is noticed."""
    return Sealed(nullable=True, index=index, always=always)


def sealed_of(model: type[Any]) -> tuple[Sealed[Any], ...]:
    """The sealed texts of a model."""
    return tuple(one for one in vars(model).values() if isinstance(one, Sealed))


def add_columns(model: type[Any]) -> None:
    """Give a model the columns of its sealed texts; called before it is mapped."""
    for one in sealed_of(model):
        setattr(model, one.attribute, mapped_column(one.column, LargeBinary, nullable=one.nullable))


class Guarded:
    """A row that gives rights. `GUARDS` names the attributes that do; `seal` is the keyed seal over them. `LATER` names
    those that rows of an earlier version lack: guarded as soon as they have a value."""

    GUARDS: ClassVar[tuple[str, ...]]
    LATER: ClassVar[tuple[str, ...]] = ()
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def genuine(self) -> bool:
        """Whether what gives rights, as it was read, was written with the key. False is noticed."""
        state = instance_state(self)
        if state.key is None:
            return True
        before = state.committed_state
        seal = before.get("seal", self.seal)
        if seal is None and unbound():
            return True
        names = (*self.GUARDS, *self.LATER)
        values = {name: before[name] if name in before else getattr(self, name) for name in names}
        # A request asks for somebody's roles many times: what was found is kept with what it was found for.
        looked_at = (seal, *(tuple(one) if isinstance(one, list) else one for one in values.values()))
        if self.__dict__.get(_GENUINE) == looked_at:
            return True
        if seal is not None and keyring().fits(_RIGHTS, self._message(values), bytes(seal)):
            self.__dict__[_GENUINE] = looked_at
            return True
        noticed.add(self)
        return False

    def vouch(self) -> None:
        """Seal the row as it stands now, whoever wrote it: for set-up, whose file says what is right."""
        values = {name: getattr(self, name) for name in (*self.GUARDS, *self.LATER)}
        self.seal = keyring().mac(_RIGHTS, self._message(values))

    def _message(self, values: Mapping[str, Any]) -> str:
        owner: Any = self
        known = [_plain(values[name]) for name in self.GUARDS]
        later = [f"{name}={_plain(values[name])}" for name in self.LATER if values[name] is not None]
        return "|".join((_table(self), owner.id.hex, owner.organisation_id.hex, *known, *later))


@dataclass(frozen=True)
class Doubtful:
    """A row that gives rights and was not written with the key."""

    organisation_id: uuid.UUID
    table: str
    row_id: uuid.UUID


class _Noticed:
    """The doubtful rows that this process has come upon; somebody drains them and raises the alarm."""

    _MOST = 1000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: set[Doubtful] = set()

    def add(self, row: Any) -> None:
        """Note a row."""
        with self._lock:
            if len(self._rows) < self._MOST:
                self._rows.add(Doubtful(row.organisation_id, _table(row), row.id))

    def drain(self) -> set[Doubtful]:
        """What was noted since the last time."""
        with self._lock:
            found, self._rows = self._rows, set()
        return found


noticed = _Noticed()


def seal_new(_mapper: Any, _connection: Any, row: Any) -> None:
    """Before a row is inserted: seal its texts and its rights."""
    texts, guarded = sealed_of(type(row)), isinstance(row, Guarded)
    if not texts and not guarded:
        return
    if row.id is None:
        row.id = uuid.uuid4()
    words = row.__dict__.get(_WORDS, {})
    for one in texts:
        value = words.get(one.name, (None, None))[1]
        if one.always or value is not None:
            one.put(row, value)
    if guarded:
        row.vouch()


def seal_changed(_mapper: Any, _connection: Any, row: Any) -> None:
    """Before a row is updated: seal its rights anew where they changed. One that was not genuine stays so."""
    if isinstance(row, Guarded):
        changed = instance_state(row).committed_state
        if "seal" not in changed and any(name in changed for name in (*row.GUARDS, *row.LATER)) and row.genuine:
            row.vouch()


def table_of(model: Any) -> str:
    """The name of a model's table."""
    return str(model.__tablename__)


def _table(row: Any) -> str:
    return table_of(type(row))


def _plain(value: Any) -> str:
    """A value as seals know it; what is not set yet counts as its default, off or empty."""
    if not value:
        return "0" if value == 0 and not isinstance(value, bool) else ""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list):
        return ",".join(sorted(value))
    return "1" if value is True else str(value)
