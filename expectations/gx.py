"""Great Expectations, imported without Spark: everything of it that this room uses.

Where pyspark is installed, Great Expectations imports it, with its client for remote clusters, and that ends
the process when it takes it for a run of doctests (it does so in any process without a main file). It is
seconds of start-up besides, and the gate runs on DuckDB.
"""

import importlib
import sys
from typing import Any

_SPARK = "pyspark"


def _import_without_spark() -> None:
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == _SPARK}
    blocked: dict[str, Any] = {_SPARK: None}
    sys.modules.update(blocked)
    try:
        importlib.import_module("great_expectations")
    finally:
        del sys.modules[_SPARK]
        sys.modules.update(kept)


_import_without_spark()

import great_expectations as gx  # noqa: E402 only after Spark was kept out
import great_expectations.expectations as gxe  # noqa: E402
from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: E402
from great_expectations.execution_engine import sqlalchemy_execution_engine  # noqa: E402

__all__ = ["ProgressBarsConfig", "gx", "gxe", "sqlalchemy_execution_engine"]
