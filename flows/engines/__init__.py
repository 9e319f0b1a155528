"""The same dbt project on other engines: copy what was landed, build there, compare every table.

DuckDB stays the warehouse that the landing gate writes. `python -m flows.engines WORKSPACE TARGET` copies the
tables that dbt reads to Postgres or Spark, runs the same build there and holds every fact and mart
against DuckDB's. docs/scale.md tells when that is worth it.
"""
