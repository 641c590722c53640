"""The clients of the benchmark: many at once, wrk, slow readers, and uv."""

import dataclasses
import http.client
import json
import shutil
import socket
import sys
import tempfile
import threading
import time
import urllib.parse

from index import JSON
from servers import fetch, run

_PIECE = 1 << 20


@dataclasses.dataclass
class Download:
    first: float = 0  # seconds until the first byte of the body
    done: float = 0  # seconds until the last
    size: int = 0
    redirects: int = 0


def file_url(base, project):
    """The URL of a project's first file, from the page."""
    at = f"{base}{project}/"
    return urllib.parse.urljoin(at, json.loads(fetch(at, JSON))["files"][0]["url"]).partition("#")[0]


def _connect(url):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=180)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection, parts.path + (f"?{parts.query}" if parts.query else "")


def _download(url, accept, start):
    connection, path = _connect(url)
    start.wait(60)
    began, result, buffer = time.perf_counter(), Download(), memoryview(bytearray(_PIECE))
    while True:
        connection.request("GET", path, headers={"Accept": accept, "Accept-Encoding": "identity"})
        response = connection.getresponse()
        if response.status not in (301, 302, 303, 307, 308):
            break
        result.redirects += 1
        if result.redirects > 5:
            raise RuntimeError("too many redirects")
        url = urllib.parse.urljoin(url, response.headers["Location"])
        connection.close()
        connection, path = _connect(url)
    if response.status != 200:
        raise RuntimeError(f"status {response.status}")
    announced = response.headers["Content-Length"]
    while got := response.readinto(buffer[: 1 if not result.size else _PIECE]):
        result.first = result.first or time.perf_counter() - began
        result.size += got
    result.done = time.perf_counter() - began
    connection.close()
    if announced and result.size != int(announced):
        raise RuntimeError(f"{result.size} of {announced} bytes")
    return result


def crowd(url, clients, size=None, accept="*/*"):
    """Downloads by several clients, which connect first and then send their requests at once."""
    start, results, failures = threading.Barrier(clients), [], []

    def one():
        try:
            results.append(_download(url, accept, start))
        except Exception as error:  # told below, together
            start.abort()
            failures.append(error)

    threads = [threading.Thread(target=one, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    told = [error for error in failures if not isinstance(error, threading.BrokenBarrierError)] or failures
    if told or len(results) < clients:
        raise RuntimeError(f"{clients - len(results)} of {clients} clients failed: {told[0] if told else 'too slow'}")
    if size is not None and any(result.size != size for result in results):
        raise RuntimeError(f"{results[0].size} bytes instead of {size}")
    return results


def requests_per_second(url, seconds, connections, accept="*/*"):
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}", "--timeout", "30", "-H", f"Accept: {accept}", url]
    output = run(command, seconds + 60)
    if "Non-2xx" in output:
        raise RuntimeError(next(line for line in output.splitlines() if "Non-2xx" in line).strip())
    figure = next(line.split()[1] for line in output.splitlines() if line.startswith("Requests/sec"))
    if not float(figure):
        raise RuntimeError("no response within the time")
    return float(figure)


def first_byte(url, accept):
    """Seconds, over a connection that is open already."""
    return crowd(url, 1, accept=accept)[0].first


class Readers:
    """Clients that have the first byte of a body, and take no more until the end of the block."""

    def __init__(self, url, clients):
        self.parts, self.clients, self.sockets = urllib.parse.urlsplit(url), clients, []

    def __enter__(self):
        try:
            for _ in range(self.clients):
                one = socket.socket()
                self.sockets.append(one)
                one.settimeout(60)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                one.connect((self.parts.hostname, self.parts.port))
                lines = f"GET {self.parts.path} HTTP/1.1\r\nHost: {self.parts.netloc}\r\nAccept: {JSON}\r\n\r\n"
                one.sendall(lines.encode())
            for one in self.sockets:
                if not one.recv(1):
                    raise RuntimeError("a reader got no response")
            time.sleep(0.5)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for one in self.sockets:
            one.close()


class Uv:
    """With an empty cache for each command, so that each is a new machine."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def _run(self, base, command, arguments):
        folder = tempfile.mkdtemp(dir=self.folder)
        try:
            more = ["--default-index", base, "--no-config", "--python", sys.executable, "--no-python-downloads"]
            more += ["--cache-dir", f"{folder}/cache", "--quiet"]
            began = time.perf_counter()
            run([self.program, "pip", command, *more, *[text.replace("FOLDER", folder) for text in arguments]], 300)
            return time.perf_counter() - began
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def install(self, base, packages):
        """Seconds."""
        return self._run(base, "install", ["--target", "FOLDER/target", *packages])

    def resolve(self, base, packages):
        wanted = self.folder / "requirements.in"
        wanted.write_text("\n".join(packages))
        self._run(base, "compile", [str(wanted), "-o", "FOLDER/requirements.txt"])


class Heap:
    """What a JVM keeps after a collection."""

    def __init__(self, java_home, pid):
        self.jcmd, self.pid = java_home / "bin/jcmd", str(pid)

    def kept(self):
        """MiB; the least of three collections."""
        return min(self._collected() for _ in range(3))

    def _collected(self):
        run([self.jcmd, self.pid, "GC.run"], 60)
        words = run([self.jcmd, self.pid, "GC.heap_info"], 60).replace(",", " ").split()
        return int(words[words.index("used") + 1].split("K")[0]) / 1024
