"""families' pages: a fingerprint of the address that one was mailed to"""

import sqlalchemy as sa
from alembic import op

revision = "e7a31c94d0b6"
down_revision = "c19d5e60fb27"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change. Of pages that were mailed before nobody knows any more to which address."""
    with op.batch_alter_table("family_pages") as table:
        table.add_column(sa.Column("mailed_to", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("family_pages") as table:
        table.drop_column("mailed_to")
