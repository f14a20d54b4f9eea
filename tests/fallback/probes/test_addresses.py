"""What may be tried, and the sentence about what may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.refusals import BadDetail
from fallback.models import Probe
from fallback.probes.addresses import Address, read


@pytest.mark.parametrize(
    "kind, said, address",
    [
        ("names", "www.nhs.uk", Address("www.nhs.uk")),
        ("names", "  localhost ", Address("localhost")),
        ("router", "192.168.1.1", Address("192.168.1.1")),
        ("router", "fritz.box:80", Address("fritz.box", 80)),
        ("router", "fe80::1", Address("fe80::1")),
        ("router", "[fe80::1]:443", Address("fe80::1", 443)),
        ("telephones", "http://10.0.0.9", Address("10.0.0.9", 80, "http", "/")),
        ("outside", "https://www.nhs.uk/a?b=c", Address("www.nhs.uk", 443, "https", "/a?b=c")),
        ("outside", "HTTPS://www.nhs.uk:8443", Address("www.nhs.uk", 8443, "https", "/")),
    ],
)
def test_addresses(kind, said, address):
    assert read(kind, said) == address


@pytest.mark.parametrize(
    "kind, said",
    [
        ("names", ""), ("names", "192.168.1.1"), ("names", "https://www.nhs.uk/"),
        ("names", "www.nhs.uk:53"), ("router", "192.168.1.300"), ("router", "router one"),
        ("router", "router:"), ("router", "router:0"), ("router", "router:65536"),
        ("router", "router:²"), ("router", "-a"), ("router", "a..b"), ("router", "[router]:80"),
        ("router", "[::1"), ("outside", "ftp://x/"), ("outside", "file:///etc/passwd"),
        ("outside", "https://"), ("outside", "https://a:b@nhs.uk/"), ("outside", "https://x:port/"),
        ("outside", "https://x:0/"), ("outside", "https://[x/"), ("outside", "https://nhs.uk/ü"),
        ("outside", "x\0y"), ("outside", "a" * 400), ("outside", "https://x/\r\nHost:y"),
    ],
)  # fmt: skip
def test_nonsense_is_a_sentence(kind, said):
    with pytest.raises(BadDetail) as refused:
        read(kind, said)
    assert refused.value.sentence.endswith(".")
    assert len(refused.value.sentence) < 250
    assert refused.value.field == "target"


@given(st.sampled_from(Probe.Kind.values), st.text() | st.from_regex(r"https?://[\S]+|\S+:\d+"))
def test_anything_is_an_address_or_a_sentence(kind, said):
    try:
        address = read(kind, said)
    except BadDetail:
        return
    assert address.host
    assert address.host.isascii()
    assert address.port is None or 0 < address.port < 65536
