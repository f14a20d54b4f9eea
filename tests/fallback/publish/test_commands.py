"""Commands on websites: what is accepted, what is refused, and in which words."""

import stat

import pytest

from appointments import journal
from appointments.refusals import AlreadyThere, BadDetail, NotFound, NotYours
from fallback import places
from fallback.publish import commands, embed, keys
from tests.fallback.publish.files import refused
from tests.world import build

WEB = "https://www.example.nhs.uk/surgery/"


def add(world, folder, **more):
    values = {"name": "Website", "kind": "folder", "folder": str(folder), "web_address": WEB}
    return commands.add_target(world.by_manager, **values | more)


def test_adding_changing_closing_and_using_again_are_in_the_journal(world, target, public):
    commands.amend_target(target.pk, world.by_manager, lasts_minutes=15)
    commands.close_target(target.pk, world.by_manager)
    commands.reopen_target(target.pk, world.by_manager)
    commands_ = [e.command for e in journal.since(world.practice, 0)][-4:]
    assert commands_ == ["add_target", "amend_target", "close_target", "reopen_target"]
    assert journal.first_fault(world.practice) is None
    assert (public / ".surgery-status").read_text() == str(target.pk)
    assert stat.S_IMODE(public.stat().st_mode) == 0o755


def test_only_managers(world, target, public):
    with pytest.raises(NotYours):
        commands.add_target(world.by_lead, name="X", kind="folder", folder="/x", web_address=WEB)
    for command in (commands.close_target, commands.reopen_target, commands.line_is_in_place):
        with pytest.raises(NotYours):
            command(target.pk, world.by_lead)


def test_another_practices_website_is_not_there(world, target):
    other = build("G82002", home=False)
    for command in (commands.amend_target, commands.close_target, commands.line_is_in_place):
        with pytest.raises(NotFound):
            command(target.pk, other.by_manager)


@pytest.mark.parametrize("said", ["public", "~/public", "/srv/../etc", "/srv/\0", ""])
def test_a_folder_must_be_a_whole_path(world, said):
    with refused("whole path"):
        add(world, said)


def test_what_holds_the_book_is_never_published(world, data):
    for folder in (data, data.parent, data / "papers", data / "copies" / "desk", "/"):
        with refused("holds the book"):
            add(world, folder)
    assert add(world, data / "public").folder == str(data / "public")


def test_papers_and_what_the_world_reads_never_share_a_folder(world, tmp_path):
    places.add_place(world.by_manager, name="Back", folder=str(tmp_path / "papers"))
    for folder in (tmp_path / "papers", tmp_path / "papers" / "web", tmp_path):
        with pytest.raises((AlreadyThere, BadDetail)):
            add(world, folder)
    add(world, tmp_path / "www")
    with refused("for the world to read"):
        places.add_place(world.by_manager, name="Wrong", folder=str(tmp_path / "www" / "papers"))


@pytest.mark.parametrize(
    "said",
    ["www.example.nhs.uk", "ftp://x/", "javascript:alert(1)", "https://", "https://a:b@c/",
     "https://x/?a=1", "https://x:99999999/", "https://[::1/", "https://x/#a"],
)  # fmt: skip
def test_a_web_address_that_is_none(world, tmp_path, said):
    with refused("no web address"):
        add(world, tmp_path / "www", web_address=said)


def test_a_hosts_details_that_are_none(world):
    good = {
        "name": "W", "kind": "sftp", "folder": "public", "host": "sftp.example.com",
        "username": "us", "web_address": WEB,
    }  # fmt: skip
    for wrong in (
        {"host": "-oProxyCommand=x"}, {"host": "a b"}, {"host": ""}, {"username": " "},
        {"folder": "/"}, {"fingerprint": "MD5:aa:bb"},
    ):  # fmt: skip
        with pytest.raises(BadDetail):
            commands.add_target(world.by_manager, **good | wrong)


def test_the_line_holds_this_script_and_this_practices_key(world, target):
    line = embed.line(target, keys.line_key(world.practice))
    assert line.startswith('<script defer src="https://www.example.nhs.uk/surgery/embed-')
    assert f'data-key="{keys.line_key(world.practice)}"' in line
    assert 'integrity="sha384-' in line
    other = build("G82002", home=False)
    assert keys.line_key(other.practice) != keys.line_key(world.practice)


def test_an_address_can_not_break_out_of_the_line(world, target):
    target.web_address = 'https://x/"><script>alert(1)</script>/'
    assert "<script>alert" not in embed.line(target, "k")


def test_keys_are_made_once_and_for_their_owner_only(world):
    first = keys.signing_key(world.practice)
    content = first.read_bytes()
    assert keys.signing_key(world.practice).read_bytes() == content
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    assert keys.host_line(world.practice).startswith("ssh-ed25519 AAAA")
    assert len(keys.line_key(world.practice)) == 43


def test_the_script_is_small():
    assert len(embed.PATH.read_bytes()) <= 6 * 1024
