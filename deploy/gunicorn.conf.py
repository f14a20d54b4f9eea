"""How the server runs: `gunicorn --config deploy/gunicorn.conf.py`."""

import os
import signal
import threading
from pathlib import Path

from gunicorn.glogging import Logger

ON_POSTGRESQL = bool(os.environ.get("DATABASE_URL"))
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  (the heartbeat file; a disk that stalls is no fault)


class Discreet(Logger):
    """No query string in any line, and no line for a poll that found nothing new.

    A search's address would name the patient, and desks ask every two seconds.
    """

    def setup(self, cfg):
        """Write every error line through the formatter of the program's own log."""
        super().setup(cfg)
        from surgery import logs

        for handler in self.error_log.handlers:
            handler.setFormatter(logs.Discreet())

    def access(self, resp, req, environ, request_time):
        """Write an access line unless nothing was new."""
        if resp.status_code != 304:
            super().access(resp, req, environ, request_time)


wsgi_app = "surgery.wsgi:application"
# This machine only, until certificates are set up: patients' data may not cross a network in clear.
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
# SQLite: one process, so that all writers stand in one queue (surgery/sqlite). PostgreSQL queues
# for itself, so there processes use more than one core.
workers = int(os.environ.get("WEB_CONCURRENCY") or 4) if ON_POSTGRESQL else 1
threads = 4 if ON_POSTGRESQL else 8  # 16 busy desks: more threads only wait for the same lock
preload_app = False  # a worker opens the database itself: no connection crosses a fork
keepalive = 10  # s: longer than the 2 s between a desk's polls, so that it keeps its connection
timeout = 60  # s without a heartbeat: the worker hangs
graceful_timeout = 10  # s that a request under way may take when the server is told to stop
max_requests = 0  # never restarted for its own sake: a restart in mid-morning helps nobody
control_socket_disable = True  # nothing else steers the server
worker_tmp_dir = str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None

logger_class = Discreet
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(M)sms"  # no %(r)s, %(q)s or %(f)s: they hold queries
errorlog = "-"
loglevel = "warning"


def when_ready(server):
    """Stop, not reload, when the terminal closes (SIGHUP): nobody could stop it after that."""
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def post_worker_init(worker):
    """Load what would make the first pages slow, while the worker answers already."""
    from surgery.warming import warm_up

    threading.Thread(target=warm_up, name="warming", daemon=True).start()
