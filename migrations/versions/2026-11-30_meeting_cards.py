"""one card of a meeting in its host's direct messages instead of one for each moment; whose Home tab is kept up to date

Cards that were posted stay in Slack as they are, with buttons that still open their form. What was owed for a moment
draws the one card then, and the first of it posts that.
"""

import sqlalchemy as sa
from alembic import op

revision = "a3d94e07c5f1"
down_revision = "f3a8c6d21e75"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.execute(
        "UPDATE deliveries SET done_at = due_at, error_code = 'superseded' "
        "WHERE kind = 'prompt.draw' AND done_at IS NULL"
    )
    op.execute("UPDATE deliveries SET kind = 'meeting.card' WHERE kind = 'prompt.card'")
    op.drop_table("prompt_cards")
    op.create_table(
        "meeting_cards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("message_ts", sa.String(length=200), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_anew", sa.Boolean(), nullable=False),
        sa.Column("drawn", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_cards_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_meeting_cards_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_cards")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_meeting_cards_meeting_id")),
    )
    op.create_table(
        "home_tabs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("slack_id", sa.String(length=200), nullable=False),
        sa.Column("drawn", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_home_tabs_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_tabs")),
        sa.UniqueConstraint("organisation_id", "slack_id", name=op.f("uq_home_tabs_organisation_id_slack_id")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("home_tabs")
    op.drop_table("meeting_cards")
    op.create_table(
        "prompt_cards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("moment", sa.String(length=40), nullable=False),
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
    op.execute("UPDATE deliveries SET kind = 'prompt.card' WHERE kind = 'meeting.card' AND step >= 0")
    op.execute(
        "UPDATE deliveries SET done_at = due_at, error_code = 'superseded' "
        "WHERE kind = 'meeting.card' AND done_at IS NULL"
    )
