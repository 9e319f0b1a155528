{# Sessions from raw events: what the sessions of a day are made of, engine by engine. #}

{# A number of 15 minutes: within one, no zone of today changes its day, so a day is looked up once for each
   instead of being computed for every event (nine tenths of the cost on DuckDB). #}
{% macro quarter_hour(instant) -%}
    {{ return(adapter.dispatch('quarter_hour', 'countersign')(instant)) }}
{%- endmacro %}

{% macro default__quarter_hour(instant) -%}
    cast(floor(extract(epoch from {{ instant }}) / 900) as bigint)
{%- endmacro %}

{% macro duckdb__quarter_hour(instant) -%}
    epoch_ms({{ instant }}) // 900000
{%- endmacro %}

{% macro spark__quarter_hour(instant) -%}
    cast(floor(unix_timestamp({{ instant }}) / 900) as bigint)
{%- endmacro %}

{# What stands for a pseudonym while events are sorted. DuckDB sorts 64-bit numbers four times as fast as texts;
   two of a day's visitors share one with a chance of one in a billion (100,000 visitors). #}
{% macro sort_key(pseudonym) -%}
    {{ return(adapter.dispatch('sort_key', 'countersign')(pseudonym)) }}
{%- endmacro %}

{% macro default__sort_key(pseudonym) -%}
    {{ pseudonym }}
{%- endmacro %}

{% macro duckdb__sort_key(pseudonym) -%}
    hash({{ pseudonym }})
{%- endmacro %}

{% macro is_later_by_minutes(later, earlier, minutes) -%}
    {{ later }} > {{ dbt.dateadd('minute', minutes, earlier) }}
{%- endmacro %}
