"""What a load of adopted tables would land, before anything is."""

from countersign.core.workspace import Workspace
from countersign.sources.adopted.copying import copy_read
from countersign.sources.adopted.landing import find_reads, open_source, tables_of
from countersign.sources.adopted.shipped import read_of
from countersign.sources.connecting.landing import Load
from countersign.sources.files.checking import MappingReport, check_tables
from countersign.sources.files.planning import scratch_directory


def check_adopted(load: Load) -> list[MappingReport]:
    """Copy the tables that can be filled and report on them; nothing is landed or remembered.

    Raises:
        SourceError: the store cannot be read, or a table or column that is needed is not there.
        SettingsError: the connection is not known.
    """
    with scratch_directory(load.workspace) as scratch, open_source(load, scratch) as store:
        matched = find_reads(load, store)
        counts = {
            name: copy_read(store, one, scratch / "copied" / f"{name}.parquet")
            for name, one in matched.items()
        }
        given = [table for table in tables_of(load) if counts[read_of(table.files)]]
        return check_tables(
            load.workspace,
            load.company,
            load.name,
            given,
            files=Workspace(scratch / "copied"),
            pseudonym_key=load.pseudonym_key,
        )
