"""what staff tick about a meeting, and the cards that prompt them"""

import sqlalchemy as sa
from alembic import op

revision = "58502ac7b085"
down_revision = "5d0c1f2f7a10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "meeting_ticks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("ticked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("as_manager", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_ticks_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_meeting_ticks_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_ticks")),
        sa.UniqueConstraint("meeting_id", "sequence", name=op.f("uq_meeting_ticks_meeting_id_sequence")),
    )
    op.create_table(
        "prompt_cards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum(
                "planning",
                "day_before",
                "hour_before",
                "start",
                "all_present",
                "during",
                "end",
                "afterwards",
                name="moment",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("message_ts", sa.String(length=200), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_prompt_cards_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_prompt_cards_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_cards")),
        sa.UniqueConstraint(
            "meeting_id", "moment", "starts_at", name=op.f("uq_prompt_cards_meeting_id_moment_starts_at")
        ),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("prompt_cards")
    op.drop_table("meeting_ticks")
