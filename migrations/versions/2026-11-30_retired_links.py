"""links of a meeting that got out, and what was revoked of them"""

import sqlalchemy as sa
from alembic import op

revision = "a64c0e9b71f3"
down_revision = "d52e8a17b4f6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; no link of before is known to have got out."""
    op.add_column("meetings", sa.Column("relinked", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "retired_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("provider_ref", sa.LargeBinary(), nullable=True),
        sa.Column("retired_by", sa.String(length=200), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_retired_links_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_retired_links_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retired_links")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_retired_links_meeting_id_number")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("retired_links")
    op.drop_column("meetings", "relinked")
