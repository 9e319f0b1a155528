"""Google Ads: daily figures of ad groups, and of campaigns that have none, through the Google Ads API."""
