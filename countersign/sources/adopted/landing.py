"""Land adopted tables: copy what the mapping reads to private files, then land those as any file.

A landed table whose tables at the loader did not change since (newest sync, count) is not read again. One
that did is read whole: its file has the same name, so what it no longer holds is withdrawn.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from countersign.core.contracts import Batch
from countersign.core.errors import SourceError
from countersign.core.hashing import digest_of
from countersign.core.log import EventLog
from countersign.core.workspace import Workspace
from countersign.sources.adopted.copying import copy_read
from countersign.sources.adopted.matching import Matched, match_reads, with_own_columns
from countersign.sources.adopted.opening import open_store
from countersign.sources.adopted.progress import AdoptedProgress, Landed, read_adopted, write_adopted
from countersign.sources.adopted.shipped import Shipped, read_of, read_shipped, with_listed_rows
from countersign.sources.adopted.stores import Store
from countersign.sources.connecting.landing import Load
from countersign.sources.files.landing import land_tables
from countersign.sources.files.mapping import TableMapping
from countersign.sources.files.planning import mapping_hash_of, scratch_directory
from countersign.sources.files.sources_file import Adopted
from countersign.sources.personal.protection import read_protection

log = EventLog(__name__)

MISSING_FIX = (
    "let the loader sync it again (check its field selection), or run `countersign data adopt` to see all"
)


@dataclass(frozen=True)
class Wanted:
    """A landed table that can be filled: its mapping, the reads it takes, and what tells their change."""

    mapping: TableMapping
    key: str
    reads: tuple[str, ...]
    made_of: str | None


def land_adopted(load: Load) -> list[Batch]:
    """Land what changed in the tables that another loader fills.

    Raises:
        SourceError: the store cannot be read, a table or column that is needed is not there, or a table
            that had rows is empty. Nothing of the source is landed then.
        SettingsError: the connection is not known.
    """
    with scratch_directory(load.workspace) as scratch, open_source(load, scratch) as store:
        matched = find_reads(load, store)
        before = read_adopted(load.workspace, load.name)
        wanted = _changed(load, _wanted(load, matched, store, before), before)
        counts = _copied(store, matched, wanted, scratch / "copied")
        given = _with_rows(load, wanted, counts, before)
        batches = _landed(load, given, files=Workspace(scratch / "copied"))
        _remember(load, wanted, counts, before)
    return batches


@contextmanager
def open_source(load: Load, scratch: Path) -> Iterator[Store]:
    """The store that a source's tables lie in.

    Raises:
        SettingsError: the connection is not known.
        SourceError: it cannot be read.
    """
    connection = _adopted(load).connection
    with open_store(load.workspace, connection, secrets=load.secrets, scratch=scratch) as store:
        yield store


def find_reads(load: Load, store: Store) -> dict[str, Matched]:
    """Every read of a source's mapping with the table that it is.

    Raises:
        SourceError: a table or column that is needed is not there.
    """
    adopted = _adopted(load)
    shipped = read_shipped(adopted.loader, adopted.vendor)
    matched = match_reads(
        shipped,
        store.tables(),
        loader=adopted.loader,
        schema=adopted.schema_name,
        vendor=adopted.vendor,
    )
    _check_readable(load.name, shipped, matched)
    return with_own_columns(matched, load.source.tables)


def tables_of(load: Load) -> list[TableMapping]:
    """The source's mappings as they are landed."""
    adopted = _adopted(load)
    shipped = read_shipped(adopted.loader, adopted.vendor)
    return [with_listed_rows(shipped, table) for table in load.source.tables]


def _check_readable(name: str, shipped: Shipped, matched: dict[str, Matched]) -> None:
    telling = {read: one for read, one in matched.items() if one.read.tells}
    for one in telling.values():
        if one.near and not any(other.table for other in telling.values()):
            table, lacking = one.near
            raise SourceError(
                "A loader's table lacks columns that are needed.",
                found=f"{name}: {table.label} has no {', '.join(lacking)}",
                fix=MISSING_FIX,
            )
    if not any(one.table for one in telling.values()):
        names = ", ".join(one.read.tables[0] for one in telling.values())
        raise SourceError(
            f"No table of {shipped.title} is where it was adopted from.",
            found=f"{name}: none of {names} can be seen",
            fix="check `schema` in config/sources.yaml and the rights of the login, or run"
            " `countersign data adopt`",
        )


