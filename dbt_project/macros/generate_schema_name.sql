{# Schemas are named exactly as asked, so that SQL explained here runs on a snapshot's `marts` unchanged. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
