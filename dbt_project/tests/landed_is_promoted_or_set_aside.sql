-- Every row that landed was promoted or set aside, and raw holds no more rows of a table than were ever promoted:
-- a batch that came in twice shows here. What leaves raw for the models is counted by the *_survive_modelling tests.

with batches as (
    select
        landed_table,
        sum(rows_landed) as landed,
        sum(rows_promoted) as promoted,
        sum(rows_quarantined) as set_aside
    from {{ ref('stg_files__batches') }}
    group by landed_table
),

kept as (
    {%- for table in var('tables_in_marts') %}
    select '{{ table }}' as landed_table, count(*) as in_raw from {{ source('raw', table) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    batches.landed_table,
    batches.landed,
    batches.promoted,
    batches.set_aside,
    kept.in_raw
from batches
inner join kept on batches.landed_table = kept.landed_table
where batches.landed <> batches.promoted + batches.set_aside or kept.in_raw > batches.promoted
