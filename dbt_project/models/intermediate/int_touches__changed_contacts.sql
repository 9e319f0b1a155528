-- Grain: one row per contact whose links are not those by which its touches were tabled. int_touches__linked
-- empties it when it has tabled them again, and when everything is built anew there is none.

{{ config(materialized='table') }}

with now as (
    select kind, contact_id, visitor_key, email_key, item, detail from {{ ref('int_touches__links') }}
),

used as (
    select kind, contact_id, visitor_key, email_key, item, detail from {{ ref('int_touches__links_used') }}
),

gained as (
    select * from now
    except
    select * from used
),

lost as (
    select * from used
    except
    select * from now
),

changed as (
    select * from gained
    union all
    select * from lost
)

select contact_id
from changed
where contact_id is not null

union

select addresses.contact_id
from changed
inner join {{ ref('stg_files__email_events') }} as clicks
    on changed.item = clicks.platform || ' ' || clicks.email_campaign_id and clicks.event_type = 'clicked'
inner join {{ ref('int_contacts__addresses') }} as addresses on clicks.email_key = addresses.email_key
where changed.kind = 'e-mail channel'
