"""Requests and answers held against Google's discovery documents; what they do not know is refused."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from jsonschema import Draft202012Validator

Json = dict[str, Any]


@dataclass(frozen=True)
class Exchange:
    """One request as it was sent, and its answer."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Json | None
    status: int
    answer: Json


@contextmanager
def exchanges_seen(monkeypatch: pytest.MonkeyPatch, *, below: str) -> Iterator[list[Exchange]]:
    """Every request that is sent meanwhile; `below` is the part of paths that only the sandbox has."""
    seen: list[Exchange] = []
    send = requests.Session.send

    def sent(self, request, **said):
        response = send(self, request, **said)
        parts = urlsplit(request.url)
        if not parts.path.endswith("/token"):
            body = json.loads(request.body) if request.body else None
            path = parts.path.removeprefix(below)
            query = parse_qs(parts.query)
            seen.append(Exchange(request.method, path, query, body, response.status_code, response.json()))
        return response

    with monkeypatch.context() as patch:
        patch.setattr(requests.Session, "send", sent)
        yield seen


class Specification:
    """One or more discovery documents."""

    def __init__(self, test_data: Path, *names: str) -> None:
        self._documents = []
        for name in names:
            path = test_data / "google_discovery" / f"{name}.json"
            if not path.is_file():
                pytest.skip(f"{path.name} is not in the test data: set COUNTERSIGN_TEST_DATA to its folder")
            self._documents.append(json.loads(path.read_text(encoding="utf-8")))

    def problems(self, exchange: Exchange) -> list[str]:
        """What a request or its answer has that the documents do not allow; empty when all fits."""
        document, method = self._method_of(exchange)
        if method is None:
            return [f"no such method: {exchange.method} {exchange.path}"]
        known = {*document["parameters"], *method["parameters"]}
        found = [f"unknown parameter {name}" for name in exchange.query if name not in known]
        if (exchange.body is None) != ("request" not in method):
            found.append("a body where there is none, or none where there is one")
        if exchange.body is not None and "request" in method:
            found += _misfits(document, method["request"]["$ref"], exchange.body, place="request")
        return found + _misfits(document, method["response"]["$ref"], exchange.answer, place="answer")

    def _method_of(self, exchange: Exchange) -> tuple[Json, Json | None]:
        for document in self._documents:
            for method in _methods(document):
                pattern = re.sub(
                    r"\\\{\w+\\\}", "[^/:]+", re.escape("/" + method.get("flatPath", method["path"]))
                )
                path = (
                    exchange.path if "%" not in exchange.path else re.sub(r"%[0-9A-F]{2}", "_", exchange.path)
                )
                if method["httpMethod"] == exchange.method and re.fullmatch(pattern, path):
                    return document, method
        return self._documents[0], None


def _methods(resource: Json) -> Iterator[Json]:
    yield from resource.get("methods", {}).values()
    for one in resource.get("resources", {}).values():
        yield from _methods(one)


def _misfits(document: Json, name: str, value: Json, *, place: str) -> list[str]:
    schema = {
        "$ref": f"#/$defs/{name}",
        "$defs": {key: _as_json_schema(one) for key, one in document["schemas"].items()},
    }
    return [
        f"{place}{error.json_path[1:]}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(value)
    ]


def _as_json_schema(schema: Json) -> Json:
    """A discovery schema as JSON schema: other references, and no property that it does not name."""
    found: Json = {}
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    if schema.get("type", "any") != "any":
        found["type"] = schema["type"]
    if "enum" in schema:
        found["enum"] = schema["enum"]
    if "items" in schema:
        found["items"] = _as_json_schema(schema["items"])
    if schema.get("type") == "object":
        found["properties"] = {
            name: _as_json_schema(one) for name, one in schema.get("properties", {}).items()
        }
        more = schema.get("additionalProperties")
        found["additionalProperties"] = _as_json_schema(more) if more else False
    return found
