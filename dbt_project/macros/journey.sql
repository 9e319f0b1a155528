{# Stage of the customer journey that a text belongs to, by the rules of config/company.yaml; the first one decides. #}
{% macro journey_stage(text) -%}
    {%- if var('journey_rules') -%}
    case
        {%- for stage, pattern in var('journey_rules') %}
        when lower({{ text }}) like '{{ pattern | replace("'", "''") }}' escape '!' then '{{ stage }}'
        {%- endfor %}
        else 'Not mapped'
    end
    {%- else -%}
    'Not mapped'
    {%- endif -%}
{%- endmacro %}
