"""Faults that a report must tell but that cost no row, and faults that condemn a whole batch."""

from expectations.seeded.good_rows import Row

EMAIL = "anna.berg@example.com"
WRITTEN_EMAIL = f"Write to {EMAIL} please"

# Planted in every row of a batch: warnings that tolerate a tenth of the rows would not notice one.
WARNINGS: dict[str, list[tuple[Row, str]]] = {
    "ad_performance": [
        ({"channel": None}, "channel_is_usually_given"),
        ({"account_time_zone": None}, "account_time_zone_is_usually_given"),
        ({"campaign_name": None}, "campaign_name_is_usually_given"),
        ({"impressions": 0, "clicks": 0}, "spend_has_impressions"),
        ({"spend": "12340000"}, "click_price_is_plausible"),
    ],
    "web_sessions": [
        ({"device": "toaster"}, "device_is_known"),
        ({"visitor_key": None}, "visitor_key_is_usually_given"),
        ({"channel": None}, "channel_is_usually_given"),
        ({"page_views": 0}, "conversion_has_page_view"),
    ],
    "crm_leads": [
        ({"created_at": None}, "created_at_is_usually_given"),
        ({"channel": None}, "channel_is_usually_given"),
        ({"campaign_id": "c1"}, "campaign_has_platform"),
        ({"consent": "yes"}, "consent_is_known"),
        ({"consent_at": None}, "granted_consent_is_dated"),
        ({"updated_at": "2026-11-01 10:00:00"}, "created_at_is_at_most_updated_at"),
        ({"lead_source": None}, "lead_source_is_usually_given"),
        ({"stage": None}, "stage_is_usually_given"),
    ],
    "crm_stage_changes": [
        ({"from_stage": "mql"}, "stage_differs_from_the_one_left"),
        ({"from_stage": "cold"}, "from_stage_is_known"),
        ({"source_time_zone": None}, "source_time_zone_is_usually_given"),
    ],
    "crm_opportunities": [
        ({"closed_at": None}, "won_has_close_date"),
        ({"amount": None}, "won_has_amount"),
        ({"lead_id": None}, "lead_id_is_usually_given"),
        ({"updated_at": "2026-11-01 10:00:00"}, "created_at_is_at_most_updated_at"),
    ],
    "crm_activities": [
        ({"activity_type": "fax"}, "activity_type_is_known"),
        ({"lead_id": None}, "lead_id_is_usually_given"),
        ({"owner_id": None}, "owner_id_is_usually_given"),
    ],
    "sales_feedback": [({"reason": " "}, "rejection_has_reason")],
    "crm_accounts": [
        ({"account_name": None}, "account_name_is_usually_given"),
        ({"industry": None}, "industry_is_usually_given"),
        ({"updated_at": "2026-11-01 10:00:00"}, "created_at_is_at_most_updated_at"),
    ],
    "crm_removals": [
        ({"merged_into": None}, "merge_names_the_record_that_stays"),
        ({"removal": "deleted"}, "deletion_names_no_record_that_stays"),
    ],
    "lead_events": [
        ({"lead_id": None, "email_key": None}, "event_has_someone"),
        ({"asset_id": None, "asset_name": None}, "event_has_asset"),
        ({"event_type": "page_view", "page": None}, "page_view_has_page"),
    ],
    "web_events": [
        ({"currency": "USD"}, "value_is_in_the_reporting_currency"),
        ({"value": "-1"}, "value_is_not_negative"),
        ({"page": None}, "page_view_has_page"),
        ({"device": "toaster"}, "device_is_known"),
        ({"visitor_key": None}, "visitor_key_is_usually_given"),
        ({"session_key": None}, "session_key_is_usually_given"),
    ],
    "web_traffic_days": [
        ({"engaged_sessions": 101}, "engaged_sessions_is_at_most_sessions"),
        ({"page_views": 0}, "sessions_have_page_views"),
        ({"device": "toaster"}, "device_is_known"),
        ({"property_time_zone": None}, "property_time_zone_is_usually_given"),
        ({"channel": None}, "channel_is_usually_given"),
    ],
    "search_terms": [
        ({"position": None}, "impressions_have_position"),
        ({"device": "TABLET"}, "device_is_known"),
        ({"search_time_zone": None}, "search_time_zone_is_usually_given"),
    ],
    "email_campaigns": [
        ({"opens": 981}, "opens_is_at_most_deliveries"),
        ({"unsubscribes": 981}, "unsubscribes_is_at_most_deliveries"),
        ({"bounces": 21}, "deliveries_and_bounces_fit_sends"),
        ({"sent_at": None}, "sent_campaign_is_dated"),
        ({"campaign_name": None}, "campaign_name_is_usually_given"),
        ({"channel": None}, "channel_is_usually_given"),
    ],
    "email_events": [
        ({"page": None}, "click_has_page"),
        ({"email_campaign_id": None}, "email_campaign_id_is_usually_given"),
        ({"email_key": None}, "email_key_is_usually_given"),
    ],
    "support_tickets": [
        ({"solved_at": None}, "solved_ticket_is_dated"),
        ({"status": "hold"}, "status_is_known"),
        ({"priority": "P1"}, "priority_is_known"),
        ({"contact_channel": "fax"}, "contact_channel_is_known"),
        ({"satisfaction": "5"}, "satisfaction_is_known"),
        ({"body": "x" * 2001}, "body_is_short"),
        ({"updated_at": "2026-11-01 10:00:00"}, "created_at_is_at_most_updated_at"),
        ({"topic": None}, "topic_is_usually_given"),
        ({"status": None}, "status_is_usually_given"),
    ],
    "social_posts": [
        ({"platform": "myspace"}, "platform_is_known"),
        ({"reactions": 1001}, "reactions_is_at_most_impressions"),
        ({"link": "javascript:alert(1)"}, "link_is_a_web_address"),
        ({"impressions": None}, "impressions_is_usually_given"),
    ],
    "research_notes": [
        ({"published_at": "2026-11-12 10:00:00"}, "published_at_is_at_most_captured_at"),
        ({"kind": "competitor_message", "about": None}, "competitor_message_names_the_competitor"),
        ({"language": "English (UK)"}, "language_is_a_code"),
    ],
    "manual_kpis": [
        ({"sample_size": 12}, "sample_is_large_enough"),
        ({"sample_size": None}, "share_has_sample_size"),
        ({"entered_on": "2026-09-01"}, "period_start_is_at_most_entered_on"),
    ],
    "fx_rates": [({"rate": "0.0000923"}, "rate_has_enough_digits")],
}

