"""Bad bytes are refused with what to do; ragged lines are kept as rows with the reason."""

import gzip

import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.files import planning
from tests.sources.files.mapped import leads

GOOD = "id,country\n1,DE\n2,FR\n"


@pytest.fixture
def refused(drop):
    """Land data/leads.csv with these bytes and return the refusal."""

    def land(content, name="leads.csv", **changes):
        drop.write(name, content)
        drop.map(leads(columns={"country": "country"}, files=f"data/{name}", **changes))
        with pytest.raises(SourceError) as error:
            drop.land()
        assert not list(drop.workspace.landing.glob("*/*/*/batch.json"))
        assert not list(planning.scratch_place(drop.workspace).iterdir())
        return error.value

    return land


@pytest.mark.parametrize(
    ("content", "problem", "found"),
    [
        (b"", "is empty", "0 bytes"),
        (gzip.compress(b"", mtime=0), "is empty", "nothing inside"),
        (b"id,country\n", "header and nothing else", "leads.csv"),
        (b"\n1,DE\n", "no header", "first line is empty"),
        (b"id,country,id\n1,DE,2\n", "names a column twice", "id"),
        (b"id,country\n1,D\0E\n", "NUL bytes", "NUL at byte 14"),
        (b"id,country\n1,M\xfcnchen\n", "not utf-8", "undecodable at byte 14"),
        (b"id,country\n1," + b"x" * (1 << 20) + b"\n", "longer than the cap", "near line 2"),
        (b'id,country\n1,DE\n2,"FR\n3,IT\n', "from a certain line on", "line 3: a quote is not closed"),
        (gzip.compress(GOOD.encode() * 1000, mtime=0)[:-20], "cut off", "decompressed bytes"),
    ],
)
def test_unusable_bytes_are_refused(refused, content, problem, found):
    error = refused(content)

    assert problem in error.problem
    assert found in error.found
    assert error.fix


@pytest.mark.parametrize(("mark", "shown"), [(";", "';'"), ("\t", "a tab"), ("|", "'|'")])
def test_a_wrong_delimiter_is_recognised(refused, mark, shown):
    error = refused(GOOD.replace(",", mark))

    assert "'id'" in error.problem
    assert f"looks {shown} separated" in error.fix


def test_utf16_without_a_mark_is_hinted_at(refused):
    assert "utf-16-le" in refused(GOOD.encode("utf-16-le")).fix


def test_an_unknown_encoding_and_an_unknown_suffix_are_refused(refused):
    assert "does not exist" in refused(GOOD, encoding="klingon").problem
    assert "cannot be told" in refused(GOOD, name="leads.dat").problem


def test_a_decompression_bomb_is_refused_before_it_is_read(refused):
    error = refused(gzip.compress(b"id,country\n" + b"1,DE\n" * (16 << 20)))

    assert "expands too far" in error.problem


def test_a_damaged_parquet_file_is_refused(refused):
    assert "Parquet file cannot be read" in refused(b"PAR1 no", name="leads.parquet").problem


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (GOOD.encode("utf-8-sig"), None),
        (GOOD.encode("utf-16"), None),
        (GOOD.encode("utf-16-le"), "utf-16-le"),
        (GOOD.replace("FR", "Français").encode("latin-1"), "latin-1"),
        (GOOD.replace("\n", "\r\n").encode(), None),
        (GOOD.replace("\n", "\r").encode(), None),
        (b"id,country\r\n1,DE\n2,FR\r", None),
        (gzip.compress(b"id,country\n1,DE\n", mtime=0) + gzip.compress(b"2,FR\n", mtime=0), None),
        (GOOD.strip().encode(), None),
        (b"id,country\n\n1,DE\n\n2,FR\n\n", None),
    ],
)
def test_encodings_and_line_ends_are_read(drop, content, encoding):
    drop.write("leads.csv", content)
    drop.map(leads(columns={"country": "country"}, **({"encoding": encoding} if encoding else {})))

    rows = drop.land_rows("lead_id, left(country, 2), _bad")
    assert rows == [("1", "DE", None), ("2", "Fr" if encoding == "latin-1" else "FR", None)]


