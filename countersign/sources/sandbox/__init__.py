"""The vendor sandbox: one server that speaks vendors' APIs, fed by the demo company, faulty on demand.

For newcomers without an account, and for tests. Requests and answers are checked against the vendors'
published specifications where there are any; what a page of docs/sources calls proved says by what.
"""
