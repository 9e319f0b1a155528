"""Hostile and honest wordings, made from a real analysis by seeded generators."""
