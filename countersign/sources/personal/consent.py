"""May a person's data be used for a purpose? Consent and purposes travel with the contact."""

import re
from collections.abc import Sequence

from countersign.core.errors import SettingsError
from countersign.sources.personal.privacy_config import Purpose


def may_use(consent: str | None, purposes: str | None, purpose: str, *, known: Sequence[Purpose]) -> bool:
    """Whether a contact's data may be used for one of the company's purposes.

    A purpose that needs consent is allowed when the consent is granted and the contact's own list of
    purposes names it, or is empty because the source keeps none. Nothing else counts as a yes.

    Args:
        consent: `crm_leads.consent`: granted, denied or unknown.
        purposes: `crm_leads.purposes`, as the source names them, separated by `;`, `,` or `|`.
        purpose: a name in config/privacy.yaml.
        known: the company's purposes (`read_privacy(workspace).purposes`).

    Raises:
        SettingsError: the company has no such purpose.

    >>> newsletter = Purpose(name="newsletter", meaning="News by e-mail", said_as=("Monthly news",))
    >>> may_use("granted", "monthly news; events", "newsletter", known=[newsletter])
    True
    >>> may_use("granted", "events", "newsletter", known=[newsletter])
    False
    >>> may_use("unknown", None, "newsletter", known=[newsletter])
    False
    """
    wanted = next((one for one in known if one.name == purpose), None)
    if wanted is None:
        raise SettingsError(
            "config/privacy.yaml has no such purpose.",
            found=purpose,
            fix=f"use one of {', '.join(one.name for one in known) or '(none)'}, or add it to the file",
        )
    if consent == "denied":
        return False
    if not wanted.needs_consent:
        return True
    if consent != "granted":
        return False
    said = {part.strip().casefold() for part in re.split(r"[;,|]", purposes or "") if part.strip()}
    return not said or bool(said & {wanted.name.casefold(), *(name.casefold() for name in wanted.said_as)})