def _wanted(load: Load, matched: dict[str, Matched], store: Store, before: AdoptedProgress) -> list[Wanted]:
    protection = read_protection(load.workspace, load.pseudonym_key).identity
    prints: dict[str, str | None] = {}
    found = []
    for mapping in tables_of(load):
        main = read_of(mapping.files)
        key = f"{mapping.table}<-{main}"
        if matched[main].table is None:
            _check_not_lost(load, key, matched[main], before)
            log.info("adopted_table_absent", source=load.name, table=mapping.table, read=main)
            continue
        reads = tuple(dict.fromkeys([main, *(read_of(join.files) for join in mapping.join)]))
        for read in reads:
            if read not in prints:
                prints[read] = _fingerprint(store, matched[read])
        told = [prints[read] for read in reads]
        made_of = None if None in told else digest_of([mapping_hash_of(mapping), protection, told])
        found.append(Wanted(mapping, key, reads, made_of))
    return found


def _fingerprint(store: Store, matched: Matched) -> str | None:
    """What tells that a read's rows, or the way they are read, changed; None when nothing does."""
    if matched.table is None:
        return "no table"
    told = store.fingerprint(matched.table, matched.synced)
    if told is None:
        return None
    columns = [[ours, one.name, one.part] for ours, one in sorted(matched.columns.items())]
    read = matched.read.model_dump(mode="json", exclude_defaults=True)
    return digest_of([told, matched.table.label, columns, read])


def _check_not_lost(load: Load, key: str, matched: Matched, before: AdoptedProgress) -> None:
    if key not in before.landed or load.accept_drift:
        return
    lacking = f"{matched.near[0].label} has no {', '.join(matched.near[1])}" if matched.near else ""
    raise SourceError(
        "A loader's table that was landed before cannot be read any more.",
        found=f"{load.name}: {lacking or f'no table {matched.read.tables[0]}'}",
        fix=f"{MISSING_FIX}; `countersign data load {load.name} --accept-drift` goes on without it",
    )


def _changed(load: Load, wanted: Sequence[Wanted], before: AdoptedProgress) -> list[Wanted]:
    def is_landed(one: Wanted) -> bool:
        known = before.landed.get(one.key)
        return known is not None and known.made_of is not None and known.made_of == one.made_of

    return [one for one in wanted if not is_landed(one)]


def _copied(
    store: Store, matched: dict[str, Matched], wanted: Sequence[Wanted], place: Path
) -> dict[str, int]:
    needed = dict.fromkeys(read for one in wanted for read in one.reads)
    return {read: copy_read(store, matched[read], place / f"{read}.parquet") for read in needed}


def _with_rows(
    load: Load, wanted: Sequence[Wanted], counts: dict[str, int], before: AdoptedProgress
) -> list[TableMapping]:
    given = []
    for one in wanted:
        known = before.landed.get(one.key)
        if counts[one.reads[0]]:
            given.append(one.mapping)
        elif known and known.rows and not load.accept_drift:
            raise SourceError(
                "A loader's table that had rows is empty now.",
                found=f"{load.name}: {one.reads[0]} had {known.rows:,} rows",
                fix="let the loader sync it again; `countersign data load "
                f"{load.name} --accept-drift` goes on, and what was loaded of it stays",
            )
    return given


def _landed(load: Load, given: Sequence[TableMapping], *, files: Workspace) -> list[Batch]:
    if not given:
        return []
    return land_tables(
        load.workspace,
        load.company,
        load.name,
        given,
        files=files,
        landed_at=load.landed_at,
        pseudonym_key=load.pseudonym_key,
        may_be_empty=True,
    )


def _remember(load: Load, wanted: Sequence[Wanted], counts: dict[str, int], before: AdoptedProgress) -> None:
    now = {one.key: Landed(made_of=one.made_of, rows=counts[one.reads[0]]) for one in wanted}
    write_adopted(load.workspace, load.name, AdoptedProgress(landed={**before.landed, **now}))
    for one in wanted:
        log.info("adopted_table_landed", source=load.name, table=one.mapping.table, rows=counts[one.reads[0]])


def _adopted(load: Load) -> Adopted:
    if load.source.adopted is None:
        raise ValueError(f"{load.name} adopts no tables")
    return load.source.adopted
