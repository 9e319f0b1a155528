"""A small company whose files come late, change, shrink and are corrected, at random from a seed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import yaml

from countersign.core.errors import QualityError
from countersign.core.landed import LANDED_TABLES, LEAD_EVENT_TYPES
from countersign.core.warehouse import open_warehouse, quote_text
from countersign.core.workspace import Workspace
from expectations.promotion import promote_batch
from expectations.quarantine import release_rows
from expectations.removals import apply_removals
from expectations.seeded.landing import land_rows
from expectations.suite import GateResult
from expectations.warehouse_tables import create_raw_tables
from tests.dbt_project.raw_rows import COMPANY

Row = dict[str, Any]
# Table, file, source, rows.
LandedFile = tuple[str, str, str, list[Row]]

# The clocks of Berlin go forward on 29 March 2026, in the middle of it.
FIRST_DAY = date(2026, 3, 14)
WEB = ("web_events", "web_sessions", "web_traffic_days")
PEOPLE = ("crm_leads", "crm_opportunities", "crm_removals", "lead_events", "email_events", "email_campaigns")
ALL = (*WEB, "ad_performance", "sales_feedback", *PEOPLE)
CHANNELS = ("Paid search", "Email", None)


class BusyCompany:
    """Lands and promotes files of random rows, as connectors and the gate do."""

    def __init__(self, workspace: Workspace, *, seed: int, tables: Sequence[str]) -> None:
        self.workspace = workspace
        self.random = Random(seed)
        self.tables = tables
        self.files: list[LandedFile] = []
        self.held: set[str] = set()
        self.waiting: list[str] = []
        self.landed_at = datetime(2026, 3, 14, tzinfo=UTC)
        workspace.config.mkdir(parents=True, exist_ok=True)
        company = {"name": COMPANY.name, "reporting_currency": "EUR", "time_zone": COMPANY.time_zone}
        (workspace.config / "company.yaml").write_text(yaml.safe_dump(company), encoding="utf-8")
        with open_warehouse(workspace) as connection:
            create_raw_tables(connection)

    def live_through(self, day: date) -> None:
        """One day: its own file, and two other things that happen to a company's data."""
        with open_warehouse(self.workspace) as connection:
            self.promote(connection, self._new_file(day))
            for _ in range(2):
                happening = self.random.choice(
                    (self._late_file, self._restated_file, self._repeated_file, self._row_set_aside)
                )
                self.promote(connection, happening(day))
            if self.waiting and self.random.random() < 0.5:
                self._release(connection)
            apply_removals(connection, time_zone=COMPANY.time_zone, at=self.landed_at)

    def _new_file(self, day: date) -> LandedFile:
        is_web = "web_events" in self.tables and self.random.random() < 0.7
        table = "web_events" if is_web else self.random.choice(self.tables)
        # Some rows lie ahead of the build's `as_of`: they count once it has come that far.
        days = [day + timedelta(days=self.random.choice((0, 0, 0, 1, 3))) for _ in range(12)]
        return self._file(table, f"{table}/{day}.csv", "site", self._rows(table, days))

    def _late_file(self, day: date) -> LandedFile:
        table = self.random.choice(self.tables)
        days = [day - timedelta(days=self.random.randrange(12)) for _ in range(5)]
        source = self.random.choice(("site", "other"))
        return self._file(table, f"{table}/late-{len(self.files)}.csv", source, self._rows(table, days))

    def _restated_file(self, day: date) -> LandedFile:
        number = self.random.randrange(len(self.files))
        table, file, source, rows = self.files[number]
        kept = [dict(row) for row in rows if self.random.random() < 0.7]
        for row in kept:
            if self.random.random() < 0.3:
                key = {name: row[name] for name in _KEYS[table]}
                row |= self._rows(table, [day - timedelta(days=self.random.randrange(9))])[0] | key
        self.files[number] = (table, file, source, kept)
        return self.files[number]

    def _repeated_file(self, day: date) -> LandedFile:
        return self.random.choice(self.files)

    def _row_set_aside(self, day: date) -> LandedFile:
        table, file, source, rows = self._late_file(day)
        self.held.add(file)
        return table, file, source, rows

    def _file(self, table: str, file: str, source: str, rows: list[Row]) -> LandedFile:
        self.files.append((table, file, source, rows))
        return self.files[-1]

    def promote(self, connection: duckdb.DuckDBPyConnection, landed: LandedFile) -> None:
        """Land a file and promote it, but for the first row of a file that is held."""
        table, file, source, rows = landed
        self.landed_at += timedelta(minutes=7)
        batch = land_rows(self.workspace, table, rows, landed_at=self.landed_at, file=file, source=source)
        aside = self.workspace.landing / "set_aside.parquet"
        is_held = file in self.held
        connection.execute(
            "copy (select 1::bigint as row_number, 'a_rule' as rule, 'critical' as severity, 'odd' as reason"
            f" where {is_held}) to {quote_text(str(aside))} (format parquet)"
        )
        promote_batch(connection, self.workspace, GateResult(batch=batch, set_aside=aside), at=self.landed_at)
        if is_held:
            self.waiting.append(batch.id)

    def _release(self, connection: duckdb.DuckDBPyConnection) -> None:
        batch = self.waiting.pop(0)
        # Refused where a newer file has given the row since.
        with suppress(QualityError):
            release_rows(
                connection, self.workspace, batch_id=batch, rows=None, person="ines", reason="is right",
                at=self.landed_at,
            )  # fmt: skip

    def _rows(self, table: str, days: Sequence[date]) -> list[Row]:
        rows = [_ROWS[table](self.random, day) for day in days]
        return list({tuple(row[name] for name in _KEYS[table]): row for row in rows}.values())


