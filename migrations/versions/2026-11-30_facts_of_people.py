"""what is known of a person beyond one meeting, and on which platform or in which programme it holds"""

import sqlalchemy as sa
from alembic import op

revision = "c93a5f0e71d4"
down_revision = "b41e7d9c0f26"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("facts", sa.Column("within", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Take the change back. What was known of people beyond a meeting has no place in an earlier version."""
    op.execute("DELETE FROM facts WHERE subject_kind = 'person'")
    op.drop_column("facts", "within")
