"""The package index of the benchmark: a process that serves wheels and pages, and counts what it sends.

Pages lie in memory, files go out by sendfile, each connection has a thread. It knows JSON and HTML pages, ETags, ranges
and HEAD. `/_control` answers with the counters. It ends when its standard input ends.

    python3 index.py PORT FOLDER ROUNDS MEGABYTES    writes the wheels into the folder, large ones of so many megabytes

    three        a page of three files                      middle       a wheel of 1 MiB
    small-00 …   forty small packages                       many-0 …     5,000 releases, a page of 2 MB; no files
    large-0 …    a large wheel                              lazy-0 …     a large wheel without metadata beside it
    held-1 …     three files; the page waits for 0.3 s, as a distant index would, so that all clients meet a cold page
"""

import base64
import hashlib
import html
import json
import os
import pathlib
import random
import socket
import sys
import threading
import time
import zipfile

JSON = "application/vnd.pypi.simple.v1+json"
HOLD = 0.3  # seconds
RELEASES = 5000
PACKAGES = 40
PAGES_PER_ROUND = 5  # many-…: cold pages that each server is asked for in one round
_TIME = (2026, 1, 1, 0, 0, 0)
_MIB = 1 << 20

counters = {"requests": 0, "not_modified": 0, "bytes": 0}
_lock = threading.Lock()
_pages = {}  # path and whether JSON → ETag, head, head with body, 304
_files = {}  # path → file, or bytes


def count(**more):
    with _lock:
        for name, number in more.items():
            counters[name] += number


