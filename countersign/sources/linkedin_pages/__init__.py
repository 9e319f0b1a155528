"""LinkedIn pages: posts of an organisation, with their unpaid totals."""
