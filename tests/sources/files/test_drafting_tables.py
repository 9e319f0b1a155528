"""data draft-mapping beyond ads and leads: headers of real exports tell their tables."""

import pytest
import yaml

from countersign.core.landed import LANDED_TABLES
from countersign.sources.files.drafting import draft_mapping
from countersign.sources.files.drafting.matching import guess_table, match_columns

# The header of an export as its vendor writes it, and how many of its columns are used.
HEADERS = {
    "support_tickets": {
        "Zendesk views export": (
            "ID,Requester,Requester id,Requester email,Submitter,Assignee,Group,Subject,Tags,Status,"
            "Priority,Via,"
            "Ticket type,Created at,Updated at,Assigned at,Organization,Solved at,Satisfaction Score,Reopens",
            12,
        ),
        "Freshdesk": (
            "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,"
            "Resolved time,"
            "Closed time,Last update time,Tags,Survey results,Full name,Email",
            11,
        ),
        "Intercom": ("Conversation ID,Created at,Status,Channel,Email,Priority,Conversation tags", 6),
        "German": ("Ticketnummer,Betreff,Status,Priorität,Kanal,Erstellt am,Gelöst am", 7),
    },
    "email_campaigns": {
        "Mailchimp campaigns": (
            "Title,Subject,List,Send Date,Send Weekday,Total Recipients,Successful Deliveries,Soft Bounces,"
            "Hard Bounces,Total Bounces,Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,"
            "Total Clicks,"
            "Unsubscribes,Abuse Complaints,Folder Id,Unique Id",
            10,
        ),
        "Klaviyo": (
            "Campaign Name,Campaign ID,Subject,Send Time,Total Recipients,Unique Opens,Open Rate,"
            "Unique Clicks,"
            "Bounces,Unsubscribes",
            9,
        ),
        "German": ("Kampagnenname,Betreff,Versanddatum,Empfänger,Zugestellt,Öffnungen,Klicks,Abmeldungen", 8),
    },
    "email_events": {
        "SendGrid": ("email,timestamp,event,sg_event_id,sg_message_id,category,url,ip,useragent", 5),
        "HubSpot": ("Event ID,Recipient,Type,Created,Campaign ID,Link URL", 6),
    },
    "search_terms": {
        "Search Console Queries.csv": ("Top queries,Clicks,Impressions,CTR,Position", 4),
        "Search Console API": ("date,query,page,country,device,clicks,impressions,ctr,position", 8),
        "German": ("Häufigste Suchanfragen,Klicks,Impressionen,CTR,Position", 4),
        "Spanish": ("Consultas principales,Clics,Impresiones,CTR,Posición", 4),
        "French": ("Requêtes les plus fréquentes,Clics,Impressions,CTR,Position", 4),
    },
    "crm_accounts": {
        "HubSpot companies": (
            "Record ID,Company name,Company owner,Create Date,Phone Number,Last Activity Date,City,"
            "Country/Region,"
            "Industry",
            6,
        ),
        "Salesforce accounts": (
            "Account ID,Account Name,Industry,Billing Country,Employees,Type,Account Owner,Created Date", 8,
        ),
        "German": ("Record ID,Firma,Branche,Anzahl der Mitarbeiter,Land,Erstelldatum", 6),
    },
    "web_traffic_days": {
        "GA4 traffic acquisition": (
            "Date,Session source / medium,Sessions,Engaged sessions,Users,Views,Key events",
            6,
        ),
        "GA4 channel group": (
            "Session primary channel group (Default Channel Group),Users,Sessions,Engaged sessions,"
            "Event count,"
            "Key events,Total revenue",
            5,
        ),
        "GA4 Data API": (
            "date,sessionSource,sessionMedium,sessionCampaignName,landingPage,deviceCategory,country,"
            "sessions,"
            "engagedSessions,totalUsers,screenPageViews,keyEvents",
            12,
        ),
        "German": ("Datum,Quelle,Medium,Sitzungen,Nutzer insgesamt,Schlüsselereignisse", 6),
    },
    "web_events": {
        "GA4 events, flattened": (
            "event_date,event_timestamp,event_name,user_pseudo_id,ga_session_id,page_location,page_referrer,"
            "device_category,geo_country,traffic_source_source,traffic_source_medium",
            10,
        ),
        "Segment": ("event_id,event_name,timestamp,anonymous_id,page_url,referrer,country", 7),
    },
    "social_posts": {
        "LinkedIn all posts": (
            "Post title,Post link,Post type,Campaign name,Posted by,Created date,Audience,Impressions,Views,"
            "Offsite Views,Clicks,Click through rate (CTR),Likes,Comments,Reposts,Follows,Engagement rate",
            9,
        ),
        "Meta Business Suite": (
            "Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Caption type,Permalink,"
            "Post type,Impressions,Reach,Reactions,Comments,Shares,Total clicks",
            11,
        ),
    },
    "research_notes": {
        "review platform": (
            "Review ID,Review date,Rating,Review title,Review,Reviewer,Product,Review URL,Language",
            9,
        ),
        "listening tool": ("Date,Author,Snippet,URL,Source,Score,Language", 6),
    },
    "manual_kpis": {
        "our form": ("kpi,segment,period_start,period_end,value,unit,sample_size,measured_by,entered_at", 9),
        "German": ("Kennzahl,Zielgruppe,Monat,Wert,Einheit,Stichprobe,Studie", 7),
    },
    "fx_rates": {
        "European Central Bank": (
            "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS",
            4,
        ),
        "finance system": ("Rate date,From currency,To currency,Exchange rate", 4),
        "German": ("Datum,Ausgangswährung,Zielwährung,Wechselkurs", 4),
    },
    "lead_events": {
        "form submissions": ("Submission ID,Form name,Form ID,Submitted at,Email,Page URL,Event type", 7),
        "marketing automation": ("Event type,Occurred at,Lead ID,Email,Asset name,Asset ID,Page,Event ID", 8),
    },
    "crm_removals": {"audit log": ("Object type,Deleted record ID,Deleted at,Merged into", 4)},
    "crm_leads": {
        "HubSpot contacts": (
            "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Company name,"
            "Industry,"
            "Create Date,Original Source",
            7,
        ),
    },
    "ad_performance": {
        "Google Ads search terms": (
            "Search term,Match type,Campaign,Ad group,Day,Clicks,Impr.,Cost,Currency code",
            7,
        ),
    },
}  # fmt: skip
CASES = [(table, vendor) for table, vendors in HEADERS.items() for vendor in vendors]


