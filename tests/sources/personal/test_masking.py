"""The mask for free text: what goes, what stays, and how often it is right."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.sources.personal.masking import Masker
from countersign.sources.personal.measuring import Sentence, measure, read_labelled
from countersign.sources.personal.names import KnownNames
from countersign.sources.personal.spans import KINDS, Span

PEOPLE = ["Anna Schmidt", "Mark Weber", "Rose Koch", "Jürgen Müller", "Peter van der Berg", "王伟"]
# Real texts of vendors' test accounts: whoever is in them, read by a person.
REAL_LABELS = {
    "name": ("Danylo", "Matt", "Sarah", "Saul", "Jessica Rangel", "Iryna Grankova"),
    "email": ("support@d3v-airbyte.zendesk.com",),
    "phone": ("+1 (689) 689-8023", "+1 (234) 601-8567"),
}
TEXT_KEYS = {"body", "subject", "description", "plain_body", "title", "message", "content", "name"}
PERSON_KEYS = {"first_name", "last_name", "firstname", "lastname"}


@pytest.fixture(scope="module")
def masker():
    names = KnownNames()
    names.add_all(PEOPLE)
    return Masker(names)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Mark spoke with Mark about Rose", "Mark spoke with [name] about Rose"),
        ("Anna's card 4111 1111 1111 1111", "[name]'s card [card]"),
        ("card 4111 1111 1111 1112", "card 4111 1111 1111 1112"),
        ("DE89370400440532013000 and DE00370400440532013000", "[account] and DE00370400440532013000"),
        ("call 030 901820 on 03.04.2026", "call [phone] on 03.04.2026"),
        ("version 10.0.1.2, host 10.0.1.2", "version 10.0.1.2, host [ip]"),
        ("Weber GmbH, Rose & Sons, order 4711-0815", "Weber GmbH, Rose & Sons, order 4711-0815"),
        ("Frau Dr. Juergen Mueller von der Müller GmbH", "Frau Dr. [name] von der Müller GmbH"),
        ("王伟 said 你好", "[name] said 你好"),
        ("", ""),
        ("...", "..."),
    ],
)
def test_people_go_and_the_rest_stays(masker, text, masked):
    assert masker.mask(text) == masked


def test_words_that_the_company_keeps_are_kept():
    names = KnownNames(kept=frozenset({"anna"}))
    names.add_all(PEOPLE)

    assert Masker(names).mask("Anna is our product, Schmidt is not") == "Anna is our product, [name] is not"


def test_new_names_are_looked_for_in_texts_seen_before(masker):
    names = KnownNames()
    fresh = Masker(names)
    assert fresh.mask("Ask Quentin") == "Ask Quentin"
    known = KnownNames()
    known.add("Quentin Dry")
    fresh.know(known)

    assert fresh.mask("Ask Quentin") == "Ask [name]"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"abAZ019 .,@+-:/()'\n", *"äß王", *PEOPLE, "Hi ", "+49 30 901820"]), max_size=40
    )
)
def test_masking_any_text_ends_and_loses_nothing_else(masker, parts):
    text = "".join(parts)
    kept = re.split(r"\[(?:name|email|phone|card|account|ip)\]", masker.mask(text))

    assert re.fullmatch(".*?".join(re.escape(piece) for piece in kept), text, re.DOTALL)


def test_a_long_hostile_text_takes_no_long_time(masker):
    text = ("0 " * 20_000) + ("a." * 20_000) + "@" + ("-1" * 20_000)

    assert len(masker.mask(text)) > 0


def test_precision_and_recall_on_labelled_sentences(capsys):
    names, sentences = read_labelled()
    measured = measure(Masker(names), sentences)
    with capsys.disabled():
        show("labelled sentences", measured)

    assert measured.sentences >= 300
    assert {sentence.language for sentence in sentences} == {"en", "de", "fr", "es"}
    for kind in KINDS:
        assert measured.scores[kind].precision >= 0.95, kind
        assert measured.scores[kind].recall >= 0.95, kind


def test_without_the_names_of_the_crm_the_measure_falls():
    _, sentences = read_labelled()

    assert measure(Masker(), sentences).scores["name"].recall < 0.5


def test_precision_and_recall_on_texts_of_others(test_data, capsys):
    names, texts = KnownNames(), set()
    for vendor in ("zendesk-support", "zendesk-chat", "intercom", "hubspot", "freshdesk", "salesforce"):
        path = test_data / "airbyte_expected_records" / f"{vendor}.jsonl"
        if not path.is_file():
            pytest.skip(
                "airbyte_expected_records is not in the test data: set COUNTERSIGN_TEST_DATA to its folder"
            )
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            people = record["stream"] in ("users", "contacts", "agents", "admins", "owners", "chats")
            for key, text in texts_in(record["data"]):
                if people and key in (*PERSON_KEYS, "name", "display_name"):
                    names.add(text)
                elif key in TEXT_KEYS and " " in text:
                    texts.add(text)
    measured = measure(Masker(names), [labelled(text, names) for text in sorted(texts)])
    with capsys.disabled():
        show("texts of vendors' test accounts", measured)

    assert measured.sentences > 100
    assert measured.total.recall >= 0.9
    assert measured.total.precision >= 0.8


def texts_in(value, key=""):
    """Every text in a record, with its key; tags of HTML are no text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_in(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner, key)
    elif isinstance(value, str):
        yield key, re.sub(r"<[^>]+>", " ", value)


def labelled(text, names):
    """A text with its labels; a name that no list of people in the data holds counts on its own."""
    spans = [
        Span(match.start(), match.end(), kind)
        for kind, values in REAL_LABELS.items()
        for value in values
        for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text)
    ]
    unknown = [one for one in spans if one.kind == "name" and not is_known(text[one.start : one.end], names)]
    return Sentence("en", "real", text, tuple(one for one in spans if one not in unknown), tuple(unknown))


def is_known(name, names):
    """Whether the list of people holds any word of a name."""
    return any(any(names.facts_of(word)[1:3]) for word in name.split())


def show(title, measured):
    """Print the table, so that a run of the tests says how good the mask is."""
    lines = [f"\n{title}: {measured.sentences}", f"{'kind':<8}{'labels':>8}{'precision':>11}{'recall':>8}"]
    for kind, score in (*measured.scores.items(), ("all", measured.total)):
        labels = score.right + score.missed
        lines.append(f"{kind:<8}{labels:>8}{score.precision:>11.3f}{score.recall:>8.3f}")
    lines.append(f"names the CRM does not hold: {measured.unknown_found} of {measured.unknown} found")
    lines += [f"  {mistake}" for mistake in measured.mistakes[:40]]
    print("\n".join(lines))  # noqa: T201
