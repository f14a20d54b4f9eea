"""A print service of the tests' own: a real CUPS in a temporary folder, with a queue that prints
into PDF files (printer-driver-cups-pdf). Without CUPS these tests fail; they are never skipped."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

SUDO = [] if os.geteuid() == 0 else ["sudo", "-n"]  # the backend of cups-pdf runs as root only
PPD = "/usr/share/ppd/cups-pdf/CUPS-PDF_noopt.ppd"

FILES_CONF = """
SystemGroup root lpadmin
LogFileGroup root
ServerRoot {root}/root
RequestRoot {root}/spool
CacheDir {root}/cache
StateDir {root}/state
TempDir {root}/temp
AccessLog {root}/log/access
ErrorLog {root}/log/error
PageLog {root}/log/page
"""
CUPSD_CONF = """
Listen {root}/socket
Browsing No
DefaultAuthType None
WebInterface No
PreserveJobHistory Yes
PreserveJobFiles No
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues default
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""


class Cups:
    """The print service, and what its queue printed."""

    def __init__(self, root: Path, queue: str):
        self.root, self.queue = root, queue

    def run(self, *command: str) -> str:
        """Run one of CUPS's commands as its administrator."""
        environment = os.environ | {"CUPS_SERVER": f"{self.root}/socket", "LC_ALL": "C"}
        words = [*SUDO, "env", f"CUPS_SERVER={self.root}/socket", *command]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def printed(self) -> list[Path]:
        """The PDFs that came out, oldest first."""
        return sorted((self.root / "out").glob("*.pdf"), key=lambda path: path.stat().st_mtime_ns)

    def stop(self) -> None:
        """Switch the printer off: jobs wait."""
        self.run("cupsdisable", self.queue)

    def start(self) -> None:
        self.run("cupsenable", self.queue)

    def log(self) -> str:
        return (self.root / "log" / "error").read_text()


@pytest.fixture(scope="session")
def cups_service():
    if not Path("/usr/sbin/cupsd").exists() or not Path(PPD).exists():
        pytest.fail(
            "These tests need CUPS: apt-get install cups cups-client printer-driver-cups-pdf"
        )
    root = Path(tempfile.mkdtemp(prefix="surgery-cups-"))
    name = f"surgery{os.getpid()}"
    for folder in ("root", "spool", "cache", "state", "temp", "log", "out"):
        (root / folder).mkdir()
    root.chmod(0o755)
    (root / "temp").chmod(0o1777)
    (root / "out").chmod(0o1777)
    (root / "cups-files.conf").write_text(FILES_CONF.format(root=root))
    (root / "cupsd.conf").write_text(CUPSD_CONF.format(root=root))
    # The backend looks for its settings here and nowhere else; the name is ours alone.
    settings = f"/etc/cups/cups-pdf-{name}.conf"
    said = f"Out {root}/out\nAnonDirName {root}/out\nGrp root\nUserUMask 0022\nLabel 2\n"
    subprocess.run([*SUDO, "tee", settings], input=said, text=True, check=True, capture_output=True)
    words = ["/usr/sbin/cupsd", "-f", "-c", f"{root}/cupsd.conf", "-s", f"{root}/cups-files.conf"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([*SUDO, *words], **quiet)
    cups = Cups(root, "front-office")
    try:
        until = time.monotonic() + 20
        while "is running" not in cups.run("lpstat", "-r"):
            assert server.poll() is None, cups.log()
            assert time.monotonic() < until, "cupsd did not start"
            time.sleep(0.1)
        cups.run("lpadmin", "-p", cups.queue, "-E", "-v", f"cups-pdf:/{name}", "-P", PPD,
                 "-o", "PageSize=A4")  # fmt: skip
        yield cups
    finally:
        subprocess.run([*SUDO, "kill", str(server.pid)], check=False)
        server.wait()
        subprocess.run([*SUDO, "rm", "-f", settings], check=True)
        subprocess.run([*SUDO, "rm", "-rf", str(root)], check=True)
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def cups(cups_service, monkeypatch):
    """The print service, with an empty queue that is switched on and nothing printed yet."""
    monkeypatch.setenv("CUPS_SERVER", f"{cups_service.root}/socket")
    cups_service.run("cancel", "-a")
    cups_service.start()
    for path in cups_service.printed():
        subprocess.run([*SUDO, "rm", str(path)], check=True)
    return cups_service
