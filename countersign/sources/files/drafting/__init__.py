"""A first mapping for a file, proposed from its header and values, to be edited by a person."""

from countersign.sources.files.drafting.draft import Draft, draft_mapping, write_draft

__all__ = ["Draft", "draft_mapping", "write_draft"]
