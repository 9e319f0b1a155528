"""One demo company on disk for the tests that only read it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from countersign.sources.demo import DemoCompany, write_demo, write_second_week

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoCompany:
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def second_week(tmp_path_factory: pytest.TempPathFactory) -> DemoCompany:
    root = tmp_path_factory.mktemp("second_week")
    write_demo(root)
    return write_second_week(root)


@pytest.fixture(scope="session")
def reader_of() -> Callable[[Path], Ask]:
    """A function that opens the raw files of a demo for questions in SQL."""
    return _read_raw_files


@pytest.fixture(scope="session")
def ask(demo: DemoCompany) -> Ask:
    return _read_raw_files(demo.root)


def _read_raw_files(root: Path) -> Ask:
    # vendors' names and formats are read as a person would, not through our own mapping
    connection = duckdb.connect()
    data = root / "data"
    connection.execute(f"""
        create view google as select "segments.date"::date as day, "campaign.id"::varchar as campaign_id,
            "ad_group.id"::varchar as ad_group_id, "customer.currency_code" as currency,
            "metrics.cost_micros" / 1e6 as spend, "metrics.clicks" as clicks,
            "metrics.impressions" as impressions, "metrics.conversions" as conversions
        from read_csv('{data}/google_ads/*.csv', union_by_name = true);
        create view meta as select date_start::date as day, campaign_id, adset_id as ad_group_id,
            account_currency as currency, spend::double as spend, clicks::bigint as clicks,
            impressions::bigint as impressions, conversions::double as conversions, filename
        from read_json('{data}/meta_ads/*.jsonl.gz', format = 'newline_delimited', filename = true);
        create view linkedin as select strptime("Startdatum (UTC)", '%d.%m.%Y')::date as day,
            "Kampagnengruppen-ID" as campaign_id, "Kampagnen-ID" as ad_group_id, "Währung" as currency,
            translate("costInLocalCurrency", ',.', '.')::double as spend, "Klicks"::bigint as clicks,
            "Impressions"::bigint as impressions, filename
        from read_csv('{data}/linkedin_ads/*.csv', delim = ';', all_varchar = true, filename = true);
        create view sessions as select * from '{data}/web_analytics/*.parquet';
        create view leads as select *, strptime("Created", '%d.%m.%Y %H:%M') as created_at
        from read_csv('{data}/crm/leads.csv', all_varchar = true);
        create view stages as select *, strptime("Changed", '%d.%m.%Y %H:%M') as changed_at
        from read_csv('{data}/crm/stage_history.csv', all_varchar = true);
        create view deals as select * from read_csv('{data}/crm/deals.csv', all_varchar = true);
        create view activities as select *, strptime("Done", '%d.%m.%Y %H:%M') as done_at
        from read_csv('{data}/crm/activities.csv', all_varchar = true);
        create view feedback as select *, try_strptime("Decided", '%d.%m.%Y %H:%M') as decided_at
        from read_csv('{data}/sales/feedback.csv', all_varchar = true);
    """)
    return lambda sql: connection.execute(sql).fetchall()
