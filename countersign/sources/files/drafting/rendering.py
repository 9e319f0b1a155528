"""A draft as YAML that people edit: what is known, why, and what is still asked."""

from collections.abc import Mapping, Sequence

import yaml

from countersign.core.landed import landed_table
from countersign.sources.files.drafting.proposing import DraftedColumn, Proposal

_ON_ONE_LINE = 2
_WIDE = 100_000


def render_entry(
    name: str,
    *,
    table: str,
    options: Mapping[str, tuple[object, str]],
    proposal: Proposal,
    notes: Sequence[str],
) -> str:
    """One source under `sources:`, indented as it stands there.

    Args:
        name: of the source.
        table: the landed table it fills.
        options: keys of the table, each with its comment or ''.
        proposal: its columns, and the questions that are open.
        notes: comments on the table as a whole.
    """
    lines = [
        f"  {name}:",
        "    description: Say what this data means.",
        "    # owner, steward, origin, refresh_promise_days, review_every_days: see docs/sources/files.md",
        "    tables:",
        *(f"      # {note}" for note in notes),
        f"      - table: {table}",
    ]
    for key, (value, comment) in {**options, **proposal.options}.items():
        lines.append(_commented(f"        {key}: {flow(value)}", comment))
    lines.extend(f"        # {question}" for question in proposal.questions)
    lines.append("        columns:")
    for column in landed_table(table).columns:
        if column.name in proposal.columns:
            lines.extend(_column_lines(column.name, proposal.columns[column.name]))
    return "\n".join(lines) + "\n"


def flow(value: object) -> str:
    """A value on one line of YAML.

    >>> flow({"column": "Yes", "format": "%d.%m.%Y"})
    "{column: 'Yes', format: '%d.%m.%Y'}"
    """
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=_WIDE, allow_unicode=True)
    return text.removesuffix("...\n").strip()


def _column_lines(name: str, drafted: DraftedColumn) -> list[str]:
    keys = drafted.keys
    mark = "# " if drafted.is_left_out else ""
    values = keys.get("values")
    if not isinstance(values, dict) or len(values) <= _ON_ONE_LINE:
        value = keys["column"] if set(keys) == {"column"} else keys
        return [_commented(f"          {mark}{name}: {flow(value)}", drafted.comment)]
    lines = [_commented(f"          {mark}{name}:", drafted.comment)]
    for key, value in keys.items():
        if key != "values":
            lines.append(f"          {mark}  {key}: {flow(value)}")
    lines.append(f"          {mark}  values:")
    lines.extend(f"          {mark}    {flow(theirs)}: {flow(ours)}" for theirs, ours in values.items())
    return lines


def _commented(line: str, comment: str) -> str:
    return f"{line}  # {comment}" if comment else line
