"""The upstream of the registries' group: two of Debian's docker-registry, and doors in front of them.

    tokens  demands a token of its own for each repository, redirects blobs to another host, has the referrers API
    plain   the same registry without a login
    basic   the other registry, which has a password file
    blobs   the host of the redirected blobs
    direct  where jobs control all this, at `/_control/…`

The doors run in threads of the suite and record requests. Control:

    GET requests   the requests since the last reset, with status, bytes of content and kind of login
    POST reset     forgets them, and ends every fault
    POST limit     {"path": a part of paths, "retry": seconds}: manifests answer 429, also to HEAD
"""

import base64
import dataclasses
import hashlib
import http.client
import http.server
import json
import re
import secrets
import subprocess
import threading
import urllib.parse

import images
import servers

USERS = {"alice": "wonder land:1", "bob": "builder"}
READERS = {"team/secret": {"alice"}}  # whoever may read what is not for everybody
CDN = "127.0.0.2"
_DOORS = {"tokens": "127.0.0.1", "plain": "127.0.0.1", "basic": "127.0.0.1", "blobs": CDN, "direct": "127.0.0.1"}
_PASSED = ("Accept", "Range", "Authorization", "If-None-Match")
_RETURNED = (
    "Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "Docker-Content-Digest", "ETag", "Link",
    "WWW-Authenticate", "Docker-Distribution-Api-Version",
)
_PIECE = 1 << 18
_CONFIG = """\
version: 0.1
log: {{level: warn}}
storage: {{filesystem: {{rootdirectory: {folder}/{name}}}}}
http: {{addr: "127.0.0.1:{port}"}}
{auth}
"""
_AUTH = "auth: {{htpasswd: {{realm: registry, path: {folder}/htpasswd}}}}"


def basic(user):
    return "Basic " + base64.b64encode(f"{user}:{USERS[user]}".encode()).decode()


class Registry(servers.Server):
    """A docker-registry. It keeps its port and its content."""

    def __init__(self, folder, name, auth):
        super().__init__(name, folder)
        self.port = servers.free_port()
        self.config = folder / f"{name}.yml"
        auth = _AUTH.format(folder=folder) if auth else ""
        self.config.write_text(_CONFIG.format(folder=folder, name=f"{name}-content", port=self.port, auth=auth))
        self.login = {"Authorization": basic("alice")} if auth else {}

    def start(self):
        self.launch(["docker-registry", "serve", str(self.config)], stdin=subprocess.DEVNULL)
        self.wait_for(self._listens)

    def _listens(self):
        try:
            return self._send("GET", "/v2/")[0] == 200
        except OSError:
            return False

    def push(self, name, repository):
        for digest, content in repository.blobs.items():
            location = self._send("POST", f"/v2/{name}/blobs/uploads/", b"", 202)[1]["Location"]
            parts = urllib.parse.urlsplit(location)
            self._send("PUT", f"{parts.path}?{parts.query}&digest={digest}", content, 201)
        tags = {}
        for tag, digest in repository.tags.items():
            tags.setdefault(digest, []).append(tag)
        for digest, (kind, content) in repository.manifests.items():
            for reference in tags.get(digest, [digest]):
                self._send("PUT", f"/v2/{name}/manifests/{reference}", content, 201, kind)

    def _send(self, method, target, body=None, wanted=None, kind="application/octet-stream"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body, {"Content-Type": kind, **self.login})
            answer = connection.getresponse()
            said = answer.read()
            if wanted and answer.status != wanted:
                raise RuntimeError(f"{self.name}: {method} {target}: {answer.status} {said[:300]}")
            return answer.status, answer.headers
        finally:
            connection.close()


@dataclasses.dataclass
class Seen:
    """A request."""

    door: str
    host: str  # as the vault names the door; it knows one of them by two names, as two registries
    method: str
    path: str
    login: str  # none, Basic or Bearer
    agent: str
    range: str | None
    status: int = 0
    sent: int = 0  # bytes of the body


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