# ── Contents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def wheel(folder, project, version="1.0", payload=0, metadata=True):
    """Writes a wheel, and returns its entry of the page."""
    stem = f"{project.replace('-', '_')}-{version}"
    about = f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n".encode()
    kind = b"Wheel-Version: 1.0\nGenerator: benchmark\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    path = folder / f"{stem}-py3-none-any.whl"
    record = []
    with zipfile.ZipFile(path, "w") as archive:

        def add(name, pieces):
            digest, size = hashlib.sha256(), 0
            with archive.open(zipfile.ZipInfo(name, _TIME), "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)
                    digest.update(piece)
                    size += len(piece)
            text = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={text},{size}")

        noise = random.Random(stem).randbytes(min(payload, _MIB))
        add(f"{project.replace('-', '_')}/data.bin", (noise[: payload - at] for at in range(0, payload, _MIB)))
        add(f"{project.replace('-', '_')}/__init__.py", [b"VERSION = 1\n"])
        add(f"{stem}.dist-info/WHEEL", [kind])
        add(f"{stem}.dist-info/METADATA", [about])
        archive.writestr(f"{stem}.dist-info/RECORD", "\n".join([*record, f"{stem}.dist-info/RECORD,,", ""]))
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    file = entry(path.name, sha256, path.stat().st_size, hashlib.sha256(about).hexdigest() if metadata else None)
    at = file["url"].removeprefix("../..")
    _files[at] = path
    if metadata:
        _files[at + ".metadata"] = about
    return file


def entry(name, sha256, size, metadata):
    """One file as the page lists it."""
    file = {
        "filename": name,
        "url": f"../../packages/{sha256[:2]}/{sha256[2:4]}/{sha256[4:]}/{name}",
        "hashes": {"sha256": sha256},
        "requires-python": ">=3.8",
        "size": size,
        "upload-time": "2026-01-01T00:00:00.000000Z",
        "yanked": False,
    }
    if metadata:
        file["core-metadata"] = {"sha256": metadata}
    return file


def releases(project):
    for number in range(RELEASES):
        name = f"{project.replace('-', '_')}-1.{number}-py3-none-any.whl"
        digest = hashlib.sha256(name.encode()).hexdigest()
        yield entry(name, digest, 100_000 + number, digest)


def page(project, files):
    versions = [file["filename"].split("-")[1] for file in files]
    as_json = {"meta": {"api-version": "1.4"}, "name": project, "versions": sorted(set(versions)), "files": files}
    lines = ["<!DOCTYPE html>", "<html><head><meta name=\"pypi:repository-version\" content=\"1.4\"></head><body>"]
    for file in files:
        link = f"{file['url']}#sha256={file['hashes']['sha256']}"
        data = f"data-requires-python=\"{html.escape(file['requires-python'])}\""
        if "core-metadata" in file:
            data += f" data-core-metadata=\"sha256={file['core-metadata']['sha256']}\""
        lines.append(f"<a href=\"{link}\" {data}>{file['filename']}</a><br>")
    lines.append("</body></html>")
    publish(f"/simple/{project}/", as_json, lines)


def publish(path, as_json, lines):
    for is_json, kind, body in (
        (True, JSON, json.dumps(as_json).encode()),
        (False, "text/html; charset=utf-8", "\n".join(lines).encode()),
    ):
        etag = f"\"{hashlib.sha256(body).hexdigest()[:22]}\""
        fields = f"ETag: {etag}\r\nVary: Accept\r\nCache-Control: max-age=600, public\r\n"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{fields}Content-Length: {len(body)}\r\n\r\n".encode()
        unchanged = f"HTTP/1.1 304 Not Modified\r\n{fields}\r\n".encode()
        _pages[path, is_json] = etag, head, head + body, unchanged


def fill(folder, rounds, megabytes):
    for project in ("three", *(f"held-{n + 1}" for n in range(rounds))):
        page(project, [wheel(folder, project, version, 2000) for version in ("1.0", "1.1", "2.0")])
    for number in range(PACKAGES):
        page(f"small-{number:02}", [wheel(folder, f"small-{number:02}", payload=20_000)])
    page("middle", [wheel(folder, "middle", payload=_MIB)])
    for number in range(rounds + 1):
        page(f"large-{number}", [wheel(folder, f"large-{number}", payload=megabytes * 1_000_000)])
        page(f"lazy-{number}", [wheel(folder, f"lazy-{number}", payload=megabytes * 1_000_000, metadata=False)])
    for number in range(2 + (1 + rounds) * PAGES_PER_ROUND):  # one that is warm, one for the heap
        page(f"many-{number}", list(releases(f"many-{number}")))
    projects = sorted(path.split("/")[2] for path, is_json in _pages if is_json)
    links = [f"<a href=\"{name}/\">{name}</a><br>" for name in projects]
    names = {"meta": {"api-version": "1.4"}, "projects": [{"name": name} for name in projects]}
    publish("/simple/", names, ["<!DOCTYPE html>", "<html><body>", *links, "</body></html>"])


# ── The server ───────────────────────────────────────────────────────────────────────────────────────────────────────


def selected(field, size):
    """The first byte and the byte behind the last one; None if the whole is wanted."""
    if not field.startswith("bytes=") or "," in field:
        return None
    first, _, last = field.removeprefix("bytes=").partition("-")
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(int(last) + 1, size) if last else size


def wants_json(accept):
    """JSON wherever the client takes it and does not prefer HTML."""
    return JSON in accept and f"{JSON};q=0" not in accept.replace(" ", "")


def respond(connection, method, path, fields):
    if path == "/_control":
        body = json.dumps(counters).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        return
    count(requests=1)
    found = _pages.get((path, wants_json(fields.get("accept", ""))))
    if found:
        etag, head, whole, unchanged = found
        if path.startswith("/simple/held-"):
            time.sleep(HOLD)
        if etag in fields.get("if-none-match", ""):
            count(not_modified=1)
            connection.sendall(unchanged)
        elif method == "HEAD":
            connection.sendall(head)
        else:
            count(bytes=len(whole) - len(head))
            connection.sendall(whole)
        return
    content = _files.get(path)
    if content is None:
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        return
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    part = selected(fields.get("range", ""), size)
    first, end = part or (0, size)
    head = "HTTP/1.1 206 Partial Content\r\n" if part else "HTTP/1.1 200 OK\r\n"
    if part:
        head += f"Content-Range: bytes {first}-{end - 1}/{size}\r\n"
    head += f"Content-Type: application/octet-stream\r\nContent-Length: {end - first}\r\nAccept-Ranges: bytes\r\n"
    head += f"ETag: \"{path.split('/')[-2]}\"\r\nCache-Control: max-age=365000000, immutable, public\r\n\r\n"
    connection.sendall(head.encode(), socket.MSG_MORE if method == "GET" else 0)
    if method != "GET":
        return
    if isinstance(content, bytes):
        count(bytes=end - first)
        connection.sendall(content[first:end])
        return
    with content.open("rb") as file:
        while first < end:
            sent = os.sendfile(connection.fileno(), file.fileno(), first, min(end - first, _MIB))
            count(bytes=sent)
            first += sent


def serve(connection):
    data = b""
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                while b"\r\n\r\n" not in data:
                    more = connection.recv(65536)
                    if not more:
                        return
                    data += more
                head, _, data = data.partition(b"\r\n\r\n")
                request, *lines = head.decode("latin-1").split("\r\n")
                method, path, _ = request.split(" ")
                fields = {}
                for line in lines:
                    name, _, value = line.partition(":")
                    name = name.lower()
                    fields[name] = f"{fields[name]}, {value.strip()}" if name in fields else value.strip()
                respond(connection, method, path, fields)
        except OSError:
            pass  # the client closed it


def main():
    port, folder, rounds, megabytes = sys.argv[1:]
    fill(pathlib.Path(folder), int(rounds), int(megabytes))
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=1024)

    def accept():
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
