"""what the columns of an office's tables hold, remembered by their headings"""

import sqlalchemy as sa
from alembic import op

revision = "f3a8c6d21e75"
down_revision = "c02f6a9b18d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "office_columns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("headings", sa.String(length=200), nullable=False),
        sa.Column("columns", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_office_columns_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_columns")),
        sa.UniqueConstraint("organisation_id", "headings", name=op.f("uq_office_columns_organisation_id_headings")),
    )


def downgrade() -> None:
    """Take the change back: it is asked again."""
    op.drop_table("office_columns")
