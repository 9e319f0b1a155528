"""The demo company's website events as GA4's BigQuery export gives them: one file a day, nested."""

from pathlib import Path
from typing import Literal

from countersign.core.warehouse import quote_text
from countersign.sources.sandbox.world import SandboxWorld

# Every session begins, views its pages 40 seconds apart, and ends with its form, if there is one.
_HITS = """
    select *, session_start_utc + to_milliseconds(1000 * seconds) as hit_at, rank as hit from (
        select *, 0 as seconds, 'session_start' as event_name, 0 as rank from told
        union all
        select * exclude (number), 40 * number as seconds, 'page_view' as event_name, number + 1 as rank
        from (select *, unnest(range(page_views)) as number from told) by_page
        union all
        select *, 40 * page_views + 5 as seconds, 'generate_lead' as event_name, 900 as rank
        from told where form_submits > 0
    )
"""
_TOLD = """
    select *, split_part(source_medium, ' / ', 1) as source, split_part(source_medium, ' / ', 2) as medium,
        epoch(session_start_utc)::bigint as ga_session_id
    from web_sessions
"""
_VALUE = (
    "{{'string_value': {string}, 'int_value': {whole},"
    " 'float_value': null::double, 'double_value': {double}}}"
)


def _param(key: str, *, string: str = "null", whole: str = "null", double: str = "null") -> str:
    value = _VALUE.format(string=f"{string}::varchar", whole=f"{whole}::bigint", double=f"{double}::double")
    return f"{{'key': {quote_text(key)}, 'value': {value}}}"


def _export_sql() -> str:
    page = "'https://www.northbeam.example' || landing_page_path || if(hit > 1, '?step=' || hit, '')"
    params = [
        _param("ga_session_id", whole="ga_session_id"),
        _param("page_location", string=page),
        _param("page_referrer", string="if(hit <= 1, 'https://www.' || source || '.example/x', null)"),
    ]
    lead = [
        _param("currency", string="'EUR'"),
        _param("value", double="25.5"),
    ]
    trio = "{'source': source, 'medium': medium, 'campaign_name': nullif(campaign, '')}"
    told = f"case when source <> '(direct)' then {trio} end"
    return f"""
        with told as ({_TOLD}), hits as ({_HITS})
        select
            strftime(timezone('Europe/Berlin', timezone('UTC', hit_at)), '%Y%m%d') as event_date,
            epoch_us(hit_at) as event_timestamp,
            event_name,
            case when event_name = 'generate_lead' then [{", ".join([*params, *lead])}]
                else [{", ".join(params)}] end as event_params,
            replace(client_id, 'GA1.', '') as user_pseudo_id,
            1 as batch_page_id, hit as batch_ordering_id, 1 as batch_event_index,
            {{'category': device_category, 'operating_system': 'Windows'}} as device,
            {{'country': country, 'city': 'Cologne'}} as geo,
            {{'name': '(direct)', 'medium': '(none)', 'source': '(direct)'}} as traffic_source,
            {{'manual_campaign': {told}, 'cross_channel_campaign': {told}}}
                as session_traffic_source_last_click,
            'WEB' as platform
        from hits
    """


def write_export(
    world: SandboxWorld, folder: Path, *, kind: Literal["parquet", "json"] = "parquet"
) -> list[Path]:
    """Write one file a day of the property (Europe/Berlin) and return their paths, oldest first."""
    folder.mkdir(parents=True, exist_ok=True)
    world.rows(f"create or replace temp table exported as {_export_sql()}")
    written = []
    options = "format parquet" if kind == "parquet" else "format json, compression gzip"
    for row in world.rows("select distinct event_date as day from exported order by day"):
        path = folder / f"events_{row['day']}{'.parquet' if kind == 'parquet' else '.json.gz'}"
        world.rows(
            f"copy (select * from exported where event_date = '{row['day']}'"
            f" order by event_timestamp, hash(exported)) to {quote_text(str(path))} ({options})"
        )
        written.append(path)
    return written
