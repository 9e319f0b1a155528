{# Tables and views on DuckDB, whose DDL is transactional: what stood is dropped and what is new is made in one
   transaction, so nobody sees neither, and a model that fails leaves the old one. dbt's own build beside it, then
   rename both and drop one: three more statements, each with a context of its own, a third of what a node costs. #}

{% materialization table, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {{ countersign.dropping(existing) }}
        {{ create_table_as(False, target, compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {{ countersign.dropping(existing) }}
        {{ create_view_as(target, compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro dropping(relation) -%}
    {%- if relation is not none -%}
    drop {{ 'view' if relation.is_view else 'table' }} if exists {{ relation }};
    {%- endif -%}
{%- endmacro %}
