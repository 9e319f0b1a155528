"""The demo company as Fivetran would have copied it: its ad accounts and its HubSpot, from the simulator."""

import shutil
from pathlib import Path

import duckdb
import psycopg2
from psycopg2 import sql

from countersign.sources.demo import company
from countersign.sources.demo.simulate import World, simulated

# Fivetran names what it copied; ids of HubSpot are numbers.
_PERSON = "500000 + row_number() over (order by lead_id)"
SYNCED = "timestamptz '2026-11-16 04:00:00+00'"
STAGES = {
    "New": "lead",
    "Marketing qualified": "marketingqualifiedlead",
    "Accepted by sales": "198001",
    "Sales qualified": "salesqualifiedlead",
    "Offer": "opportunity",
    "Customer": "customer",
    "Not a fit": "198002",
    "Offer lost": "198002",
}
SOURCES = {
    "PPC Google": ("PAID_SEARCH", "Google"),
    "Meta Ads": ("PAID_SOCIAL", "Facebook"),
    "LinkedIn Ads": ("PAID_SOCIAL", "LinkedIn"),
    "Organic": ("ORGANIC_SEARCH", "Google"),
    "Direct / none": ("DIRECT_TRAFFIC", ""),
    "Newsletter": ("EMAIL_MARKETING", ""),
    "Partner site": ("REFERRALS", "sensor-portal"),
    "Trade fair": ("OFFLINE", "IMPORT"),
}

_ADS = """
create schema google_ads;
create table google_ads.campaign_stats as
select {account_google}::bigint as customer_id, day as date, campaign_id::bigint as id,
    (spend * 1000000)::bigint as cost_micros, impressions, clicks, conversions,
    conversions * 120 as conversions_value, md5(concat(day, ad_group_id)) as _fivetran_id,
    {synced} as _fivetran_synced
from ad_days where platform = 'google_ads';
create table google_ads.campaign_history as
select distinct campaign_id::bigint as id, campaign as name, {account_google}::bigint as customer_id,
    timestamp '2026-01-01' as updated_at, {synced} as _fivetran_synced
from ad_days where platform = 'google_ads';
create table google_ads.account_history as
select {account_google}::bigint as id, 'EUR' as currency_code, 'Europe/Berlin' as time_zone,
    timestamp '2026-01-01' as updated_at, {synced} as _fivetran_synced;

create schema facebook_ads;
create table facebook_ads.basic_ad as
select ad_group_id as ad_id, {account_meta}::bigint as account_id, day as date, spend::double as spend,
    impressions, clicks as inline_link_clicks, {synced} as _fivetran_synced
from ad_days where platform = 'meta_ads';
create table facebook_ads.basic_ad_actions as
select ad_group_id as ad_id, day as date, 'lead' as action_type, round(conversions) as value, 0 as index,
    {synced} as _fivetran_synced
from ad_days where platform = 'meta_ads' and round(conversions) > 0
union all
select ad_group_id, day, 'link_click', clicks, 1, {synced} from ad_days where platform = 'meta_ads';
create table facebook_ads.ad_history as
select distinct ad_group_id as id, campaign_id::bigint as campaign_id, ad_group as name,
    timestamp '2026-01-01' as updated_time, {synced} as _fivetran_synced
from ad_days where platform = 'meta_ads';
create table facebook_ads.campaign_history as
select distinct campaign_id::bigint as id, campaign as name, timestamp '2026-01-01' as updated_time,
    {synced} as _fivetran_synced
from ad_days where platform = 'meta_ads';
create table facebook_ads.account_history as
select {account_meta}::bigint as id, 'EUR' as currency, 'Europe/Berlin' as timezone_name,
    {synced} as _fivetran_synced;

create schema linkedin_ads;
create table linkedin_ads.ad_analytics_by_campaign as
select campaign_id::bigint as campaign_id, day::timestamp as day, sum(spend) as cost_in_local_currency,
    sum(impressions) as impressions, sum(clicks) as clicks, sum(round(conversions)) as one_click_leads,
    {synced} as _fivetran_synced
from ad_days where platform = 'linkedin_ads' group by all;
create table linkedin_ads.campaign_history as
select distinct campaign_id::bigint as id, campaign as name, {account_linkedin}::bigint as account_id,
    timestamp '2026-01-01' as last_modified_time, {synced} as _fivetran_synced
from ad_days where platform = 'linkedin_ads';
create table linkedin_ads.account_history as
select {account_linkedin}::bigint as id, 'EUR' as currency, timestamp '2026-01-01' as last_modified_time,
    {synced} as _fivetran_synced;
"""

