"""Switch off what the libraries would tell others, before any of them is imported."""

import os

SWITCHES = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DBT_VERSION_CHECK": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "SCARF_NO_ANALYTICS": "true",
    "LOGFIRE_IGNORE_NO_CONFIG": "1",
}


def switch_telemetry_off() -> None:
    """Set every switch in this process and in those it starts; nothing can turn one back on."""
    os.environ.update(SWITCHES)
