"""The leadership summary agent: one page of plain words, made from the drafts of the other agents."""
