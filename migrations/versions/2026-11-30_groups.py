"""groups with their members, the group of a meeting, and what is known of a group"""

import sqlalchemy as sa
from alembic import op

revision = "a83d52e6f1b7"
down_revision = "a84d10c6e7f3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("title_index", sa.LargeBinary(), nullable=False),
        sa.Column("programme", sa.String(length=200), nullable=True),
        sa.Column("purpose", sa.LargeBinary(), nullable=True),
        sa.Column("plan", sa.LargeBinary(), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("meets_at", sa.String(length=200), nullable=True),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("co_workers", sa.JSON(), nullable=False),
        sa.Column("lead_worker", sa.String(length=200), nullable=True),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_groups_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_groups_organisation_id_number")),
    )
    op.create_index("ix_groups_organisation_closed", "groups", ["organisation_id", "closed_at"])
    op.create_index("ix_groups_organisation_title", "groups", ["organisation_id", "title_index"])
    op.create_table(
        "group_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_by", sa.String(length=200), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_members_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_group_members_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_group_members_participant_id_participants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_members")),
    )
    op.create_index("ix_group_members_group", "group_members", ["group_id", "left_on"])
    op.create_index(op.f("ix_group_members_participant_id"), "group_members", ["participant_id"])
    op.add_column("organisations", sa.Column("last_group", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("meetings", sa.Column("group_id", sa.Uuid(), nullable=True))
    op.create_index("ix_meetings_group", "meetings", ["group_id", "starts_at"])


def downgrade() -> None:
    """Take the change back. What was known of groups has no place in an earlier version."""
    op.execute("DELETE FROM facts WHERE subject_kind = 'group'")
    op.drop_index("ix_meetings_group", "meetings")
    op.drop_column("meetings", "group_id")
    op.drop_column("organisations", "last_group")
    op.drop_table("group_members")
    op.drop_table("groups")
