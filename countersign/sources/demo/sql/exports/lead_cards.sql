-- Grain: one row per lead, with what the CRM shows of it at the cutoff; and one per stage it entered.

create table lead_stages as
with entered as (
    select lead_id, 1 as step, 'New' as stage, entered_at as changed_at from leads
    union all
    select lead_id, 2, 'Marketing qualified', mql_at from leads
    union all
    select lead_id, 3, if(is_accepted, 'Accepted by sales', 'Not a fit'), verdict_at from leads
    union all
    select lead_id, 4, 'Sales qualified', sql_at from leads
    union all
    select lead_id, 5, 'Offer', deal_at from leads
    union all
    select lead_id, 6, if(is_winner, 'Customer', 'Offer lost'), closed_at from leads
)

select
    lead_id, step, stage, changed_at,
    lag(stage) over (partition by lead_id order by step) as from_stage
from entered
where changed_at < getvariable('until');

create table lead_cards as
with current_stages as (
    select lead_id, arg_max(stage, step) as stage from lead_stages group by lead_id
)

select
    leads.*,
    current_stages.stage,
    -- index 1 + n: DuckDB lists count from one
    (['Anna', 'Ben', 'Clara', 'David', 'Eva', 'Felix', 'Greta', 'Hugo', 'Ida', 'Jonas', 'Kaja', 'Lukas'])[
        1 + floor(12 * chance('first name', visit_id))::integer] as first_name,
    (['Albrecht', 'Berger', 'Conrad', 'Dietrich', 'Engel', 'Fuchs', 'Graf', 'Huber', 'Jansen', 'Keller', 'Lorenz'])[
        1 + floor(11 * chance('last name', visit_id))::integer] as last_name,
    printf('C%06d', (hash(hash(getvariable('seed'), 'account', visit_id)) % (7000 * ceil(getvariable('scale')))::ubigint))
        as account_id,
    if(platform = '', 'N/A', platform) as ad_network,
    if(places.campaign_id = '', 'N/A', places.campaign_id) as campaign_id,
    if(places.campaign = '', 'N/A', places.campaign) as campaign,
    case
        when leads.kind = 'event' then 'N/A'
        else printf('GA1.%016x', hash(hash(getvariable('seed'), 'client', visit_id - (visit_id % 4 = 1)::bigint)))
    end as client_id,
    case
        when chance('country', visit_id) < 0.62 then 'Germany'
        when chance('country', visit_id) < 0.74 then 'Austria'
        when chance('country', visit_id) < 0.86 then 'Switzerland'
        when chance('country', visit_id) < 0.94 then 'Netherlands'
        else 'Poland'
    end as country,
    -- the CRM's form offers "Select" and many leave it there
    case
        when chance('size', visit_id) < 0.08 then 'Select'
        when chance('size', visit_id) < 0.38 then 'Up to 50 employees'
        when chance('size', visit_id) < 0.78 then '51 to 1000 employees'
        else 'Over 1000 employees'
    end as size,
    if(leads.kind = 'event', 'yes', 'no') as met_at_event,
    -- an open question of the form, which many skip; what people remember is not what was tracked
    case
        when leads.kind = 'event' or chance('asked', visit_id) < 0.55 then ''
        when chance('heard', visit_id) < 0.3 then 'a colleague told me'
        when chance('heard', visit_id) < 0.5 then 'searched the web'
        when chance('heard', visit_id) < 0.65 then 'your podcast'
        when chance('heard', visit_id) < 0.8 then 'saw you at a trade fair'
        when chance('heard', visit_id) < 0.9 then 'social media'
        else 'an AI assistant'
    end as heard_of_us,
    case
        when leads.channel = 'Paid social' and chance('reason', visit_id) < 0.55 then 'Student or private person'
        when chance('reason', visit_id) < 0.62 then 'No project in sight'
        when chance('reason', visit_id) < 0.76 then 'Too small'
        when chance('reason', visit_id) < 0.9 then 'No answer'
        else 'Bought elsewhere'
    end as reason
from leads
inner join places using (place_id)
inner join current_stages using (lead_id);
