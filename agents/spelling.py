"""How names of tools are spelled: the one reviewed table that turns keys of the data into names."""

BRANDS = {
    "bing": "Bing", "dv360": "DV360", "facebook": "Facebook", "ga4": "GA4", "google": "Google",
    "hubspot": "HubSpot", "instagram": "Instagram", "linkedin": "LinkedIn", "mailchimp": "Mailchimp",
    "matomo": "Matomo", "meta": "Meta", "microsoft": "Microsoft", "pinterest": "Pinterest",
    "pipedrive": "Pipedrive", "reddit": "Reddit", "salesforce": "Salesforce", "shopify": "Shopify",
    "snapchat": "Snapchat", "stripe": "Stripe", "tiktok": "TikTok", "youtube": "YouTube",
}  # fmt: skip
ACRONYMS = frozenset({"b2b", "b2c", "crm", "erp", "ppc", "sea", "sem", "seo", "sms"})

# Words that are part of a product's name when a brand stands before them.
_OF_A_BRAND = frozenset({"ads", "analytics"})


def spelled(key: str) -> str:
    """A key of the data as people write it: no underscores, brands and acronyms as they are spelled.

    >>> spelled("paid_search"), spelled("linkedin_ads"), spelled("crm"), spelled("web_analytics")
    ('Paid search', 'LinkedIn Ads', 'CRM', 'Web analytics')
    """
    words = key.replace("_", " ").split()
    shown = [_word(word, before=words[place - 1] if place else "") for place, word in enumerate(words)]
    text = " ".join(shown)
    return text[:1].upper() + text[1:]


def _word(word: str, *, before: str) -> str:
    if word in BRANDS:
        return BRANDS[word]
    if word in ACRONYMS:
        return word.upper()
    return word.capitalize() if word in _OF_A_BRAND and before in BRANDS else word
