"""Land adopted tables: copy what the mapping reads to private files, then land those as any file."""

from countersign.core.contracts import Batch
from countersign.core.errors import SourceError
from countersign.sources.connecting.landing import Load


def land_adopted(load: Load) -> list[Batch]:
    """Land the tables that another loader filled.

    Raises:
        SourceError: no loader's tables can be read yet.
    """
    raise SourceError(
        "Adopted tables cannot be read yet.", found=load.name, fix="use files or a connector for this source"
    )
