"""A few rows as Fivetran writes them, for tests that change one thing."""

from contextlib import contextmanager
from pathlib import Path

import duckdb

GOOGLE = """
create schema google_ads;
create table google_ads.campaign_stats (
    id bigint, customer_id bigint, "date" date, cost_micros bigint, impressions bigint, clicks bigint,
    conversions double, _fivetran_synced timestamptz);
create table google_ads.campaign_history (
    id bigint, customer_id bigint, "name" varchar, updated_at timestamptz, _fivetran_synced timestamptz);
create table google_ads.account_history (
    id bigint, currency_code varchar, time_zone varchar, updated_at timestamptz,
    _fivetran_synced timestamptz);
insert into google_ads.campaign_stats values
    (7, 1, '2026-10-01', 1230000, 100, 5, 0.5, '2026-10-02 04:00:00+00'),
    (7, 1, '2026-10-02', 2000001, 200, 9, 1, '2026-10-03 04:00:00+00');
insert into google_ads.campaign_history values
    (7, 1, 'First name', '2026-09-01', '2026-10-02 04:00:00+00'),
    (7, 1, 'Second name', '2026-10-02 09:00:00+00', '2026-10-03 04:00:00+00');
insert into google_ads.account_history values
    (1, 'EUR', 'Europe/Berlin', '2026-09-01', '2026-10-02 04:00:00+00');
"""
HUBSPOT = """
create schema hubspot;
create table hubspot.contact (
    id bigint, _fivetran_deleted boolean, property_createdate timestamp, property_email varchar,
    property_hs_analytics_source varchar, property_lead_region varchar, _fivetran_synced timestamptz);
insert into hubspot.contact values
    (1, false, '2026-10-01', 'one@example.com', 'PAID_SEARCH', 'North', '2026-10-02 04:00:00+00'),
    (2, false, '2026-10-02', 'two@example.com', 'Partnership', 'South', '2026-10-02 04:00:00+00'),
    (3, true, '2026-10-03', 'three@example.com', 'OFFLINE', 'South', '2026-10-02 04:00:00+00');
"""


def write_tables(target: Path, *statements: str) -> Path:
    """A DuckDB file with those tables."""
    with duckdb.connect(str(target)) as connection:
        for statement in statements:
            connection.execute(statement)
    return target


@contextmanager
def changed(target: Path):
    """The loader's next sync: a connection that may write."""
    with duckdb.connect(str(target)) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection
