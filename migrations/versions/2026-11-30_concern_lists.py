"""a view of a list of concerns is kept like one of a record, without a concern"""

import sqlalchemy as sa
from alembic import op

revision = "b7e3a95d1c08"
down_revision = "e83b5d17c9f2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("concern_views", schema=None) as batch_op:
        batch_op.alter_column("concern_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    """Take the change back; a list that is open is not known to an older version."""
    op.execute("DELETE FROM concern_views WHERE concern_id IS NULL")
    with op.batch_alter_table("concern_views", schema=None) as batch_op:
        batch_op.alter_column("concern_id", existing_type=sa.Uuid(), nullable=False)
