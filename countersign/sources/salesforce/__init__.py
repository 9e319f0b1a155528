"""Salesforce: leads, deals, accounts and activities through the REST API's queries."""
