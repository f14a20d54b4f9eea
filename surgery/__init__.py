"""Wiring: settings, URLs, middleware, checks. No rule of the appointment book lives here."""

import sys

import pysqlite3
from pysqlite3 import dbapi2

# SQLite 3.7.0-3.51.2 can corrupt a database in WAL mode (sqlite.org/wal.html, "WAL-reset bug").
# The interpreter's own SQLite is older on every Debian and Ubuntu, so Django is given the wheel's.
# This must happen before Django imports its SQLite backend; surgery.checks refuses to run without.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = dbapi2
