"""Names of rules that more than one module knows; a name, once recorded in quarantine, stays."""

ROWS_RULE = "rows_exist"
READABLE_RULE = "cells_are_readable"
KEY_RULE = "key_is_unique"
CURRENCY_RULE = "currency_is_the_reporting_currency"
REMAIN_RULE = "enough_rows_remain"
STALE_FILE_RULE = "file_is_the_latest_version"
STALE_ROW_RULE = "row_is_the_latest"
