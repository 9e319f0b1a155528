"""Google Search Console: what people searched before they saw the site, by day, page, country and device."""
