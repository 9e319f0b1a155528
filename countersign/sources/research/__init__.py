"""Reviews, questions, mentions and messages of competitors, captured from pages that a person approved."""
