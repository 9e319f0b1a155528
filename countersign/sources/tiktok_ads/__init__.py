"""TikTok ads: integrated reports by ad group and day."""
