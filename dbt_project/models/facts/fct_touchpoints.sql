-- Grain: one row per touch of a contact: a session, a click in an e-mail, an event or a form. In time a contact's
-- touches stand by touched_at, then touchpoint_id. A view: int_touches__linked grows by days, and what an account
-- or campaign is called today is looked up in small tables, so that no old touch is written again for it.

{{ config(materialized='view') }}

select
    ---------- keys
    touches.touchpoint_id,
    touches.contact_id,
    accounts.account_id,

    ---------- time
    touches.touched_at,
    touches.report_day,

    ---------- attributes
    touches.channel,
    coalesce(touches.platform, ads.platform) as platform,
    coalesce(touches.campaign_id, ads.campaign_id) as campaign_id,
    coalesce(touches.campaign_name, ads.campaign_name, emails.campaign_name) as campaign_name,
    touches.touch_type,
    touches.link_rule
from {{ ref('int_touches__linked') }} as touches
left join {{ ref('int_contacts__accounts') }} as accounts on touches.contact_id = accounts.contact_id
left join {{ ref('int_campaigns__by_utm') }} as ads
    on touches.channel = ads.channel and touches.utm_text = ads.utm_text
left join {{ ref('stg_files__email_campaigns') }} as emails
    on touches.platform = emails.platform and touches.campaign_id = emails.email_campaign_id
