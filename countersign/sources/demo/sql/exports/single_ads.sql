-- Grain: one row per single ad and day, of platforms that tell single ads. The ads of an ad group add up to it exactly:
-- each whole number is cut at the ads' shares, from a random place on, so that no ad always gets what is left over.

create macro part_of(whole, share_before, share_until, start) as
    floor(whole * share_until + start)::bigint - floor(whole * share_before + start)::bigint;

create table single_ad_days as
with places_of_ads as (
    select
        ads.*,
        sum(spend_share) over ad_group as spend_until,
        sum(spend_share * pull) over ad_group as pull_until,
        sum(spend_share) over whole as spend_all,
        sum(spend_share * pull) over whole as pull_all
    from ads
    window
        ad_group as (partition by ad_group_id order by ad_id),
        whole as (partition by ad_group_id)
),

shares as (
    select
        ad_group_id, ad_id, ad_name, headline, body,
        lag(spend_until / spend_all, 1, 0) over ad_group as spend_before,
        if(spend_until = max(spend_until) over ad_group_all, 1, spend_until / spend_all) as spend_until,
        lag(pull_until / pull_all, 1, 0) over ad_group as pull_before,
        if(spend_until = max(spend_until) over ad_group_all, 1, pull_until / pull_all) as pull_until
    from places_of_ads
    window
        ad_group as (partition by ad_group_id order by ad_id),
        ad_group_all as (partition by ad_group_id)
),

whole as (
    select
        *,
        -- Meta counts whole conversions, Google hundredths
        if(platform = 'meta_ads', round(conversions), round(conversions * 100))::bigint as counted,
        [least(chance('ad ' || number, ad_group_id || day), 0.999) for number in range(4)] as starts
    from ad_days
    where platform in ('google_ads', 'meta_ads')
),

parts as (
    select
        whole.day, whole.platform, whole.campaign_id, whole.campaign, whole.ad_group_id, whole.ad_group,
        shares.ad_id, shares.ad_name, shares.headline, shares.body,
        part_of(whole.clicks, spend_before, spend_until, starts[1]) as clicks,
        part_of(whole.impressions - whole.clicks, spend_before, spend_until, starts[2]) as other_impressions,
        part_of((whole.spend * 100)::bigint, spend_before, spend_until, starts[3]) as cents,
        part_of(whole.counted, pull_before, pull_until, starts[4]) as counted
    from whole
    inner join shares using (ad_group_id)
)

select
    * exclude (other_impressions, cents, counted),
    clicks + other_impressions as impressions,
    cast(cents / 100 as decimal(18, 2)) as spend,
    if(platform = 'meta_ads', counted, counted / 100) as conversions
from parts
order by day, ad_id;
