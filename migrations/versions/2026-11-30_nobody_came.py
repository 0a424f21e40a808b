"""a meeting for which nobody is registered, and to which nobody came, has its register"""

import sqlalchemy as sa
from alembic import op

revision = "c4d81f7a20e6"
down_revision = "e9d27c5a41f6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("meetings", sa.Column("nobody_came_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("meetings", "nobody_came_at")
