"""What all connectors share: HTTP, chunks of time, schema drift, and the way into landing.

A vendor's folder says only what is its own: `connector.py` names secrets, options and streams, and
`mapping.yaml` maps the vendor's records to the canonical tables, in the format of config/sources.yaml.
"""
