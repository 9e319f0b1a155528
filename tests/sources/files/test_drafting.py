"""data draft-mapping: what a header and its values tell is proposed, what they do not is asked."""

import pytest
import yaml
from typer.testing import CliRunner

from countersign.cli.data import app
from countersign.core.errors import SettingsError, SourceError
from countersign.core.landed import LANDED_TABLES, landed_table
from countersign.sources.files import parse_sources
from countersign.sources.files.drafting import draft_mapping, write_draft
from countersign.sources.files.drafting.header_words import GENERIC, TELLING, WORDS
from countersign.sources.files.drafting.matching import guess_table, match_columns
from countersign.sources.files.drafting.plain_words import plain_words
from tests.sources.files.mapped import leads

ENGLISH = "Campaign ID,Campaign,Day,Cost,Currency,Impressions,Clicks\n"


def drafted(drop, content: str | bytes, *, name: str = "google_export.csv", **arguments):
    """The text of a draft and its one table, as YAML reads it."""
    text = draft_mapping(drop.workspace, drop.write(name, content), **arguments).text
    (source,) = yaml.safe_load(text)["sources"].values()
    return text, source["tables"][0]


def ads_file(day: str = "2026-01-05", cost: str = "1.50", impressions: str = "10") -> str:
    return f'{ENGLISH}7,Brand,"{day}","{cost}",EUR,"{impressions}",1\n'


def refused(text: str) -> str:
    with pytest.raises(SettingsError) as error:
        parse_sources(yaml.safe_load(text))
    return error.value.found


HEADERS = {
    "ad_performance": [
        ("Kampagne;Kampagnen-ID;Tag;Währungscode;Kosten;Impr.;Klicks;Conv.-Wert", 8),
        ("Kampagnenname;Anzeigengruppe;Datum;Ausgegebener Betrag (EUR);Impressionen;Ergebnisse", 6),
        ("Nombre de la campaña;Día;Importe gastado (EUR);Impresiones;Clics;Resultados", 6),
        ("Campaña;Grupo de anuncios;Fecha;Coste;Clics;Código de moneda", 6),
        ("Nom de la campagne;Jour;Montant dépensé (EUR);Impressions;Clics;Résultats", 6),
        ("Campagne;Groupe d'annonces;Coût;Devise;Valeur de conversion;Jour", 6),
        ("campaign_id;campaignName;date;cost_micros;impressions;adGroupId", 6),
    ],
    "crm_leads": [
        ("Kontakt-ID;E-Mail-Adresse;Telefonnummer;Erstelldatum;Ursprüngliche Quelle;Lebenszyklusphase", 6),
        ("ID del lead;Correo electrónico;Teléfono;Fecha de creación;Fuente original;País", 6),
        ("ID du contact;Adresse e-mail;Téléphone;Date de création;Source d'origine;Pays", 6),
    ],
    "crm_opportunities": [("Deal ID;Amount;Close Date;Create Date;Deal Stage;Currency", 6)],
    "crm_stage_changes": [("Lead ID;From Stage;To Stage;Changed At", 4)],
    "crm_activities": [("Engagement ID;Contact ID;Activity Type;Completed At;Owner ID", 5)],
    "sales_feedback": [("Lead ID;Accepted;Rejection reason;Decision date", 4)],
    "web_sessions": [("session_id;client_id;session_start;landing_page;device;page_views", 6)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "header", "columns"),
    [(table, header, count) for table, listed in HEADERS.items() for header, count in listed],
)
def test_headers_of_exports_in_four_languages_tell_their_table(table, header, columns):
    names = header.split(";")
    assert guess_table(names).table == table
    assert len(match_columns(table, names)) == columns


def test_the_list_of_words_is_about_columns_that_exist_and_written_as_it_is_compared():
    assert set(WORDS) == set(TELLING) == set(LANDED_TABLES)
    for table, columns in WORDS.items():
        known = {column.name for column in landed_table(table).columns}
        assert set(columns) | TELLING[table] <= known
        phrases = [phrase for listed in columns.values() for phrase in listed]
        assert [phrase for phrase in [*phrases, *GENERIC] if plain_words(phrase) != phrase] == []


