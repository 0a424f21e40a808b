"""what is planned for a meeting, and the training of staff"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "7c3e9a1d0b21"
down_revision = "58502ac7b085"
branch_labels = None
depends_on = None


def _meetings() -> tuple[sa.Column[Any], ...]:
    """The new columns of meetings, made afresh: a column belongs to one table only."""
    return (
        sa.Column("lead_worker", sa.String(length=200), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("group", "one_to_one", name="meetingkind", native_enum=False, length=40),
            nullable=False,
            server_default="group",
        ),
        sa.Column("purpose", sa.LargeBinary(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=True),
        sa.Column("breakout_rooms", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("recorded", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("recording_purpose", sa.LargeBinary(), nullable=True),
        sa.Column("recording_reason", sa.LargeBinary(), nullable=True),
        sa.Column("recording_days", sa.Integer(), nullable=True),
    )


def upgrade() -> None:
    """Apply the change; the rows there are become meetings of a group with nothing special planned."""
    for column in _meetings():
        op.add_column("meetings", column)
    op.add_column("staff", sa.Column("training", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("staff", "training")
    for column in reversed(_meetings()):
        op.drop_column("meetings", column.name)
