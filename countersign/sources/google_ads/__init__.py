"""Google Ads: daily figures of ad groups, of campaigns that have none, and of single ads."""
