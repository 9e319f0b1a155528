{# What is not known is null, what was zero is 0: `is_known` comes from int_coverage. #}
{% macro known(is_known, measure) -%}
    case when {{ is_known }} then coalesce({{ measure }}, 0) end
{%- endmacro %}

{% macro money(expression) -%}
    cast({{ expression }} as decimal(18, 6))
{%- endmacro %}

{% macro whole(expression) -%}
    cast({{ expression }} as bigint)
{%- endmacro %}

{# Null when nothing was counted: a cost per nothing is not a number. #}
{% macro cost_per(amount, counted) -%}
    cast({{ amount }} / nullif({{ counted }}, 0) as decimal(18, 6))
{%- endmacro %}

{% macro count_where(condition) -%}
    cast(count(case when {{ condition }} then 1 end) as bigint)
{%- endmacro %}

{% macro channel_name(column) -%}
    coalesce(nullif(trim({{ column }}), ''), 'Unassigned')
{%- endmacro %}

{# Ids from two systems meet in joins: one spelling, and '' means none. #}
{% macro link_key(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}

{# Position of a stage in `lead_stages`, from 0; null for `disqualified` and for unknown names. #}
{% macro stage_rank(column) -%}
    case {{ column }}
        {%- for stage in var('lead_stages') %}
        when '{{ stage }}' then {{ loop.index0 }}
        {%- endfor %}
    end
{%- endmacro %}
