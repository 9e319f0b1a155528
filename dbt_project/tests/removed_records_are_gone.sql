-- A lead or deal that was deleted or merged away at its source, and has not changed there since, counts nowhere:
-- a merged deal that stays would count its money twice. A source speaks of its own records only.

with removals as (
    select * from {{ source('raw', 'crm_removals') }}
    where removed_at is null or removed_at < {{ as_of() }}
)

select removals.record_type, removals.record_id
from removals
inner join {{ source('raw', 'crm_opportunities') }} as deals
    on removals.record_type = 'opportunity' and removals.record_id = deals.opportunity_id
    and removals._source = deals._source
where removals.removed_at is null or deals.updated_at is null or deals.updated_at <= removals.removed_at

union all
select removals.record_type, removals.record_id
from removals
inner join {{ source('raw', 'crm_leads') }} as leads
    on removals.record_type = 'lead' and removals.record_id = leads.lead_id
    and removals._source = leads._source
where removals.removed_at is null or leads.updated_at is null or leads.updated_at <= removals.removed_at
