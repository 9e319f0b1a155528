"""Prism, serving HubSpot's own documents, takes every read request that the connector sends."""

import json
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.conftest import ROOT
from tests.sources.hubspot.portal import demo_source
from tests.sources.hubspot.specification import DOCUMENTS, as_it_answers, document_name, read_document
from tests.sources.hubspot.test_specification import path_of
from tests.sources.sandboxed import load_from_sandbox, small_world
from tests.sources.wire import Wire, listening

pytestmark = pytest.mark.slow

PRISM = ROOT / ".cache" / "prism" / "node_modules" / ".bin" / "prism"
_START_S = 60.0


@pytest.fixture(scope="module")
def prism() -> Path:
    if not PRISM.is_file() or shutil.which("node") is None:
        pytest.skip("no Prism: npm install --prefix .cache/prism @stoplight/prism-cli")
    return PRISM


@pytest.fixture(scope="module")
def wire(new_workspace) -> Wire:
    """A first load and a later one, for all the kinds of requests there are."""
    workspace = new_workspace()
    with pytest.MonkeyPatch.context() as patch, listening(patch) as heard:
        for known in (6, 7):
            world = small_world(scale=0.02, known_weeks=known)
            load_from_sandbox(workspace, "hubspot", world, source=demo_source())
    return heard


@contextmanager
def served(prism: Path, document: dict, folder: Path) -> Iterator[str]:
    """Prism's address while it serves a document; --errors makes it refuse what does not fit."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path, log = folder / "document.json", folder / "prism.log"
    path.write_text(json.dumps(document), encoding="utf-8")
    command = [prism, "mock", "--errors", "-h", "127.0.0.1", "-p", str(port), path]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            deadline = time.monotonic() + _START_S
            while b"Prism is listening" not in log.read_bytes():
                assert process.poll() is None, "Prism stopped"
                assert time.monotonic() < deadline, "Prism did not start"
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def faults_of_request(answer: requests.Response) -> list[str]:
    """What Prism finds wrong with a request.

    Prism also checks its own answers, made from the examples in HubSpot's documents; some of these
    examples lack fields that the same document requires, which is not ours to mend.
    """
    if answer.status_code == 200:
        return []
    said = answer.json().get("validation") or [{"location": ["request"], "message": answer.reason}]
    return [f"{one['location']}: {one['message']}" for one in said if one["location"][0] != "response"]


@pytest.mark.parametrize("name", sorted({name for _, name in DOCUMENTS}))
def test_prism_takes_every_request(prism, wire, test_data, tmp_path, name):
    sent = [request for request, _ in wire.exchanges if document_name(path_of(request)) == name]
    published = read_document(test_data, name)
    answers = Counter()
    document = as_it_answers(published, server="https://api.hubapi.com", with_security=True)
    with served(prism, document, tmp_path) as address:
        for request in sent:
            query = request.url.partition("?")[2]
            answer = requests.request(
                request.method,
                f"{address}{path_of(request)}{'?' if query else ''}{query}",
                data=request.body,
                headers={
                    name: request.headers[name]
                    for name in ("Authorization", "Content-Type")
                    if name in request.headers
                },
                timeout=30,
            )
            assert not faults_of_request(answer), answer.text[:500]
            answers[path_of(request)] += 1
        wrong = requests.get(f"{address}{path_of(sent[0])}?limit=many", timeout=30)
    assert sum(answers.values()) == len(sent) > 0
    # Prism does look: without a token, and with a limit that is no number, a request is refused.
    assert faults_of_request(wrong)
