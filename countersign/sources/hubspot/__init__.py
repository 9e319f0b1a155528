"""HubSpot: contacts, companies, deals, sales activities, forms and marketing e-mails of one account."""
