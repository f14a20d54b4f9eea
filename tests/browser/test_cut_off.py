"""The cable is cut: a real keeper, a real web host, a real browser, in real time (minutes)."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from tests.browser.website import Website
from tests.fallback.publish.host import Host
from tests.serving import ROOT, environment, manage

pytestmark = [pytest.mark.soak, pytest.mark.sqlite]

LASTS = 60  # s: as short as the table takes; the settings begin at five minutes
SETUP = """
from appointments import practices
from appointments.journal import Actor
from appointments.models import Practice
from fallback.publish import commands, embed
practice = Practice.objects.get(is_home=True)
by = Actor(practice)
for site in practice.site_set.all():
    practices.set_opening_times(site.pk, by, [])  # never set: not to be taken for closed
target = commands.add_target(
    by, name="Website", kind="sftp", folder="/public", host="127.0.0.1", port={port},
    username="surgery", password="right horse", fingerprint="{fingerprint}",
    web_address="{web}",
)
practice.target_set.update(lasts_minutes=1)
print(embed.line(target, target.line_key))
"""
DECLARE = """
from django.utils import timezone
from appointments.journal import Actor
from appointments.models import Practice
from fallback import outages
by = Actor(Practice.objects.get(is_home=True))
outages.declare(by, ["internet"], timezone.now(), template="internet")
"""
END = """
from appointments.journal import Actor
from appointments.models import Practice
from fallback import outages
practice = Practice.objects.get(is_home=True)
outages.end(Actor(practice), practice.outage_set.get())
"""


@pytest.fixture
def host(tmp_path):
    (tmp_path / "host" / "public").mkdir(parents=True)
    one = Host(tmp_path / "host")
    yield one
    if not one.is_stopped:
        one.stop()


@pytest.fixture
def surgery(tmp_path, host):
    """A data folder whose practice publishes to the host; `surgery.site` is its website."""
    site = Website(host.folder / "public")
    folder = tmp_path / "data"
    folder.mkdir()
    manage(folder, "migrate", "-v0")
    manage(folder, "make_demo", "--patients", "50", "--clinicians", "2")
    setup = SETUP.format(port=host.port, fingerprint=host.fingerprint, web=site.files)
    site.line = manage(folder, "shell", "-v0", "-c", setup).strip().splitlines()[-1]
    keeper = subprocess.Popen(
        [sys.executable, "manage.py", "keeper"], cwd=ROOT, env=environment(folder),
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    yield folder, site
    os.killpg(keeper.pid, signal.SIGKILL)
    keeper.wait()
    site.stop()


def within(seconds, is_so):
    """Wait until something is so; gives how long it took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds
        time.sleep(0.25)
    return time.monotonic() - began


def test_declared_and_cut(surgery, host, browser):
    folder, site = surgery
    within(60, (host.folder / "public" / "status.json").exists)
    page = browser.new_page()
    page.goto(site.url)
    heading = page.get_by_role("heading", level=2)
    within(30, lambda: site.asked > 0)
    expect(heading).to_have_count(0)

    manage(folder, "shell", "-v0", "-c", DECLARE)
    declared = within(130, lambda: heading.count() == 1)
    expect(heading).to_have_text("Our internet connection is not working")
    manage(folder, "shell", "-v0", "-c", END)
    ended = within(130, lambda: heading.count() == 0)

    host.stop()  # nothing of the surgery reaches the website any more
    cut = within(LASTS + 120, lambda: heading.count() == 1)
    expect(heading).to_have_text("We may be having problems with our systems")
    [practice] = json.loads((folder / "keeper.json").read_text())["practices"].values()
    assert "refuses the connection" in practice["published"][0]["trouble"]
    print(f"declared {declared:.0f} s, ended {ended:.0f} s, cut {cut:.0f} s")
    page.close()
