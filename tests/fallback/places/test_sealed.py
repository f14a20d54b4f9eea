import io
import multiprocessing

import pikepdf
import pytest

from fallback import sealed
from fallback.places import first


def test_made_once_and_kept_for_its_owner_only(data):
    password = sealed.password()
    assert sealed.password() == password
    groups = password.split("-")
    assert [len(group) for group in groups] == [4] * 6
    assert set("".join(groups)) <= set(sealed.ALPHABET)
    path = data / "sealed-password"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in data.iterdir()] == [path.name]


def test_nothing_that_looks_like_something_else():
    assert not set(sealed.ALPHABET) & set("0O1IL5S8B2ZUV")
    assert len(set(sealed.ALPHABET)) == len(sealed.ALPHABET)


def make(number):
    return sealed.password()


def test_many_processes_at_once_get_the_same(data):
    with multiprocessing.get_context("fork").Pool(8) as pool:
        assert len(set(pool.map(make, range(32)))) == 1


def test_a_protected_pdf_opens_with_it_alone(data):
    plain = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(plain)
    closed = first.protected(plain.getvalue())
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(closed))
    with pikepdf.open(io.BytesIO(closed), password=sealed.password()) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.encryption.R == 6
        assert pdf.encryption.bits == 256


@pytest.mark.parametrize(
    "said, name",
    [
        ("Minnis Bay Medical Centre", "Minnis Bay Medical Centre"),
        ("A/B: \\C?", "A B C"),
        ("St. Ann's…", "St. Ann's…"),
        ("ends in a dot. ", "ends in a dot"),
        ("...", "_"),
        ("x" * 200, "x" * 80),
    ],
)
def test_names_that_every_file_system_takes(said, name):
    assert first.nameable(said) == name
