"""One SELECT that turns a file into the rows of a canonical table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from countersign.core.errors import SourceError
from countersign.core.landed import LandedColumn, LandedTable, landed_table
from countersign.core.warehouse import quote_text
from countersign.sources.files.cells import (
    are_clean_sql,
    are_harmless_sql,
    cell_of,
    complaint_sql,
    constant_sql,
    day_sql,
    may_need_mask,
    normal_sql,
    present_sql,
    refusal_sql,
    translated_sql,
    trimmed_sql,
)
from countersign.sources.files.expressions import compile_expression
from countersign.sources.files.joining import JoinedFiles
from countersign.sources.files.mapping import ColumnMapping, TableMapping
from countersign.sources.files.reading import OpenFile, has_json_key, missing_column
from countersign.sources.personal.leaving_out import emptied_sql, forgotten_sql, is_left_out

# Rows of these columns are kept when their text is unusable: they only lose the link.
UNUSABLE = "is not usable; the row is kept without it"


Said = Literal["whether", "why", "problems"]
# What `_bad` holds when only asked whether a row is bad.
MARK = "?"


@dataclass(frozen=True)
class Complaint:
    """SQL: when a cell of a row cannot be used, and what is said of it then."""

    condition: str
    sentence: str


class RowBuilder:
    """Builds the SELECT for one file and table, and knows which source columns it came to use."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        mapping: TableMapping,
        file: OpenFile,
        *,
        joins: Mapping[str, JoinedFiles],
        keys: int = 1,
        forgets: bool = False,
    ) -> None:
        self.connection = connection
        self.mapping = mapping
        self.landed: LandedTable = landed_table(mapping.table)
        self.file = file
        self.joins = joins
        self.keys = keys
        self.forgets = forgets
        self.only: frozenset[str] | None = None
        self.used: list[str] = []
        self._joined: list[str] = []

    def unused(self) -> list[str]:
        """Columns of the file that nothing reads; they are never landed."""
        return [name for name in self.file.columns if name not in self.used]

    def select_sql(self, *, staged: bool = False, said: Said = "problems") -> str:
        """SELECT of the canonical columns, `_row` and `_bad`.

        Args:
            staged: parse the file into a temp table now; see `OpenFile.staged_sql`.
            said: of a bad row "whether" it is (MARK in `_bad`), "why" (a sentence in `_bad`), or also all
                its "problems" (a list, for reports). Sentences cost more to plan than small files to read.

        Raises:
            SourceError: a mapped column is not in the file, or amounts have no currency.
            SettingsError: an expression is not allowed.
        """
        _check_currency(self.mapping, self.landed)
        texts = {name: self._text_sql(column) for name, column in self.mapping.all_columns().items()}
        where = compile_expression(self.mapping.where, self.resolve) if self.mapping.where else "true"
        joins = self._joins_sql()
        rows = self._rows_sql(staged=staged)
        sql = f"""
            with rows as ({rows}),
            joined as (select rows.*{"".join(f", {one}" for one in self._joined)} from rows {joins}),
            kept as (select * from joined where _line_bad is not null or {where}),
            texts as (select _row, _line_bad, _harmless{self._text_list(texts)} from kept),
            ours as (select *{self._translated_list()} from texts),
            typed as (select *{self._typed_list()}{self._forgotten_column()} from ours)
            select {self._final_list(said)} from typed {self._left_out_sql()}
        """
        return _collapsed(sql, self.landed, said) if self.mapping.collapse else sql

    def people_sql(self) -> str | None:
        """SELECT of `email_key, email, phone_key, phone, lead_id, name` for the restricted store.

        None when nothing in the file is known to say who somebody is.
        """
        wanted = {"email_key", "phone_key"} & set(self.mapping.columns)
        if not wanted and not self.mapping.person_names:
            return None
        self.only = frozenset((*wanted, "lead_id"))
        texts = {name: self._text_sql(column) for name, column in self.mapping.columns.items()}
        where = compile_expression(self.mapping.where, self.resolve) if self.mapping.where else "true"
        names = [self.resolve(name) for name in self.mapping.person_names]
        joins = self._joins_sql()
        person = f"concat_ws(' ', {', '.join(names)})" if names else "''"
        found = {column.name for column, _ in self._mapped()}
        columns = {"email_key": "v_email_key", "email": "r_email_key", "phone_key": "v_phone_key",
                   "phone": "r_phone_key", "lead_id": "v_lead_id"}  # fmt: skip
        listed = [f"{sql if sql[2:] in found else 'null'} as {name}" for name, sql in columns.items()]
        forgotten = forgotten_sql(found, keys=self.keys) if self.forgets else "false"
        return f"""
            with rows as ({self._rows_sql()}),
            joined as (select rows.*{"".join(f", {one}" for one in self._joined)} from rows {joins}),
            kept as (select * from joined where _line_bad is null and {where}),
            texts as (select {person} as name, _harmless{self._text_list(texts)} from kept),
            ours as (select *{self._translated_list()} from texts),
            typed as (select *{self._typed_list()} from ours)
            select {", ".join(listed)}, nullif(name, '') as name from typed where not {forgotten}
        """

    def resolve(self, name: str) -> str:
        """The internal column for a source column or `alias.column`; asks for it from now on.

        Raises:
            SourceError: neither the file nor a joined one has it.
        """
        if name in self.file.columns or (self.file.format == "jsonl" and self._is_json(name)):
            if name not in self.used:
                self.used.append(name)
            return f"s{self.used.index(name)}"
        alias, dot, column = name.partition(".")
        if dot and alias in self.joins:
            inner = self.joins[alias].column(self.connection, column)
            outer = f"{alias}__{inner}"
            if (listed := f"joined_{alias}.{inner} as {outer}") not in self._joined:
                self._joined.append(listed)
            return outer
        raise missing_column(self.file, name)

    def _is_json(self, name: str) -> bool:
        return (
            name in self.used or self._may_be_absent(name) or has_json_key(self.connection, self.file, name)
        )

    def _may_be_absent(self, name: str) -> bool:
        # `alias.column` means a joined file, also where the row's own keys may be absent.
        return self.file.absent_is_null and name.partition(".")[0] not in self.joins

    def _text_sql(self, column: ColumnMapping) -> str:
        if column.constant is not None:
            return constant_sql(column.constant)
        if column.expression is not None:
            text = f"cast({compile_expression(column.expression, self.resolve)} as varchar)"
        else:
            text = self.resolve(column.column or "")
        if column.expression is not None:
            text = trimmed_sql(text)
        return present_sql(text, column.missing) if column.missing or column.expression else text

    def _rows_sql(self, *, staged: bool = False) -> str:
        count = range(len(self.used))
        inner = (
            self.file.staged_sql(self.connection, self.used)
            if staged
            else self.file.rows_sql(self.used, keep_rejects=True)
        )
        cells = "".join(f", {self._cell_sql(f'c{at}')} as s{at}" for at in count)
        clean = are_clean_sql([f"c{at}" for at in count])
        harmless = are_harmless_sql(
            [f"c{self.used.index(name)}" for name in self._masked_directly().values()]
        )
        flags = f"{clean} as _clean, {harmless} as _harmless"
        return f"select _row, _line_bad, _harmless{cells} from (select *, {flags} from ({inner}))"

    def _masked_directly(self) -> dict[str, str]:
        """Text columns that take a source column as it is, and which: one look at a row covers them."""
        return {
            column.name: mapping.column
            for column, mapping in self._mapped()
            if may_need_mask(column)
            and mapping.column in self.used
            and mapping.values is None
            and mapping.default is None
        }

    def _cell_sql(self, raw: str) -> str:
        # Trimming costs more than anything else, and nearly no cell needs it.
        trimmed = present_sql(trimmed_sql(raw), self.mapping.missing)
        return f"case when _clean then {present_sql(raw, self.mapping.missing)} else {trimmed} end"

    def _joins_sql(self) -> str:
        # Keys may name columns of earlier joins, whose temp tables stand to the left.
        conditions = []
        for alias, joined in self.joins.items():
            ours = [self._side_sql(name) for name in joined.join.match.values()]
            at = joined.join.at
            day = day_sql(self._side_sql(at), self._formats_of(at)) if at else None
            conditions.append((alias, ours, day))
        parts = []
        for alias, ours, day in conditions:
            joined = self.joins[alias]
            joined.create(self.connection)
            parts.append(f"left join joined_{alias} on {joined.condition(ours, at_day=day)}")
        return " ".join(parts)

    def _side_sql(self, name: str) -> str:
        column = self.resolve(name)
        alias, inner_mark, inner = column.partition("__")
        return f"joined_{alias}.{inner}" if inner_mark else f"rows.{column}"

    def _formats_of(self, source_column: str) -> Sequence[str]:
        for mapping in self.mapping.columns.values():
            if mapping.column == source_column and mapping.format:
                return mapping.format
        return ()

    def _mapped(self) -> list[tuple[LandedColumn, ColumnMapping]]:
        filled = self.mapping.all_columns()
        return [
            (column, filled[column.name])
            for column in self.landed.columns
            if column.name in filled and (self.only is None or column.name in self.only)
        ]

    def _text_list(self, texts: Mapping[str, str]) -> str:
        return "".join(f", {texts[column.name]} as o_{column.name}" for column, _ in self._mapped())

    def _translated_list(self) -> str:
        return "".join(
            f", {normal_sql(column, translated_sql(f'o_{column.name}', mapping))} as r_{column.name}"
            for column, mapping in self._mapped()
        )

    def _typed_list(self) -> str:
        direct = self._masked_directly()
        parts = []
        for column, mapping in self._mapped():
            zone = self.mapping.zone_of(mapping)
            text = f"r_{column.name}"
            value = cell_of(column, mapping, text=text, zone=zone, keys=self.keys).value
            if column.name in direct:
                value = f"case when _harmless then {text} else {value} end"
            parts.append(f", {value} as v_{column.name}")
        return "".join(parts)

    def _forgotten_column(self) -> str:
        if not self.forgets:
            return ""
        found = {column.name for column, _ in self._mapped()}
        return f", {forgotten_sql(found, keys=self.keys)} as _forgotten"

    def _left_out_sql(self) -> str:
        return "where not _forgotten" if self.forgets and is_left_out(self.landed) else ""

    def _value_sql(self, column: LandedColumn) -> str:
        value = f"v_{column.name}"
        return emptied_sql(column, value) if self.forgets else value

    def _final_list(self, said: Said) -> str:
        mapped = {column.name for column, _ in self._mapped()}
        values = [
            f"cast({self._value_sql(column) if column.name in mapped else 'null'} as {column.type})"
            f" as {column.name}"
            for column in self.landed.columns
        ]
        rows = f"{', '.join(values)}, _row"
        complaints = self._complaints()
        if said == "whether":
            is_bad = " or ".join(["_line_bad is not null", *(one.condition for one in complaints)])
            return f"{rows}, case when {is_bad} then {quote_text(MARK)} end as _bad"
        sentences = [
            "_line_bad",
            *(f"case when {one.condition} then {one.sentence} end" for one in complaints),
        ]
        rows = f"{rows}, nullif(concat_ws('; ', {', '.join(sentences)}), '') as _bad"
        if said == "why":
            return rows
        notes = ", ".join([*sentences, *self._notes()])
        return f"{rows}, list_filter([{notes}], lambda said: said is not null) as _problems"

    def _complaints(self) -> list["Complaint"]:
        said = []
        for column, mapping in self._mapped():
            name = column.name
            refused = refusal_sql(f"o_{name}", mapping)
            if refused:
                said.append(Complaint(refused, complaint_sql(name, f"o_{name}", "is not in values")))
            if not column.personal:
                cell = cell_of(column, mapping, text=f"r_{name}", zone=self.mapping.zone_of(mapping))
                unread = f"(r_{name} is not null and v_{name} is null)"
                said.append(Complaint(unread, complaint_sql(name, f"r_{name}", cell.complaint)))
        return said

    def _notes(self) -> list[str]:
        return [
            f"case when o_{column.name} is not null and v_{column.name} is null"
            f" then {quote_text(f'{column.name}: a value {UNUSABLE}')} end"
            for column, _ in self._mapped()
            if column.personal
        ]


