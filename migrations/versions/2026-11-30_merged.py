"""two records of one person: which record stands for both, and since when"""

import sqlalchemy as sa
from alembic import op

revision = "a6c3e0d95b17"
down_revision = "f2b96d0c83a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("participants", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.add_column("participants", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_participants_merged_into_id", "participants", ["merged_into_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_participants_merged_into_id", "participants")
    op.drop_column("participants", "merged_at")
    op.drop_column("participants", "merged_into_id")
