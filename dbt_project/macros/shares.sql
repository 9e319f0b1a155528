{# Part of a whole as a double; null when the whole is zero: a share of nothing is not a number. #}
{% macro share(part, whole) -%}
    {{ double(part) }} / nullif({{ double(whole) }}, 0)
{%- endmacro %}
