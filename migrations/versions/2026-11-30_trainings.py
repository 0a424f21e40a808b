"""the training of staff as facts about them, each with its day; the seven parts of an induction as one fact

Whoever has all seven parts of it has had the induction; whoever lacks one is asked anew.
"""

import datetime as dt
import json
import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "d4b7e2a9c518"
down_revision = "c93a5f0e71d4"
branch_labels = None
depends_on = None

_FACTS = sa.table(
    "facts",
    *(sa.column(one, sa.Uuid()) for one in ("id", "organisation_id", "scope_id")),
    sa.column("sequence", sa.Integer()),
    *(sa.column(one, sa.String()) for one in ("subject_kind", "subject_id", "requirement", "answer", "by")),
    sa.column("day", sa.Date()),
    sa.column("as_manager", sa.Boolean()),
    sa.column("at", sa.DateTime(timezone=True)),
)
_STAFF = sa.table("staff", sa.column("id", sa.Uuid()), sa.column("organisation_id", sa.Uuid()), sa.column("training"))


def upgrade() -> None:
    """Apply the change."""
    op.add_column("facts", sa.Column("day", sa.Date(), nullable=True))
    now = dt.datetime.now(dt.UTC)
    rows = []
    for staff in op.get_bind().execute(sa.select(_STAFF)).all():
        found = json.loads(staff.training) if isinstance(staff.training, str) else staff.training
        for number, (name, day) in enumerate(found.items(), start=1):
            rows.append(
                {
                    "id": uuid.uuid4(),
                    "organisation_id": staff.organisation_id,
                    "scope_id": staff.id,
                    "sequence": number,
                    "subject_kind": "staff",
                    "subject_id": staff.id.hex,
                    "requirement": f"training:{name}",
                    "answer": "yes",
                    "by": "setup",
                    "day": dt.date.fromisoformat(day),
                    "as_manager": False,
                    "at": now,
                }
            )
    if rows:
        op.bulk_insert(_FACTS, rows)
    op.drop_column("staff", "training")
    _inductions_joined()


_PARTS = frozenset(
    f"gate:induction-{one}" for one in ("conduct", "length", "platform", "joining", "camera", "end", "after")
)


def _inductions_joined() -> None:
    about = sa.select(_FACTS, sa.column("within")).where(_FACTS.c.requirement.in_(_PARTS))
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in op.get_bind().execute(about.order_by(_FACTS.c.scope_id, _FACTS.c.sequence)):
        whose = (one.scope_id, one.subject_kind, one.subject_id, one.within)
        found.setdefault(whose, {})[one.requirement] = one
    last = sa.select(_FACTS.c.scope_id, sa.func.max(_FACTS.c.sequence)).group_by(_FACTS.c.scope_id)
    numbers: dict[uuid.UUID, int] = {scope: number for scope, number in op.get_bind().execute(last)}
    rows = []
    for (scope, kind, subject, within), parts in found.items():
        if parts.keys() != _PARTS or any(one.answer != "yes" for one in parts.values()):
            continue
        newest = max(parts.values(), key=lambda one: one.at)
        numbers[scope] += 1
        rows.append(
            {
                "id": uuid.uuid4(),
                "organisation_id": newest.organisation_id,
                "scope_id": scope,
                "sequence": numbers[scope],
                "subject_kind": kind,
                "subject_id": subject,
                "requirement": "gate:induction",
                "answer": "yes",
                "by": newest.by,
                "day": None,
                "as_manager": newest.as_manager,
                "at": newest.at,
                "within": within,
            }
        )
    if rows:
        columns = (sa.column(one.name, one.type) for one in _FACTS.columns)
        op.bulk_insert(sa.table("facts", *columns, sa.column("within", sa.String())), rows)


def downgrade() -> None:
    """Take the change back. What was known of the organisation itself has no place in an earlier version."""
    op.add_column("staff", sa.Column("training", sa.JSON(), nullable=False, server_default="{}"))
    found: dict[uuid.UUID, dict[str, str]] = {}
    query = sa.select(_FACTS).where(_FACTS.c.subject_kind == "staff").order_by(_FACTS.c.sequence)
    for one in op.get_bind().execute(query):
        mine = found.setdefault(one.scope_id, {})
        name = one.requirement.removeprefix("training:")
        if one.answer == "yes" and one.day is not None:
            mine[name] = one.day.isoformat()
        else:
            mine.pop(name, None)
    staff = sa.table("staff", sa.column("id", sa.Uuid()), sa.column("training", sa.JSON()))
    for key, training in found.items():
        op.execute(staff.update().where(staff.c.id == key).values(training=training))
    op.execute("DELETE FROM facts WHERE subject_kind IN ('staff', 'organisation') OR requirement = 'gate:induction'")
    op.drop_column("facts", "day")
