"""Addresses as LinkedIn's Rest.li 2.0 wants them: brackets and commas bare, values encoded."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote


def address(path: str, params: Mapping[str, str]) -> str:
    """A path with a query whose values are already written for Rest.li.

    >>> address("/rest/adAnalytics", {"q": "analytics", "accounts": listed("urn:li:sponsoredAccount:7")})
    '/rest/adAnalytics?q=analytics&accounts=List(urn%3Ali%3AsponsoredAccount%3A7)'
    """
    return f"{path}?{'&'.join(f'{name}={value}' for name, value in params.items())}"


def encoded(value: str) -> str:
    """A value inside a query: an URN's colons would otherwise be read as structure."""
    return quote(value, safe="")


def listed(*values: str) -> str:
    """A list of values."""
    return f"List({','.join(encoded(value) for value in values)})"


def days(first: date, last: date) -> str:
    """A range of days, both included.

    >>> days(date(2026, 11, 9), date(2026, 11, 15))
    '(start:(year:2026,month:11,day:9),end:(year:2026,month:11,day:15))'
    """
    return f"(start:{_day(first)},end:{_day(last)})"


def _day(day: date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"
