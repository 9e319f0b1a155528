"""Whether the ledger's tables, indexes and triggers are still those that the migrations made."""

from collections.abc import Iterator
from functools import cache

from sqlalchemy import Connection, create_engine, text

from countersign.governance import migrations

_EVERYTHING = "select type, name, coalesce(sql, '') as sql from sqlite_master order by type, name"
# Header fields of an SQLite file that hold no data and that we never set.
_UNSET = {"user_version": 0, "application_id": 0}


def schema_problems(connection: Connection) -> Iterator[str]:
    """What differs from a fresh ledger's schema, and damage that the database itself reports."""
    if connection.dialect.name == "sqlite":
        yield from _sqlite_problems(connection)
    else:
        yield from _postgres_problems(connection)


def _sqlite_problems(connection: Connection) -> Iterator[str]:
    expected = dict(_fresh_sqlite())
    for thing, sql in _read_schema(connection):
        if expected.pop(thing, None) != sql:
            yield f"schema: {thing} is not as the migrations made it"
    yield from (f"schema: {thing} is missing" for thing in expected)
    for name, value in _UNSET.items():
        if connection.execute(text(f"pragma {name}")).scalar() != value:
            yield f"schema: {name} was changed"
    found: str
    for found in connection.execute(text("pragma integrity_check")).scalars():
        if found != "ok":
            yield f"database: {found[:200]}"
    version: list[str] = list(connection.execute(text("select version_num from alembic_version")).scalars())
    if version != [migrations.HEAD]:
        yield f"schema: version {version}, not {migrations.HEAD}"


def _postgres_problems(connection: Connection) -> Iterator[str]:
    wanted = text(
        "select tgenabled from pg_trigger join pg_class on pg_class.oid = tgrelid "
        "where relname = 'entries' and tgname = 'entries_refuse_edit'"
    )
    if connection.execute(wanted).scalars().all() not in (["O"], [b"O"]):
        yield "schema: the trigger that refuses edits of entries is missing or off"


@cache
def _fresh_sqlite() -> tuple[tuple[str, str], ...]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrations.migrate(connection)
        found = tuple(_read_schema(connection))
    engine.dispose()
    return found


def _read_schema(connection: Connection) -> Iterator[tuple[str, str]]:
    for row in connection.execute(text(_EVERYTHING)):
        yield f"{row.type} {row.name}", str(row.sql)
