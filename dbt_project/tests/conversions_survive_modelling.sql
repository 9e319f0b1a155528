-- Every lead, opportunity and win is one conversion, in one channel, with its money; every lead is in one contact.

with landed as (
    select 'lead' as conversion_type, count(*) as conversions, cast(0 as decimal(18, 6)) as value_reporting
    from {{ ref('stg_files__crm_leads') }}

    union all
    select 'opportunity' as conversion_type, count(*) as conversions, coalesce(sum(amount_reporting), 0) as value_reporting
    from {{ ref('int_opportunities__enriched') }}

    union all
    select
        'customer' as conversion_type,
        {{ count_where('is_won') }} as conversions,
        coalesce(sum(won_amount_reporting), 0) as value_reporting
    from {{ ref('int_opportunities__enriched') }}
),

modelled as (
    select
        conversion_type,
        count(*) as conversions,
        coalesce(sum(value_reporting), 0) as value_reporting
    from {{ ref('fct_conversions') }}
    group by conversion_type
),

people as (
    select sum(leads) as leads from {{ ref('dim_contacts') }}
)

select
    landed.conversion_type as place,
    landed.conversions as expected,
    coalesce(modelled.conversions, 0) as found
from landed
left join modelled on landed.conversion_type = modelled.conversion_type
where landed.conversions <> coalesce(modelled.conversions, 0)
    or landed.value_reporting <> coalesce(modelled.value_reporting, 0)

union all
select 'dim_contacts' as place, landed.conversions as expected, coalesce(people.leads, 0) as found
from landed
cross join people
where landed.conversion_type = 'lead' and landed.conversions <> coalesce(people.leads, 0)
