"""indexes of deliveries: what is not done by whose turn it is, in place of by kind; when the others were done"""

import sqlalchemy as sa
from alembic import op

revision = "e83b5d17c9f2"
down_revision = "d80b5f3c1e74"
branch_labels = None
depends_on = None

_UNDONE = sa.text("done_at IS NULL")
_DONE = sa.text("done_at IS NOT NULL")


def upgrade() -> None:
    """Apply the change."""
    op.drop_index("ix_deliveries_kind", "deliveries")
    columns = ["turn", "due_at", "kind", "done_at"]
    op.create_index("ix_deliveries_turn", "deliveries", columns, sqlite_where=_UNDONE, postgresql_where=_UNDONE)
    op.drop_index("ix_deliveries_done", "deliveries")
    op.create_index("ix_deliveries_done", "deliveries", ["done_at"], sqlite_where=_DONE, postgresql_where=_DONE)


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_deliveries_done", "deliveries")
    op.create_index("ix_deliveries_done", "deliveries", ["done_at"])
    op.drop_index("ix_deliveries_turn", "deliveries")
    columns = ["kind", "due_at"]
    op.create_index("ix_deliveries_kind", "deliveries", columns, sqlite_where=_UNDONE, postgresql_where=_UNDONE)
