"""What starting and upgrading have in common: the data folder, its lock, and getting it ready."""

import fcntl
import hashlib
import io
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def say(sentence: str) -> None:
    """Tell the person at the terminal."""
    print(sentence, flush=True)


def data_folder() -> Path:
    """Give the data folder, made and writable, or stop with a sentence."""
    folder = Path(os.environ.get("SURGERY_DATA") or ROOT / "var").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".writable.{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        sys.exit(
            f"The data folder {folder} can't be written ({error.strerror}): make it writable for "
            "you, or name another with SURGERY_DATA."
        )
    return folder


def lock(folder: Path) -> int | None:
    """Take the folder for this process and those that it becomes; None when another has it.

    The lock goes with the last process that inherited it, however that one ends.
    """
    held = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return None
    os.set_inheritable(held, True)
    return held


def start_django() -> None:
    """Load the program, or stop with the sentence that its settings give."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "surgery.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from environs import EnvError

    try:
        django.setup()
    except (ImproperlyConfigured, EnvError) as error:
        sys.exit(f"The settings are wrong: {error}")


def check() -> None:
    """Stop with what is wrong when a system check says that it may not be served like this."""
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    try:
        call_command("check", databases=["default"], stdout=io.StringIO())
    except SystemCheckError as error:
        sys.exit(str(error))


def migrations_to_do() -> list[str]:
    """Name the migrations that the database lacks."""
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError:
        sys.exit("The database can't be opened: see that it runs and that DATABASE_URL is right.")
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate() -> None:
    """Bring the tables up to date."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> bool:
    """Lay out the static files with their hashes, if any changed; says whether it did."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    stamp = settings.STATIC_ROOT / "collected"
    print_ = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(None):
            facts = os.stat(storage.path(path))
            print_.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    if stamp.exists() and stamp.read_text() == print_.hexdigest():
        return False
    call_command(
        "collectstatic", interactive=False, verbosity=0, clear=settings.STATIC_ROOT.exists()
    )
    stamp.write_text(print_.hexdigest())
    return True
