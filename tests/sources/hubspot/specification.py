"""HubSpot's own OpenAPI documents, and which of them describes a path."""

import copy
import json
from pathlib import Path

import pytest

# The first that fits describes a path; contacts and companies have documents of their own.
DOCUMENTS = (
    ("/crm/v3/objects/contacts", "CRM_Contacts_424_v3_contacts"),
    ("/crm/v3/objects/companies", "CRM_Companies_424_v3_companies"),
    ("/crm/v3/objects/", "CRM_Objects_424_v3_objects"),
    ("/crm/v3/pipelines/", "CRM_Pipelines_145896_v3_pipelines"),
    ("/crm/v4/associations/", "CRM_Associations_130902_v4_associations"),
    ("/marketing/v3/forms", "Marketing_Forms_144909_v3_forms"),
    ("/marketing/v3/emails", "Marketing_Marketing_Emails_145892_v3_marketingEmails"),
)
# HubSpot publishes no document for these two; they follow its guides and recorded answers.
UNPUBLISHED = ("/account-info/v3/details", "/form-integrations/v1/submissions/forms/")


def document_name(path: str) -> str | None:
    """The document that describes a path; None when HubSpot publishes none."""
    return next((name for start, name in DOCUMENTS if path.startswith(start)), None)


def read_document(test_data: Path, name: str) -> dict:
    """One document as published."""
    path = test_data / "hubspot_openapi" / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the test data: set COUNTERSIGN_TEST_DATA to its folder")
    return json.loads(path.read_text(encoding="utf-8"))


def as_it_answers(document: dict, *, server: str, with_security: bool = False) -> dict:
    """A document with its server and without what HubSpot itself does otherwise.

    Property values are published as texts, but records of real accounts hold nulls. `sorts` is published
    as a list of texts, but HubSpot's guide and its API take objects (HubSpot/hubspot-api-python#236).
    All else stands as published. Security is left to the sandbox unless asked for.
    """
    changed = copy.deepcopy(document)
    changed["servers"] = [{"url": server}]
    if not with_security:
        for operations in changed["paths"].values():
            for operation in operations.values():
                operation.pop("security", None)
    schemas = changed["components"]["schemas"]
    for name in ("SimplePublicObject", "SimplePublicObjectWithAssociations"):
        if name in schemas:
            schemas[name]["properties"]["properties"]["additionalProperties"]["nullable"] = True
    if "PublicObjectSearchRequest" in schemas:
        schemas["PublicObjectSearchRequest"]["properties"]["sorts"]["items"] = {
            "type": "object",
            "required": ["propertyName", "direction"],
            "properties": {
                "propertyName": {"type": "string"},
                "direction": {"type": "string", "enum": ["ASCENDING", "DESCENDING"]},
            },
            "additionalProperties": False,
        }
    return _without_null_examples(changed)


def _without_null_examples(node: object) -> object:
    # Every schema carries "example": null, which no OpenAPI tool takes for an example of a text.
    if isinstance(node, dict):
        return {
            name: _without_null_examples(value)
            for name, value in node.items()
            if not (name == "example" and value is None)
        }
    return [_without_null_examples(one) for one in node] if isinstance(node, list) else node
