"""Requests of a first and a later load, and the sandbox's answers, fit HubSpot's published documents."""

from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from openapi_core import OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse

from tests.sources.hubspot.portal import demo_source
from tests.sources.hubspot.specification import UNPUBLISHED, as_it_answers, document_name, read_document
from tests.sources.sandboxed import load_from_sandbox, small_world
from tests.sources.wire import Wire, listening


@pytest.fixture(scope="module")
def wire(new_workspace) -> Wire:
    """A first load of six weeks and a later one of the seventh."""
    workspace = new_workspace()
    with pytest.MonkeyPatch.context() as patch, listening(patch) as heard:
        for known in (6, 7):
            world = small_world(scale=0.03, known_weeks=known)
            load_from_sandbox(workspace, "hubspot", world, source=demo_source())
    return heard


def path_of(request) -> str:
    return urlsplit(request.url).path.removeprefix("/hubspot")


def test_all_kinds_of_requests_were_heard(wire):
    kinds = Counter(path_of(request).rsplit("/", 1)[-1] for request, _ in wire.exchanges)

    assert {"contacts", "search", "read", "emails", "forms", "deals", "details"} <= set(kinds)


def test_requests_and_answers_fit_the_documents(wire, test_data):
    opened: dict[tuple[str, str], OpenAPI] = {}
    checked = Counter()
    for request, response in wire.exchanges:
        path = path_of(request)
        name = document_name(path)
        if name is None:
            assert path.startswith(UNPUBLISHED)
            continue
        server = request.url.partition("/hubspot")[0] + "/hubspot"
        if (name, server) not in opened:
            document = as_it_answers(read_document(test_data, name), server=server)
            opened[name, server] = OpenAPI.from_dict(document)
        openapi = opened[name, server]
        openapi.validate_request(RequestsOpenAPIRequest(request))
        openapi.validate_response(RequestsOpenAPIRequest(request), RequestsOpenAPIResponse(response))
        checked[name] += 1
    assert len(checked) == 7
    assert sum(checked.values()) > 30


def test_no_request_asks_for_a_parameter_that_the_documents_do_not_list(wire, test_data):
    for request, _ in wire.exchanges:
        name = document_name(path_of(request))
        if name is None:
            continue
        templates = read_document(test_data, name)["paths"]
        operation = operation_of(templates, path_of(request), request.method.lower())
        listed = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        assert set(parse_qs(urlsplit(request.url).query)) <= listed


def operation_of(templates: dict, path: str, method: str) -> dict:
    """The operation whose template fits a path; the one with fewest blanks when several do."""
    parts = path.strip("/").split("/")

    def fits(template: str) -> bool:
        names = template.strip("/").split("/")
        return len(names) == len(parts) and all(
            name.startswith("{") or name == part for name, part in zip(names, parts, strict=True)
        )

    found = [template for template in templates if fits(template) and method in templates[template]]
    return templates[min(found, key=lambda template: template.count("{"))][method]
