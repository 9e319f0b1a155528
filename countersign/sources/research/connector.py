"""Research: what people and competitors say on pages, feeds and structured data that a person approved."""

from requests.auth import AuthBase

from countersign.sources.connecting.authorisation import Headers
from countersign.sources.connecting.connector import Connector, Part, Stream
from countersign.sources.research.addresses import PUBLIC, Lookup, Reach, look_up
from countersign.sources.research.options import ResearchOptions
from countersign.sources.research.streams import fetch_notes
from countersign.sources.research.visiting import Visitor


def connector_reaching(reach: Reach, look_up: Lookup) -> Connector:
    """The connector, with what it may connect to. CONNECTOR is the one in use; a test makes another."""

    def open_visitor(options: ResearchOptions) -> Visitor:
        return Visitor(options.contact, float(options.time_limit_s), reach=reach, look_up=look_up)

    return Connector(
        name="research",
        title="Research",
        base_url="",
        secrets=(),
        options=ResearchOptions,
        streams=(Stream("notes", "captures", {"notes": Part(("$.note_id",))}, fetch_notes),),
        authorise=_unsigned,
        proof="sandbox only",
        proof_note="A web server of our own tests serves feeds, pages and hostile answers; no page of the "
        "internet was read.",
        open=open_visitor,
    )


def _unsigned(*_: object) -> AuthBase:
    return Headers({})


CONNECTOR = connector_reaching(PUBLIC, look_up)
