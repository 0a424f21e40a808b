"""when the list of the workspace's people was last read to its end"""

import sqlalchemy as sa
from alembic import op

revision = "c4b1f0d27e36"
down_revision = "a2c61f0b7d34"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("organisations", sa.Column("staff_read_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("organisations", "staff_read_at")
