"""what the columns of an office's tables hold is each person's own word"""

from alembic import op

revision = "d52e8a17b4f6"
down_revision = "b7e2d9046c1a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _unique("uq_office_columns_organisation_id_headings", "uq_office_columns_organisation_id_headings_by", "by")


def downgrade() -> None:
    """Take the change back: of several words for the same headings the last stays."""
    op.execute(
        "DELETE FROM office_columns WHERE EXISTS (SELECT 1 FROM office_columns AS other "
        "WHERE other.organisation_id = office_columns.organisation_id AND other.headings = office_columns.headings "
        "AND (other.at > office_columns.at OR (other.at = office_columns.at AND other.id > office_columns.id)))"
    )
    _unique("uq_office_columns_organisation_id_headings_by", "uq_office_columns_organisation_id_headings")


def _unique(old: str, new: str, *more: str) -> None:
    with op.batch_alter_table("office_columns", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(old), type_="unique")
        batch_op.create_unique_constraint(op.f(new), ["organisation_id", "headings", *more])
