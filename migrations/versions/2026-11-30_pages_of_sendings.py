"""the page that a sending asks its reader to answer on; whether anything about a meeting was ever mailed, kept with the
meeting, so that most need no look
"""

import sqlalchemy as sa
from alembic import op

revision = "c19d5e60fb27"
down_revision = "b93d5e17a2c8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("sendings", sa.Column("page", sa.LargeBinary(), nullable=True))
    op.add_column("meetings", sa.Column("has_sendings", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE meetings SET has_sendings = true WHERE id IN (SELECT meeting_id FROM sendings)")


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("meetings", "has_sendings")
    op.drop_column("sendings", "page")
