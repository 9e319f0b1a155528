"""What is put into each canonical column, with the reason or the question that a person should read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import available_timezones

from countersign.core.landed import LandedColumn, landed_table
from countersign.core.workspace import Company
from countersign.sources.files.drafting.matching import BLANK_WHEN_ABSENT, match_columns
from countersign.sources.files.drafting.plain_words import currency_in, plain_words
from countersign.sources.files.drafting.shapes import NumberShape, Shapes, described
from countersign.sources.files.drafting.value_words import (
    PLATFORM_HEADERS,
    PLATFORMS,
    SEARCH_PLATFORMS,
    VALUES,
)
from countersign.sources.files.mapping import PLACEHOLDER

Keys = dict[str, object]
_LISTED_VALUES = 30
_EMPTY = "no value in this file"
_UNCLEAR = "1.234 can be a thousand or a fraction here: say which mark is the decimal one"
# Required ids that many exports lack, and the column that may stand in.
_STAND_INS = {
    "campaign_id": "campaign_name", "opportunity_id": "lead_id", "email_campaign_id": "campaign_name",
    "post_id": "link", "captured_at": "published_at",
}  # fmt: skip
# Tables whose rows say which platform they are from.
_OF_A_PLATFORM = ("email_campaigns", "email_events", "single_ad_performance", "social_posts")


@dataclass
class DraftedColumn:
    """One line of `columns`: its keys, what is said of it, and whether it is left out until edited."""

    keys: Keys
    comment: str = ""
    is_left_out: bool = False


@dataclass
class Proposal:
    """A table's columns and shorthands, each with a comment or none."""

    columns: dict[str, DraftedColumn] = field(default_factory=dict)
    options: dict[str, tuple[object, str]] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)


def propose_table(
    table: str, headers: Sequence[str], shapes: Shapes, *, path: Path, company: Company
) -> Proposal:
    """Fill what the headers and values tell, and ask for the rest.

    Args:
        table: a landed table.
        headers: of the file.
        shapes: its cells.
        path: the file, whose name and folder may tell the platform.
        company: its zone is proposed for times without one.
    """
    proposal = Proposal()
    matched = match_columns(table, headers)
    if tokens := shapes.missing_tokens():
        proposal.options["missing"] = (tokens, "cells that mean: not there")
    for column in landed_table(table).columns:
        if column.name in matched:
            drafted = _column(column, matched[column.name], shapes)
            proposal.columns[column.name] = drafted
    _lend_formats(proposal)
    _lend_separators(proposal)
    if table == "ad_performance":
        _add_ad_columns(proposal, headers, path=path)
    elif table in _OF_A_PLATFORM:
        platform, why = _platform(headers, path, table=table)
        proposal.columns["platform"] = DraftedColumn({"constant": platform}, why)
    elif table in ("web_sessions", "web_traffic_days"):
        _add_source_medium(proposal, headers, shapes)
    elif table == "crm_opportunities":
        _add_is_won(proposal, matched, shapes)
    for name in BLANK_WHEN_ABSENT.get(table, ()):
        proposal.columns.setdefault(name, DraftedColumn({"constant": ""}, "not in the file"))
    _add_currency(proposal, matched, headers, table=table)
    _add_zone(proposal, matched, shapes, table=table, company=company)
    _ask_for_channel(proposal, matched, shapes, table=table)
    _ask_for_required(proposal, table)
    return proposal


def _column(column: LandedColumn, header: str, shapes: Shapes) -> DraftedColumn:
    if column.name in VALUES:
        return _translated(column, header, shapes)
    if column.personal:
        return DraftedColumn({"column": header}, "personal: landed as a pseudonym only")
    if column.type in ("date", "timestamp"):
        return _dated(header, shapes)
    if column.type == "bigint" or column.type.startswith("decimal"):
        return _number(column, header, shapes)
    drafted = DraftedColumn({"column": header})
    if perhaps := shapes.perhaps_missing(header):
        said = ", ".join(f"{token} in {rows:,} {'cell' if rows == 1 else 'cells'}" for token, rows in perhaps)
        drafted.comment = f"{said}: add it to missing if it means that"
    return drafted


def _dated(header: str, shapes: Shapes) -> DraftedColumn:
    if not shapes.count(header):
        return DraftedColumn({"column": header}, _EMPTY)
    shape = shapes.date_shape(header)
    if not shape.is_found:
        return DraftedColumn({"column": header, "format": PLACEHOLDER}, "no known format reads these dates")
    if shape.is_ambiguous:
        said = f"every value reads {described(shape.formats)}: choose one"
        return DraftedColumn({"column": header, "format": PLACEHOLDER}, said)
    keys: Keys = {"column": header}
    if shape.formats:
        keys["format"] = shape.formats[0]
    return DraftedColumn(keys, _unread(shape.unread))


