"""A data folder of the test's own, a website's folder, and a web host."""

import pytest

from fallback.publish import commands, keys
from tests.fallback.publish.host import Host
from tests.world import build


@pytest.fixture
def data(settings, tmp_path):
    """The data folder."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


@pytest.fixture
def world(db, data):
    return build()


@pytest.fixture
def public(tmp_path):
    """The folder that a web server on this machine would serve."""
    return tmp_path / "www" / "surgery"


@pytest.fixture
def target(world, public):
    return commands.add_target(
        world.by_manager, name="Our website", kind="folder", folder=str(public),
        web_address="https://www.example.nhs.uk/surgery/",
    )  # fmt: skip


@pytest.fixture
def host(tmp_path):
    folder = tmp_path / "host"
    (folder / "public").mkdir(parents=True)
    one = Host(folder)
    yield one
    one.stop()


@pytest.fixture
def asked(host):
    """What a manager types for that host."""
    return {
        "name": "Our website", "kind": "sftp", "folder": "/public", "host": "127.0.0.1",
        "port": host.port, "username": "surgery", "fingerprint": host.fingerprint,
        "web_address": "https://www.example.nhs.uk/surgery/",
    }  # fmt: skip


@pytest.fixture
def our_key(world, host):
    """Have the host accept our key instead of a password."""
    host.keys.append(keys.host_line(world.practice))
