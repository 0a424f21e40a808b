"""how old people are, sealed, with the day on which it was said and by whom"""

import sqlalchemy as sa
from alembic import op

revision = "a84d10c6e7f3"
down_revision = "d4b7e2a9c518"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("participants", sa.Column("age", sa.LargeBinary(), nullable=True))
    op.add_column("participants", sa.Column("age_said_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("participants", sa.Column("age_said_by", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Take the change back. What is known of anybody's age has no place in an earlier version; who comes as a
    professional is an adult there."""
    op.execute("UPDATE participants SET kind = 'adult' WHERE kind = 'professional'")
    for name in ("age_said_by", "age_said_at", "age"):
        op.drop_column("participants", name)
