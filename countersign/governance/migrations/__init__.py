"""The ledger's schema, step by step, applied when a ledger is opened (Alembic)."""

from pathlib import Path

from sqlalchemy import Connection, text

HEAD = "0001"


def is_current(connection: Connection) -> bool:
    """Whether the ledger has the newest schema; asks without importing Alembic, which is slow."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return False
    found = connection.execute(text("select version_num from alembic_version")).scalar()
    return found == HEAD


def migrate(connection: Connection) -> None:
    """Bring the ledger to the newest schema inside the caller's transaction."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)

    def steps_from(revision: str, context: object) -> object:
        del context
        return script._upgrade_revs(HEAD, revision)

    with EnvironmentContext(config, script, fn=steps_from, destination_rev=HEAD) as environment:
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()
