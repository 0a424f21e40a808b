"""the tables of the engine that wakes workers on PostgreSQL"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "5d0c1f2f7a10"
down_revision = "84c78a005c27"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    if op.get_bind().dialect.name == "postgresql":
        raw = op.get_bind().connection.driver_connection
        if raw is not None:
            raw.execute(SchemaManager.get_schema())


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            DO $$ DECLARE one record; BEGIN
                DROP TABLE IF EXISTS procrastinate_events, procrastinate_periodic_defers,
                    procrastinate_jobs, procrastinate_workers CASCADE;
                FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate_%' LOOP
                    EXECUTE 'DROP FUNCTION ' || one.name || ' CASCADE';
                END LOOP;
                FOR one IN SELECT oid::regtype AS name FROM pg_type
                        WHERE typname LIKE 'procrastinate_%' AND typtype IN ('e', 'c') LOOP
                    EXECUTE 'DROP TYPE ' || one.name || ' CASCADE';
                END LOOP;
            END $$;
            """
        )
