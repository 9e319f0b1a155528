{# What is not known is null, what was zero is 0: `is_known` comes from int_coverage. #}
{% macro known(is_known, measure) -%}
    case when {{ is_known }} then coalesce({{ measure }}, 0) end
{%- endmacro %}

{% macro money(expression) -%}
    cast({{ expression }} as decimal(18, 6))
{%- endmacro %}

{# Spark cuts where the others round. #}
{% macro whole(expression) -%}
    {{ return(adapter.dispatch('whole', 'countersign')(expression)) }}
{%- endmacro %}

{% macro default__whole(expression) -%}
    cast({{ expression }} as bigint)
{%- endmacro %}

{% macro spark__whole(expression) -%}
    cast(round({{ expression }}) as bigint)
{%- endmacro %}

{% macro double(expression) -%}
    cast({{ expression }} as {{ column_type('double') }})
{%- endmacro %}

{# A double as a decimal, to be summed: sums of doubles hang on the order in which threads meet them, and the same
   rows must give the same snapshot. #}
{% macro exact(expression) -%}
    cast({{ expression }} as decimal(38, 18))
{%- endmacro %}

{# A double as a decimal with six places. Engines round a double's last half each in their own way; floor,
   and whole numbers times an exact millionth, are the same everywhere (up to nine billion). A half, and what
   is a half but for a double's last digits, goes up: hence the ten-thousandth of a millionth. #}
{% macro six_places(expression) -%}
    cast(cast(floor({{ double(expression) }} * 1000000 + 0.5001) as bigint) * cast(0.000001 as decimal(7, 6)) as decimal(18, 6))
{%- endmacro %}

{# One thing by another, with six places: whole numbers divide differently from engine to engine. Null when the
   divisor is zero: a cost per nothing is not a number. #}
{% macro ratio(amount, counted) -%}
    {{ six_places(double(amount) ~ ' / nullif(' ~ double(counted) ~ ', 0)') }}
{%- endmacro %}

{% macro cost_per(amount, counted) -%}
    {{ ratio(amount, counted) }}
{%- endmacro %}

{% macro median(expression) -%}
    percentile_cont(0.5) within group (order by {{ double(expression) }})
{%- endmacro %}

{# The texts of a group in one, in an order. #}
{% macro joined_text(text, separator, order_by) -%}
    {{ return(adapter.dispatch('joined_text', 'countersign')(text, separator, order_by)) }}
{%- endmacro %}

{% macro default__joined_text(text, separator, order_by) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__joined_text(text, separator, order_by) -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }})
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

{# What a text says whatever its case, spaces and punctuation, as a digest: two texts with one key say the same. Null
   for none and for a few letters, which repeat by chance. #}
{% macro repeat_key(text) -%}
    {%- set plain = "translate(lower(" ~ text ~ "), ' .,;:!?()[]/_-\n\t', '')" -%}
    case when length({{ plain }}) >= 8 then md5({{ plain }}) end
{%- endmacro %}
