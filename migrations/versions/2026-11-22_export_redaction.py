"""whose names stay in a redacted copy of a concern's record"""

import sqlalchemy as sa
from alembic import op

revision = "9d41c7e05a62"
down_revision = "3b8f20c4e917"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("concern_exports", sa.Column("redaction", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("concern_exports", "redaction")