def _lend_formats(proposal: Proposal) -> None:
    """A column of times that is still empty is read as the others of the file are."""
    dated = [one for one in proposal.columns.values() if "format" in one.keys]
    formats = {str(one.keys["format"]) for one in dated}
    for one in proposal.columns.values():
        if one.comment == _EMPTY and len(formats) == 1:
            one.keys["format"] = formats.copy().pop()
            one.comment = f"{_EMPTY}: taken to be written as the other times"


def _unread(count: int) -> str:
    return f"{count:,} {'value' if count == 1 else 'values'} cannot be read so" if count else ""


def _number(column: LandedColumn, header: str, shapes: Shapes) -> DraftedColumn:
    shape: NumberShape = shapes.number_shape(header, is_whole=column.type == "bigint")
    keys: Keys = {"column": header, **shape.keys}
    said = [_unread(shape.unread)] if shape.unread else []
    if shape.is_unclear:
        keys["decimal"] = PLACEHOLDER
        said.append(_UNCLEAR)
    if column.name == "rating" and shapes.count(header, "try_cast(replace(v, ',', '.') as double) > 1"):
        above = "above 1: give a share of the best, such as values: {'5': 1, '4': 0.8}"
        return DraftedColumn(keys, above, is_left_out=True)
    if "micros" in header.lower():
        keys["divide_by"] = 1_000_000
        said.append("the name says micros")
    return DraftedColumn(keys, "; ".join(said))


def _lend_separators(proposal: Proposal) -> None:
    """A number that fits two ways is read as those of the file that fit one way only."""
    drafted = proposal.columns.values()
    clear = {
        (str(one.keys.get("decimal", ".")), str(one.keys["thousands"]))
        for one in drafted
        if "thousands" in one.keys
    }
    for one in drafted:
        if one.comment == _UNCLEAR and len(clear) == 1:
            decimal, thousands = clear.copy().pop()
            one.keys |= {"decimal": decimal, "thousands": thousands}
            one.comment = "1.234 fits two ways: read as the other numbers of the file"


def _translated(column: LandedColumn, header: str, shapes: Shapes) -> DraftedColumn:
    if column.name == "is_won":
        return DraftedColumn({"column": header})
    listed = shapes.distinct(header, limit=_LISTED_VALUES)
    if len(listed) > _LISTED_VALUES or shapes.is_telling_of_people(header):
        said = "not a list of a few words: fill it by values or an expression"
        return DraftedColumn({"column": header}, said, is_left_out=not column.required)
    ours = VALUES[column.name]
    values = {theirs: ours.get(plain_words(theirs), PLACEHOLDER) for theirs in listed}
    keys: Keys = {"column": header, "values": values}
    if PLACEHOLDER not in values.values():
        return DraftedColumn(keys, "by the usual meaning of the words: look at each")
    return DraftedColumn(keys, f"say what each {PLACEHOLDER} is", is_left_out=not column.required)


def _add_ad_columns(proposal: Proposal, headers: Sequence[str], *, path: Path) -> None:
    columns = proposal.columns
    platform, why = _platform(headers, path, table="ad_performance")
    columns["platform"] = DraftedColumn({"constant": platform}, why)
    if platform != PLACEHOLDER:
        channel = "Paid search" if platform in SEARCH_PLATFORMS else "Paid social"
        said = "assumed for the whole account: call it as your company does"
        columns["channel"] = DraftedColumn({"constant": channel}, said)


def _platform(headers: Sequence[str], path: Path, *, table: str) -> tuple[str, str]:
    place = f"{path.parent.name} {path.name}".lower()
    for platform, words in PLATFORMS[table].items():
        if any(word in place for word in words):
            return platform, "by the file's name"
    said = {plain_words(header) for header in headers} | {header.lower() for header in headers}
    for platform, telling in PLATFORM_HEADERS[table].items():
        if said & set(telling):
            return platform, "by its headers"
    example = next(iter(PLATFORMS[table]))
    return PLACEHOLDER, f"not found: the platform's name, for example {example}"


