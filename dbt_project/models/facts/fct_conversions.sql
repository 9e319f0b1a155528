-- Grain: one row per lead created, opportunity opened and customer won, each in exactly one channel.
-- Undated ones stay, without an instant. Money: reporting currency.

with leads as (
    select
        leads.lead_id,
        links.contact_id,
        coalesce(links.account_id, accounts.account_id) as account_id,
        leads.created_at,
        leads.report_day,
        leads.channel,
        leads.self_reported_source
    from {{ ref('stg_files__crm_leads') }} as leads
    inner join {{ ref('int_contacts__leads') }} as links on leads.lead_id = links.lead_id
    left join {{ ref('int_contacts__accounts') }} as accounts on links.contact_id = accounts.contact_id
),

opportunities as (
    select
        deals.*,
        leads.contact_id,
        leads.self_reported_source,
        coalesce(deals.account_id, leads.account_id) as buyer_account_id
    from {{ ref('int_opportunities__enriched') }} as deals
    left join leads on deals.lead_id = leads.lead_id
),

conversions as (
    select
        'lead ' || lead_id as conversion_id,
        'lead' as conversion_type,
        contact_id,
        account_id,
        lead_id,
        cast(null as {{ dbt.type_string() }}) as opportunity_id,
        created_at as converted_at,
        report_day,
        channel,
        self_reported_source,
        cast(0 as decimal(18, 6)) as value_reporting
    from leads

    union all
    select
        'opportunity ' || opportunity_id as conversion_id,
        'opportunity' as conversion_type,
        contact_id,
        buyer_account_id as account_id,
        lead_id,
        opportunity_id,
        opened_at as converted_at,
        opened_day as report_day,
        channel,
        self_reported_source,
        amount_reporting as value_reporting
    from opportunities

    union all
    select
        'customer ' || opportunity_id as conversion_id,
        'customer' as conversion_type,
        contact_id,
        buyer_account_id as account_id,
        lead_id,
        opportunity_id,
        won_at as converted_at,
        won_day as report_day,
        channel,
        self_reported_source,
        won_amount_reporting as value_reporting
    from opportunities
    where is_won
),

-- Who buys: the account, else the person, else the deal alone.
bought as (
    select
        conversions.*,
        coalesce('account ' || account_id, 'contact ' || contact_id, conversion_id) as buyer
    from conversions
),

first_wins as (
    select
        buyer,
        conversion_id,
        converted_at,
        row_number() over (
            partition by buyer
            order by case when converted_at is null then 1 else 0 end, converted_at, conversion_id
        ) as position
    from bought
    where conversion_type = 'customer'
)

select
    ---------- keys
    bought.conversion_id,
    bought.conversion_type,
    bought.contact_id,
    bought.account_id,
    bought.lead_id,
    bought.opportunity_id,

    ---------- time
    bought.converted_at,
    bought.report_day,

    ---------- attributes
    bought.channel,
    bought.self_reported_source,
    case
        when bought.conversion_type = 'customer' then bought.conversion_id = first_wins.conversion_id
        -- A lead or deal of somebody who had bought before is not a new customer's.
        else coalesce(bought.converted_at <= first_wins.converted_at, true)
    end as is_new_customer,

    ---------- measures
    {{ money('bought.value_reporting') }} as value_reporting
from bought
left join first_wins on bought.buyer = first_wins.buyer and first_wins.position = 1
