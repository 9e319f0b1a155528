-- Grain: one row per lead, with the whole of its life, known yet or not. Times are local wall times.

create table leads as
with born as (
    select
        visits.visit_id, visits.place_id, visits.channel, visits.kind, visits.day, visits.device,
        date_trunc('minute', started_local) + to_minutes((2 + floor(6 * chance('form', visit_id)))::integer)
            as created_at
    from visits
    where is_lead
),

-- the fair team keys some badge scans in days later, under the day of the fair
entered as (
    select
        born.*,
        case
            when kind = 'event' and chance('keyed late', visit_id) < 0.18
                then office_moment(day + lag_days(4, 10, 'keyed', visit_id), 'keyed at', visit_id)
            else created_at
        end as entered_at
    from born
),

judged as (
    select
        entered.*,
        channels.crm_source, channels.platform, channels.sql_rate, channels.opportunity_rate, channels.win_rate,
        chance('mql', visit_id) < channels.mql_rate as is_mql,
        chance('accept', visit_id) < channels.acceptance_rate * coalesce(quality.factor, 1) as is_fit,
        coalesce(slow.factor, 1) as slowness,
        office_moment(
            entered_at + to_days(lag_days(lags.mql_low, lags.mql_high, 'mql lag', visit_id)), 'mql at', visit_id
        ) as mql_moment
    from entered
    inner join channels using (channel)
    cross join lags
    left join effects as quality
        on quality.place_id = entered.place_id and quality.day = entered.day and quality.lever = 'quality'
    left join effects as slow
        on slow.place_id = entered.place_id and slow.day = entered.day and slow.lever = 'follow_up'
),

decided as (
    select
        judged.*,
        office_moment(
            mql_moment + to_days(lag_days(lags.verdict_low, lags.verdict_high, 'verdict lag', visit_id)),
            'verdict at', visit_id
        ) as verdict_moment,
        is_mql and is_fit and chance('sql', visit_id) < sql_rate as is_sql
    from judged
    cross join lags
),

offered as (
    select
        decided.*,
        office_moment(
            verdict_moment + to_days(lag_days(lags.sql_low, lags.sql_high, 'sql lag', visit_id)), 'sql at', visit_id
        ) as sql_moment,
        is_sql and chance('deal', visit_id) < opportunity_rate as is_deal
    from decided
    cross join lags
),

dealt as (
    select
        offered.*,
        office_moment(
            greatest(
                sql_moment + to_days(1),
                entered_at + to_days(lag_days(lags.opportunity_low, lags.opportunity_high, 'deal lag', visit_id))
            ),
            'deal at', visit_id
        ) as deal_moment,
        is_deal and chance('won', visit_id) < win_rate as is_winner
    from offered
    cross join lags
)

select
    visit_id, place_id, channel, kind, crm_source, platform, created_at, entered_at, slowness,
    printf('L-%014x', hash(hash(getvariable('seed'), 'lead id', visit_id)) >> 8) as lead_id,
    case when is_mql then mql_moment end as mql_at,
    case when is_mql then verdict_moment end as verdict_at,
    is_mql and is_fit as is_accepted,
    case when is_sql then sql_moment end as sql_at,
    case when is_deal then deal_moment end as deal_at,
    case when is_deal then office_moment(
        deal_moment + to_days(lag_days(lags.close_low, lags.close_high, 'close lag', visit_id)), 'close at', visit_id
    ) end as closed_at,
    is_winner,
    round(getvariable('median_deal') * exp(0.55 * bell('amount', visit_id)), -1) as amount
from dealt
cross join lags
-- what is keyed in after the cutoff is not known yet
where entered_at < getvariable('until');