def _at(random: Random, day: date) -> str:
    # Few moments, so that events meet in sessions, at midnight and at the change of the clocks.
    hour, minute = divmod(random.choice((0, 1, 20, 50, 51, 80, 1310, 1370, 1371, 1380, 1395, 1430, 1439)), 60)
    return f"{day} {hour:02}:{minute:02}:00"


def _event(random: Random, day: date) -> Row:
    return {
        "event_key": f"e{random.randrange(400)}", "event_name": random.choice(("page_view", "form")),
        "occurred_at": _at(random, day), "visitor_key": random.choice(("v1", "v2", "v3", None)),
        "session_key": random.choice(("s1", None)), "utm_source": random.choice((None, "google", "mail")),
        "utm_medium": random.choice((None, "cpc")), "page": random.choice(("/a", "/b")),
        "is_conversion": random.random() < 0.2,
    }  # fmt: skip


def _session(random: Random, day: date) -> Row:
    return {
        "session_key": f"s{random.randrange(60)}", "visitor_key": random.choice(("v1", None)),
        "started_at": _at(random, day), "channel": random.choice(CHANNELS),
        "conversions": random.randrange(2),
    }  # fmt: skip


def _traffic_day(random: Random, day: date) -> Row:
    return {
        "property_id": "p", "utm_medium": "", "traffic_day": str(day),
        "utm_source": random.choice(("google", "x")),
        "utm_campaign": "", "landing_page": "", "device": "", "country": "",
        "channel": random.choice(CHANNELS), "sessions": random.randrange(9),
        "conversions": random.randrange(3),
    }  # fmt: skip


def _ad(random: Random, day: date) -> Row:
    return {
        "platform": "google_ads", "account_id": "a", "account_time_zone": "Europe/Berlin",
        "campaign_id": random.choice(("c1", "c2")), "ad_group_id": "", "account_day": str(day),
        "channel": "Paid search", "currency": "EUR", "spend": random.randrange(90), "impressions": 900,
        "clicks": random.randrange(50), "platform_conversions": random.randrange(4),
    }  # fmt: skip


def _lead(random: Random, day: date) -> Row:
    number = random.randrange(40)
    return {
        "lead_id": f"L{number}", "created_at": random.choice((None, *[_at(random, day)] * 5)),
        "channel": random.choice(CHANNELS), "stage": random.choice(("lead", "mql")),
        "campaign_id": random.choice(("c1", None)), "account_id": random.choice(("a1", "a2", None)),
        **_identity(random, number),
    }  # fmt: skip


def _identity(random: Random, number: int) -> Row:
    # Mostly one person at one device; now and then another's, or unknown.
    email, visitor = (
        random.choice((*[number % 12] * 9, random.randrange(12), None)) for _ in ("email", "visitor")
    )
    return {
        "email_key": None if email is None else f"em_{email}",
        "visitor_key": None if visitor is None else f"v{visitor}",
    }


def _opportunity(random: Random, day: date) -> Row:
    return {
        "opportunity_id": f"O{random.randrange(20)}", "lead_id": f"L{random.randrange(40)}",
        "created_at": _at(random, day), "closed_at": _at(random, day + timedelta(days=4)),
        "is_won": random.random() < 0.5, "amount": random.randrange(1, 9) * 100, "currency": "EUR",
    }  # fmt: skip


def _lead_event(random: Random, day: date) -> Row:
    number = random.randrange(40)
    return {
        "event_id": f"x{random.randrange(80)}", "event_type": random.choice(LEAD_EVENT_TYPES),
        "occurred_at": _at(random, day), "lead_id": random.choice((f"L{number}", None)),
        "asset_id": "fair", **_identity(random, number),
    }  # fmt: skip


def _email_event(random: Random, day: date) -> Row:
    return {
        "event_id": f"m{random.randrange(80)}", "platform": "mailchimp", "occurred_at": _at(random, day),
        "event_type": random.choice(("clicked", "clicked", "opened")),
        "email_key": _identity(random, random.randrange(12))["email_key"],
        "email_campaign_id": random.choice(("n1", "n2")),
    }  # fmt: skip


def _email_campaign(random: Random, day: date) -> Row:
    return {
        "platform": "mailchimp", "email_campaign_id": random.choice(("n1", "n2")),
        "sent_at": _at(random, day), "campaign_name": random.choice(("Spring", "Summer")),
        "channel": random.choice(("Paid search", None)),
    }  # fmt: skip


def _verdict(random: Random, day: date) -> Row:
    return {
        "lead_id": f"L{random.randrange(40)}", "verdict": random.choice(("accepted", "rejected")),
        "reason": "No budget", "decided_at": _at(random, day),
    }  # fmt: skip


def _removal(random: Random, day: date) -> Row:
    removal = random.choice(("deleted", "merged"))
    return {
        "record_type": "lead", "record_id": f"L{random.randrange(20)}", "removal": removal,
        "merged_into": f"L{random.randrange(20, 40)}" if removal == "merged" else None,
        "removed_at": _at(random, day),
    }  # fmt: skip


_ROWS = {
    "web_events": _event, "web_sessions": _session, "web_traffic_days": _traffic_day, "ad_performance": _ad,
    "crm_leads": _lead, "crm_opportunities": _opportunity, "sales_feedback": _verdict,
    "crm_removals": _removal, "lead_events": _lead_event, "email_events": _email_event,
    "email_campaigns": _email_campaign,
}  # fmt: skip
_KEYS: Mapping[str, tuple[str, ...]] = {table: LANDED_TABLES[table].key for table in ALL}