def test_linkedin_groups_are_campaigns_only_where_there_are_groups():
    both = match_columns("ad_performance", ["Campaign ID", "Campaign Group ID", "Cost"])
    assert (both["campaign_id"], both["ad_group_id"]) == ("Campaign Group ID", "Campaign ID")
    alone = match_columns("ad_performance", ["Campaign ID", "Cost"])
    assert alone["campaign_id"] == "Campaign ID"
    assert "ad_group_id" not in alone


def test_headers_that_tell_no_table_are_refused_and_table_says_it(drop):
    with pytest.raises(SourceError, match="do not tell which table") as error:
        drafted(drop, "a,b\n1,2\n")
    assert "--table" in error.value.fix
    text, table = drafted(drop, "a,b\n1,2\n", table="crm_leads")
    assert table["columns"] == {"lead_id": {"constant": "?"}}
    assert "constant still says ?" in refused(text)


@pytest.mark.parametrize(
    ("day", "format_"),
    [
        ("2026-01-05", None),
        ("05.01.2026", "%d.%m.%Y"),
        ("25/01/2026", "%d/%m/%Y"),
        ("01/25/2026", "%m/%d/%Y"),
        ("25/01/26", "%d/%m/%y"),
        ("20260105", "%Y%m%d"),
        ("Jan 25, 2026", "%b %d, %Y"),
        ("1767571200", "epoch_s"),
    ],
)
def test_a_format_that_reads_every_date_is_proposed(drop, day, format_):
    text, table = drafted(drop, ads_file(day=day))
    expected = {"column": "Day", "format": format_} if format_ else "Day"
    assert table["columns"]["account_day"] == expected
    drop.write_config(yaml.safe_load(text))
    (report,) = drop.check("google_export")
    assert (report.rows, report.rows_set_aside) == (1, 0)


def test_a_date_that_is_far_down_decides_between_day_and_month(drop):
    unclear = "".join(f"7,Brand,0{1 + at % 9}/02/2026,1,EUR,1,1\n" for at in range(500))
    text, table = drafted(drop, ENGLISH + unclear)
    assert table["columns"]["account_day"] == {"column": "Day", "format": "?"}
    assert "day first (%d/%m/%Y) or month first (%m/%d/%Y): choose one" in text
    assert "format still says ?" in refused(text)

    _, table = drafted(drop, ENGLISH + unclear + "7,Brand,28/02/2026,1,EUR,1,1\n")
    assert table["columns"]["account_day"]["format"] == "%d/%m/%Y"


@pytest.mark.parametrize(
    ("cost", "keys"),
    [
        ("1.50", {}),
        ("1234.5", {}),
        ("1234,5", {"decimal": ",", "thousands": "."}),
        ("1.234,50", {"decimal": ",", "thousands": "."}),
        ("1,234.50", {"thousands": ","}),
        ("$1,117.10K", {"number": "amount"}),
        ("1.117,10 €", {"number": "amount", "decimal": ",", "thousands": "."}),
        ("0.125", {}),
        ("1.234", {"decimal": "?"}),
        ("1,234", {"decimal": "?"}),
    ],
)
def test_the_marks_of_an_amount_are_read_or_asked_for(drop, cost, keys):
    text, table = drafted(drop, ads_file(cost=cost))
    assert table["columns"]["spend"] == ({"column": "Cost", **keys} if keys else "Cost")
    if keys.get("decimal") == "?":
        assert "decimal still says ?" in refused(text)


def test_a_count_has_no_fraction_and_other_numbers_of_the_file_decide(drop):
    _, table = drafted(drop, ads_file(impressions="1.234"))
    assert table["columns"]["impressions"] == {"column": "Impressions", "decimal": ",", "thousands": "."}
    _, table = drafted(drop, ads_file(impressions="1.000"))
    assert table["columns"]["impressions"]["decimal"] == "?"
    text, table = drafted(drop, ads_file(impressions="1.000", cost="12.345,60"))
    assert table["columns"]["impressions"] == {"column": "Impressions", "decimal": ",", "thousands": "."}
    assert "read as the other numbers of the file" in text


