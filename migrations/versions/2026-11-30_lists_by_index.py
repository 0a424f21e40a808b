"""whose meetings and concerns are whose, by index; indexes for what grows by the years"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from db.crypto import keyring

revision = "a2c61f0b7d34"
down_revision = "9d41c7e05a62"
branch_labels = None
depends_on = None

_AT_ONCE = 1000


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "meeting_staff",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("slack_id", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_staff_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_meeting_staff_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "slack_id", name=op.f("pk_meeting_staff")),
    )
    _fill_staff()
    op.create_index("ix_meeting_staff_person", "meeting_staff", ["organisation_id", "slack_id", "ends_at"])
    # Filled at once below; the default only bridges the moment in between.
    op.add_column("concerns", sa.Column("raiser_index", sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
    _fill_raisers()
    op.create_index("ix_concerns_raiser", "concerns", ["organisation_id", "raiser_index", "raised_at"])
    op.create_index("ix_concerns_state", "concerns", ["organisation_id", "state", "closed_at"])
    op.create_index("ix_concern_views_open", "concern_views", ["organisation_id", "ended_at"])
    op.create_index("ix_audit_events_record", "audit_events", ["organisation_id", "record_id", "sequence"])
    op.create_index("ix_deliveries_record", "deliveries", ["record_id", "kind"])
    op.create_index("ix_deliveries_given_up", "deliveries", ["organisation_id", "given_up_at"])


def _slices(table: Any) -> Iterator[list[Any]]:
    """The rows of a table, so many at a time, in the order of their ids."""
    last = None
    while True:
        query = sa.select(table).order_by(table.c.id).limit(_AT_ONCE)
        rows = op.get_bind().execute(query if last is None else query.where(table.c.id > last)).all()
        if not rows:
            return
        yield list(rows)
        last = rows[-1].id


def _fill_staff() -> None:
    meetings = sa.table(
        "meetings",
        sa.column("id", sa.Uuid()),
        sa.column("organisation_id", sa.Uuid()),
        sa.column("host", sa.String()),
        sa.column("co_workers", sa.JSON()),
        sa.column("created_by", sa.String()),
        sa.column("ends_at", sa.DateTime(timezone=True)),
    )
    staff = sa.table(
        "meeting_staff",
        sa.column("meeting_id", sa.Uuid()),
        sa.column("slack_id", sa.String()),
        sa.column("organisation_id", sa.Uuid()),
        sa.column("ends_at", sa.DateTime(timezone=True)),
    )
    for rows in _slices(meetings):
        op.get_bind().execute(
            sa.insert(staff),
            [
                {"meeting_id": one.id, "slack_id": who, "organisation_id": one.organisation_id, "ends_at": one.ends_at}
                for one in rows
                for who in sorted({one.host, *one.co_workers, one.created_by})
            ],
        )


def _fill_raisers() -> None:
    concerns = sa.table(
        "concerns",
        sa.column("id", sa.Uuid()),
        sa.column("raised_by", sa.LargeBinary()),
        sa.column("raiser_index", sa.LargeBinary()),
    )
    change = (
        sa.update(concerns).where(concerns.c.id == sa.bindparam("concern")).values(raiser_index=sa.bindparam("found"))
    )
    for rows in _slices(concerns):
        ring = keyring()
        opened = {one.id: ring.open(bytes(one.raised_by), "concerns.raised_by") for one in rows}
        op.get_bind().execute(change, [{"concern": key, "found": ring.blind_index(who)} for key, who in opened.items()])


def downgrade() -> None:
    """Take the change back."""
    for name, table in (
        ("ix_deliveries_given_up", "deliveries"),
        ("ix_deliveries_record", "deliveries"),
        ("ix_audit_events_record", "audit_events"),
        ("ix_concern_views_open", "concern_views"),
        ("ix_concerns_state", "concerns"),
        ("ix_concerns_raiser", "concerns"),
    ):
        op.drop_index(name, table)
    op.drop_column("concerns", "raiser_index")
    op.drop_table("meeting_staff")
