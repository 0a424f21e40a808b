"""the incidents of a meeting are found by an index"""

from alembic import op

revision = "b7e2d9046c1a"
down_revision = "a3d94e07c5f1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_index("ix_incidents_meeting", "incidents", ["organisation_id", "meeting_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_incidents_meeting", table_name="incidents")
