"""One folder per agent (card, prompt, offline writer, evals) and the only client of a model."""
