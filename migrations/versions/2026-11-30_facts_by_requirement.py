"""what is seldom said is found without looking through all that was"""

from alembic import op

revision = "c05d9be1f7a4"
down_revision = "e7a31c94d0b6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_index("ix_facts_requirement", "facts", ["requirement"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_facts_requirement", table_name="facts")
