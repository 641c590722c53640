"""A package index for the tests, with a second host for files: JSON and HTML, metadata, ranges, counters and faults.

It runs in threads of the suite. A third port serves the same, without recording requests, to clients that do without the
vault; it lists the files of the second host as the vault does. Jobs control the index there, at `/_control/…`:

    GET requests    the requests of the vault since the last reset, with status and bytes sent
    POST reset      forgets them, and ends every fault
    POST fault      {"path": a part of paths, "status": …} or {"path": …, "pause": seconds before each further MB}
"""

import dataclasses
import hashlib
import html
import http.server
import json
import socketserver
import threading
import time
import urllib.parse

_JSON = "application/vnd.pypi.simple.v1+json"
_PIECE = 1_000_000


@dataclasses.dataclass
class Seen:
    """A request."""

    door: str
    method: str
    path: str
    range: str | None
    status: int = 0
    sent: int = 0  # bytes of the body


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


class Index:
    """Keeps its ports over a stop and a start."""

    def __init__(self, packages):
        self.packages = packages
        self.ports = {"index": 0, "files": 0, "direct": 0}
        self.servers = {}
        self.lock = threading.Lock()
        self.seen = []
        self.faults = []
        self.connections = set()
        self.contents = {}
        for file in packages.files:
            self.contents[self._door(file), file.path] = file.content
            if file.metadata:
                self.contents[self._door(file), file.path + ".metadata"] = file.metadata

    @staticmethod
    def _door(file):
        return "files" if file.elsewhere else "index"

    def start(self):
        if self.servers:
            return self
        for door, port in self.ports.items():
            handler = type("Handler", (_Handler,), {"index": self, "door": door})
            server = _Server(("127.0.0.1", port), handler)
            self.ports[door] = server.server_port
            self.servers[door] = server
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self):
        """Also closes the open connections, as the end of a process would."""
        for server in self.servers.values():
            server.shutdown()
            server.server_close()
        self.servers = {}
        with self.lock:
            open_ones, self.connections = self.connections, set()
        for connection in open_ones:
            try:
                connection.shutdown(2)
            except OSError:
                pass  # its client closed it

    def reset(self):
        with self.lock:
            self.seen, self.faults = [], []

    def base_of(self, door):
        return f"http://127.0.0.1:{self.ports[door]}"

    @property
    def base(self):
        return self.base_of("index")

    @property
    def segment(self):
        """Below which the vault serves the files of the second host."""
        return f"/127.0.0.1:{self.ports['files']}"

    def content(self, door, path):
        if door == "direct":
            door = "files" if path.startswith(self.segment + "/") else "index"
            path = path.removeprefix(self.segment)
        return self.contents.get((door, path))

    def requests(self):
        with self.lock:
            return [dataclasses.asdict(one) for one in self.seen]

    def fault(self, path):
        with self.lock:
            return next((fault for fault in self.faults if fault["path"] in path), {})

    def listed(self, project, directly):
        """The members of the page's files; files of this host have relative URLs."""
        for file in self.packages.of(project):
            path = urllib.parse.quote(file.path)
            elsewhere = self.base_of("direct") + self.segment if directly else self.base_of("files")
            url = elsewhere + path if file.elsewhere else "../.." + path
            yield {
                "filename": file.name, "url": url, "hashes": {"sha256": file.announced}, "size": file.size, **file.keys
            }

    def page(self, project, as_json, directly):
        files = list(self.listed(project, directly))
        if as_json:
            versions = sorted({file["filename"].split("-")[1].removesuffix(".tar.gz") for file in files})
            page = {"meta": {"api-version": "1.4"}, "name": project, "versions": versions, "files": files}
            return json.dumps(page).encode()
        lines = ["<!DOCTYPE html><html><body>"]
        for file in files:
            attributes = {"href": f"{file['url']}#sha256={file['hashes']['sha256']}"}
            if "requires-python" in file:
                attributes["data-requires-python"] = file["requires-python"]
            if "yanked" in file:
                attributes["data-yanked"] = file["yanked"]
            if "core-metadata" in file:
                attributes["data-core-metadata"] = "sha256=" + file["core-metadata"]["sha256"]
            text = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
            lines.append(f"<a {text}>{html.escape(file['filename'])}</a><br>")
        return "\n".join([*lines, "</body></html>"]).encode()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    index: Index
    door: str

    def setup(self):
        super().setup()
        with self.index.lock:
            self.index.connections.add(self.connection)

    def finish(self):
        with self.index.lock:
            self.index.connections.discard(self.connection)
        super().finish()

    def log_message(self, *_):
        pass  # the requests are recorded

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        match self.path:
            case "/_control/reset":
                self.index.reset()
            case "/_control/fault":
                with self.index.lock:
                    self.index.faults.append(json.loads(body))
        self._answer(204, b"")

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if self.door == "direct" and self.path == "/_control/requests":
            self._answer(200, json.dumps(self.index.requests()).encode())
            return
        self.seen = Seen(self.door, self.command, self.path, self.headers.get("Range"))
        directly = self.door == "direct"
        if not directly:
            with self.index.lock:
                self.index.seen.append(self.seen)
        fault = {} if directly else self.index.fault(self.path)
        path = urllib.parse.unquote(self.path)
        content = self.index.content(self.door, path)
        if "status" in fault:
            self._answer(fault["status"], b"a fault", {"Retry-After": "1"})
        elif content is not None:
            self._file(content, fault.get("pause", 0))
        elif self.door != "files" and path.startswith("/simple/"):
            self._page(path.removeprefix("/simple/").removesuffix("/"))
        else:
            self._answer(404, b"no such file")

    def _page(self, project):
        if not project:
            names = sorted({file.project for file in self.index.packages.files})
            page = {"meta": {"api-version": "1.4"}, "projects": [{"name": name} for name in names]}
            self._answer(200, json.dumps(page).encode(), {"Content-Type": _JSON})
            return
        if not self.index.packages.of(project):
            self._answer(404, b"no such project")
            return
        as_json = _JSON in self.headers.get("Accept", "") and project not in self.index.packages.html_only
        page = self.index.page(project, as_json, self.door == "direct")
        tag = f'"{hashlib.sha256(page).hexdigest()[:16]}"'
        fields = {"Content-Type": _JSON if as_json else "text/html", "ETag": tag, "Cache-Control": "max-age=600"}
        if self.headers.get("If-None-Match") == tag:
            self._answer(304, b"", fields)
        else:
            self._answer(200, page, fields)

    def _file(self, content, pause):
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        start, end, fields = 0, size, {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
        asked = self.headers.get("Range", "").removeprefix("bytes=")
        if asked:
            first, _, last = asked.partition("-")
            start = int(first) if first else max(size - int(last), 0)
            end = min(int(last) + 1, size) if first and last else size
            if start >= size:
                self._answer(416, b"", {"Content-Range": f"bytes */{size}"})
                return
            fields["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        self._head(206 if asked else 200, {**fields, "Content-Length": str(end - start)})
        if self.command == "HEAD":
            return
        while start < end:
            piece = self._piece(content, start, min(start + _PIECE, end))
            self.wfile.write(piece)
            self.seen.sent += len(piece)
            start += len(piece)
            if pause and start < end:
                time.sleep(pause)

    @staticmethod
    def _piece(content, start, end):
        if isinstance(content, bytes):
            return content[start:end]
        with content.open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    def _answer(self, status, body, fields=None):
        length = {} if status in (204, 304) else {"Content-Length": str(len(body))}
        self._head(status, {"Content-Type": "text/plain", **(fields or {}), **length})
        if self.command != "HEAD" and length:
            self.wfile.write(body)
            if hasattr(self, "seen"):
                self.seen.sent += len(body)

    def _head(self, status, fields):
        if hasattr(self, "seen"):
            self.seen.status = status
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
