"""One module a vendor: `build_app(world, faults) -> FastAPI`, mounted under the connector's name."""
