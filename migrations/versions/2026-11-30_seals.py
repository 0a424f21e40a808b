"""keyed seals of the audit chain and of rows that give rights; marks about the database itself"""

import sqlalchemy as sa
from alembic import op

revision = "c41f7a90d2b8"
down_revision = "c2a1e7d40b35"
branch_labels = None
depends_on = None

_SEALED = ("audit_events", "audit_heads", "staff", "concerns", "concern_recipients")


def upgrade() -> None:
    """Apply the change; the program itself seals what is there, for which it needs the keys."""
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    for table in _SEALED:
        op.add_column(table, sa.Column("seal", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    for table in reversed(_SEALED):
        op.drop_column(table, "seal")
    op.drop_table("marks")
