{# Money: every amount has its currency; what stands in reports is in the company's own, at the rate of the day. #}

{# A blank currency is the company's own: the gate lets none pass that has an amount without one. #}
{% macro currency_of(column) -%}
    coalesce(nullif(upper(trim({{ column }})), ''), '{{ var("reporting_currency") }}')
{%- endmacro %}

{# Units of the reporting currency for one unit; exactly 1 for the own currency, null when no rate is known. #}
{% macro rate_of(currency, reporting_per_unit) -%}
    case
        when {{ currency }} = '{{ var("reporting_currency") }}' then cast(1 as decimal(20, 12))
        else {{ reporting_per_unit }}
    end
{%- endmacro %}

{# Decimal times decimal, rounded once, half up: the same digits on every warehouse, and by hand. #}
{% macro in_reporting(amount, currency, reporting_per_unit) -%}
    case
        when {{ currency }} = '{{ var("reporting_currency") }}' then {{ amount }}
        else {{ money(amount ~ ' * ' ~ reporting_per_unit) }}
    end
{%- endmacro %}
