"""further ways to reach a person, which of them refuse, and drills"""

import sqlalchemy as sa
from alembic import op

revision = "d80b5f3c1e74"
down_revision = "c41f7a90d2b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; nobody has further ways until the organisation file names some."""
    op.add_column("staff", sa.Column("notify", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("refusing", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "drills",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("started_by", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=True),
        sa.Column("message_ts", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_drills_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drills")),
    )
    op.create_index("ix_drills_organisation", "drills", ["organisation_id", "started_at"])
    op.create_table(
        "drill_alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=False),
        sa.Column("slack_id", sa.String(length=200), nullable=False),
        sa.Column("way", sa.String(length=200), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(length=200), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=200), nullable=True),
        sa.Column("message_ts", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["drill_id"], ["drills.id"], name=op.f("fk_drill_alerts_drill_id_drills")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_drill_alerts_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_alerts")),
        sa.UniqueConstraint("drill_id", "slack_id", "way", name=op.f("uq_drill_alerts_drill_id_slack_id_way")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("drill_alerts")
    op.drop_index("ix_drills_organisation", "drills")
    op.drop_table("drills")
    op.drop_column("staff", "refusing")
    op.drop_column("staff", "notify")