_CRM = """
create schema hubspot;
create temp table people as select lead_id, {person} as id from lead_cards;
create table hubspot.contact as
select people.id, false as _fivetran_deleted, utc(created_at) as property_createdate,
    stages.value as property_lifecyclestage, sources.source as property_hs_analytics_source,
    sources.detail as property_hs_analytics_source_data_1, campaign as property_hs_analytics_source_data_2,
    lower(first_name || '.' || last_name || '.' || right(lead_id, 5)) || '@example.com' as property_email,
    country as property_country, size as property_company_size,
    hash(account_id) % 1000000 as property_associatedcompanyid, {synced} as _fivetran_synced
from lead_cards inner join people using (lead_id) inner join sources using (crm_source)
left join stages using (stage);
insert into hubspot.contact (id, _fivetran_deleted, property_createdate, property_email, _fivetran_synced)
values (499998, true, timestamp '2026-10-01', 'gone@example.com', {synced}),
    (499999, false, timestamp '2026-10-01', 'merged@example.com', {synced});
create table hubspot.contact_merge_audit as
select (select min(id) from people) as canonical_vid, 499999::bigint as vid_to_merge,
    timestamp '2026-10-05 10:00:00' as timestamp, {synced} as _fivetran_synced;
create table hubspot.contact_property_history as
select people.id as contact_id, 'lifecyclestage' as name, stages.value, utc(changed_at) as timestamp,
    {synced} as _fivetran_synced
from lead_stages inner join people using (lead_id) inner join stages using (stage)
union all
select id, 'jobtitle', 'Engineer', timestamp '2026-10-05', {synced} from people;
create table hubspot.company as
select distinct hash(account_id) % 1000000 as id, false as is_deleted, account_id as property_name,
    {synced} as _fivetran_synced from lead_cards;
create table hubspot.deal as
select 900000 + people.id as deal_id, false as is_deleted, utc(deal_at) as property_createdate,
    case when closed_at is null or closed_at >= getvariable('until') then 'open'
        when is_winner then 'won' else 'lost' end as deal_pipeline_stage_id,
    utc(coalesce(closed_at, deal_at + interval 60 day)) as property_closedate,
    amount as property_amount, {synced} as _fivetran_synced
from lead_cards inner join people using (lead_id)
where deal_at < getvariable('until');
create table hubspot.deal_contact as
select deal_id, deal_id - 900000 as contact_id, {synced} as _fivetran_synced from hubspot.deal;
create table hubspot.deal_pipeline_stage as
select *, {synced} as _fivetran_synced from (values
    ('open', 'Offer', false, false), ('won', 'Won', true, true), ('lost', 'Lost', true, false)
) as told(stage_id, label, is_closed, closed_won);
"""


def write_shop(target: Path, world: World) -> Path:
    """A DuckDB file with the demo company's tables as Fivetran shapes them."""
    said = {
        "synced": SYNCED,
        "person": _PERSON,
        "account_google": company.ACCOUNTS["google_ads"],
        "account_meta": company.ACCOUNTS["meta_ads"].removeprefix("act_"),
        "account_linkedin": company.ACCOUNTS["linkedin_ads"],
    }
    with simulated(world) as connection:
        connection.execute("create temp table stages (stage varchar, value varchar)")
        connection.executemany("insert into stages values (?, ?)", list(STAGES.items()))
        connection.execute("create temp table sources (crm_source varchar, source varchar, detail varchar)")
        rows = [(name, source, detail) for name, (source, detail) in SOURCES.items()]
        connection.executemany("insert into sources values (?, ?, ?)", rows)
        connection.execute((_ADS + _CRM).format(**said))
        connection.execute(f"attach '{target}' as shop")
        for schema, table in _tables(connection):
            connection.execute(f"create schema if not exists shop.{schema}")
            connection.execute(f"create table shop.{schema}.{table} as select * from {schema}.{table}")
    return target


def copy_to_postgres(origin: Path, url: str, scratch: Path) -> None:
    """Every table of a DuckDB file into Postgres, typed alike."""
    postgres = psycopg2.connect(url.replace("+psycopg2", ""))
    with duckdb.connect(str(origin), read_only=True) as connection, postgres, postgres.cursor() as cursor:
        connection.execute("set timezone = 'UTC'")
        for schema, table in _tables(connection):
            described = connection.execute(f'describe "{schema}"."{table}"').fetchall()
            # Postgres cuts names at 63 bytes, so only the first of those that end alike is kept.
            names = list({one[0][:63]: one for one in reversed(described)}.values())
            kinds = [
                sql.SQL("{} {}").format(sql.Identifier(one[0][:63]), sql.SQL(_kind(one[1]))) for one in names
            ]
            place = sql.Identifier(schema, table)
            cursor.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
            cursor.execute(sql.SQL("create table {} ({})").format(place, sql.SQL(", ").join(kinds)))
            listed = ", ".join(f'"{one[0]}"' for one in names)
            path = scratch / "table.csv"
            connection.execute(
                f'copy (select {listed} from "{schema}"."{table}") to \'{path}\' (header false)'
            )
            with path.open("rb") as file:
                cursor.copy_expert(sql.SQL("copy {} from stdin (format csv)").format(place), file)
    postgres.close()


def empty_postgres(url: str) -> None:
    """Drop every schema of ours."""
    postgres = psycopg2.connect(url.replace("+psycopg2", ""))
    with postgres, postgres.cursor() as cursor:
        cursor.execute(
            "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(name)))
    postgres.close()


def parquet_of(origin: Path, folder: Path) -> Path:
    """Every table of a DuckDB file as schema/table/part-0.parquet."""
    with duckdb.connect(str(origin), read_only=True) as connection:
        for schema, table in _tables(connection):
            place = folder / schema / table
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            connection.execute(f'copy "{schema}"."{table}" to \'{place}/part-0.parquet\' (format parquet)')
    return folder


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "select schema_name, table_name from duckdb_tables() where not temporary and schema_name <> 'main'"
        " and not internal order by all"
    ).fetchall()


def _kind(duckdb_kind: str) -> str:
    kinds = {
        "BIGINT": "bigint", "UBIGINT": "numeric", "INTEGER": "integer", "DOUBLE": "double precision",
        "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp", "JSON": "jsonb",
        "TIMESTAMP WITH TIME ZONE": "timestamptz", "HUGEINT": "numeric", "TIME": "time",
    }  # fmt: skip
    return "numeric" if duckdb_kind.startswith("DECIMAL") else kinds.get(duckdb_kind, "text")
