"""config/sources.yaml: what does not fit is refused with its place, and expressions stay scalar."""

from pathlib import Path

import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.files import parse_sources
from countersign.sources.files.expressions import compile_expression
from countersign.sources.files.mapping import ColumnMapping, JoinMapping, TableMapping
from countersign.sources.files.sources_file import Source
from tests.sources.files.mapped import ads, leads


def parse(*tables, **source):
    return parse_sources({"sources": {"s": {"description": "x", "tables": list(tables), **source}}})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (leads(colums={}), "colums"),
        (leads(columns={"nmae": "x"}), "crm_leads has no column 'nmae'"),
        (leads(columns={"created_at": "made"}), "give time_zone"),
        (leads(time_zone="Berlin"), "not an IANA time zone"),
        (leads(columns={"stage": {"constant": "won"}}), "stage won is not one of"),
        (leads(columns={"stage": {"column": "s", "values": {True: "lead"}}}), "in quotes"),
        (leads(columns={"country": {"column": "a", "constant": "b"}}), "exactly one of"),
        (leads(collapse="sum"), "ad_performance only"),
        (leads(join=[{"files": "a.csv", "as": "a", True: {"id": "id"}}]), "write `match:`"),
        (
            leads(join=[{"files": "a.csv", "as": "a", "match": {"id": "id"}, "at": "day"}]),
            "needs `latest_by`",
        ),
        (ads(columns={"spend": {"column": "cost", "divide_by": 3}}), "money stays exact"),
        (ads(columns={"spend": {"column": "c", "decimal": ",", "thousands": ","}}), "different characters"),
        ({"table": "crm_leads", "files": "a.csv", "columns": {}}, "needs a mapping for lead_id"),
        ({"table": "leads", "files": "a.csv", "columns": {}}, "not a landed table"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(table, said):
    with pytest.raises(SettingsError, match="does not fit") as error:
        parse(table)
    assert said in error.value.found


def test_amounts_without_a_currency_are_refused(drop):
    drop.write("ads.csv", "id,day,cost\n1,2026-01-05,1\n")
    mapping = ads()
    del mapping["currency"]
    drop.map(mapping)

    with pytest.raises(SourceError, match="without a currency"):
        drop.land()


@pytest.mark.parametrize(
    "text",
    [
        "(select 1)",
        "a from read_csv('/etc/passwd')",
        "read_text('/etc/passwd')",
        "a; drop table x",
        "a, b",
        "sum(a)",
        "row_number() over ()",
        "getvariable('hmac_inner')",
        "getenv('HOME')",
        "a::int",
        "cast(a as int)",
        "exists(select 1)",
        "list_transform([a], lambda x: x)",
        "a -> 1",
        "*",
        "?",
        "now()",
        "nonsense((",
        "'x" + "x" * 3000 + "'",
    ],
)
def test_expressions_hold_nothing_but_scalars_from_the_list(text):
    with pytest.raises(SettingsError, match="not allowed") as error:
        compile_expression(text, lambda name: "s0")
    assert "fix:" in str(error.value)


def test_no_comment_or_alias_of_an_expression_survives():
    written = compile_expression("coalesce(a, 'x') as y -- ) from t", lambda name: "s0")

    assert written == "(COALESCE(s0, 'x'))"


def test_an_expression_with_a_column_that_is_not_there_names_it(drop):
    drop.write("leads.csv", "id,a\n1,x\n")
    drop.map(leads(columns={"country": {"expression": "coalesce(a, bee)"}}))

    with pytest.raises(SourceError, match="not in the file: 'bee'") as error:
        drop.land()
    assert "id, a" in error.value.found


@pytest.mark.parametrize("model", [Source, TableMapping, JoinMapping, ColumnMapping])
def test_the_page_on_files_holds_every_key(model):
    page = (Path(__file__).parents[3] / "docs" / "sources" / "files.md").read_text(encoding="utf-8")
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert [key for key in sorted(keys) if f"`{key}`" not in page and f"{key}:" not in page] == []
