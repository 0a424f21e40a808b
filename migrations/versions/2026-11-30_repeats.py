"""the meetings of a repeat know each other, and a cancellation its moment"""

import sqlalchemy as sa
from alembic import op

revision = "f2b96d0c83a4"
down_revision = "c4d81f7a20e6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("meetings", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meetings", sa.Column("repeat", sa.Uuid(), nullable=True))
    op.create_index("ix_meetings_repeat", "meetings", ["repeat", "starts_at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_meetings_repeat", "meetings")
    op.drop_column("meetings", "repeat")
    op.drop_column("meetings", "cancelled_at")
