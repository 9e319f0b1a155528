"""Google Analytics 4: sessions by day, source, campaign, landing page, device and country."""
