"""What cells say: stages, verdicts, activities, marks for "not there", and where an export is from."""

# Where an ad export is from: words in its path, then headers that only one platform has.
PLATFORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "ad_performance": {
        "google_ads": ("google", "adwords"),
        "meta_ads": ("meta", "facebook", "instagram"),
        "linkedin_ads": ("linkedin",),
        "microsoft_ads": ("microsoft", "bing"),
        "tiktok_ads": ("tiktok",),
        "pinterest_ads": ("pinterest",),
        "reddit_ads": ("reddit",),
        "snapchat_ads": ("snapchat",),
        "x_ads": ("twitter",),
    },
    "email_campaigns": {
        "mailchimp": ("mailchimp",),
        "klaviyo": ("klaviyo",),
        "hubspot": ("hubspot",),
        "brevo": ("brevo", "sendinblue"),
        "sendgrid": ("sendgrid",),
        "activecampaign": ("activecampaign",),
        "cleverreach": ("cleverreach",),
    },
    "social_posts": {
        "linkedin": ("linkedin",),
        "instagram": ("instagram",),
        "facebook": ("facebook", "meta"),
    },
}
PLATFORMS["email_events"] = PLATFORMS["email_campaigns"]
PLATFORMS["single_ad_performance"] = PLATFORMS["ad_performance"]
PLATFORM_HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "ad_performance": {
        "meta_ads": ("adset id", "adset name", "ad set id", "ad set name"),
        "linkedin_ads": ("campaign group id", "kampagnengruppen id", "kampagnengruppe"),
        "google_ads": ("customer id", "cost micros"),
    },
    "email_campaigns": {"mailchimp": ("abuse complaints", "times liked on facebook")},
    "email_events": {"sendgrid": ("sg event id", "sg message id")},
    "social_posts": {"linkedin": ("reposts", "offsite views")},
}
PLATFORM_HEADERS["single_ad_performance"] = PLATFORM_HEADERS["ad_performance"]
SEARCH_PLATFORMS = frozenset({"google_ads", "microsoft_ads"})

# Their stage, verdict and activity to ours, as `plain_words` leaves them.
VALUES: dict[str, dict[str, str | bool]] = {
    "stage": {
        "new": "lead", "lead": "lead", "subscriber": "lead", "open": "lead", "neu": "lead",
        "nuevo": "lead", "nouveau": "lead",
        "mql": "mql", "marketing qualified": "mql", "marketing qualified lead": "mql",
        "sal": "sales_accepted", "accepted by sales": "sales_accepted", "sales accepted": "sales_accepted",
        "sales accepted lead": "sales_accepted",
        "sql": "sql", "sales qualified": "sql", "sales qualified lead": "sql",
        "opportunity": "opportunity", "offer": "opportunity", "proposal": "opportunity",
        "angebot": "opportunity", "oportunidad": "opportunity", "opportunite": "opportunity",
        "customer": "customer", "won": "customer", "closed won": "customer", "kunde": "customer",
        "cliente": "customer", "client": "customer",
        "disqualified": "disqualified", "unqualified": "disqualified", "not a fit": "disqualified",
        "lost": "disqualified", "closed lost": "disqualified", "offer lost": "disqualified",
    },
    "activity_type": {
        "call": "call", "phone call": "call", "anruf": "call", "llamada": "call", "appel": "call",
        "email": "email", "e mail": "email", "correo": "email",
        "meeting": "meeting", "treffen": "meeting", "besprechung": "meeting", "reunion": "meeting",
    },
    "verdict": {
        "accepted": "accepted", "accept": "accepted", "yes": "accepted", "true": "accepted",
        "ja": "accepted", "si": "accepted", "oui": "accepted", "1": "accepted",
        "rejected": "rejected", "reject": "rejected", "no": "rejected", "false": "rejected",
        "nein": "rejected", "non": "rejected", "0": "rejected",
    },
    "is_won": {
        "won": True, "closed won": True, "closedwon": True, "gewonnen": True, "ganado": True, "gagne": True,
        "lost": False, "closed lost": False, "closedlost": False, "verloren": False, "perdido": False,
        "perdu": False,
    },
}  # fmt: skip
VALUES["from_stage"] = VALUES["stage"]

# Cells that mean "not there" in every export that has them.
MISSING_TOKENS = ("N/A", "n/a", "#N/A", "Select", "-", "--", "null", "NULL", "NaN", "nan", "(not set)")
# Cells that mean it in some exports only: said, never assumed.
PERHAPS_MISSING = ("unknown", "Unknown", "none", "None", "NA", "not provided", "unbekannt")