def test_bytes_tell_encoding_and_delimiter_and_brackets_tell_the_currency(drop):
    content = "Kampagnen-ID;Kampagne;Tag;Kosten (EUR);Klicks\n7;Bär;05.01.2026;1,50;3\n"
    text, table = drafted(drop, content.encode("cp1252"))
    assert (table["encoding"], table["delimiter"], table["currency"]) == ("cp1252", ";", "EUR")
    assert "guessed: the file is not UTF-8" in text
    drop.write_config(yaml.safe_load(text))
    (name,) = yaml.safe_load(text)["sources"]
    (batch,) = drop.land(name)
    assert drop.rows(batch, "campaign_name, spend::varchar, currency") == [("Bär", "1.500000", "EUR")]


def test_what_is_not_in_the_file_is_asked(drop):
    text, table = drafted(drop, "Campaign,Day,Cost\nBrand,2026-01-05,1\n", name="export.csv")
    assert "# not found: currency; set it, for example `currency: EUR`" in text
    assert "# not found: the platform's name" in text
    assert "where each has its own, Campaign may stand in" in text
    assert (table["columns"]["account_id"], table["columns"]["campaign_id"]) == (
        {"constant": ""},
        {"constant": "?"},
    )
    assert "currency" not in table


def test_missing_tokens_are_listed_and_doubtful_ones_are_only_said(drop):
    text, table = drafted(drop, "Lead ID,Lead source,Country\n1,Select,unknown\n2,-,Peru\n3,Fair,N/A\n")
    assert table["missing"] == ["N/A", "Select", "-"]
    assert "unknown in 1 cell: add it to missing if it means that" in text
    assert table["columns"]["country"] == "Country"


def test_stages_that_words_do_not_tell_are_left_to_a_person(drop):
    known = "Lead ID,E-mail,Lifecycle stage\n1,a@example.com,New\n2,b@example.com,Customer\n"
    _, table = drafted(drop, known)
    assert table["columns"]["stage"]["values"] == {"New": "lead", "Customer": "customer"}

    text, table = drafted(drop, known + "3,c@example.com,Hibernating\n")
    assert "stage" not in table["columns"]
    assert "#     Hibernating: '?'" in text
    assert parse_sources(yaml.safe_load(text)), "an optional column that is left out stops nothing"

    text, table = drafted(drop, "Lead ID,Old stage,New stage,Changed\n1,New,Hibernating,2026-01-05\n")
    assert table["columns"]["stage"]["values"] == {"Hibernating": "?"}
    assert "values still says ?" in refused(text)


def test_personal_columns_become_keys_and_no_cell_of_them_is_shown(drop):
    text, table = drafted(
        drop,
        "Lead ID,E-mail,Phone,Client ID,Lead source,Stage\n"
        "1,canary@example.com,+49 30 1234567,GA1.77,partner canary@example.com,call +49 30 7654321\n",
    )
    columns = table["columns"]
    assert (columns["email_key"], columns["phone_key"], columns["visitor_key"]) == (
        "E-mail",
        "Phone",
        "Client ID",
    )
    assert "personal: landed as a pseudonym only" in text
    for secret in ("canary", "1234567", "7654321", "GA1.77"):
        assert secret not in text


def test_a_zone_is_taken_from_the_times_or_assumed_aloud(drop):
    head = "Lead ID,E-mail,Created\n1,a@example.com,"
    text, table = drafted(drop, f"{head}2026-01-05 10:00\n")
    assert table["time_zone"] == "Europe/Berlin"
    assert "assumed: your company's zone; the file does not say" in text
    _, table = drafted(drop, f"{head}2026-01-05T10:00:00+02:00\n")
    assert table["time_zone"] == "UTC"


