{# The outcomes of a batch's checks are a JSON list; every engine opens one in its own words. Gives a query with
   the columns source, landed_table, severity, passed, rows_broken and reason. #}
{% macro opened_outcomes(batches) -%}
    {{ return(adapter.dispatch('opened_outcomes', 'countersign')(batches)) }}
{%- endmacro %}

{% macro default__opened_outcomes(batches) -%}
    select
        source,
        landed_table,
        outcome.severity as severity,
        outcome.passed as passed,
        outcome.rows as rows_broken,
        outcome.reason as reason
    from (
        select
            source,
            landed_table,
            unnest(
                from_json(
                    outcomes,
                    '[{"severity":"varchar","passed":"boolean","rows":"bigint","reason":"varchar"}]'
                )
            ) as outcome
        from {{ batches }}
    ) as opened
{%- endmacro %}

{% macro postgres__opened_outcomes(batches) -%}
    select
        batches.source,
        batches.landed_table,
        outcome ->> 'severity' as severity,
        cast(outcome ->> 'passed' as boolean) as passed,
        cast(outcome ->> 'rows' as bigint) as rows_broken,
        outcome ->> 'reason' as reason
    from {{ batches }} as batches
    cross join lateral jsonb_array_elements(cast(batches.outcomes as jsonb)) as outcome
{%- endmacro %}

{% macro spark__opened_outcomes(batches) -%}
    select
        source,
        landed_table,
        outcome.severity as severity,
        outcome.passed as passed,
        outcome.rows as rows_broken,
        outcome.reason as reason
    from (
        select
            source,
            landed_table,
            explode(
                from_json(outcomes, 'array<struct<severity:string,passed:boolean,rows:bigint,reason:string>>')
            ) as outcome
        from {{ batches }}
    ) as opened
{%- endmacro %}
