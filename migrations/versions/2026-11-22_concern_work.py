"""what the lead does about a concern, exports of it, the views that show it"""

import sqlalchemy as sa
from alembic import op

revision = "70ba8f26be34"
down_revision = "7c3e9a1d0b21"
branch_labels = None
depends_on = None

_CONCERNS = (
    ("lead", sa.String(length=200)),
    ("touched_at", sa.DateTime(timezone=True)),
    ("nation", sa.String(length=200)),
    ("review_at", sa.DateTime(timezone=True)),
    ("closed_at", sa.DateTime(timezone=True)),
    ("duplicate_of", sa.Uuid()),
)


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "concern_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "triage",
                "decision",
                "action",
                "referral",
                "informed",
                "question",
                "handover",
                "closure",
                "reopening",
                "amendment",
                "error",
                "duplicate",
                name="entrykind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.LargeBinary(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["concern_id"], ["concerns.id"], name=op.f("fk_concern_entries_concern_id_concerns")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_concern_entries_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_entries")),
        sa.UniqueConstraint("entry", "version", name=op.f("uq_concern_entries_entry_version")),
    )
    op.create_index("ix_concern_entries_concern", "concern_entries", ["concern_id", "kind"])

    op.create_table(
        "concern_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("slack_id", sa.String(length=200), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("made_for", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("digits_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["concern_id"], ["concerns.id"], name=op.f("fk_concern_exports_concern_id_concerns")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_concern_exports_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_exports")),
        sa.UniqueConstraint("concern_id", "copy_number", name=op.f("uq_concern_exports_concern_id_copy_number")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_concern_exports_token_hash")),
    )
    op.create_table(
        "concern_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("slack_id", sa.String(length=200), nullable=False),
        sa.Column("view_id", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["concern_id"], ["concerns.id"], name=op.f("fk_concern_views_concern_id_concerns")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_concern_views_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_views")),
        sa.UniqueConstraint("view_id", name=op.f("uq_concern_views_view_id")),
    )
    op.create_index("ix_concern_views_concern", "concern_views", ["concern_id", "slack_id"])

    for name, kind in _CONCERNS:
        op.add_column("concerns", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE concerns SET lead = acknowledged_by, touched_at = acknowledged_at")


def downgrade() -> None:
    """Take the change back."""
    for name, _ in reversed(_CONCERNS):
        op.drop_column("concerns", name)
    op.drop_table("concern_views")
    op.drop_table("concern_exports")
    op.drop_table("concern_entries")
