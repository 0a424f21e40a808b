"""how often everybody was asked anew about a concern"""

import sqlalchemy as sa
from alembic import op

revision = "c41d7e9b2a60"
down_revision = "d70e4c19a5b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; what is unanswered today has had its first round."""
    op.add_column("concerns", sa.Column("rounds", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("concerns", "rounds")
