"""No private address is ever fetched, however it is spelt and whoever resolves it."""

from ipaddress import ip_address

import pytest

from countersign.core.errors import SourceError
from countersign.sources.research import connector
from countersign.sources.research.addresses import PUBLIC, addresses_of, is_public, parse_place
from countersign.sources.research.options import ResearchOptions
from tests.sources.research.website import local_names, visitor

NEVER = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "100.64.0.1", "100.100.100.200", "169.254.169.254", "169.254.170.2", "168.63.129.16", "192.0.0.1",
    "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "192.88.99.1", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "100::1",
]  # fmt: skip


@pytest.mark.parametrize("text", NEVER)
def test_private_local_and_translated_addresses_are_not_public(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text", ["93.184.216.34", "8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "172.32.0.1"]
)
def test_addresses_of_the_open_internet_are_public(text):
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/",
        "http://127.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://0/", "http://1.2.3.0x4/",
        "http://localhost/", "http://intranet/", "http://example.com:8080/", "http://example.com:22/",
        "http://user@example.com/", "http://example.com@10.0.0.1/", "http://a:b@example.com/",
        "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/", "example.com",
        "http://exa mple.com/", "http://example.com\\@10.0.0.1/", "http://example.com/\r\nHost: x",
        "http://-a.example.com/", "http://a..example.com/", "http://①②⑦.⓪.⓪.①/", "http://example.com:99999/",
        "http://example.com/" + "a" * 3000,
    ],
)  # fmt: skip
def test_odd_spellings_are_refused_before_anything_is_resolved(url):
    with pytest.raises(ValueError):
        parse_place(url)


def test_a_plain_address_is_kept_and_an_umlaut_is_spelt_as_the_resolver_needs_it():
    place = parse_place("https://www.bücher.example/größe?q=ü&r=1#part")
    assert place.url == "https://www.xn--bcher-kva.example/gr%C3%B6%C3%9Fe?q=%C3%BC&r=1"


@pytest.mark.parametrize(
    "answers", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:169.254.169.254"]]
)
def test_a_name_with_one_private_address_is_refused_whole(answers):
    with pytest.raises(SourceError, match="never fetched"):
        addresses_of(parse_place("http://a.example/"), reach=PUBLIC, look_up=lambda *_: answers)


def test_production_reaches_public_addresses_only_and_no_option_changes_that(site):
    site.put("/", "<p>inside</p>")
    options = ResearchOptions(
        contact="us@us.example",
        pages=[{"url": site.url("/"), "kind": "mention", "take": "text"}],
    )
    opened = connector.CONNECTOR.open(options)

    assert opened.reach is PUBLIC
    assert not {"reach", "look_up", "ports"} & set(ResearchOptions.model_fields)
    with pytest.raises(SourceError, match="ports 80 and 443"):
        opened.visit(site.url("/"))
    assert site.asked == []


def test_a_name_of_this_machine_is_refused_without_a_request(site):
    site.put("/", "<p>inside</p>")
    anywhere = PUBLIC.__class__(is_public, None)
    with pytest.raises(SourceError, match="private, local or reserved"):
        visitor(reach=anywhere).visit(site.url("/"))
    assert site.asked == []


def test_the_address_that_was_checked_is_the_one_connected_to(site):
    """A resolver that changes its mind between the check and the connection gains nothing."""
    site.put("/page", "<p>public</p>")
    asked = []

    def rebinding(host, port):
        asked.append(host)
        # From the third question on the name points at another machine, which must never be contacted.
        return ["127.0.0.1"] if len(asked) <= 2 else ["10.0.0.1"]

    found = visitor(rebinding)
    assert found.visit(site.url("/page")).answer.body == b"<p>public</p>"
    # robots.txt and the page: each resolved once, none again for the connection itself.
    assert asked == ["shop.example", "shop.example"]
    with pytest.raises(SourceError, match="never fetched"):
        found.visit(site.url("/page"))
    assert site.paths() == ["/robots.txt", "/page"]


def test_proxies_of_the_environment_are_not_asked(site, monkeypatch):
    site.put("/page", "<p>direct</p>")
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")
    assert visitor().visit(site.url("/page")).answer.body == b"<p>direct</p>"


def test_the_name_goes_to_the_server_though_the_address_is_pinned(site):
    site.put("/page", "x")
    visitor(local_names).visit(site.url("/page", host="www.shop.example"))
    assert site.asked[-1][1]["Host"] == f"www.shop.example:{site.port}"