def test_lines_quoted_whole_and_deals_still_open(drop):
    text, table = drafted(
        drop,
        "Deal ID,Amount,Currency,Opened,Deal stage\n"
        '"1,""5,00"",EUR,2026-01-05,Won"\n2,"6,50",EUR,2026-01-05,Lost\n3,,EUR,2026-01-05,Thinking\n',
    )
    assert table["unwrap_lines"] is True
    assert table["columns"]["is_won"]["values"] == {"Lost": False, "Thinking": None, "Won": True}
    assert "taken as still open: Thinking" in text
    drop.write_config(yaml.safe_load(text))
    (report,) = drop.check("google_export")
    assert (report.rows, report.rows_set_aside) == (3, 0)


def command(drop, *arguments):
    return CliRunner().invoke(app, ["draft-mapping", *arguments, "--workspace", str(drop.workspace.root)])


def test_the_command_prints_yaml_and_writes_nothing(drop):
    drop.write("google.csv", ads_file())
    done = command(drop, "data/google.csv")

    assert done.exit_code == 0, done.output
    assert parse_sources(yaml.safe_load(done.output))["google"].tables[0].files == "data/google.csv"
    assert not (drop.workspace.config / "sources.yaml").exists()
    assert not drop.workspace.landing.exists()


def test_a_file_from_elsewhere_is_named_by_its_path(drop, tmp_path):
    (tmp_path / "elsewhere.csv").write_text(ads_file())
    draft = draft_mapping(drop.workspace, tmp_path / "elsewhere.csv")
    table = yaml.safe_load(draft.text)["sources"][draft.name]["tables"][0]
    assert (table["files"], table["outside_workspace"]) == (str(tmp_path / "elsewhere.csv"), True)


def test_write_adds_a_source_and_keeps_every_line_that_was_there(drop):
    drop.write("google.csv", ads_file())
    drop.write("leads.csv", "id\n1\n")
    drop.map(leads(), name="crm")
    path = drop.workspace.config / "sources.yaml"
    before = "# our own words\n" + path.read_text()
    path.write_text(before)

    done = command(drop, "data/google.csv", "--write", "ads")
    assert done.exit_code == 0, done.output
    assert path.read_text().startswith(before.rstrip())
    assert list(parse_sources(yaml.safe_load(path.read_text()))) == ["crm", "ads"]
    (report,) = drop.check("ads")
    assert (report.rows, report.rows_set_aside) == (1, 0)

    after = path.read_text()
    again = command(drop, "data/google.csv", "--write", "ads")
    assert isinstance(again.exception, SettingsError)
    assert "A source of that name is there already" in str(again.exception)
    assert path.read_text() == after


@pytest.mark.parametrize(
    "layout", ["sources: {}\n", "sources:\n  crm: {description: x, tables: []}\nmore: 1\n"]
)
def test_write_refuses_a_file_that_it_cannot_add_to(drop, layout):
    path = drop.workspace.config / "sources.yaml"
    path.write_text(layout)
    draft = draft_mapping(drop.workspace, drop.write("google.csv", ads_file()))

    with pytest.raises(SettingsError, match="cannot be added at the end"):
        write_draft(drop.workspace, draft)
    assert path.read_text() == layout


def test_write_refuses_a_draft_with_open_questions_and_creates_the_file_for_a_good_one(drop):
    path = drop.workspace.config / "sources.yaml"
    asking = draft_mapping(drop.workspace, drop.write("google.csv", ads_file(day="01/02/2026")))
    with pytest.raises(SettingsError, match="open questions"):
        write_draft(drop.workspace, asking)
    assert not path.exists()

    write_draft(drop.workspace, draft_mapping(drop.workspace, drop.write("google.csv", ads_file())))
    assert list(parse_sources(yaml.safe_load(path.read_text()))) == ["google"]


def test_a_file_that_is_not_there_is_refused(drop):
    with pytest.raises(SourceError, match="no such file"):
        draft_mapping(drop.workspace, drop.workspace.data / "nothing.csv")
