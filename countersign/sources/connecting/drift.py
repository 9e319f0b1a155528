"""Schema drift: what changed in a vendor's records since they were last read.

A new field is kept (in the raw pages) and reported. A field that the mapping reads and that every record had
is refused when it is gone or has another JSON kind: silence would land empty columns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from countersign.core.errors import SourceError
from countersign.sources.connecting.progress import FieldSeen

# In a handful of records an optional field may be missing by chance.
ENOUGH_RECORDS = 20
_DEPTH = 3
_LISTED = 8
_KINDS: dict[type, str] = {
    str: "string",
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    dict: "object",
    list: "array",
}


@dataclass
class FieldCounts:
    """Counts, by JSON path, of the kinds that the records read so far have there."""

    records: int = 0
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    # The same counts by prefix and name: writing a path for every field of every record is slow.
    _known: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)

    def add(self, record: Mapping[str, Any]) -> None:
        """Count the fields of one record."""
        self.records += 1
        self._add(record, "$", _DEPTH)

    def seen(self) -> dict[str, FieldSeen]:
        """The fields as they are remembered; nulls tell no kind."""
        return {
            path: FieldSeen(
                kinds=tuple(sorted(kind for kind in kinds if kind != "null")),
                is_always_there=sum(kinds.values()) == self.records and "null" not in kinds,
            )
            for path, kinds in sorted(self.kinds.items())
        }

    def _add(self, record: Mapping[str, Any], prefix: str, depth: int) -> None:
        known = self._known.setdefault(prefix, {})
        for name, value in record.items():
            kinds = known.get(name)
            if kinds is None:
                kinds = known[name] = self.kinds.setdefault(f"{prefix}.{name}", {})
            kind = _KINDS.get(type(value)) or _kind(value)
            kinds[kind] = kinds.get(kind, 0) + 1
            if kind == "object" and depth > 1:
                self._add(value, f"{prefix}.{name}", depth - 1)


@dataclass(frozen=True)
class Drift:
    """What is different: fields that are new, and mapped ones that are gone or of another kind."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    retyped: tuple[str, ...]


def find_drift(
    before: Mapping[str, FieldSeen], now: Mapping[str, FieldSeen], *, mapped: Iterable[str], records: int
) -> Drift:
    """Compare the fields of a chunk with those seen before.

    Args:
        before: fields by JSON path as remembered; empty for a first load.
        now: fields of the chunk.
        mapped: paths that the mapping reads; others are free to come and go.
        records: number of records in the chunk.
    """
    read = set(mapped)
    if not before:
        return Drift((), (), ())
    added = tuple(path for path in now if path not in before)
    removed = tuple(
        path
        for path, field_seen in before.items()
        if path in read and field_seen.is_always_there and path not in now and records >= ENOUGH_RECORDS
    )
    retyped = tuple(
        path
        for path, field_seen in now.items()
        if path in read and path in before and _is_other(before[path].kinds, field_seen.kinds)
    )
    return Drift(added, removed, retyped)


def refuse_drift(drift: Drift, *, source: str, part: str) -> None:
    """Refuse a chunk whose mapped fields are gone or have another kind.

    Raises:
        SourceError: with the fields and what to do; nothing of the chunk lands.
    """
    if not (drift.removed or drift.retyped):
        return
    gone = [f"{path} is gone" for path in drift.removed]
    other = [f"{path} has another type" for path in drift.retyped]
    raise SourceError(
        "The vendor changed its records, so nothing of this part was landed.",
        found=f"{source}.{part}: {', '.join((gone + other)[:_LISTED])}",
        fix=f"map the new field under `columns` of {source} in config/sources.yaml; if the change is fine as"
        f" it is, run `countersign data load {source} --accept-drift`",
    )


def merged_fields(
    before: Mapping[str, FieldSeen], now: Mapping[str, FieldSeen], *, records: int
) -> dict[str, FieldSeen]:
    """What to remember after a chunk: all kinds ever seen, and whether the field is always there now."""
    merged = dict(before)
    for path, seen in now.items():
        kinds = set(seen.kinds) | set(before[path].kinds if path in before else ())
        # A handful of records says of no field that it is always there.
        was = path in before and before[path].is_always_there
        is_always = seen.is_always_there and (was or records >= ENOUGH_RECORDS)
        merged[path] = FieldSeen(kinds=tuple(sorted(kinds)), is_always_there=is_always)
    if records >= ENOUGH_RECORDS:
        for path in before.keys() - now.keys():
            merged[path] = before[path].model_copy(update={"is_always_there": False})
    return merged


def _is_other(before: tuple[str, ...], now: tuple[str, ...]) -> bool:
    return bool(before and now) and not set(before) & set(now)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"
