"""Which files a mapping names: inside the workspace, of a known kind, in a stable order."""

from collections.abc import Iterable
from pathlib import Path

from countersign.core.errors import SettingsError, SourceError
from countersign.core.workspace import Workspace
from countersign.sources.files.mapping import FileOptions, Format

SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_LISTED = 8


def find_files(workspace: Workspace, options: FileOptions) -> list[Path]:
    """The files that `options.files` names, resolved and sorted by path.

    Raises:
        SourceError: nothing matches, or a match leads out of the workspace or into state/.
        SettingsError: an absolute path without `outside_workspace: true`.
    """
    pattern = options.files
    absolute = Path(pattern).is_absolute()
    if absolute and not options.outside_workspace:
        raise SettingsError(
            "A mapping names files outside the workspace.",
            found=pattern,
            fix="put the files under the workspace, or add `outside_workspace: true` to that entry",
        )
    start = Path(pattern) if absolute else workspace.root / pattern
    found = sorted({path.resolve() for path in _expand(start, options) if path.is_file()})
    if not found:
        raise _nothing(workspace, options, start)
    for path in found:
        _check_inside(workspace, path, outside=absolute)
    return found


def format_of(path: Path, options: FileOptions) -> Format:
    """csv, tsv, parquet or jsonl, as written in the mapping or told by the suffix.

    Raises:
        SourceError: the suffix is not known and the mapping does not say.
    """
    known = options.format or _format_by_suffix(path)
    if known is None:
        raise SourceError(
            "A file's kind cannot be told from its name.",
            found=path.name,
            fix="add `format: csv` (or tsv, parquet, jsonl) to the mapping",
        )
    return known


def label_of(workspace: Workspace, path: Path) -> str:
    """A path as people know it: relative to the workspace where it lies inside."""
    root = workspace.root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _format_by_suffix(path: Path) -> Format | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return SUFFIXES.get(suffixes[-1]) if suffixes else None


def _expand(start: Path, options: FileOptions) -> Iterable[Path]:
    # A file whose name holds [ or * is taken as that file before it is taken as a glob.
    if start.is_file():
        return [start]
    if start.is_dir():
        return [
            path
            for path in start.iterdir()
            if not path.name.startswith((".", "~")) and (options.format or _format_by_suffix(path))
        ]
    parts = start.parts
    fixed = next((at for at, part in enumerate(parts) if any(mark in part for mark in "*?[")), None)
    if fixed is None or ".." in parts[fixed:]:
        return []
    matches = Path(*parts[:fixed]).glob(str(Path(*parts[fixed:])))
    return [path for path in matches if not path.name.startswith((".", "~"))]


def _check_inside(workspace: Workspace, path: Path, *, outside: bool) -> None:
    root = workspace.root.resolve()
    if path.is_relative_to(workspace.state.resolve()):
        raise SourceError(
            "A mapping names Countersign's own files.",
            found=label_of(workspace, path),
            fix="map files of the drop folder, not of state/",
        )
    if not outside and not path.is_relative_to(root):
        raise SourceError(
            "A mapped file leads out of the workspace.",
            found=f"{path.name} is a link or a path to a place outside {root.name}/",
            fix="copy the file into the workspace, or name it by its absolute path with "
            "`outside_workspace: true`",
        )


def _nothing(workspace: Workspace, options: FileOptions, start: Path) -> SourceError:
    folder = start if start.is_dir() else start.parent
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    inside = folder.resolve().is_relative_to(workspace.root.resolve())
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) if inside else []
    present = ", ".join(names[:_LISTED]) + (" ..." if len(names) > _LISTED else "")
    return SourceError(
        f"No file matches {options.files!r}.",
        found=f"in {label_of(workspace, folder.resolve())}: {present or 'nothing'}",
        fix="put the file there, or correct `files` in config/sources.yaml",
    )
