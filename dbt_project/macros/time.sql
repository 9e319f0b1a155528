{# Time: instants are UTC timestamps, days are cut in the company's reporting zone, weeks start on Monday. #}

{% macro as_of() -%}
    cast('{{ var("as_of") }}' as timestamp)
{%- endmacro %}

{% macro report_day(instant) -%}
    {{ return(adapter.dispatch('report_day', 'countersign')(instant)) }}
{%- endmacro %}

{% macro default__report_day(instant) -%}
    cast(({{ instant }}) at time zone 'UTC' at time zone '{{ var("time_zone") }}' as date)
{%- endmacro %}

{% macro spark__report_day(instant) -%}
    cast(from_utc_timestamp({{ instant }}, '{{ var("time_zone") }}') as date)
{%- endmacro %}

{# The instant at which a local time of a zone stands; two are compared, so their type does not matter. #}
{% macro utc_of(local, zone) -%}
    {{ return(adapter.dispatch('utc_of', 'countersign')(local, zone)) }}
{%- endmacro %}

{% macro default__utc_of(local, zone) -%}
    ({{ local }} at time zone {{ zone }})
{%- endmacro %}

{% macro spark__utc_of(local, zone) -%}
    to_utc_timestamp({{ local }}, {{ zone }})
{%- endmacro %}

{# A query of the names that the warehouse takes for time zones. #}
{% macro known_time_zones() -%}
    {{ return(adapter.dispatch('known_time_zones', 'countersign')()) }}
{%- endmacro %}

{% macro default__known_time_zones() -%}
    select name from pg_timezone_names()
{%- endmacro %}

{% macro postgres__known_time_zones() -%}
    select name from pg_timezone_names
{%- endmacro %}

{# Spark has no list; what looks like a name of the IANA list is taken for one. #}
{% macro spark__known_time_zones() -%}
    select distinct account_time_zone from zone_days where account_time_zone rlike '^(UTC|[A-Z][A-Za-z_]+/[A-Za-z_/+0-9-]+)$'
{%- endmacro %}

{% macro last_day() -%}
    {# The day that holds the last instant before the exclusive `as_of`. #}
    {{ report_day(as_of() ~ " - interval '1 microsecond'") }}
{%- endmacro %}

{% macro week_start(day) -%}
    cast({{ dbt.date_trunc('week', day) }} as date)
{%- endmacro %}

{% macro month_start(day) -%}
    cast({{ dbt.date_trunc('month', day) }} as date)
{%- endmacro %}

{% macro hours_between(earlier, later) -%}
    {{ return(adapter.dispatch('hours_between', 'countersign')(earlier, later)) }}
{%- endmacro %}

{% macro default__hours_between(earlier, later) -%}
    {{ double('extract(epoch from (' ~ later ~ ' - ' ~ earlier ~ '))') }} / 3600
{%- endmacro %}

{% macro spark__hours_between(earlier, later) -%}
    {{ double('unix_micros(' ~ later ~ ') - unix_micros(' ~ earlier ~ ')') }} / 3600000000
{%- endmacro %}
