"""What vendors and people call a column: one reviewed list, in English, German, Spanish and French.

Words are written as `plain_words` leaves them: lower case, no accents, no marks. Of several headers that
fit a column the one whose words stand first is taken, and each header fills one column. The words lie in one
module for each kind of source; add yours there, with a header of a real export in
tests/sources/files/test_drafting_tables.py.
"""

from countersign.sources.files.drafting import (
    words_of_advertising,
    words_of_audience,
    words_of_crm,
    words_of_finance,
    words_of_web,
)

_KINDS = (words_of_advertising, words_of_web, words_of_crm, words_of_audience, words_of_finance)

# Words by landed table and column.
WORDS = {table: columns for kind in _KINDS for table, columns in kind.WORDS.items()}
# The columns that tell a table from the others; what every table may have tells nothing.
TELLING = {table: columns for kind in _KINDS for table, columns in kind.TELLING.items()}
# Words that many tables use: a match by one of them says little of the table.
GENERIC = frozenset({
    "id", "date", "timestamp", "type", "status", "stage", "source", "owner", "value", "from", "to", "country",
    "created", "created at", "lead id", "contact id", "record id", "campaign", "phase", "etapa", "etape",
    "title",
    "name", "url", "link", "page", "message", "text", "content", "company", "event", "event id", "channel",
    "n",
    "note", "month", "period", "activity id",
})  # fmt: skip
