"""The one way to ask for an organisation's rows, so that no query reaches into another's."""

import uuid
from typing import Any, TypeVar

from sqlalchemy import Select, select

M = TypeVar("M", bound=Any)


def of(organisation_id: uuid.UUID, model: type[M]) -> Select[M]:
    """Select the rows of one organisation."""
    return select(model).where(model.organisation_id == organisation_id)
