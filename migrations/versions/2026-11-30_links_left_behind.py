"""retired links: whether one got out, or its meeting is held elsewhere"""

import sqlalchemy as sa
from alembic import op

revision = "f2c86d15a937"
down_revision = "e7a31c94d0b6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change. Every link that was retired before had got out."""
    with op.batch_alter_table("retired_links") as table:
        table.add_column(sa.Column("got_out", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("retired_links") as table:
        table.drop_column("got_out")