@pytest.mark.parametrize(("table", "vendor"), CASES)
def test_the_header_of_an_export_tells_its_table(table, vendor):
    header, columns = HEADERS[table][vendor]
    names = header.split(",")
    guess = guess_table(names)
    assert guess.table == table
    assert guess.also is None, "nothing else fits nearly as well"
    assert len(match_columns(table, names)) == columns


def test_the_names_of_a_tables_own_columns_tell_it():
    for name, table in LANDED_TABLES.items():
        assert guess_table([column.name for column in table.columns]).table == name


def drafted(drop, name: str, content: str) -> tuple[str, dict]:
    text = draft_mapping(drop.workspace, drop.write(name, content)).text
    (source,) = yaml.safe_load(text)["sources"].values()
    return text, source["tables"][0]


def lands(drop, text: str) -> list[tuple]:
    """Land a draft as it is; its rows' first columns."""
    drop.write_config(yaml.safe_load(text))
    (name,) = yaml.safe_load(text)["sources"]
    (report,) = drop.check(name)
    assert (report.rows_set_aside, report.missing_required) == (0, {}), report.problems
    return drop.land(name)


def test_a_zendesk_export_lands_as_drafted(drop):
    text, table = drafted(
        drop,
        "zendesk.csv",
        "ID,Requester email,Subject,Tags,Status,Priority,Via,Created at,Solved at,Satisfaction Score\n"
        "7,jo@mail.example,Cannot log in,login,Solved,High,Email,2026-11-02 10:00,2026-11-02 12:30,Good\n"
        "8,al@mail.example,Invoice,billing,Open,Normal,Web,2026-11-03 09:00,,Offered\n",
    )  # fmt: skip
    assert table["table"] == "support_tickets"
    (batch,) = lands(drop, text)
    assert drop.rows(batch, "ticket_id, solved_at::varchar") == [("7", "2026-11-02 11:30:00"), ("8", None)]


