-- Grain: one row per kind of record and rule that links such records, or that leaves them unlinked.

with links as (
    select 'lead to contact' as link, link_rule, true as is_linked
    from {{ ref('int_contacts__leads') }}

    union all
    select 'visitor to contact' as link, link_rule, contact_id is not null as is_linked
    from {{ ref('int_visitors__linked') }}

    union all
    select 'contact to account' as link, link_rule, account_id is not null as is_linked
    from {{ ref('int_contacts__accounts') }}

    union all
    select
        'opportunity to contact' as link,
        case when contact_id is null then 'no known lead' else 'lead of the opportunity' end as link_rule,
        contact_id is not null as is_linked
    from {{ ref('fct_conversions') }}
    where conversion_type = 'opportunity'
),

counted as (
    select link, link_rule, is_linked, count(*) as records
    from links
    group by link, link_rule, is_linked
)

select
    ---------- keys
    link,
    link_rule,

    ---------- measures
    is_linked,
    {{ whole('records') }} as records,
    {{ double('records') }} / sum(records) over (partition by link) as share_of_link
from counted
