-- Grain: one row per channel and week on which anything happened: channel_day, summed.

{%- set counts = ['impressions', 'clicks', 'sessions', 'web_conversions', 'leads', 'mqls', 'accepted_leads',
                  'rejected_leads', 'customers', 'opportunities'] %}
{%- set amounts = ['spend_reporting', 'platform_conversions', 'pipeline_reporting', 'revenue_reporting'] %}

select
    channel,
    {{ week_start('report_day') }} as week_start,
    {%- for name in counts %}
    {{ whole('sum(' ~ name ~ ')') }} as {{ name }},
    {%- endfor %}
    {%- for name in amounts %}
    {{ money('sum(' ~ name ~ ')') }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('channel_day') }}
group by 1, 2
