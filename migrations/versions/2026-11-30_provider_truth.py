"""since when a provider has not done what it is owed, and whose invitation was shown with which link"""

import sqlalchemy as sa
from alembic import op

revision = "3f81c6a2e94d"
down_revision = "c4b1f0d27e36"
branch_labels = None
depends_on = None

_NEW = (
    ("meetings", "provider_since"),
    ("meetings", "provider_next"),
    ("meetings", "link_since"),
    ("registrations", "link_shown_at"),
)


def upgrade() -> None:
    """Apply the change. What is still being made is owed since it was scheduled."""
    for table, name in _NEW:
        op.add_column(table, sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE meetings SET provider_since = created_at WHERE provider <> 'manual' AND "
        "(state = 'draft' OR provider_error IS NOT NULL)"
    )


def downgrade() -> None:
    """Take the change back."""
    for table, name in reversed(_NEW):
        op.drop_column(table, name)
