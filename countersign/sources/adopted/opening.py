"""From the word after `adopt` to an open store: a name with a secret URL, or a path."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from countersign.core.errors import SettingsError, SourceError
from countersign.core.settings import source_secret_name
from countersign.core.workspace import Workspace
from countersign.sources.adopted.files_store import DuckDBStore, ParquetStore
from countersign.sources.adopted.stores import Store

_DUCKDB = b"DUCK"


@contextmanager
def open_store(
    workspace: Workspace, connection: str, *, secrets: Mapping[str, SecretStr], scratch: Path
) -> Iterator[Store]:
    """The store that a connection names, for reading only.

    Args:
        workspace: relative paths are tried in it.
        connection: the name of COUNTERSIGN_SECRET_<NAME>_URL, or a path.
        secrets: of the environment, by the rest of their variable's name.
        scratch: a private directory for copies.

    Raises:
        SettingsError: there is neither such a secret nor such a path.
        SourceError: the place cannot be read.
    """
    store = _store(workspace, connection, secrets=secrets, scratch=scratch)
    try:
        yield store
    finally:
        store.close()


def _store(
    workspace: Workspace, connection: str, *, secrets: Mapping[str, SecretStr], scratch: Path
) -> Store:
    url = secrets.get(f"{connection}_URL".upper())
    if url is not None and url.get_secret_value().strip():
        # Imported here: few workspaces read Postgres.
        from countersign.sources.adopted.postgres_store import PostgresStore

        return PostgresStore(url.get_secret_value().strip(), scratch)
    path = _path(workspace, connection)
    if path is None:
        raise _nothing(connection)
    if path.is_dir():
        return ParquetStore(path, scratch)
    with path.open("rb") as file:
        head = file.read(12)
    if head[8:12] != _DUCKDB:
        raise SourceError(
            "A file to adopt is not DuckDB's.",
            found=path.name,
            fix="give a DuckDB file or a folder of Parquet; other files are mapped with data draft-mapping",
        )
    return DuckDBStore(path, scratch)


def _path(workspace: Workspace, connection: str) -> Path | None:
    given = Path(connection).expanduser()
    path = given if given.is_absolute() else workspace.root / given
    if not path.exists():
        return None
    resolved = path.resolve()
    if resolved.is_relative_to(workspace.state.resolve()):
        raise SettingsError(
            "A connection names Countersign's own files.",
            found=connection,
            fix="give the database that your loader fills",
        )
    return resolved


def _nothing(connection: str) -> SettingsError:
    if "://" in connection:
        # A URL may hold a password, which would end in the shell's history and in config.
        return SettingsError(
            "A connection is named, its URL is a secret.",
            found="a URL",
            fix="set COUNTERSIGN_SECRET_WAREHOUSE_URL to it and give WAREHOUSE",
        )
    return SettingsError(
        "There is no such connection.",
        found=f"no path {connection} in the workspace, and no {source_secret_name(connection, 'url')}"
        if connection.isidentifier()
        else f"no path {connection} in the workspace",
        fix="give a DuckDB file, a folder of Parquet, or the NAME of COUNTERSIGN_SECRET_<NAME>_URL",
    )
