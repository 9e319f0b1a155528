"""The rules of two tables as a person would write them in SQL, to measure what the gate costs beside it.

One pass counts what breaks each rule, one counts the different keys, one writes the rows to set aside. Keys
are hashed as the gate hashes them, else the gate would win by that alone. A test compares the rows that are
set aside with those of the gate.
"""

from pathlib import Path

import duckdb

from countersign.core.currencies import ISO_CURRENCIES
from countersign.core.warehouse import quote_text
from expectations.addresses import EMAIL

_MAIL = (
    "(contains(landing_page, '@') or contains(landing_page, '%40'))"
    f" and regexp_matches(landing_page, {quote_text(EMAIL)})"
)

_CURRENCIES = ", ".join(quote_text(code) for code in sorted(ISO_CURRENCIES))

KEYS = {
    "ad_performance": "platform, account_id, campaign_id, ad_group_id, account_day",
    "web_sessions": "session_key",
}

# Rule -> condition of the rows that break it, in the order of the suite.
CRITICAL = {
    "ad_performance": {
        "cells_are_readable": "_bad is not null",
        "platform_is_given": "platform is null",
        "account_id_is_given": "account_id is null",
        "campaign_id_is_given": "campaign_id is null",
        "ad_group_id_is_given": "ad_group_id is null",
        "account_day_is_given": "account_day is null",
        "currency_is_given": "currency is null",
        "spend_is_given": "spend is null",
        "currency_is_an_iso_code": f"currency not in ({_CURRENCIES})",
        "spend_is_not_negative": "spend < 0",
        "impressions_is_not_negative": "impressions < 0",
        "clicks_is_not_negative": "clicks < 0",
        "platform_conversions_is_not_negative": "platform_conversions < 0",
        "platform_conversion_value_is_not_negative": "platform_conversion_value < 0",
        "clicks_is_at_most_impressions": "clicks > impressions",
        "account_day_is_not_before_2000": "account_day < date '2000-01-01'",
        "account_day_is_not_in_the_future": "account_day > date '2026-11-16'",
    },
    "web_sessions": {
        "cells_are_readable": "_bad is not null",
        "session_key_is_given": "session_key is null",
        "started_at_is_given": "started_at is null",
        "started_at_is_not_before_2000": "started_at < timestamp '2000-01-01'",
        "started_at_is_not_in_the_future": "started_at >= timestamp '2026-11-16'",
        "session_key_is_not_blank": "trim(session_key) = ''",
        "page_views_is_not_negative": "page_views < 0",
        "conversions_is_not_negative": "conversions < 0",
        "landing_page_has_no_query_string": "contains(landing_page, '?')",
        "landing_page_has_no_email_address": _MAIL,
    },
}
# What is only counted: warnings, and what would condemn the batch.
COUNTED = {
    "ad_performance": (
        "clicks > 0 and spend > 1000 * clicks",
        "account_time_zone is null",
        "channel is null",
        "campaign_name is null",
        "spend > 0 and impressions = 0",
    ),
    "web_sessions": (
        "device not in ('desktop', 'mobile', 'tablet')",
        "conversions > 0 and page_views = 0",
        "visitor_key is null",
        "channel is null",
        "contains(session_key, '@') or contains(visitor_key, '@')",
    ),
}


def check_by_hand(table: str, *, rows: Path, set_aside: Path) -> int:
    """Check a landed file and write the rows to set aside (row_number, rule); returns how many.

    Args:
        table: a table of KEYS.
        rows: the landed Parquet file.
        set_aside: where the rows to set aside are written, as Parquet.
    """
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"create view landed as select * from read_parquet({quote_text(str(rows))})")
        conditions = CRITICAL[table]
        counts = ", ".join(
            f"count(*) filter ({condition})" for condition in (*conditions.values(), *COUNTED[table])
        )
        found = connection.execute(f"select count(*), {counts} from landed").fetchone() or (0,)
        keys = connection.execute(
            f"select count(distinct hash({KEYS[table]})) < count(*) from landed where {_given(table)}"
        ).fetchone()
        broken = any(found[1 : len(conditions) + 1])
        connection.execute("create table aside (row_number bigint, rule varchar)")
        if broken:
            first = " ".join(f"when {condition} then '{rule}'" for rule, condition in conditions.items())
            connection.execute(
                f"insert into aside select _row, case {first} end from landed"
                f" where {' or '.join(f'({condition})' for condition in conditions.values())}"
            )
        if keys and keys[0]:
            connection.execute(_repeats(table))
        copied = connection.execute(
            f"copy (from aside order by row_number) to {quote_text(str(set_aside))} (format parquet)"
        ).fetchone()
        return int(copied[0]) if copied else 0


def _given(table: str) -> str:
    return " and ".join(f"{name} is not null" for name in KEYS[table].split(", "))


def _repeats(table: str) -> str:
    return f"""
        insert into aside
        with twice as (
            select hash({KEYS[table]}) as key_hash from landed where {_given(table)}
            group by key_hash having count(*) > 1
        ),
        good as materialized (
            select * from landed where hash({KEYS[table]}) in (select key_hash from twice)
                and _row not in (select row_number from aside)
        ),
        kept as (select {KEYS[table]}, max(_row) as last from good group by all having count(*) > 1)
        select good._row, 'key_is_unique' from good join kept using ({KEYS[table]})
        where good._row <> kept.last
    """
