-- Grain: one row per platform, campaign and week with spend. The limits are those of config/company.yaml and
-- look at the last `weeks` weeks up to this one together. A campaign is judged by the leads that name it; on a
-- platform whose campaigns no lead names, by all leads of its channel. The first limit broken is the one told.
-- With few verdicts, what spent in all of those weeks is held against the most that sales could still accept.

{%- set lately = 'order by day_number range between ' ~ 7 * (var('wasted_spend_weeks') - 1) ~ ' preceding and current row' %}
{%- set of_unit = '(partition by judged_by, unit ' ~ lately ~ ')' %}

with weeks as (
    select
        *,
        {{ dbt.datediff("cast('2000-01-03' as date)", 'week_start', 'day') }} as day_number,
        coalesce(sum(leads) over (partition by platform), 0) > 0 as is_named_by_leads
    from {{ ref('campaign_week') }}
),

judged_channels as (
    -- Only where no campaign of the channel is judged on its own: its leads must not count twice.
    select channel
    from weeks
    where spend_reporting <> 0
    group by channel
    having max(case when is_named_by_leads then 1 else 0 end) = 0
),

unit_weeks as (
    select
        'campaign' as judged_by,
        platform || ' ' || campaign_id as unit,
        week_start,
        day_number,
        spend_reporting,
        leads,
        accepted_leads,
        rejected_leads
    from weeks
    where is_named_by_leads

    union all
    select
        'channel' as judged_by,
        channels.channel as unit,
        channels.week_start,
        {{ dbt.datediff("cast('2000-01-03' as date)", 'channels.week_start', 'day') }} as day_number,
        channels.spend_reporting,
        channels.leads,
        channels.accepted_leads,
        channels.rejected_leads
    from {{ ref('channel_week') }} as channels
    inner join judged_channels on channels.channel = judged_channels.channel
),

company_weeks as (
    select
        day_number,
        sum(spend_reporting) as spend_reporting,
        sum(accepted_leads) as accepted_leads
    from unit_weeks
    where spend_reporting is not null
    group by day_number
),

company_lately as (
    select
        day_number,
        sum(spend_reporting) over ({{ lately }}) as spend_reporting,
        sum(accepted_leads) over ({{ lately }}) as accepted_leads
    from company_weeks
),

unit_sums as (
    select
        judged_by,
        unit,
        day_number,
        count(case when spend_reporting > 0 then 1 end) over {{ of_unit }} as weeks_with_spend,
        sum(spend_reporting) over {{ of_unit }} as spend_reporting,
        sum(leads) over {{ of_unit }} as leads,
        sum(accepted_leads) over {{ of_unit }} as accepted_leads,
        sum(accepted_leads + rejected_leads) over {{ of_unit }} as decided_leads
    from unit_weeks
),

unit_lately as (
    select
        *,
        decided_leads >= {{ var('wasted_spend_least_decided_leads') }} as has_verdicts,
        leads - decided_leads + accepted_leads as acceptable_leads
    from unit_sums
),

judged as (
    select
        unit_lately.*,
        case
            when unit_lately.leads is null then 'not judged'
            when unit_lately.leads = 0 and unit_lately.weeks_with_spend >= {{ var('wasted_spend_weeks') }}
                then 'no leads'
            when unit_lately.decided_leads is null then 'not judged'
            when unit_lately.has_verdicts
                and unit_lately.accepted_leads < {{ var('wasted_spend_acceptance_below') }} * unit_lately.decided_leads
                then 'too few leads accepted'
            when (unit_lately.has_verdicts or unit_lately.weeks_with_spend >= {{ var('wasted_spend_weeks') }})
                and unit_lately.spend_reporting > {{ var('wasted_spend_cost_multiple') }}
                * company_lately.spend_reporting / nullif(company_lately.accepted_leads, 0)
                * greatest(case when unit_lately.has_verdicts then unit_lately.accepted_leads else unit_lately.acceptable_leads end, 1)
                then 'accepted leads cost too much'
            when not unit_lately.has_verdicts then 'too few verdicts'
            else 'within limits'
        end as rule
    from unit_lately
    left join company_lately on unit_lately.day_number = company_lately.day_number
)

select
    ---------- keys
    weeks.platform,
    weeks.campaign_id,
    weeks.week_start,

    ---------- attributes
    weeks.campaign_name,
    weeks.channel,
    judged.judged_by,
    coalesce(judged.rule, 'not judged') as rule,

    ---------- measures
    weeks.spend_reporting,
    case
        when judged.rule = 'within limits' then {{ money('0') }}
        when judged.rule not in ('not judged', 'too few verdicts') then weeks.spend_reporting
    end as wasted_spend_reporting,
    {{ whole('judged.leads') }} as recent_leads,
    {{ whole('judged.decided_leads') }} as recent_decided_leads,
    {{ whole('judged.accepted_leads') }} as recent_accepted_leads,
    {{ money('judged.spend_reporting') }} as recent_spend_reporting
from weeks
left join judged
    on weeks.day_number = judged.day_number
    and judged.unit = case when weeks.is_named_by_leads then weeks.platform || ' ' || weeks.campaign_id else weeks.channel end
    and judged.judged_by = case when weeks.is_named_by_leads then 'campaign' else 'channel' end
where weeks.spend_reporting <> 0
