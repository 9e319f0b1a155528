"""Records of a real Salesforce organisation go through the mapping that the connector uses."""

from collections import Counter

from countersign.sources.salesforce.options import SalesforceOptions
from tests.sources.sandboxed import airbyte_records, land_records, landed_rows, source_of

# Streams of the recording that the connector reads; docs/sources/salesforce.md says why not the others.
READ = {"Account", "LeadHistory"}


def test_streams_we_read_are_accepted(workspace, test_data, capsys):
    recorded = airbyte_records(test_data, "salesforce")
    history = [
        {**record, "_stage": SalesforceOptions(my_domain="x").stage_of(record["NewValue"])}
        for record in recorded["LeadHistory"]
    ]
    source = source_of("salesforce", options={"my_domain": "x"})
    land_records(workspace, "salesforce", {"accounts": recorded["Account"]}, source=source)
    land_records(workspace, "salesforce", {"lead_history": history}, source=source)

    accounts = landed_rows(workspace, "crm_accounts")
    outcome = Counter({stream: len(records) for stream, records in recorded.items() if stream not in READ})
    print({"Account": len(accounts), "LeadHistory, not of Status": len(history), "not read": dict(outcome)})  # noqa: T201
    assert [row["_bad"] for row in accounts] == [None] * len(recorded["Account"])
    assert {(row["account_name"], row["employees"], row["country"]) for row in accounts} == {
        (record["Name"], record["NumberOfEmployees"], record["BillingCountry"])
        for record in recorded["Account"]
    }
    # Both changes are of a name: they are no stage.
    assert landed_rows(workspace, "crm_stage_changes") == []
