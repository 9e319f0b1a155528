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
