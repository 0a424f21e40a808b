"""the pages on which families answer: of each address a fingerprint"""

import sqlalchemy as sa
from alembic import op

revision = "a94c6e0f71b3"
down_revision = "b7f20c9ae413"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "family_pages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name=op.f("fk_family_pages_carer_id_carers")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_family_pages_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_family_pages_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_pages")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_family_pages_token_hash")),
    )
    op.create_index(op.f("ix_family_pages_registration_id"), "family_pages", ["registration_id"])


def downgrade() -> None:
    """Take the change back. Addresses that were given lead nowhere then; what was answered stays."""
    op.drop_table("family_pages")
