{# Which channel a visit belongs to: the company's own rules (config/channels.yaml) first, then the channel
   that the source's mapping gave, then Google's default channel groups; what none of them knows is counted
   as 'Unassigned'. Upper and lower case are the same. #}

{# Arguments are SQL expressions: source and medium as GA4 spells them ('(direct)' and '(none)' for a visit
   that came from nowhere), campaign name, and the mapped channel; each may be null or ''. #}
{% macro channel_of(source, medium, campaign, given) -%}
    case
        {{- company_rules(source, medium, campaign) }}
        when {{ given }} <> '' and trim({{ given }}) <> '' then trim({{ given }})
        {{- ga4_rules(plain(source), plain(medium), plain(campaign)) }}
        else 'Unassigned'
    end
{%- endmacro %}

{# Matching ignores case and outer spaces; null becomes '', so that no comparison is lost to it. #}
{% macro plain(column) -%}
    lower(trim(coalesce({{ column }}, '')))
{%- endmacro %}

{# The company's name for a channel that we name, or Google: `names` in config/channels.yaml. #}
{% macro named_channel(expression) -%}
    {%- if var('channel_names') -%}
    case {{ expression }}
        {%- for theirs, ours in var('channel_names').items() %}
        when {{ dbt.string_literal(dbt.escape_single_quotes(theirs)) }} then {{ dbt.string_literal(dbt.escape_single_quotes(ours)) }}
        {%- endfor %}
        else {{ expression }}
    end
    {%- else -%}
    {{ expression }}
    {%- endif -%}
{%- endmacro %}

{# A rule's conditions must all hold; the first rule that holds decides. #}
{% macro company_rules(source, medium, campaign) -%}
    {%- set columns = {'source': source, 'medium': medium, 'campaign': campaign} -%}
    {%- for rule in var('channel_rules') %}
        when
        {%- for condition in rule.conditions %}
            {%- if not loop.first %} and{% endif %}
            {%- if 'matches' in condition %} {{ matches_pattern(plain(columns[condition.column]), condition['matches']) }}
            {%- else %} {{ is_one_of(plain(columns[condition.column]), condition['values']) }}
            {%- endif %}
        {%- endfor %} then {{ dbt.string_literal(dbt.escape_single_quotes(rule.channel)) }}
    {%- endfor %}
{%- endmacro %}

{# Google's rules for visits tagged by hand, from https://support.google.com/analytics/answer/9756891 (read in
   2026, with the AI Assistant of May 2026). Visits from Google's own ads products follow other rules there,
   which need the ad network: map those. Google lists its rules by channel; here they are nested by the kind of
   site, to the same effect, so that each list of sites is searched once: no site is on two lists. #}
{% macro ga4_rules(source, medium, campaign) -%}
    {%- set paid = matches_pattern(medium, '^(.*cp.*|ppc|retargeting|paid.*)$') -%}
    {%- set display = is_one_of(medium, ['display', 'banner', 'expandable', 'interstitial', 'cpm']) -%}
    {%- set social = is_one_of(medium, [
        'social', 'social-network', 'social-media', 'sm', 'social network', 'social media'
    ]) -%}
    {%- set video = medium ~ " like '%video%'" -%}
    {%- set email = ['email', 'e-mail', 'e_mail', 'e mail'] %}
        when {{ source }} = '(direct)' and {{ medium }} in ('(none)', '(not set)') then {{ group('Direct') }}
        when {{ campaign }} like '%cross-network%' then {{ group('Cross-network') }}
        when {{ medium }} = 'ai-assistant' then {{ group('AI Assistant') }}
        when {{ is_one_of(source, ga4_shopping_sites()) }}
            or {{ matches_pattern(campaign, '^(.*(([^a-df-z]|^)shop|shopping).*)$') }} then case
            when {{ paid }} then {{ group('Paid Shopping') }}
            when {{ display }} then {{ group('Display') }}
            else {{ group('Organic Shopping') }}
        end
        when {{ is_one_of(source, ga4_search_sites()) }} then case
            when {{ paid }} then {{ group('Paid Search') }}
            when {{ display }} then {{ group('Display') }}
            when {{ social }} then {{ group('Organic Social') }}
            when {{ video }} then {{ group('Organic Video') }}
            else {{ group('Organic Search') }}
        end
        when {{ is_one_of(source, ga4_social_sites()) }} then case
            when {{ paid }} then {{ group('Paid Social') }}
            when {{ display }} then {{ group('Display') }}
            else {{ group('Organic Social') }}
        end
        when {{ is_one_of(source, ga4_video_sites()) }} then case
            when {{ paid }} then {{ group('Paid Video') }}
            when {{ display }} then {{ group('Display') }}
            when {{ social }} then {{ group('Organic Social') }}
            else {{ group('Organic Video') }}
        end
        when {{ display }} then {{ group('Display') }}
        when {{ paid }} then {{ group('Paid Other') }}
        when {{ social }} then {{ group('Organic Social') }}
        when {{ video }} then {{ group('Organic Video') }}
        when {{ medium }} = 'organic' then {{ group('Organic Search') }}
        when {{ medium }} in ('referral', 'app', 'link') then {{ group('Referral') }}
        when {{ is_one_of(source, email) }} or {{ is_one_of(medium, email) }} then {{ group('Email') }}
        when {{ medium }} = 'affiliate' then {{ group('Affiliates') }}
        when {{ medium }} = 'audio' then {{ group('Audio') }}
        when {{ source }} = 'sms' or {{ medium }} = 'sms' then {{ group('SMS') }}
        when {{ source }} = 'firebase' or {{ medium }} like '%push' or {{ medium }} like '%mobile%'
            or {{ medium }} like '%notification%' then {{ group('Mobile Push Notifications') }}
{%- endmacro %}

{# A channel of Google's by the name that the company gives it: `names` in config/channels.yaml. #}
{% macro group(theirs) -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(var('channel_names').get(theirs, theirs))) }}
{%- endmacro %}

{% macro is_one_of(column, values) -%}
    {{ column }} in (
        {%- for value in values -%}
        {{ dbt.string_literal(dbt.escape_single_quotes(value)) }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{# Whether a text matches a regular expression anywhere, as Google's "matches regex" does with ^ and $. #}
{% macro matches_pattern(column, pattern) -%}
    {{ return(adapter.dispatch('matches_pattern', 'countersign')(column, pattern)) }}
{%- endmacro %}

{% macro default__matches_pattern(column, pattern) -%}
    regexp_matches({{ column }}, {{ dbt.string_literal(dbt.escape_single_quotes(pattern)) }})
{%- endmacro %}

{% macro postgres__matches_pattern(column, pattern) -%}
    {{ column }} ~ {{ dbt.string_literal(dbt.escape_single_quotes(pattern)) }}
{%- endmacro %}

{# Spark reads backslashes in a plain literal as escapes; a raw one keeps the pattern. #}
{% macro spark__matches_pattern(column, pattern) -%}
    {{ column }} rlike r'{{ pattern | replace("'", "\\x27") }}'
{%- endmacro %}
