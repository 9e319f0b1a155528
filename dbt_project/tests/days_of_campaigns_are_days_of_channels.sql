-- What campaigns and segments say of a channel's day is what the channel says of it, for all that both count on the
-- same day. Web conversions are left out: a vendor may count fractions, which each mart rounds for itself.

{%- set measures = ['spend_reporting', 'impressions', 'clicks', 'platform_conversions', 'sessions', 'leads', 'mqls',
    'accepted_leads', 'rejected_leads', 'customers'] %}
{%- set of_segments = ['sessions', 'leads', 'mqls', 'accepted_leads', 'rejected_leads'] %}

with told as (
    {%- for mart, sign in [('channel_day', 1), ('campaign_day', -1)] %}
    select
        'campaign_day' as place,
        channel,
        report_day
        {%- for measure in measures %},
        {{ sign }} * {{ measure }} as {{ measure }}
        {%- endfor %}
    from {{ ref(mart) }}

    union all
    {%- endfor %}
    {%- for mart, sign in [('channel_day', 1), ('segment_day', -1)] %}
    select
        'segment_day' as place,
        channel,
        report_day
        {%- for measure in measures %},
        {{ (sign ~ ' * ' ~ measure) if measure in of_segments else '0' }} as {{ measure }}
        {%- endfor %}
    from {{ ref(mart) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select place, channel, report_day
from told
group by place, channel, report_day
having
    {%- for measure in measures %}
    {{ 'or ' if not loop.first }}coalesce(sum({{ measure }}), 0) <> 0
    {%- endfor %}
