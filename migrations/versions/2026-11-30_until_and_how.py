"""until when a fact holds, and how it was shown; what was recorded before holds on, and nobody said how"""

import sqlalchemy as sa
from alembic import op

revision = "e7c41b90d2a6"
down_revision = "b95e21d7f8a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("facts", sa.Column("until", sa.Date(), nullable=True))
    op.add_column("facts", sa.Column("shown_by", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Take the change back. Whatever is over by its own day would hold again: it is taken out as never recorded."""
    op.execute("UPDATE facts SET answer = 'back' WHERE until IS NOT NULL AND until < CURRENT_DATE AND answer = 'yes'")
    for name in ("shown_by", "until"):
        op.drop_column("facts", name)
