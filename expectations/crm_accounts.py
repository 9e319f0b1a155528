"""What accounts must satisfy before segments and named companies are read from them."""

from datetime import datetime

from countersign.core.landed import CRM_ACCOUNTS
from countersign.core.workspace import Company
from expectations.addresses import holds_email_sql
from expectations.privacy import privacy_rules
from expectations.rules import (
    batch_rules,
    dated_between,
    in_order,
    never,
    not_blank,
    not_negative,
    usually_given,
)
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of crm_accounts; accounts created from `latest` (UTC) on lie in the future."""
    return Suite(
        CRM_ACCOUNTS,
        (
            *batch_rules(CRM_ACCOUNTS),
            not_blank(
                "account_id", "The account's id is empty text, so two companies could be taken for one."
            ),
            *dated_between("created_at", "The account", latest=latest),
            not_negative("employees", "The number of employees is"),
            never(
                holds_email_sql("account_name"),
                "account_name_has_no_email_address",
                "The account is named by a person's e-mail address.",
            ),
            usually_given("account_name", "Many accounts have no name and are shown by their id."),
            usually_given(
                "industry", "Most accounts have no industry, so figures by industry say little.", share=0.5
            ),
            in_order("created_at", "updated_at", "Some accounts were changed before they were created."),
            *privacy_rules(CRM_ACCOUNTS),
        ),
    )