# Planted in one row: nothing of the batch may pass.
BATCH_DEFECTS: dict[str, list[tuple[Row, str]]] = {
    "web_sessions": [({"visitor_key": EMAIL}, "keys_of_people_are_pseudonyms")],
    "crm_leads": [
        ({"email_key": EMAIL}, "keys_of_people_are_pseudonyms"),
        ({"phone_key": "+49 30 1234567"}, "keys_of_people_are_pseudonyms"),
        ({"self_reported_source": WRITTEN_EMAIL}, "text_has_no_email_address"),
    ],
    "sales_feedback": [({"reason": WRITTEN_EMAIL}, "text_has_no_email_address")],
    "lead_events": [({"email_key": EMAIL}, "keys_of_people_are_pseudonyms")],
    "web_events": [({"visitor_key": EMAIL}, "keys_of_people_are_pseudonyms")],
    "single_ad_performance": [({"ad_text": WRITTEN_EMAIL}, "text_has_no_email_address")],
    "search_terms": [({"query": EMAIL}, "text_has_no_email_address")],
    "email_campaigns": [({"subject": WRITTEN_EMAIL}, "text_has_no_email_address")],
    "email_events": [({"email_key": EMAIL}, "keys_of_people_are_pseudonyms")],
    "support_tickets": [
        ({"body": WRITTEN_EMAIL}, "text_has_no_email_address"),
        ({"subject": "anna.berg%40example.com"}, "text_has_no_email_address"),
        ({"email_key": EMAIL}, "keys_of_people_are_pseudonyms"),
    ],
    "social_posts": [({"text": WRITTEN_EMAIL}, "text_has_no_email_address")],
    "research_notes": [
        ({"text": WRITTEN_EMAIL}, "text_has_no_email_address"),
        ({"author_key": EMAIL}, "keys_of_people_are_pseudonyms"),
    ],
}