def test_a_windows_text_keeps_its_letters_and_quoted_line_ends(drop):
    drop.write("leads.csv", 'id,country\r\n1,"Müller €\r\nKöln"\r\n2,x\n'.encode("cp1252"))
    drop.map(leads(columns={"country": "country"}, encoding="cp1252"))

    assert drop.land_rows("country") == [("Müller €\nKöln",), ("x",)]


def test_ragged_lines_become_rows_with_the_reason(drop):
    drop.write("leads.csv", "id,country,segment\n1,DE,a\n2,FR\n3,IT,b,c,d\n4\n5,ES,e\n")
    drop.map(leads(columns={"country": "country"}))

    (batch,) = drop.land()
    assert batch.rows_landed == 5
    assert drop.rows(batch, "_row, lead_id, _bad") == [
        (1, "1", None),
        (2, "5", None),
        (3, None, "line 3: 2 fields, 3 expected"),
        (4, None, "line 4: 5 fields, 3 expected"),
        (5, None, "line 5: 1 fields, 3 expected"),
    ]
    assert drop.rows(batch, "distinct _batch_id, _source, _file", order="1") == [
        (batch.id, "drop", "data/leads.csv")
    ]


def test_lines_that_are_not_json_objects_become_rows_with_the_reason(drop):
    drop.write("leads.jsonl", '{"id": 1, "at": {"c": "DE"}}\nnot json\n\n[1]\n{"id": "2"}\n')
    drop.map(leads(files="data/leads.jsonl", columns={"country": "$.at.c"}))

    assert drop.land_rows("lead_id, country, _bad") == [
        ("1", "DE", None),
        (None, None, "not a JSON object"),
        (None, None, "not a JSON object"),
        ("2", None, None),
    ]


def test_lines_quoted_as_a_whole_are_unwrapped_where_the_mapping_says_so(drop):
    drop.write("leads.csv", 'id,country\n"1,""Korea, South"""\n2,"a ""b"""\n"3","x"\n')
    drop.map(leads(columns={"country": "country"}, unwrap_lines=True))

    assert drop.land_rows("lead_id, country") == [("1", "Korea, South"), ("2", 'a "b"'), ("3", "x")]


def test_a_quiet_day_among_others_is_a_batch_of_zero_rows(drop):
    drop.write("a.csv", GOOD)
    drop.write("b.csv", "id,country\n")
    drop.map(leads(files="data/*.csv"))

    assert [batch.rows_landed for batch in drop.land()] == [2, 0]


@pytest.mark.parametrize("name", ["it's a [file] *?.csv", "two\nlines.csv", 'q"uo;te--.csv', "$(id).csv"])
def test_odd_file_names_are_only_names(drop, name):
    drop.write(name, GOOD)
    drop.write("other.csv", "id\n9\n")
    drop.map(leads(files=f"data/{name}"))

    (batch,) = drop.land()
    assert (batch.rows_landed, batch.file) == (2, f"data/{name}")


def test_a_missing_file_is_refused_with_what_is_there(drop):
    drop.write("lead.csv", GOOD)
    drop.map(leads())

    with pytest.raises(SourceError, match=r"No file matches 'data/leads.csv'") as error:
        drop.land()
    assert error.value.found == "in data: lead.csv"


@pytest.mark.parametrize("files", ["../outside.csv", "data/link.csv", "data/folder", "data/../../*.csv"])
def test_nothing_outside_the_workspace_is_read(drop, files):
    outside = drop.workspace.root.parent / "outside.csv"
    outside.write_text(GOOD)
    (drop.workspace.data / "link.csv").symlink_to(outside)
    (drop.workspace.data / "folder").symlink_to(outside.parent)
    drop.map(leads(files=files))

    with pytest.raises(SourceError, match=r"leads out of the workspace"):
        drop.land()


def test_an_absolute_path_must_be_meant(drop):
    outside = drop.workspace.root.parent / "outside.csv"
    outside.write_text(GOOD)
    drop.map(leads(files=str(outside)))
    with pytest.raises(SettingsError, match="outside the workspace"):
        drop.land()

    drop.map(leads(files=str(outside), outside_workspace=True))
    assert drop.land()[0].rows_landed == 2


def test_our_own_state_is_not_a_source(drop):
    (drop.workspace.state / "landing").mkdir(parents=True)
    (drop.workspace.state / "x.csv").write_text(GOOD)
    drop.map(leads(files="state/x.csv"))

    with pytest.raises(SourceError, match="Countersign's own files"):
        drop.land()