def _collapsed(sql: str, landed: LandedTable, said: Said) -> str:
    """Rows of one key and currency added up; a group with a bad row is bad as a whole."""
    by = [*landed.key, "currency"]
    parts = []
    for column in landed.columns:
        name = column.name
        if name in by:
            parts.append(name)
        elif column.type in ("bigint", "decimal(18,6)"):
            total = f"cast(sum({name}) as {column.type})"
            # A required amount that is missing in one row makes the sum unknown, not smaller.
            whole = f"case when count({name}) = count(*) then {total} end" if column.required else total
            parts.append(f"{whole} as {name}")
        else:
            parts.append(f"max({name}) as {name}")
    groups = ", ".join(by)
    return f"""
        select {", ".join(parts)}, row_number() over (order by {groups}, min(_row)) as _row,
            min(_bad) as _bad{", flatten(list(_problems)) as _problems" if said == "problems" else ""}
        from ({sql}) group by {groups}
    """


def _check_currency(mapping: TableMapping, landed: LandedTable) -> None:
    names = {column.name for column in landed.columns}
    money = [name for name in ("spend", "platform_conversion_value", "amount") if name in mapping.columns]
    if "currency" in names and money and "currency" not in mapping.all_columns():
        raise SourceError(
            "Amounts without a currency cannot be landed.",
            found=f"{landed.name}: {', '.join(money)} is mapped, currency is not",
            fix="add `currency: EUR` to the table, or map the column `currency`",
        )
