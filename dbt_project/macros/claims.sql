{# The likeliest reason why a platform's claim and the CRM differ; a closed list, the first that holds. #}
{% macro claim_explanation(claimed, leads, forms) -%}
    {%- set tolerance = var('reconciliation_tolerance') -%}
    case
        when {{ claimed }} is null or {{ leads }} is null then 'not known'
        when abs({{ claimed }} - {{ leads }}) <= {{ tolerance }} * {{ leads }} then 'within tolerance'
        when {{ claimed }} = 0 then 'claims none: no conversions are sent to the platform'
        when {{ leads }} = 0 then 'claims without leads: conversions of another kind, or leads that do not name the platform'
        when {{ claimed }} > {{ leads }} and {{ claimed }} <= (1 + {{ tolerance }}) * {{ forms }}
            then 'claims more: forms that became no lead'
        when {{ claimed }} > {{ leads }} then 'claims more: view-through, modelled or repeated conversions'
        else 'claims fewer: conversions not sent back'
    end
{%- endmacro %}
