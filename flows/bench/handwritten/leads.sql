-- One row per lead with all that became of it, and one per deal with its lead's channel, as tables.
-- More variables: promise_hours, customer_maturity_days, acceptance_maturity_days.

create macro week_start(day) as cast(date_trunc('week', day) as date);
create macro month_start(day) as cast(date_trunc('month', day) as date);
create macro last_day() as report_day(getvariable('as_of') - interval 1 microsecond);
create table deals_known as
select
    * replace (is_won and (closed_at is null or closed_at < getvariable('as_of')) as is_won),
    report_day(created_at) as opened_day,
    report_day(closed_at) as closed_day
from deals;

create table leads as
with changes as (
    select
        lead_id,
        max(greatest(stage_rank(stage), stage_rank(from_stage)))
            filter (changed_at < getvariable('as_of')) as stage_rank,
        bool_or(is_out(stage) or is_out(from_stage))
            filter (changed_at < getvariable('as_of')) as was_disqualified,
        bool_or(changed_at >= getvariable('as_of')) as has_moved_since
    from stage_changes
    group by lead_id
),

judged as (
    select
        lead_id,
        arg_max(verdict, decided_at) as verdict,
        arg_max(reason, decided_at) as reason,
        max(case verdict when 'accepted' then 2 else 1 end) as stage_rank
    from verdicts
    group by lead_id
),

dealt as (
    select lead_id, max(case when is_won then 5 else 4 end) as stage_rank
    from deals_known
    group by lead_id
),

followed_up as (
    select leads_exported.lead_id, min(occurred_at) as first_follow_up_at
    from leads_exported
    join activities on activities.lead_id = leads_exported.lead_id and occurred_at >= created_at
    group by leads_exported.lead_id
),

joined as (
    select
        leads.*,
        followed_up.first_follow_up_at,
        judged.verdict,
        judged.reason,
        coalesce(greatest(
            changes.stage_rank,
            case when not coalesce(has_moved_since, false) then stage_rank(current_stage) end,
            judged.stage_rank,
            dealt.stage_rank
        ), 0) as stage_reached,
        coalesce(changes.was_disqualified, false) or (
            is_out(current_stage) and not coalesce(has_moved_since, false)
        ) as was_disqualified,
        report_day(created_at) as report_day
    from leads_exported as leads
    left join changes on changes.lead_id = leads.lead_id
    left join judged on judged.lead_id = leads.lead_id
    left join dealt on dealt.lead_id = leads.lead_id
    left join followed_up on followed_up.lead_id = leads.lead_id
)

select
    lead_id, channel, lead_source, platform, campaign_id, campaign_name, is_event_lead, reason,
    case
        when verdict is not null then verdict
        when stage_reached >= 2 then 'accepted'
        when was_disqualified and stage_reached >= 1 then 'rejected'
        else 'undecided'
    end as sales_outcome,
    stage_reached,
    report_day,
    week_start(report_day) as week_start,
    month_start(report_day) as cohort_month,
    extract(epoch from (first_follow_up_at - created_at)) / 3600.0 as hours_to_follow_up,
    report_day + getvariable('customer_maturity_days') <= last_day() as is_customer_mature
from joined;

create table opportunities as
select
    coalesce(leads.channel, 'Unassigned') as channel,
    coalesce(leads.lead_source, 'No lead') as lead_source,
    leads.platform,
    leads.campaign_id,
    is_won,
    opened_day,
    case when is_won then closed_day end as won_day,
    amount_reporting
from deals_known
left join leads on leads.lead_id = deals_known.lead_id;
