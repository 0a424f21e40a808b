"""one person with records of two teams, neither of which sees what the other knows"""

import sqlalchemy as sa
from alembic import op

revision = "b91d47e6a03c"
down_revision = "a6c3e0d95b17"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; who was merged before was merged by somebody who sees both."""
    op.add_column("participants", sa.Column("apart", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("participants", "apart")
