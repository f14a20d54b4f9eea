"""`manage.py add_staff`: a sign-in from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from appointments.management.commands import add_staff
from appointments.models import Staff

PASSWORD = "three odd teapots"


@pytest.fixture
def add(monkeypatch):
    """Run the command with a password on standard input; returns what it says."""

    def add(*words, typed=PASSWORD):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        out = io.StringIO()
        call_command("add_staff", *words, stdout=out)
        return out.getvalue()

    return add


def test_adds_to_the_home_practice(world, other, add):
    said = add("Nia", "--name", "Nia Howell", "--role", "manager")
    nia = Staff.objects.get(username="nia")
    assert said == "Nia Howell may sign in as nia.\n"
    assert (nia.practice, nia.role, nia.must_change_password) == (world.practice, "manager", False)
    assert nia.check_password(PASSWORD)
    entry = world.practice.journal.order_by("-number").first()
    assert (entry.command, entry.by) == ("add_staff", None)


def test_adds_to_another_practice(world, other, add):
    add("nia", "--name", "Nia Howell", "--role", "receptionist", "--practice", "g82002")
    assert Staff.objects.get(username="nia").practice == other.practice


@pytest.mark.parametrize("said", ["webb", "Jo Webb"])
def test_adds_a_clinician(world, add, said):
    add("jo", "--name", "Jo Webb", "--role", "clinician", "--clinician", said)
    assert Staff.objects.get(username="jo").clinician == world.webb


@pytest.mark.parametrize(
    "words,sentence",
    [
        (["priya", "--role", "manager"], "is taken"),
        (["nia", "--role", "clinician"], "--clinician goes with"),
        (["nia", "--role", "manager", "--clinician", "Webb"], "--clinician goes with"),
        (["nia", "--role", "clinician", "--clinician", "Nobody"], "There is no clinician"),
        (["nia", "--role", "clinician", "--clinician", "Lane"], "has a sign-in already"),
        (["nia", "--role", "manager", "--practice", "Z99"], "There is no practice Z99"),
    ],
)
def test_says_what_is_wrong(world, add, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        add(*words, "--name", "Nia Howell")
    assert Staff.objects.count() == 5


@pytest.mark.parametrize("typed", ["", "short", "demo-practice", "nia howell"])
def test_refuses_a_password_that_will_not_do(world, add, typed):
    with pytest.raises(CommandError):
        add("nia", "--name", "Nia Howell", "--role", "manager", typed=typed)
    assert not Staff.objects.filter(username="nia").exists()


def test_says_so_when_there_is_no_practice_yet(db, add):
    with pytest.raises(CommandError, match="no practice yet"):
        add("nia", "--name", "Nia Howell", "--role", "manager")


def test_asks_twice_at_a_terminal(world, add, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    answers = iter([PASSWORD, PASSWORD, PASSWORD, "mistyped"])
    monkeypatch.setattr(add_staff, "getpass", lambda prompt: next(answers))
    monkeypatch.setattr("sys.stdin", Terminal())
    call_command("add_staff", "nia", name="Nia Howell", role="manager", stdout=io.StringIO())
    assert Staff.objects.get(username="nia").check_password(PASSWORD)
    with pytest.raises(CommandError, match="not the same"):
        call_command("add_staff", "ria", name="Ria Howell", role="manager")
