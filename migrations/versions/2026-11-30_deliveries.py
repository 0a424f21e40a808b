"""deliveries: the queue of a message, whose turn it is, since when it is wanted, and indexes of what is not done"""

import sqlalchemy as sa
from alembic import op

revision = "c2a1e7d40b35"
down_revision = "c41d7e9b2a60"
branch_labels = None
depends_on = None

_UNDONE = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Apply the change; what is there takes turns by its target, and is wanted since it is due."""
    op.drop_index("ix_deliveries_lane", "deliveries")
    op.drop_index("ix_deliveries_due", "deliveries")
    op.alter_column("deliveries", "lane", new_column_name="queue")
    op.add_column("deliveries", sa.Column("turn", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("deliveries", sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE deliveries SET wanted_at = due_at, turn = target")
    with op.batch_alter_table("deliveries") as table:
        table.alter_column("wanted_at", nullable=False)
        table.alter_column("turn", server_default=None)
    op.create_index("ix_deliveries_due", "deliveries", ["due_at"], sqlite_where=_UNDONE, postgresql_where=_UNDONE)
    op.create_index(
        "ix_deliveries_kind", "deliveries", ["kind", "due_at"], sqlite_where=_UNDONE, postgresql_where=_UNDONE
    )
    op.create_index("ix_deliveries_queue", "deliveries", ["queue"], sqlite_where=_UNDONE, postgresql_where=_UNDONE)
    op.create_index("ix_deliveries_done", "deliveries", ["done_at"])


def downgrade() -> None:
    """Take the change back."""
    for name in ("done", "queue", "kind", "due"):
        op.drop_index(f"ix_deliveries_{name}", "deliveries")
    with op.batch_alter_table("deliveries") as table:
        table.drop_column("wanted_at")
        table.drop_column("turn")
        table.alter_column("queue", new_column_name="lane")
    op.create_index("ix_deliveries_due", "deliveries", ["done_at", "due_at"])
    op.create_index("ix_deliveries_lane", "deliveries", ["lane", "done_at"])
