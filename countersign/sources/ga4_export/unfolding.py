"""Flat events and sessions from nested ones: SQL over the export's files, for DuckDB.

What an older export does not have (traffic source of the session, batch numbers) is null.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from countersign.core.warehouse import quote_text

_VALUE = "struct(string_value varchar, int_value varchar, float_value varchar, double_value varchar)"
_TRIO = "source varchar, medium varchar, campaign_name varchar"
# JSON carries no types: without these, DuckDB would guess them from the first lines.
_JSON_COLUMNS = {
    "event_date": "varchar",
    "event_timestamp": "varchar",
    "event_name": "varchar",
    "event_params": f"struct(key varchar, value {_VALUE})[]",
    "user_pseudo_id": "varchar",
    "batch_page_id": "varchar",
    "batch_ordering_id": "varchar",
    "batch_event_index": "varchar",
    "device": "struct(category varchar)",
    "geo": "struct(country varchar)",
    "collected_traffic_source": "struct(manual_source varchar, manual_medium varchar,"
    " manual_campaign_name varchar, gclid varchar)",
    "session_traffic_source_last_click": f"struct(manual_campaign struct({_TRIO}),"
    f" cross_channel_campaign struct({_TRIO}))",
}
_PAGES = "('page_view', 'screen_view')"

# Where a visit's source, medium and campaign are told, best first; the first with a source is taken whole.
_SOURCES = (
    tuple(
        f"session_traffic_source_last_click.cross_channel_campaign.{name}"
        for name in ("source", "medium", "campaign_name")
    ),
    tuple(
        f"session_traffic_source_last_click.manual_campaign.{name}"
        for name in ("source", "medium", "campaign_name")
    ),
    tuple(
        f"collected_traffic_source.{name}"
        for name in ("manual_source", "manual_medium", "manual_campaign_name")
    ),
    (
        "case when collected_traffic_source.gclid is not null then 'google' end",
        "'cpc'",
        "collected_traffic_source.manual_campaign_name",
    ),
)


def files_sql(paths: Sequence[Path], *, is_parquet: bool) -> str:
    """The export's files as one relation."""
    listed = f"[{', '.join(quote_text(str(path)) for path in paths)}]"
    if is_parquet:
        return f"read_parquet({listed}, union_by_name = true, hive_partitioning = false)"
    columns = ", ".join(f"{name}: {quote_text(kind)}" for name, kind in _JSON_COLUMNS.items())
    return f"read_json({listed}, format = 'newline_delimited', columns = {{{columns}}})"


def files_schema(connection: duckdb.DuckDBPyConnection, files: str) -> str:
    """The columns of some files with their types: exports of one schema are read alike."""
    return str(connection.execute(f"describe select * from {files}").fetchall())


def events_sql(
    connection: duckdb.DuckDBPyConnection,
    files: str,
    *,
    day: str,
    key_events: Sequence[str],
    found: dict[tuple[str, str], str],
) -> str:
    """Events of a day (YYYYMMDD), flat; an event that is there twice comes once.

    Args:
        connection: to ask which fields the files have.
        files: the export's files as a relation.
        day: the day that the export says they are of.
        key_events: names of the events that are conversions.
        found: fields known already, by schema; added to.
    """
    schema = files_schema(connection, files)

    def known(expression: str) -> str:
        """The expression as text, or null where the export has no such field."""
        place = schema, expression
        if place not in found:
            found[place] = f"cast({expression} as varchar)"
            try:
                connection.execute(f"describe select {expression} from {files} limit 0")
            except duckdb.BinderException:
                found[place] = "cast(null as varchar)"
        return found[place]

    batch = ", ".join(known(f"batch_{name}") for name in ("page_id", "ordering_id", "event_index"))
    trios = [tuple(known(each) for each in trio) for trio in _SOURCES]
    trios.append((_param("source"), _param("medium"), _param("campaign")))
    source, medium, campaign = (_first_told(trios, at) for at in range(3))
    conversions = ", ".join(quote_text(name) for name in key_events) or "''"
    return f"""
        select * from (
            select
                concat_ws('|', {known("user_pseudo_id")}, {known("event_timestamp")}, {known("event_name")},
                    coalesce(concat({batch}), ''),
                    case when coalesce(concat({batch}), '') = '' then md5(cast(event_params as varchar)) end
                ) as event_id,
                {known("event_name")} as event_name,
                try_cast({known("event_timestamp")} as bigint) as micros,
                {known("user_pseudo_id")} as visitor,
                case when {_param("ga_session_id")} is not null
                    then {known("user_pseudo_id")} || '.' || {_param("ga_session_id")} end as session,
                {source} as source, {medium} as medium, {campaign} as campaign,
                {_param("page_location")} as page,
                nullif(lower(regexp_extract({_param("page_referrer")}, '^[a-z]+://([^/:?#]+)', 1)), '')
                    as referrer_host,
                lower({known("device.category")}) as device,
                nullif({known("geo.country")}, '') as country,
                {known("event_name")} in ({conversions}) as is_conversion,
                case when {_param("currency")} is not null then {_param("value")} end as value,
                case when {_param("value")} is not null then {_param("currency")} end as currency
            from {files} where {known("event_date")} = {quote_text(day)}
        )
        qualify row_number() over (partition by event_id order by micros) = 1
    """


def sessions_sql(eve: str | None, week: str, next_day: str | None) -> str:
    """Sessions that began in a week, whole: relations of the flat events of the week and the days beside it.

    A session goes on past midnight in the next day's events; one that the eve knows did not begin here.
    """
    rest = f"union all by name select * from {next_day}" if next_day else ""
    began = f"and session not in (select session from {eve} where session is not null)" if eve else ""
    return f"""
        select
            session,
            arg_min(visitor, micros) as visitor,
            min(micros) as micros,
            coalesce(arg_min(source, micros) filter (source is not null), '(direct)') as source,
            case when count(source) = 0 then '(none)'
                else arg_min(medium, micros) filter (source is not null) end as medium,
            arg_min(campaign, micros) filter (source is not null) as campaign,
            coalesce(
                arg_min(page, micros) filter (event_name in {_PAGES}), arg_min(page, micros)
            ) as page,
            arg_min(device, micros) as device,
            arg_min(country, micros) as country,
            count(*) filter (event_name in {_PAGES}) as page_views,
            count(*) filter (is_conversion) as conversions
        from (select * from {week} {rest})
        where session in (select session from {week} where session is not null) {began}
        group by session
        order by session
    """


def _param(name: str) -> str:
    """The value of one of an event's parameters, as text, whichever type it has."""
    found = f"list_filter(event_params, lambda one: one.key = {quote_text(name)})[1].value"
    kinds = ("string_value", "int_value", "double_value", "float_value")
    return f"coalesce({', '.join(f'cast({found}.{kind} as varchar)' for kind in kinds)})"


def _first_told(trios: Sequence[tuple[str, ...]], at: int) -> str:
    cases = " ".join(f"when {trio[0]} is not null then {trio[at]}" for trio in trios)
    return f"case {cases} end"
