"""No address of a person passes the gate: not in a text, not in a key, not in the path of a page.

Landing masks texts and makes pseudonyms. These rules notice when it did not, and quarantine keeps what they
found without the addresses.
"""

from collections.abc import Iterable

from countersign.core.landed import LandedTable
from expectations.addresses import holds_email_sql, is_raw_key_sql
from expectations.names import PSEUDONYM_RULE, TEXT_EMAIL_RULE
from expectations.rules import never
from expectations.suite import Rule

PAGES = ("page", "landing_page")


def privacy_rules(table: LandedTable) -> tuple[Rule, ...]:
    """What protects people in a table; a table without texts, keys of people and pages has none.

    An address in a text or a key condemns the batch: whatever should have masked it did not run, and
    names and numbers that no rule can recognise are then in the other rows too.
    """
    texts = [column for column in table.columns if column.free_text]
    people = [column for column in table.columns if column.personal]
    pages = [column.name for column in table.columns if column.name in PAGES]
    rules = []
    if texts:
        rules.append(
            never(
                _any(holds_email_sql(column.name) for column in texts),
                TEXT_EMAIL_RULE,
                "Some texts hold an e-mail address, so names and numbers in them were not masked either;"
                " nobody may read this batch until its source masks them.",
                scope="batch",
            )
        )
    if people:
        rules.append(
            never(
                _any(is_raw_key_sql(column.name, name=column.name) for column in people),
                PSEUDONYM_RULE,
                "Some keys of people are raw addresses or numbers instead of pseudonyms;"
                " nobody may read this batch until its source makes pseudonyms of them.",
                scope="batch",
            )
        )
    for page in pages:
        rules.append(
            never(
                f"contains({page}, '?')",
                f"{page}_has_no_query_string",
                "Some pages carry a query string, which may hold personal data.",
            )
        )
        rules.append(
            never(
                holds_email_sql(page),
                f"{page}_has_no_email_address",
                "Some pages hold an e-mail address in their path.",
            )
        )
    return tuple(rules)


def _any(conditions: Iterable[str]) -> str:
    return " or ".join(f"coalesce({condition}, false)" for condition in conditions)
