"""what is seldom said is found without looking through all that was"""

from alembic import op

revision = "c05d9be1f7a4"
down_revision = "f2c86d15a937"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_index("ix_facts_requirement", "facts", ["requirement"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_facts_requirement", table_name="facts")
