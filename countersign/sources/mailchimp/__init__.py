"""Mailchimp: campaigns with their reports, and who opened, clicked, bounced or left."""
