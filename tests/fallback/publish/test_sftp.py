"""Publishing to a web host: a real SFTP server on loopback."""

import os
import stat
import time
from datetime import datetime, timedelta

import asyncssh
import pytest
from django.utils import timezone

from appointments import journal
from appointments.refusals import BadDetail
from fallback.places import hands
from fallback.publish import commands, embed, keys, rounds
from fallback.publish.courier import sftp
from fallback.publish.rounds import COURIER
from tests.fallback.publish.files import read, refused

SAID = {"state": "well", "template": "", "sentences": [], "hours": [], "sequence": 7}


def publish(target, **more):
    """Have a courier do one errand; gives what it answers."""
    job = rounds.errand(target, "publish") | {
        "said": SAID,
        "key": str(keys.signing_key(target.practice)),
        "lasts": 600,
        "files": {name: str(embed.PATH) for name in embed.names()},
    }
    return hands.ask(job | more, COURIER)


@pytest.fixture
def target(world, host, asked):
    return commands.add_target(world.by_manager, password="right horse", **asked)


def test_the_file_arrives_whole_and_readable(world, host, target):
    assert publish(target)["trouble"] == ""
    payload = read(world.practice, host.folder / "public" / "status.json")
    assert payload["sequence"] == 7
    names = {path.name for path in (host.folder / "public").iterdir()}
    assert names == {"status.json", "embed.js", embed.pinned_name()}
    mode = (host.folder / "public" / "status.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o644
    script = host.folder / "public" / "embed.js"
    assert script.read_bytes() == embed.PATH.read_bytes()


def test_the_script_is_brought_once_and_mended(host, target):
    publish(target)
    script = host.folder / "public" / "embed.js"
    first = script.stat().st_ino
    publish(target)
    assert script.stat().st_ino == first
    script.write_bytes(b"x" * script.stat().st_size)
    publish(target)
    assert script.read_bytes() == embed.PATH.read_bytes()


def test_with_our_key_and_no_password(world, host, asked, our_key):
    target = commands.add_target(world.by_manager, **asked)
    assert publish(target)["trouble"] == ""
    assert set(host.passwords_seen) <= {""}


def test_an_old_host_without_renaming_over(world, host, target):
    host.has_posix_rename = False
    for number in (7, 8):
        assert publish(target, said=SAID | {"sequence": number})["trouble"] == ""
        payload = read(world.practice, host.folder / "public" / "status.json")
        assert payload["sequence"] == number


def test_the_fingerprint_is_shown_and_must_be_said(world, host, asked):
    with pytest.raises(BadDetail) as refused:
        commands.add_target(world.by_manager, password="right horse", **asked | {"fingerprint": ""})
    assert host.fingerprint in refused.value.sentence
    assert host.passwords_seen == []  # nothing was said to a stranger
    assert not world.practice.target_set.exists()


def test_another_host_in_its_place_gets_nothing(world, host, target):
    host.passwords_seen.clear()
    target.fingerprint = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint()
    trouble = publish(target)["trouble"]
    assert trouble.startswith("shows another fingerprint than the one entered: SHA256:")
    assert host.passwords_seen == []
    assert list((host.folder / "public").iterdir()) == []


@pytest.mark.parametrize(
    "values, words",
    [
        ({"folder": "/nowhere"}, "has no such folder"),
        ({"username": "somebody"}, "does not let us in"),
        ({"port": 1}, "refuses"),
        ({"host": "no.such.host.invalid"}, "can't be found"),
    ],
)
def test_what_is_wrong_is_said_in_words(world, host, asked, values, words):
    with refused(words):
        commands.add_target(world.by_manager, password="right horse", **asked | values)
    assert not world.practice.target_set.exists()


def test_a_folder_that_may_not_be_written(world, host, target):
    (host.folder / "public").rename(host.folder / "gone")
    assert "no such folder" in publish(target)["trouble"]


@pytest.mark.parametrize("minutes", [-10, 10])
def test_times_are_the_hosts(world, host, target, minutes, monkeypatch):
    """A browser judges by the host's clock, so the file is written in it."""
    stat_of = os.fstat

    def skewed(self, file_obj):
        facts = stat_of(file_obj.fileno())
        attrs = asyncssh.SFTPAttrs.from_local(facts)
        attrs.mtime += minutes * 60
        return attrs

    monkeypatch.setattr(asyncssh.SFTPServer, "fstat", skewed)
    answer = publish(target)
    assert abs(answer["lead"] - minutes * 60) <= 3
    payload = read(world.practice, host.folder / "public" / "status.json")
    lead = datetime.fromisoformat(payload["issued"]) - timezone.now()
    assert abs(lead - timedelta(minutes=minutes)) < timedelta(seconds=10)


def test_a_clock_that_is_hours_wrong_is_complained_of(host, target, monkeypatch):
    def skewed(self, file_obj):
        attrs = asyncssh.SFTPAttrs.from_local(os.fstat(file_obj.fileno()))
        attrs.mtime += 3600
        return attrs

    monkeypatch.setattr(asyncssh.SFTPServer, "fstat", skewed)
    trouble = publish(target)["trouble"]
    assert trouble == "has a clock that is 60 minutes ahead of this server's: one of them is wrong"
    assert not (host.folder / "public" / "status.json").exists()


def test_a_host_that_never_answers_is_given_up(world, host, target, monkeypatch):
    """In this process, with a short patience: the courier's own is below the keeper's."""
    assert sftp.WITHIN < hands.SILENT_FOR
    monkeypatch.setattr(sftp, "WITHIN", 0.5)

    async def never(*_):
        import asyncio

        await asyncio.sleep(60)

    monkeypatch.setattr(sftp, "_bring", never)
    began = time.monotonic()
    with pytest.raises(sftp.Trouble, match="does not answer in time"):
        sftp.bring(rounds.errand(target, "publish"), {}, lambda lead: b"")
    assert time.monotonic() - began < 5


def test_too_much_to_say_is_not_cut_short(host, target):
    trouble = publish(target, said=SAID | {"sentences": ["x" * 20_000]})["trouble"]
    assert "too long" in trouble
    assert not (host.folder / "public" / "status.json").exists()


def test_a_password_is_kept_for_its_owner_only_and_never_for_another_host(world, host, target):
    [path] = keys.folder().glob("*.password")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.password_of(target) == "right horse"
    commands.amend_target(target.pk, world.by_manager, name="Renamed")
    assert keys.password_of(target) == "right horse"
    with refused("does not let us in"):
        commands.amend_target(target.pk, world.by_manager, username="other")
    assert keys.password_of(target) == "right horse"
    assert all("right horse" not in entry.changes for entry in journal.since(world.practice, 0))
