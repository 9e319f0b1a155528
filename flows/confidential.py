"""Whether a model outside this machine may see a snapshot: not when a confidential source is in it."""

import ipaddress
from urllib.parse import urlsplit

from countersign.core.contracts import Snapshot
from countersign.core.log import EventLog
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace
from countersign.sources.files.sources_file import read_sources

log = EventLog(__name__)


def find_withheld(workspace: Workspace, settings: Settings, snapshot: Snapshot) -> str:
    """Why no model may be asked about a snapshot; empty when it may.

    A model on this machine (a loopback address) is no outside model. A source that is no longer in
    config/sources.yaml counts as confidential: nobody can say that it is not.

    Raises:
        SettingsError: config/sources.yaml does not fit.
    """
    if settings.model_base_url is None or is_on_this_machine(settings.model_base_url):
        return ""
    sources = read_sources(workspace)
    kept_back = [
        name
        for name in sorted(snapshot.data_through)
        if name not in sources
        or (sources[name].confidentiality == "confidential" and not sources[name].allow_outside_models)
    ]
    if not kept_back:
        return ""
    log.warning("model_withheld", sources=kept_back)
    return f"{', '.join(kept_back)} may not be shown to a model outside this machine."


def is_on_this_machine(url: str) -> bool:
    """Whether an endpoint is a loopback address.

    >>> is_on_this_machine("http://127.0.0.1:8080/v1"), is_on_this_machine("https://api.openai.com/v1")
    (True, False)
    """
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