def _add_source_medium(proposal: Proposal, headers: Sequence[str], shapes: Shapes) -> None:
    header = next(
        (name for name in headers if plain_words(name) in ("source medium", "session source medium")), ""
    )
    if not header or "utm_source" in proposal.columns:
        return
    if shapes.count(header, "contains(v, ' / ')") < shapes.count(header):
        return
    name = header if header.isidentifier() else '"' + header.replace('"', '""') + '"'
    for at, column in enumerate(("utm_source", "utm_medium"), start=1):
        proposal.columns[column] = DraftedColumn({"expression": f"split_part({name}, ' / ', {at})"})


def _add_is_won(proposal: Proposal, matched: dict[str, str], shapes: Shapes) -> None:
    header = matched.get("deal_stage")
    if header is None or "is_won" in proposal.columns:
        return
    listed = shapes.distinct(header, limit=_LISTED_VALUES)
    known = {theirs: VALUES["is_won"].get(plain_words(theirs)) for theirs in listed}
    if len(listed) <= _LISTED_VALUES and True in known.values() and not shapes.is_telling_of_people(header):
        still_open = ", ".join(theirs for theirs, won in known.items() if won is None)
        said = f"taken as still open: {still_open}" if still_open else ""
        proposal.columns["is_won"] = DraftedColumn({"column": header, "values": known}, said)
    else:
        proposal.questions.append("not found: is_won (which deal stages are won, which are lost)")


def _add_currency(proposal: Proposal, matched: dict[str, str], headers: Sequence[str], *, table: str) -> None:
    money = [matched[name] for name in ("spend", "amount") if name in matched]
    if "currency" in matched or not money:
        return
    said = currency_in(money[0]) or next(filter(None, map(currency_in, headers)), None)
    if said:
        proposal.options["currency"] = (said, "a header says so")
    else:
        proposal.questions.append("not found: currency; set it, for example `currency: EUR`")


def _add_zone(
    proposal: Proposal, matched: dict[str, str], shapes: Shapes, *, table: str, company: Company
) -> None:
    landed = landed_table(table)
    if table in ("manual_kpis", "fx_rates"):  # their days belong to no zone
        return
    if landed.column(landed.day).type == "date":
        _add_account_zone(proposal, matched, shapes, table=table)
        return
    times = [
        matched[column.name]
        for column in landed.columns
        if column.type == "timestamp" and column.name in matched
    ]
    if not times:
        return
    if all(shapes.has_offset(header) for header in times):
        proposal.options["time_zone"] = ("UTC", "the times carry their own offset")
    elif all(_says_utc(header) for header in times):
        proposal.options["time_zone"] = ("UTC", "the header says so")
    else:
        said = "assumed: your company's zone; the file does not say"
        proposal.options["time_zone"] = (company.time_zone, said)


def _add_account_zone(proposal: Proposal, matched: dict[str, str], shapes: Shapes, *, table: str) -> None:
    header = matched.get("account_time_zone")
    if header is not None:
        zones = shapes.distinct(header, limit=_LISTED_VALUES)
        if zones and set(zones) <= available_timezones():
            return
        del proposal.columns["account_time_zone"]
    day = matched.get(landed_table(table).day)
    if day is not None and _says_utc(day):
        proposal.options["time_zone"] = ("UTC", "the header of the day says so")
    else:
        proposal.questions.append(
            "not found: time_zone, in which the platform cuts its days; set it if known"
        )


def _says_utc(header: str) -> bool:
    return "utc" in header.lower()


def _ask_for_channel(proposal: Proposal, matched: dict[str, str], shapes: Shapes, *, table: str) -> None:
    names = {column.name for column in landed_table(table).columns}
    if "channel" not in names or "channel" in proposal.columns:
        return
    header = matched.get("lead_source")
    listed = shapes.distinct(header, limit=_LISTED_VALUES) if header else []
    if header is None or len(listed) > _LISTED_VALUES or shapes.is_telling_of_people(header):
        proposal.questions.append("not found: channel; without it, rows count as Unassigned")
        return
    keys: Keys = {"column": header, "values": dict.fromkeys(listed, PLACEHOLDER), "otherwise": "null"}
    said = "only you know your channels; without this, rows count as Unassigned"
    proposal.columns["channel"] = DraftedColumn(keys, said, is_left_out=True)


def _ask_for_required(proposal: Proposal, table: str) -> None:
    for column in landed_table(table).columns:
        if column.required and column.name not in proposal.columns and column.name != "currency":
            stand_in = proposal.columns.get(_STAND_INS.get(column.name, ""))
            said = f"not found: {column.meaning.lower().rstrip('.')}"
            if stand_in is not None:
                said += f"; where each has its own, {stand_in.keys['column']} may stand in"
            proposal.columns[column.name] = DraftedColumn({"constant": PLACEHOLDER}, said)