class Registries:
    """All of them. Keeps the ports over a stop and a start."""

    def __init__(self, folder):
        self.folder = folder
        self.public = images.public()
        self.private = images.private()
        self.repositories = {**self.public, **self.private}
        self.ports = dict.fromkeys(_DOORS, 0)
        self.doors = {}
        self.lock = threading.Lock()
        self.seen = []
        self.limits = []
        self.tokens = {}
        self.connections = set()
        lines = [
            subprocess.run(
                ["htpasswd", "-inB", user], input=word, capture_output=True, text=True, check=True, timeout=60
            ).stdout.strip()
            for user, word in USERS.items()
        ]
        (folder / "htpasswd").write_text("\n".join(lines) + "\n")
        self.open = Registry(folder, "registry", auth=False)
        self.closed = Registry(folder, "registry-htpasswd", auth=True)
        self.is_filled = False

    def start(self):
        if self.doors:
            return self
        for registry, repositories in ((self.open, self.public), (self.closed, self.private)):
            registry.start()
            if not self.is_filled:
                for name, repository in repositories.items():
                    registry.push(name, repository)
        self.is_filled = True
        for door, host in _DOORS.items():
            handler = type("Handler", (_Handler,), {"all": self, "door": door})
            server = _Server((host, self.ports[door]), handler)
            self.ports[door] = server.server_port
            self.doors[door] = server
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self):
        """Also closes the open connections, as the end of a process would."""
        for server in self.doors.values():
            server.shutdown()
            server.server_close()
        self.doors = {}
        with self.lock:
            open_ones, self.connections = self.connections, set()
        for connection in open_ones:
            try:
                connection.shutdown(2)
            except OSError:
                pass  # its client closed it
        self.open.stop()
        self.closed.stop()

    def move(self):
        self.repositories["library/moving"] = images.moved()
        self.open.push("library/moving", self.repositories["library/moving"])

    def reset(self):
        with self.lock:
            self.seen, self.limits = [], []

    def requests(self):
        with self.lock:
            return [dataclasses.asdict(one) for one in self.seen]

    def limited(self, path):
        with self.lock:
            return next((limit["retry"] for limit in self.limits if limit["path"] in path), None)

    def issue(self, user):
        token = secrets.token_urlsafe()
        with self.lock:
            self.tokens[token] = user
        return token

    def base_of(self, door):
        return f"http://{_DOORS[door]}:{self.ports[door]}"

    def sizes(self, name):
        """The size of each manifest and blob of a repository, by digest."""
        repository = self.repositories[name]
        manifests = {digest: len(content) for digest, (_, content) in repository.manifests.items()}
        return {**{digest: len(content) for digest, content in repository.blobs.items()}, **manifests}

    def save(self, folder):
        """Writes expected.json: for each repository its tags, the files in its layers, the size of each manifest and
        blob, the referrers of each manifest, and what each manifest names."""
        expected = {
            name: {
                "tags": repository.tags,
                "files": repository.files,
                "sizes": self.sizes(name),
                "referrers": {
                    digest: [entry["digest"] for entry in repository.referrers(digest)]
                    for digest in repository.manifests
                },
                "links": {digest: _links(content) for digest, (_, content) in repository.manifests.items()},
            }
            for name, repository in self.repositories.items()
        }
        (folder / "expected.json").write_text(json.dumps({"repositories": expected, "tokens": USERS}))


