"""Sealed files: they open with the password and as they were, or not at all."""

import pyrage
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as cases
from hypothesis import strategies as st

from fallback.backups import sealing

PASSWORD = "K7QH-M4XC-9RTW-AAAA-CCCC-DDDD"
CONTENT = b"the whole book " * 20_000


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sealed")
    plain, target = folder / "plain", folder / "target.age"
    plain.write_bytes(CONTENT)
    target.touch()
    sealing.seal(plain, target, PASSWORD)
    return target


def opened(path, tmp_path, password=PASSWORD):
    target = tmp_path / "opened"
    target.touch()
    sealing.unseal(path, target, password)
    return target.read_bytes()


@pytest.mark.parametrize(
    "typed", [PASSWORD, PASSWORD.lower(), PASSWORD.replace("-", " "), f" {PASSWORD}\n"]
)
def test_it_opens_however_the_password_is_typed(sealed, tmp_path, typed):
    assert opened(sealed, tmp_path, typed) == CONTENT


def test_nothing_of_it_can_be_read(sealed):
    assert sealing.is_sealed(sealed)
    assert b"book" not in sealed.read_bytes()


def test_another_password(sealed, tmp_path):
    with pytest.raises(sealing.WontOpen, match="not this backup's password"):
        opened(sealed, tmp_path, PASSWORD[:-1] + "E")


@cases(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_cut_or_altered_file_never_opens(sealed, tmp_path, data):
    content = bytearray(sealed.read_bytes())
    if data.draw(st.booleans(), "cut"):
        del content[data.draw(st.integers(0, len(content) - 1), "length") :]
    else:
        at = data.draw(st.integers(0, len(content) - 1), "at")
        content[at] ^= data.draw(st.integers(1, 255), "with")
    damaged = tmp_path / "damaged.age"
    damaged.write_bytes(content)
    with pytest.raises(sealing.WontOpen):
        opened(damaged, tmp_path)


def test_the_key_is_age_s_own_kind():
    """The checksum of the written key is checked by age itself."""
    identity = sealing._identity(PASSWORD)
    assert isinstance(identity, pyrage.x25519.Identity)
    assert str(identity).startswith("AGE-SECRET-KEY-1")


def test_the_same_password_gives_the_same_key_for_ever():
    """If this changes, no backup that lies anywhere opens any more."""
    assert str(sealing._identity(PASSWORD).to_public()) == (
        "age120tudk7dsynxjuayx94ugta857m66fjktvz87p2m5wpl8xxf5p6sd4g254"
    )