def test_a_mailchimp_export_lands_as_drafted_and_its_platform_is_told_by_its_headers(drop):
    text, table = drafted(
        drop,
        "campaigns.csv",
        "Title,Subject,Send Date,Total Recipients,Successful Deliveries,Total Bounces,Unique Opens,"
        "Unique Clicks,"
        "Unsubscribes,Abuse Complaints,Unique Id\n"
        '"News","Our autumn","Nov 02, 2026 10:00 am","1,200","1,190",10,"400",35,2,0,abc1\n',
    )
    assert table["table"] == "email_campaigns"
    assert table["columns"]["platform"] == {"constant": "mailchimp"}
    assert table["columns"]["sends"] == {"column": "Total Recipients", "thousands": ","}
    (batch,) = lands(drop, text)
    assert drop.rows(batch, "sends, deliveries, sent_at::varchar") == [(1200, 1190, "2026-11-02 09:00:00")]


def test_search_console_without_days_asks_for_the_day(drop):
    _, table = drafted(
        drop, "Queries.csv", "Top queries,Clicks,Impressions,CTR,Position\ncrm,3,40,7.5%,4.2\n"
    )
    assert table["table"] == "search_terms"
    assert table["columns"]["search_day"] == {"constant": "?"}
    assert table["columns"]["page"] == {"constant": ""}


def test_a_ga4_report_splits_source_and_medium_and_leaves_what_it_was_not_cut_by_blank(drop):
    text, table = drafted(
        drop,
        "ga4.csv",
        "Property ID,Date,Session source / medium,Sessions,Engaged sessions,Users,Key events\n"
        "123,20261102,google / cpc,10,7,9,1\n123,20261102,(direct) / (none),5,2,5,0\n",
    )
    assert table["columns"]["landing_page"] == {"constant": ""}
    (batch,) = lands(drop, text)
    assert drop.rows(batch, "utm_source, utm_medium, sessions, landing_page") == [
        ("google", "cpc", 10, ""), ("(direct)", "(none)", 5, ""),
    ]  # fmt: skip


def test_a_linkedin_export_has_no_post_id_and_its_link_may_stand_in(drop):
    text, table = drafted(
        drop,
        "linkedin_posts.csv",
        "Post title,Post link,Post type,Created date,Impressions,Clicks,Likes,Comments,Reposts\n"
        "We are hiring,https://social.example/1,Organic,11/25/2026,100,5,7,1,2\n",
    )
    assert table["columns"]["platform"] == {"constant": "linkedin"}
    assert table["columns"]["published_at"] == {"column": "Created date", "format": "%m/%d/%Y"}
    assert "Post link may stand in" in text


def test_stars_are_not_landed_as_a_share(drop):
    header = "Review ID,Review date,Rating,Review,Reviewer,Review URL\n"
    text, table = drafted(drop, "reviews.csv", header + "1,2026-11-02,4,Good,Jo,https://x.example/1\n")
    assert "rating" not in table["columns"]
    assert "give a share of the best" in text
    assert table["columns"]["author_key"] == "Reviewer"

    _, table = drafted(drop, "shares.csv", header + "1,2026-11-02,0.8,Good,Jo,https://x.example/1\n")
    assert table["columns"]["rating"] == "Rating"


def test_a_report_by_single_ads_may_fill_both_tables_of_ads_and_lands_as_drafted(drop):
    header = "Ad ID,Headline 1,Campaign ID,Ad group ID,Day,Currency code,Clicks,Impr.,Cost,Conversions"
    guess = guess_table(header.split(","))
    assert {guess.table, guess.also} == {"ad_performance", "single_ad_performance"}

    file = drop.write(
        "google_ads.csv",
        f"{header}\n7,Sensors from stock,1,11,2026-11-02,EUR,5,100,10.50,1\n"
        "8,Call +49 30 1234567,1,11,2026-11-02,EUR,2,100,4.50,0\n",
    )
    text = draft_mapping(drop.workspace, file, table="single_ad_performance").text
    (batch,) = lands(drop, text)
    rows = drop.rows(batch, "platform, ad_group_id, ad_id, ad_text, spend::varchar")
    assert rows[0] == ("google_ads", "11", "7", "Sensors from stock", "10.500000")
    assert rows[1][2] == "8"
    assert "1234567" not in rows[1][3], "an ad's text is masked like every free text"
