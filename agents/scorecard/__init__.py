"""The shared scorecard of marketing and technology. It is no agent: it asks no model and has no card."""
