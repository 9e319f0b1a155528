-- Every dated lead before `as_of` is in every mart by week or day exactly once, every lead at all in the
-- cross-section.

with landed as (
    select
        count(*) as all_leads,
        count(created_at) as dated_leads
    from {{ source('raw', 'crm_leads') }}
    where created_at is null or created_at < {{ as_of() }}
),

totals as (
    {%- for mart in ['channel_day', 'channel_week', 'campaign_day', 'segment_day', 'lead_cost_week', 'funnel_week', 'follow_up_week', 'cac_by_cohort',
        'lead_quality_week', 'lead_conversion_week'] %}
    select '{{ mart }}' as place, sum(leads) as leads, min(landed.dated_leads) as leads_landed
    from {{ ref(mart) }} cross join landed

    union all
    {%- endfor %}
    select 'lead_source_summary' as place, sum(leads) as leads, min(landed.all_leads) as leads_landed
    from {{ ref('lead_source_summary') }} cross join landed

    union all
    select 'lead_source_summary, dated' as place, sum(lead_source_summary.dated_leads) as leads, min(landed.dated_leads) as leads_landed
    from {{ ref('lead_source_summary') }} cross join landed
)

select * from totals
where coalesce(leads, 0) <> coalesce(leads_landed, 0)