def _links(manifest):
    document = json.loads(manifest)
    entries = document.get("manifests") or [document["config"], *document["layers"]]
    return [entry["digest"] for entry in entries]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    all: Registries
    door: str

    def setup(self):
        super().setup()
        with self.all.lock:
            self.all.connections.add(self.connection)

    def finish(self):
        with self.all.lock:
            self.all.connections.discard(self.connection)
        super().finish()

    def log_message(self, *_):
        pass  # the requests are recorded

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.door != "direct":
            self._answer(405, b"")
            return
        if self.path == "/_control/reset":
            self.all.reset()
        elif self.path == "/_control/limit":
            with self.all.lock:
                self.all.limits.append(json.loads(body))
        self._answer(204, b"")

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if self.door == "direct":
            self._answer(200, json.dumps(self.all.requests()).encode())
            return
        login = self.headers.get("Authorization", "none").partition(" ")[0]
        agent = self.headers.get("User-Agent", "none")
        self.seen = Seen(
            self.door, self.headers["Host"], self.command, self.path, login, agent, self.headers.get("Range")
        )
        with self.all.lock:
            self.all.seen.append(self.seen)
        getattr(self, "_" + self.door)(urllib.parse.urlsplit(self.path))

    def _plain(self, url):
        if not self._is_limited(url):
            self._pass(self.all.open, self.path)

    def _basic(self, url):
        if not self._is_limited(url):
            self._pass(self.all.closed, self.path)

    def _blobs(self, url):
        query = urllib.parse.parse_qs(url.query)
        if self.headers.get("Authorization"):
            self._answer(400, b"only one way of authentication is allowed")
        elif query.get("signature") != [_signature(url.path)]:
            self._answer(403, b"a wrong signature")
        else:
            self._pass(self.all.open, url.path)

    def _tokens(self, url):
        if url.path == "/token":
            self._token()
            return
        found = re.fullmatch(r"/v2/(.+)/(manifests|blobs|tags|referrers)/([^/]+)", url.path)
        name = found[1] if found else ""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        with self.all.lock:
            is_known = scheme == "Bearer" and token in self.all.tokens
            user, scope = self.all.tokens.get(token, ("", ""))
        if not is_known or name not in ("", scope) or user not in READERS.get(name, {user}):
            self._challenge(name, "insufficient_scope" if is_known else "")
        elif self._is_limited(url):
            pass
        elif found and found[2] == "blobs":
            target = f"{self.all.base_of('blobs')}{url.path}?signature={_signature(url.path)}"
            self._answer(307, b"", {"Location": target})
        elif found and found[2] == "referrers":
            self._referrers(name, found[3], urllib.parse.parse_qs(url.query).get("artifactType"))
        else:
            self._pass(self.all.open, self.path, without="Authorization")

    def _challenge(self, name, error):
        realm = f"http://{self.headers['Host']}/token"
        challenge = f'Bearer realm="{realm}",service="registry.test"'
        if name:
            challenge += f',scope="repository:{name}:pull"'
        if error:
            challenge += f',error="{error}"'
        errors = {"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}
        fields = {"WWW-Authenticate": challenge, "Content-Type": "application/json"}
        self._answer(401, json.dumps(errors).encode(), fields)

    def _token(self):
        """Gives a token to everybody but wrong passwords; what the token may read is decided when it is used."""
        given = self.headers.get("Authorization")
        user = next((user for user in USERS if given == basic(user)), None)
        if given and not user:
            self._answer(401, b'{"details":"incorrect username or password"}')
            return
        scopes = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("scope", [""])
        parts = scopes[0].split(":")
        token = self.all.issue((user or "", parts[1] if len(parts) == 3 else ""))
        issued = json.dumps({"token": token, "expires_in": 300}).encode()
        self._answer(200, issued, {"Content-Type": "application/json"})

    def _referrers(self, name, digest, types):
        found = list(self.all.repositories[name].referrers(digest))
        fields = {"Content-Type": images.INDEX}
        if types:
            found = [entry for entry in found if entry["artifactType"] in types]
            fields["OCI-Filters-Applied"] = "artifactType"
        index = {"schemaVersion": 2, "mediaType": images.INDEX, "manifests": found}
        self._answer(200, json.dumps(index).encode(), fields)

    def _is_limited(self, url):
        retry = self.all.limited(url.path) if "/manifests/" in url.path else None
        if retry is None:
            return False
        errors = {"errors": [{"code": "TOOMANYREQUESTS", "message": "You have reached your pull rate limit"}]}
        fields = {"Retry-After": str(retry), "Content-Type": "application/json"}
        self._answer(429, json.dumps(errors).encode(), fields)
        return True

    def _pass(self, registry, target, without=""):
        connection = http.client.HTTPConnection("127.0.0.1", registry.port, timeout=60)
        try:
            connection.putrequest(self.command, target, skip_accept_encoding=True)
            for name in _PASSED:
                for value in self.headers.get_all(name, []) if name != without else []:
                    connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            fields = {name: answer.headers[name] for name in _RETURNED if name in answer.headers}
            self._head(answer.status, {"Content-Length": "0", **fields})
            if self.command == "HEAD":
                return
            while piece := answer.read(_PIECE):
                self.wfile.write(piece)
                self.seen.sent += len(piece)
        finally:
            connection.close()

    def _answer(self, status, body, fields=None):
        length = {} if status == 204 else {"Content-Length": str(len(body))}
        self._head(status, {"Content-Type": "text/plain", **(fields or {}), **length})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status, fields):
        if hasattr(self, "seen"):
            self.seen.status = status
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()


def _signature(path):
    return hashlib.sha256(path.encode()).hexdigest()[:16]
