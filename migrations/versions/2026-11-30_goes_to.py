"""how many people a concern goes to, so that one who was taken out is missed"""

import sqlalchemy as sa
from alembic import op

revision = "e9d27c5a41f6"
down_revision = "b7e3a95d1c08"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("concerns", sa.Column("goes_to", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("concerns", "goes_to")
