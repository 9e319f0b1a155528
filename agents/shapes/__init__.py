"""The closed grammar of what a model may say: every sentence is read to the end and checked, or refused."""
