"""answers of a checklist carried over from an earlier meeting of the series"""

import sqlalchemy as sa
from alembic import op

revision = "3b8f20c4e917"
down_revision = "70ba8f26be34"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; checklists there are were not carried over, and what they said is not known."""
    op.add_column("checklists", sa.Column("carried_from", sa.Uuid(), nullable=True))
    op.add_column("checklists", sa.Column("wordings", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("checklist_ticks", sa.Column("first_by", sa.String(length=200), nullable=True))
    op.add_column("checklist_ticks", sa.Column("first_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("checklist_ticks", "first_at")
    op.drop_column("checklist_ticks", "first_by")
    op.drop_column("checklists", "wordings")
    op.drop_column("checklists", "carried_from")
