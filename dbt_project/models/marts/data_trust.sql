-- Grain: one row per source and landed table. Rows and checks are summed over the latest batch of each
-- file, so that a file that failed stays visible until it arrives repaired; the date is that of all data
-- ever promoted, because the last good data stays in use. Latest is what landed last: an old version of
-- a file that reaches the gate late is refused there, and says nothing about the newer one.
-- Tables that no mart reads are left out, and those that get rows only now and then are never late: a
-- newsletter that is sent on Tuesdays makes no figure incomplete.

with batches as (
    select
        *,
        row_number() over (
            partition by source, landed_table, file order by landed_at desc, batch_id desc
        ) as file_recency,
        row_number() over (
            partition by source, landed_table order by landed_at desc, batch_id desc
        ) as recency
    from {{ ref('stg_files__batches') }}
    where landed_table in (
        {%- for table in var('tables_in_marts') %}'{{ table }}'{{ ', ' if not loop.last }}{% endfor -%}
    )
),

latest as (
    select
        source,
        landed_table,
        max(case when recency = 1 then batch_id end) as last_batch_id,
        sum(rows_landed) as rows_landed,
        sum(rows_promoted) as rows_promoted,
        sum(rows_quarantined) as rows_quarantined,
        sum(checks_total) as checks_total,
        sum(checks_passed) as checks_passed,
        sum(warnings_failed) as warnings_failed,
        case
            when bool_or(quality = 'failed') then 'failed'
            when bool_or(quality = 'warnings') then 'warnings'
            when bool_or(quality = 'not_checked') then 'not_checked'
            else 'passed'
        end as quality
    from batches
    where file_recency = 1
    group by source, landed_table
),

-- Why rows were set aside, in the words of the rules that did it, the one with most rows first. They are
-- ours: a row's own reason may quote a cell, and no cell of a person's row may reach a mart.
latest_batches as (
    select * from batches where file_recency = 1
),

outcomes as (
    {{ opened_outcomes('latest_batches') }}
),

broken_rules as (
    select
        source,
        landed_table,
        reason,
        sum(rows_broken) as rows_broken
    from outcomes
    where not passed and severity = 'critical' and rows_broken > 0
    group by source, landed_table, reason
),

reasons as (
    select
        source,
        landed_table,
        {{ joined_text('reason', ' ', 'rows_broken desc, reason asc') }} as set_aside_reason
    from broken_rules
    group by source, landed_table
),

promoted as (
    select
        source,
        landed_table,
        -- What lies at or after `as_of` is ignored by every mart. An undated table has no such day, and
        -- `least` alone would give it ours.
        case when max(data_through) is not null then least(max(data_through), {{ last_day() }}) end
            as data_through
    from batches
    where rows_promoted > 0
    group by source, landed_table
)

select
    ---------- keys
    latest.source,
    latest.landed_table,

    ---------- attributes
    latest.last_batch_id,
    promoted.data_through,
    reasons.set_aside_reason,

    ---------- measures
    {{ whole('latest.rows_landed') }} as rows_landed,
    {{ whole('latest.rows_promoted') }} as rows_promoted,
    {{ whole('latest.rows_quarantined') }} as rows_quarantined,
    {{ whole('latest.checks_total') }} as checks_total,
    {{ whole('latest.checks_passed') }} as checks_passed,
    {{ whole('latest.warnings_failed') }} as warnings_failed,

    ---------- judgement
    latest.quality,
    case
        when latest.landed_table not in (
            {%- for table in var('tables_without_daily_rows') %}'{{ table }}'{{ ', ' if not loop.last }}{% endfor -%}
        ) then promoted.data_through >= {{ last_day() }} - {{ var('fresh_within_days') }}
    end as is_fresh
from latest
left join promoted on latest.source = promoted.source and latest.landed_table = promoted.landed_table
left join reasons on latest.source = reasons.source and latest.landed_table = reasons.landed_table
