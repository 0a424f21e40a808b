"""The declarative base: naming convention, aware UTC times, enums by value."""

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, Uuid, event
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from db import sealed

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite keeps no zone, so it is put back on reading; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_by_value(kind: type[StrEnum]) -> Enum:
    """A column of the enum's values as plain text, so that a new member needs no database type change."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime(), uuid.UUID: Uuid(), str: String(200)}  # noqa: RUF012

    def __init_subclass__(cls, **how: Any) -> None:
        sealed.add_columns(cls)
        super().__init_subclass__(**how)

    def __repr__(self) -> str:
        """The class and the id, never a column that may hold content."""
        identity: Any = getattr(self, "id", None)
        return f"<{type(self).__name__} {identity}>"


event.listen(Base, "before_insert", sealed.seal_new, propagate=True)
event.listen(Base, "before_update", sealed.seal_changed, propagate=True)


def new_id() -> uuid.UUID:
    """A fresh random id, made before the insert so that sealed text can be bound to it."""
    return uuid.uuid4()
