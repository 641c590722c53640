"""Package clients and an index that fails or lies. The index's counters show what it cost."""

import concurrent.futures
import hashlib
import http.client
import os
import pathlib
import sys
import urllib.parse

from harness import ENDPOINT, case, equal, new_folder
from pypi_tools import FILES, SIMPLE, control, installs, requests, run, versions

CACHE = pathlib.Path(os.environ["CACHE"])
UV = os.environ["UV"]


def pip(*arguments, **more):
    return run(sys.executable, "-m", "pip", *arguments, "--index-url", SIMPLE, "--no-cache-dir", **more)


def uv(*arguments, **more):
    return run(UV, "pip", *arguments, "--default-index", SIMPLE, "--no-cache", UV_PYTHON=sys.executable, **more)


def get(path):
    """The status, and the body as far as it came, with whether it was complete."""
    parts = urllib.parse.urlsplit(ENDPOINT)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        connection.request("GET", f"{parts.path}/{path}")
        answer = connection.getresponse()
        try:
            return answer.status, answer.read(), True
        except http.client.IncompleteRead as broken:
            return answer.status, broken.partial, False
    finally:
        connection.close()


def path_of(name):
    digest = FILES[name]
    return f"packages/{digest[:2]}/{digest[2:4]}/{name}"


def stored():
    return sum(path.stat().st_blocks * 512 for path in CACHE.rglob("*") if path.is_file())


def lies(project, install):
    name = f"{project.replace('-', '_')}-1.0-py3-none-any.whl"
    before = stored()
    target = new_folder()
    install("install", "--target", target, project, fails=True)
    equal(versions(target), {}, "installed")
    equal(len(requests(name, "GET")), 1, "GETs at the index")
    status, _, complete = get(path_of(name))
    equal((status, complete), (409, True), "a further request")
    equal(len(requests(name, "GET")), 1, "GETs at the index after it")
    equal(stored() - before < 1_000_000, True, f"{stored() - before} bytes are stored: less than a MB")


@case("pip: a file of another hash is fetched once, never complete and not stored")
def _():
    lies("vault-lies-pip", pip)


@case("uv: a file of another hash is fetched once, never complete and not stored")
def _():
    lies("vault-lies-uv", uv)


@case("uv: metadata of another hash is fetched once")
def _():
    uv("install", "--target", new_folder(), "vault-lies-metadata", fails=True)
    equal(len(requests("vault_lies_metadata", "GET")), 1, "GETs at the index")


@case("twenty clients of one cold file that arrives slowly cost one request")
def _():
    name = "vault_crowd-1.0-py3-none-any.whl"
    control("POST", "fault", {"path": "vault_crowd", "pause": 0.1})
    with concurrent.futures.ThreadPoolExecutor(20) as clients:
        answers = list(clients.map(lambda _: get(path_of(name)), range(20)))
    digests = {(status, hashlib.sha256(body).hexdigest()) for status, body, _ in answers}
    equal(digests, {(200, FILES[name])}, "answers")
    equal(len(requests(name, "GET")), 1, "GETs at the index")
    # A client that looks for the page just before it is stored may fetch it once more.
    equal(len(requests("/simple/vault-crowd/", "GET")) <= 2, True, "at most two GETs of its page")


@case("429 for a page: fails cold; later the stored page is used")
def _():
    control("POST", "fault", {"path": "/vault-busy/", "status": 429})
    said = pip("install", "--retries", "0", "--target", new_folder(), "vault-busy", fails=True)
    equal("No matching distribution" in said or "429" in said or "503" in said, True, said[-300:])
    control("POST", "reset")
    target = new_folder()
    pip("install", "--target", target, "vault-busy")
    control("POST", "fault", {"path": "/vault-busy/", "status": 429})
    for install in (pip, uv):
        target = new_folder()
        install("install", "--target", target, "vault-busy")
        installs(target, {"vault-busy": "1.0"})


@case("500 for a file: the client fails, the rest of the index works")
def _():
    control("POST", "reset")
    control("POST", "fault", {"path": "vault_down", "status": 500})
    pip("install", "--retries", "0", "--target", new_folder(), "vault-down", fails=True)
    target = new_folder()
    pip("install", "--target", target, "vault-app[fast]")
    equal("vault-app" in versions(target), True)
