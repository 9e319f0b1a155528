"""What captured reviews, questions and messages must satisfy before anyone learns from them."""

from datetime import datetime

from countersign.core.landed import RESEARCH_KINDS, RESEARCH_NOTES
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import batch_rules, dated_between, in_order, never, not_blank, one_of
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of research_notes; notes captured from `latest` (UTC) on lie in the future."""
    return Suite(
        RESEARCH_NOTES,
        (
            *batch_rules(RESEARCH_NOTES),
            not_blank("note_id", "The note's id is empty text, so two notes could be taken for one."),
            not_blank("text", "The note says nothing."),
            not_blank("origin", "The note does not say where it was read."),
            one_of("kind", RESEARCH_KINDS, f"The note is none of {', '.join(RESEARCH_KINDS)}."),
            *dated_between("captured_at", "The note", latest=latest),
            never(
                "rating not between 0 and 1",
                "rating_is_a_share",
                "The rating is not between 0 and 1; stars may not have been divided.",
            ),
            in_order(
                "published_at",
                "captured_at",
                "Some notes were captured before they were published; a time zone may be wrong.",
            ),
            never(
                "kind = 'competitor_message' and coalesce(trim(about), '') = ''",
                "competitor_message_names_the_competitor",
                "Some messages of competitors do not say whose they are.",
                is_warning=True,
            ),
            never(
                "not regexp_full_match(language, '[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*')",
                "language_is_a_code",
                "Some languages are not a code such as en.",
                is_warning=True,
            ),
            *privacy_rules(RESEARCH_NOTES),
        ),
    )
