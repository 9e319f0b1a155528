"""The one private name of Great Expectations that we touch: keep a DuckDB connection open.

Great Expectations keeps one connection open only for the SQL dialects in a private tuple. DuckDB is not
among them, so each query would get a new, empty in-memory database. When the name is gone, the gate runs
the same suites on pandas (`pandas_fallback`).
"""

from expectations.gx import sqlalchemy_execution_engine

PRIVATE_NAME = "_PERSISTED_CONNECTION_DIALECTS"


class DuckDbDialect(str):
    """A dialect name that also has the `value` Great Expectations asks an enum member for."""

    __slots__ = ()

    @property
    def value(self) -> str:
        """The dialect's name."""
        return str(self)


DUCKDB = DuckDbDialect("duckdb")


def keep_duckdb_open() -> bool:
    """Add DuckDB to the dialects whose connection stays open; False when that cannot be done."""
    known = getattr(sqlalchemy_execution_engine, PRIVATE_NAME, None)
    if not isinstance(known, tuple):
        return False
    if DUCKDB not in known:
        setattr(sqlalchemy_execution_engine, PRIVATE_NAME, (*known, DUCKDB))
    return True
