"""The program's settings with what tests need otherwise.

Whatever the environment says, tests get a data folder of their own that goes when they end.
"""

import os
import tempfile
from pathlib import Path

_folder = tempfile.TemporaryDirectory(prefix="surgery-tests-")
os.environ["SURGERY_DATA"] = _folder.name
os.environ.pop("SURGERY_HTTPS", None)
os.environ.pop("SURGERY_DEBUG", None)

from surgery.settings import *  # noqa: E402, F403
from surgery.settings import DATABASES, STORAGES  # noqa: E402

# A file and not SQLite's memory, so that threads, locks and the write-ahead log are the real ones.
if DATABASES["default"]["ENGINE"] == "surgery.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder.name, "tests.sqlite3"))}

# argon2 takes its time on purpose; nearly every test signs somebody in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Names without a hash: nothing needs collecting before the tests.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# whitenoise complains of a folder that is not there, and warnings are errors.
STATIC_ROOT = Path(_folder.name, "static")
STATIC_ROOT.mkdir()
