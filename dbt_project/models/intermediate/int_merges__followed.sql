-- Grain: one row per lead or account that was merged away and is not in the CRM any more: the record at the
-- end of its chain of merges. Promotion has followed merges within a source; this is for rows of another
-- source, which still name the lost record. A circle ends at a lost record, so it links to nobody.

{{ config(materialized='table') }}

{%- set doublings = 5 %}

with present as (
    select 'lead' as record_type, lead_id as record_id from {{ ref('stg_files__crm_leads') }}

    union all
    select 'account' as record_type, account_id as record_id from {{ ref('stg_files__crm_accounts') }}
),

hop_0 as (
    select removals.record_type, removals.record_id, removals.merged_into as stays_id
    from {{ ref('stg_files__crm_removals') }} as removals
    left join present
        on removals.record_type = present.record_type and removals.record_id = present.record_id
    where removals.merged_into is not null
        and removals.record_type in ('lead', 'account')
        and present.record_id is null
),

-- Each step doubles the length of the chains that are followed: 5 steps follow 32 merges.
{%- for step in range(doublings) %}
hop_{{ step + 1 }} as (
    select
        earlier.record_type,
        earlier.record_id,
        coalesce(later.stays_id, earlier.stays_id) as stays_id
    from hop_{{ step }} as earlier
    left join hop_{{ step }} as later
        on earlier.record_type = later.record_type and earlier.stays_id = later.record_id
){{ ',' if not loop.last }}
{%- endfor %}

select record_type, record_id, stays_id
from hop_{{ doublings }}
