"""Reports of Microsoft Advertising: only its own addresses, no bombs, and no row lost in odd CSV."""

import io
import zipfile

import pytest

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api
from countersign.sources.microsoft_ads import download
from countersign.sources.microsoft_ads.download import open_report
from countersign.sources.microsoft_ads.report import read_rows
from tests.sources.connecting.listening import listening


def packed(text, name="report.csv"):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return content.getvalue()


def lines_of(zipped, **headers):
    with listening((200, {"Content-Type": "application/zip", **headers}, zipped)) as server:
        api = Api("Microsoft", server.url, auth=None)
        with open_report(api, f"{server.url}/report.zip") as lines:
            return list(lines), server.asked


def test_the_csv_comes_without_its_byte_order_mark_and_the_token_stays_here():
    lines, asked = lines_of(packed("\ufeffA,B\r\n1,2\r\n"))

    assert lines == ["A,B\r\n", "1,2\r\n"]
    assert "Authorization" not in asked[0][2]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/report.zip",
        "http://x.blob.core.windows.net/report.zip",
        "https://169.254.169.254/report.zip",
        "https://blob.core.windows.net.evil.example/r.zip",
    ],
)
def test_another_address_is_not_fetched(url):
    api = Api("Microsoft", "https://reporting.api.bingads.microsoft.com", auth=None)
    with pytest.raises(SourceError, match="not its own"), open_report(api, url):
        pass


def test_a_bomb_that_says_how_large_it_is_is_refused(monkeypatch):
    monkeypatch.setattr(download, "RATIO_COUNTS_FROM", 1 << 20)
    with pytest.raises(SourceError, match="expands too far"):
        lines_of(packed("0" * (8 << 20)))


def test_a_bomb_that_lies_about_its_size_is_refused_while_it_unpacks(monkeypatch):
    monkeypatch.setattr(download, "LARGEST_CSV", 1 << 16)
    with pytest.raises(SourceError, match="expands too far"):
        lines_of(packed("0,1\n" * (1 << 16)))


def test_a_line_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(download, "LARGEST_LINE", 1 << 10)
    with pytest.raises(SourceError, match="a line of more than"):
        lines_of(packed("0" * (1 << 12)))


def test_a_zip_larger_than_any_report_is_refused(monkeypatch):
    monkeypatch.setattr(download, "LARGEST_ZIP", 64)
    with pytest.raises(SourceError, match="expands too far"):
        lines_of(packed("A,B\n" + "1,2\n" * 3000 + "x"))


def test_a_zip_without_a_csv_is_refused():
    with pytest.raises(SourceError, match="instead of one CSV"):
        lines_of(packed("x", name="readme.txt"))


def test_a_title_above_and_a_copyright_line_below_are_passed_over():
    lines = [
        '"Report Name: x"\n',
        '"Rows: 1"\n',
        "\n",
        '"Day","Name"\n',
        '"1","a"\n',
        "\n",
        '"©2026 Microsoft"\n',
    ]

    assert list(read_rows(lines, ("Day", "Name"))) == [{"Day": "1", "Name": "a"}]


def test_a_quoted_cell_may_hold_commas_quotes_and_line_ends():
    lines = ["Day,Name\n", '1,"a, ""b""\n', 'c"\n']

    assert list(read_rows(lines, ("Day", "Name"))) == [{"Day": "1", "Name": 'a, "b"\nc'}]


@pytest.mark.parametrize(
    "lines",
    [
        ["Day,Name\n", "1\n"],
        ["Day,Name\n", "1,a,b\n"],
        ["Day\n"],
        ["Day,Other\n", "1,a\n"],
        ['Day,Name\n"1,a'],
    ],
)
def test_a_report_that_may_have_lost_something_is_refused(lines):
    with pytest.raises(SourceError, match="not as it was asked for"):
        list(read_rows(lines, ("Day", "Name")))
