{# Tables that grow by days. flows/incremental.py hands over, by landed table, the ranges of days whose rows
   changed since the last green build, each [first, last] or [first, none] for all from there on; without them
   everything is built. A model deletes those days and appends them anew, so that a day that vanished stays gone:

   config(materialized='incremental', incremental_strategy='append', on_schema_change='fail',
          pre_hook="{{ delete_changed_days('report_day', ['web_sessions']) }}")
   ... where {{ in_changed_days('report_day', ['web_sessions']) }}

   `tables` are all landed tables that can change the model's rows, and a row must depend on rows of its own
   day only. docs/architecture.md says more. #}

{# The ranges of several landed tables, each once. None: everything. #}
{% macro changed_days(tables) -%}
    {%- set by_table = var('changed_days') -%}
    {%- if not by_table -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set ranges = [] -%}
    {%- for table in tables -%}
        {%- for range in by_table[table] if range not in ranges -%}
            {%- do ranges.append(range) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(ranges) }}
{%- endmacro %}

{# Whether a day is redone. #}
{% macro in_changed_days(day, tables) -%}
    {%- set ranges = changed_days(tables) -%}
    {%- if ranges is none -%}
    true
    {%- else -%}
    (
        {%- for first, last in ranges %}
        {{- ' or ' if not loop.first }}({{ day }} >= cast('{{ first }}' as date)
        {%- if last %} and {{ day }} <= cast('{{ last }}' as date){% endif %})
        {%- endfor -%}
    )
    {%- endif -%}
{%- endmacro %}

{# Whether an instant may lie on such a day in any time zone: it lets the engine skip what lies far off, and
   does not replace in_changed_days on the day itself. #}
{% macro near_changed_days(instant, tables) -%}
    {%- set ranges = changed_days(tables) -%}
    {%- if ranges is none -%}
    true
    {%- else -%}
    (
        {%- for first, last in ranges %}
        {{- ' or ' if not loop.first }}({{ instant }} >= cast('{{ days_later(first, -1) }}' as timestamp)
        {%- if last %} and {{ instant }} < cast('{{ days_later(last, 2) }}' as timestamp){% endif %})
        {%- endfor -%}
    )
    {%- endif -%}
{%- endmacro %}

{% macro days_later(day, days) -%}
    {%- set moved = modules.datetime.datetime.strptime(day, '%Y-%m-%d') + modules.datetime.timedelta(days=days) -%}
    {{- moved.strftime('%Y-%m-%d') -}}
{%- endmacro %}

{% macro delete_changed_days(day, tables) -%}
    {%- if is_incremental() -%}
    delete from {{ this }} where {{ in_changed_days(day, tables) }}
    {%- endif -%}
{%- endmacro %}
