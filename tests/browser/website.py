"""A practice's website somewhere else: its page under a strict policy, and the folder it reads."""

import http.server
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>A surgery</title>{head}</head>
<body>
<header><a href="/">A surgery</a></header>
<main><h1>Welcome</h1>{line}<p>We are here for you.</p></main>
</body>
</html>"""


class Website:
    """`site.url` is the page; what lies in `site.folder` is served from `site.files`.

    With `apart` the files have an origin of their own, with the headers that we ask of the host.
    """

    def __init__(self, folder: Path, *, apart=False, headers=None):
        self.folder, self.line, self.head, self.ahead = folder, "", "", timedelta()
        folder.mkdir(exist_ok=True)
        self.headers = headers or {}
        self.asked = 0
        self._servers = [self._serve()]
        if apart:
            self._servers.append(self._serve())
        self.url, self.files = (
            f"http://127.0.0.1:{self._servers[n].server_port}/" for n in (0, -1)
        )

    def stop(self):
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def now(self):
        """The host's clock."""
        return datetime.now(UTC) + self.ahead

    def policy(self):
        origin = self.files.rstrip("/")
        return f"default-src 'none'; script-src {origin}; connect-src {origin}"

    def _serve(self):
        site = self

        class Answers(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                name = self.path.partition("?")[0].rsplit("/", 1)[-1]
                path = site.folder / name
                if not name:
                    page = PAGE.format(line=site.line, head=site.head).encode()
                    self.answer(200, page, "text/html", {"Content-Security-Policy": site.policy()})
                elif name in ("status.json",) or name.startswith("embed"):
                    site.asked += name == "status.json"
                    kind = "text/javascript" if name.endswith(".js") else "application/json"
                    there = path.is_file()
                    content = path.read_bytes() if there else b"gone"
                    self.answer(200 if there else 404, content, kind, site.headers)
                else:
                    self.answer(204, b"", "text/plain", {})

            def answer(self, status, content, kind, headers):
                self.send_response_only(status)
                fields = {"Date": format_datetime(site.now(), usegmt=True), "Content-Type": kind,
                          "Content-Length": str(len(content))} | headers  # fmt: skip
                for name, value in fields.items():
                    if value is not None:
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server
