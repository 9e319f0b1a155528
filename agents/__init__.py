"""One folder per agent, and the only room that talks to a model."""
