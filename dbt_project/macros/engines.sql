{# One project for several engines: YAML and SQL name DuckDB's types, and these macros translate. #}

{% macro column_type(name) -%}
    {{ return(adapter.dispatch('column_type', 'countersign')(name)) }}
{%- endmacro %}

{% macro default__column_type(name) -%}
    {{ return(name) }}
{%- endmacro %}

{% macro postgres__column_type(name) -%}
    {{ return({'double': 'double precision', 'varchar': 'text'}.get(name, name)) }}
{%- endmacro %}

{% macro spark__column_type(name) -%}
    {{ return({'varchar': 'string'}.get(name, name)) }}
{%- endmacro %}

{# dbt writes contracts through `cast`; so the YAML of a contract is the same for every engine. #}
{% macro postgres__cast(field, type) -%}
    cast({{ field }} as {{ postgres__column_type(type) }})
{%- endmacro %}

{% macro spark__cast(field, type) -%}
    cast({{ field }} as {{ spark__column_type(type) }})
{%- endmacro %}

{% macro postgres__get_table_columns_and_constraints() -%}
    {%- set columns = {} -%}
    {%- for name, column in model['columns'].items() -%}
        {%- do columns.update({name: dict(column, data_type=postgres__column_type(column['data_type']))}) -%}
    {%- endfor -%}
    ({{ adapter.render_raw_columns_constraints(raw_columns=columns) | join(', ') }})
{%- endmacro %}

{# A Parquet table of Spark cannot refuse a null, so the contract's not-null columns are read once instead. #}
{% macro spark__persist_constraints(relation, model) -%}
    {%- set required = [] -%}
    {%- for name, column in model['columns'].items() -%}
        {%- for constraint in column['constraints'] if constraint.type == 'not_null' -%}
            {%- do required.append(name ~ ' is null') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if required -%}
        {%- set broken = run_query('select count(*) from ' ~ relation ~ ' where ' ~ required | join(' or ')) -%}
        {%- if broken.rows[0][0] > 0 -%}
            {{ exceptions.raise_compiler_error(relation ~ ': ' ~ broken.rows[0][0] ~ ' rows have a null that the contract forbids') }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
