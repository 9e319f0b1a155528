"""Expressions in mappings: scalar SQL over source columns, from an allow-list, and nothing else."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb

from countersign.core.errors import SettingsError

FUNCTIONS = frozenset({
    "+", "-", "*", "/", "%", "||", "~~", "!~~", "~~*", "!~~*", "like_escape", "nullif",
    "concat", "concat_ws", "contains", "ends_with", "left", "length", "lower", "ltrim", "prefix",
    "regexp_extract", "regexp_full_match", "regexp_matches", "regexp_replace", "replace", "reverse", "right",
    "rtrim", "split_part", "starts_with", "strip_accents", "substr", "substring", "suffix", "trim", "upper",
    "abs", "ceil", "ceiling", "floor", "greatest", "least", "round", "trunc",
    "date_diff", "date_part", "date_trunc", "day", "dayofweek", "hour", "minute", "month", "quarter",
    "second", "strftime", "try_strptime", "week", "year",
})  # fmt: skip
OPERATORS = frozenset({
    "OPERATOR_COALESCE", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_NOT", "OPERATOR_NULLIF",
    "COMPARE_IN", "COMPARE_NOT_IN",
})  # fmt: skip
PLAIN = frozenset({"COMPARISON", "CONJUNCTION", "BETWEEN", "CASE", "CONSTANT"})
MAX_LENGTH = 2_000
FIX = (
    "use scalar functions over source columns, such as coalesce(a, b) or try_cast(x as date); "
    "docs/sources/files.md lists what is allowed"
)


def compile_expression(text: str, resolve: Callable[[str], str]) -> str:
    """An expression of a mapping as safe SQL.

    Args:
        text: the expression as written.
        resolve: gives the internal column for a source column; raises SourceError when there is none.

    Returns:
        SQL in parentheses, written by DuckDB from the checked tree, so that no part of the text that
        was not understood survives.

    Raises:
        SettingsError: it does not parse, or holds anything but scalar expressions from the list.
    """
    if len(text) > MAX_LENGTH:
        raise _refused(f"{len(text)} characters, at most {MAX_LENGTH} are read")
    with _parser().cursor() as connection:
        tree = json.loads(_one(connection, "select json_serialize_sql(?)", f"select {text}\n"))
        if tree.get("error"):
            raise _refused(f"{text!r}: {tree.get('error_message', 'it does not parse')}")
        _check_statement(tree["statements"], text)
        select = tree["statements"][0]["node"]
        select["select_list"] = [{**_checked(select["select_list"][0], resolve), "alias": ""}]
        written = _one(connection, "select json_deserialize_sql(?)", json.dumps(tree))
    return f"({written.removeprefix('SELECT ')})"


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    # One for the whole process: a database of its own for every expression costs more than the parsing.
    return duckdb.connect(":memory:", config={"enable_external_access": "false"})


def _one(connection: duckdb.DuckDBPyConnection, sql: str, argument: str) -> str:
    row = connection.execute(sql, [argument]).fetchone()
    return str(row[0]) if row else ""


def _check_statement(statements: list[dict[str, Any]], text: str) -> None:
    node = statements[0]["node"] if len(statements) == 1 else {}
    is_bare = (
        node.get("type") == "SELECT_NODE"
        and len(node["select_list"]) == 1
        and node["from_table"]["type"] == "EMPTY"
        and not any(
            node[part] for part in ("modifiers", "where_clause", "group_expressions", "having", "qualify")
        )
        and not node["group_sets"]
        and not node["sample"]
        and not node["cte_map"]["map"]
    )
    if not is_bare:
        raise _refused(f"{text!r} is more than one expression")


def _checked(node: Any, resolve: Callable[[str], str]) -> Any:
    """The same tree with columns resolved; refuses every kind of node that is not known."""
    if isinstance(node, list):
        return [_checked(each, resolve) for each in node]
    if not isinstance(node, dict) or "class" not in node:
        if isinstance(node, dict):
            return {key: _checked(value, resolve) for key, value in node.items()}
        return node
    kind = node["class"]
    if kind == "COLUMN_REF":
        return {**node, "column_names": [resolve(".".join(node["column_names"]))]}
    if kind == "FUNCTION":
        _check_function(node)
    elif kind == "OPERATOR":
        if node["type"] not in OPERATORS:
            raise _refused(f"{node['type'].lower()} is not allowed")
    elif kind == "CAST":
        if not node["try_cast"]:
            raise _refused("a plain cast stops at the first odd cell: use try_cast(x as type)")
    elif kind not in PLAIN:
        raise _refused(f"{kind.lower()} is not allowed")
    return {key: _checked(value, resolve) if key != "value" else value for key, value in node.items()}


def _check_function(node: dict[str, Any]) -> None:
    name = node["function_name"].lower()
    is_plain = (
        not node["filter"]
        and not node["order_bys"]["orders"]
        and not node["distinct"]
        and not node["catalog"]
        and node["schema"] in ("", "main")
    )
    if name not in FUNCTIONS or not is_plain:
        raise _refused(f"the function {name} is not allowed")


def _refused(what: str) -> SettingsError:
    return SettingsError("An expression in config/sources.yaml is not allowed.", found=what, fix=FIX)
