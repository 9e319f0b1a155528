"""Two engines' tables are the same, or it is said which table differs by how many rows."""

import duckdb
import pytest

from countersign.core.warehouse import quote_text
from flows.engines.comparing import compare_tables

TABLE = "create table marts.spend (channel varchar, amount decimal(18,6), share double)"
ROWS = "insert into marts.spend values ('a', 1.5, 0.1), ('a', 1.5, 0.1), ('b', null, null), ('c', 0, 1e300)"


def filled(path, *statements):
    connection = duckdb.connect(str(path))
    for statement in ("create schema marts", TABLE, ROWS, *statements):
        connection.execute(statement)
    return connection


class OtherDuckDB:
    """A second DuckDB file as the engine: what is compared here is comparing."""

    def __init__(self, folder, *statements):
        self._folder = folder
        self._connection = filled(folder / "engine.duckdb", *statements)

    def load(self, warehouse, tables):
        raise NotImplementedError

    def tables(self, schemas):
        found = self._connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        return {(schema, name) for schema, name in found}

    def columns(self, table):
        return [row[0] for row in self._connection.execute(f"describe {table.quoted}").fetchall()]

    def fetch(self, table):
        path = self._folder / "fetched.parquet"
        self._connection.execute(f"copy {table.quoted} to '{path}' (format parquet)")
        return f"read_parquet({quote_text(str(path))})"


def problems(tmp_path, *statements):
    warehouse = filled(tmp_path / "warehouse.duckdb")
    _, differences = compare_tables(warehouse, OtherDuckDB(tmp_path, *statements))
    return [str(difference).splitlines()[0] for difference in differences]


def test_equal_tables_have_no_difference_whatever_the_order_of_their_rows(tmp_path):
    again = ["create table marts.x as from marts.spend order by channel desc", "drop table marts.spend",
             "alter table marts.x rename to spend"]  # fmt: skip
    assert problems(tmp_path, *again) == []


def test_a_double_may_differ_in_its_last_digits_only(tmp_path):
    assert problems(tmp_path, "update marts.spend set share = share * (1 + 5e-10)") == []


@pytest.mark.parametrize(
    ("change", "missing", "extra", "off"),
    [
        ("update marts.spend set share = share * (1 + 2e-9) where channel = 'a'", 0, 0, 2),
        ("update marts.spend set share = 0 where channel = 'b'", 0, 0, 1),
        ("update marts.spend set amount = 1.500001 where channel = 'a'", 2, 2, 0),
        ("delete from marts.spend where channel = 'b'", 1, 0, 0),
        ("insert into marts.spend values ('a', 1.5, 0.1)", 0, 1, 0),
        ("update marts.spend set amount = 0 where channel = 'b'", 1, 1, 0),
    ],
)
def test_rows_that_differ_are_counted_by_side(tmp_path, change, missing, extra, off):
    (problem,) = problems(tmp_path, change)
    assert problem.startswith(
        f"marts.spend: {missing} rows only on DuckDB, {extra} only on the engine, {off} with a double"
    )


def test_tables_and_columns_that_only_one_engine_has_are_told(tmp_path):
    assert problems(tmp_path, "create table marts.more (a bigint)") == ["marts.more: not built on DuckDB"]


def test_a_column_too_many_is_told(tmp_path):
    assert problems(tmp_path, "alter table marts.spend add column more bigint") == [
        "marts.spend: other columns on the engine: channel, amount, share, more"
    ]


def test_a_table_that_the_engine_lacks_is_told(tmp_path):
    assert problems(tmp_path, "drop table marts.spend") == ["marts.spend: not built on the engine"]
