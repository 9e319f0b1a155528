"""The part of SOQL that connectors use, over records in memory; all else is refused as Salesforce does."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Test = Callable[[Json], bool]

_SHAPE = re.compile(
    r"SELECT (?P<fields>.+?) FROM (?P<name>\w+)(?: WHERE (?P<where>.+?))?(?: ORDER BY (?P<order>.+))?", re.S
)
_IN = re.compile(r"(?P<field>[\w.]+) IN \((?P<values>.*)\)", re.S)
_COMPARED = re.compile(r"(?P<field>[\w.]+) (?P<sign>=|!=|>=|<=|<|>) (?P<value>.+)", re.S)
_TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda ours, given: bool(ours == given),
    "!=": lambda ours, given: bool(ours != given),
    ">=": lambda ours, given: ours is not None and ours >= given,
    "<=": lambda ours, given: ours is not None and ours <= given,
    ">": lambda ours, given: ours is not None and ours > given,
    "<": lambda ours, given: ours is not None and ours < given,
}


class SoqlError(Exception):
    """A query that Salesforce would refuse, with its error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Query:
    """One parsed query."""

    fields: tuple[str, ...]
    name: str
    tests: tuple[Test, ...]
    order: tuple[str, ...]

    def run(self, records: Sequence[Json]) -> list[Json]:
        """The records that fit, in order, with the selected fields; parents are nested."""
        kept = [record for record in records if all(test(record) for test in self.tests)]
        kept.sort(key=lambda record: tuple(record[name] or "" for name in self.order))
        return [self._selected(record) for record in kept]

    def _selected(self, record: Json) -> Json:
        answer: Json = {"attributes": {"type": self.name}}
        for name in self.fields:
            parent, dot, field = name.partition(".")
            if not dot:
                answer[name] = record[name]
            elif record[f"{parent}Id"] is None:
                answer[parent] = None
            else:
                answer.setdefault(parent, {"attributes": {"type": parent}})[field] = record[name]
        return answer


def parse_soql(text: str, fields: Mapping[str, Sequence[str]]) -> Query:
    """Parse a query over objects whose fields are known.

    Raises:
        SoqlError: MALFORMED_QUERY, INVALID_TYPE or INVALID_FIELD.

    >>> query = parse_soql("SELECT Id FROM Lead WHERE IsDeleted = false", {"Lead": ["Id", "IsDeleted"]})
    >>> query.run([{"Id": "00Q1", "IsDeleted": False}, {"Id": "00Q2", "IsDeleted": True}])
    [{'attributes': {'type': 'Lead'}, 'Id': '00Q1'}]
    """
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        raise SoqlError("MALFORMED_QUERY", "unexpected token")
    name = match["name"]
    if name not in fields:
        raise SoqlError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
    selected = tuple(field.strip() for field in match["fields"].split(","))
    order = tuple(field.strip() for field in (match["order"] or "").split(",") if field.strip())
    conditions = [part.strip() for part in (match["where"] or "").split(" AND ") if part.strip()]
    tests = tuple(_test(condition, name, fields[name]) for condition in conditions)
    for field in (*selected, *order):
        _check_field(field, name, fields[name])
    return Query(selected, name, tests, order)


def _test(condition: str, name: str, fields: Sequence[str]) -> Test:
    listed = _IN.fullmatch(condition)
    if listed is not None:
        field = listed["field"]
        _check_field(field, name, fields)
        values = {text.replace("\\'", "'") for text in _TEXT.findall(listed["values"])}
        if not values:
            raise SoqlError("MALFORMED_QUERY", "unexpected token: ')'")
        return lambda record: record[field] in values
    compared = _COMPARED.fullmatch(condition)
    if compared is None:
        raise SoqlError("MALFORMED_QUERY", f"unexpected token: {condition[:40]}")
    _check_field(compared["field"], name, fields)
    given = _literal(compared["value"])
    fits = _SIGNS[compared["sign"]]
    cut = 19 if isinstance(given, str) and _INSTANT.fullmatch(given) else None
    value = given[:cut] if cut else given

    compared_field = compared["field"]

    def test(record: Json) -> bool:
        ours = record[compared_field]
        return fits(ours[:cut] if cut and ours is not None else ours, value)

    return test


def _literal(text: str) -> Any:
    words = {"true": True, "false": False, "null": None}
    if text.lower() in words:
        return words[text.lower()]
    quoted = _TEXT.fullmatch(text)
    if quoted:
        return quoted[1].replace("\\'", "'")
    if _INSTANT.fullmatch(text):
        return text
    raise SoqlError("MALFORMED_QUERY", f"unexpected token: {text[:40]}")


def _check_field(field: str, name: str, fields: Sequence[str]) -> None:
    if field not in fields:
        raise SoqlError("INVALID_FIELD", f"No such column '{field}' on entity '{name}'.")
