"""The two servers of the suite, the test Hub and the vault, as processes that can be stopped and restarted."""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
_PATIENCE = 60  # seconds for a server to start or to end


def free_port(host="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def wait_until(condition, what, seconds=_PATIENCE):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} took longer than {seconds} s")
        time.sleep(0.05)


class Server:
    """A child process. It is killed by its id, and only while it is still a child."""

    def __init__(self, name, folder):
        self.name = name
        self.log = folder / f"{name}.log"
        self.process = None

    def launch(self, command, **more):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, **more)

    def wait_for(self, ready):
        def checked():
            if self.process.poll() is not None:
                raise RuntimeError(f"The {self.name} ended with {self.process.returncode}:\n{self.last_words()}")
            return ready()

        wait_until(checked, f"The start of the {self.name}")

    def stop(self):
        """Sends SIGTERM; returns whether the process ended in time."""
        if self.process is None or self.process.poll() is not None:
            return True
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_PATIENCE)
            return True
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False

    def last_words(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


class Hub(Server):
    """The test Hub and its CDN. A restart keeps its ports and loses pushes."""

    HUGE = 300_000_000
    TABLE = ROOT / "target" / "clients" / "table.parquet"

    def __init__(self, folder, java):
        super().__init__("hub", folder)
        self.java = java
        self.ports = (0, 0)
        self.repositories = {}
        self.tokens = {}

    def start(self):
        self.log.write_bytes(b"")
        classes = f"{ROOT}/target/artifact-vault.jar:{ROOT}/target/test-classes"
        command = [self.java, "-Xmx1g", "-cp", classes, "io.artifactvault.testhub.DemoHub"]
        command += ["--hub-port", str(self.ports[0]), "--cdn-port", str(self.ports[1]), "--huge", str(self.HUGE)]
        if self.TABLE:
            command += ["--table", str(self.TABLE)]
        self.launch(command, stdin=subprocess.PIPE)
        self.wait_for(lambda: b"token of bob: " in self.log.read_bytes())
        self._read(self.log.read_text())
        return self

    def _read(self, said):
        bases = dict(re.findall(r"^(hub|cdn): (\S+)$", said, re.M))
        self.base = bases["hub"]
        self.ports = tuple(int(bases[name].rpartition(":")[2]) for name in ("hub", "cdn"))
        self.repositories = dict(re.findall(r"^repository: (\S+) (\S+)$", said, re.M))
        self.tokens = dict(re.findall(r"^token of (\w+): (\S+)$", said, re.M))

    def stats(self):
        return self._control("GET", "stats")

    def reset(self):
        self._control("POST", "reset")

    def push(self, repository):
        """Pushes pushed.txt; returns the new commit."""
        sha = self._control("POST", "push?repo=" + repository)["sha"]
        self.repositories[repository] = sha
        return sha

    def _control(self, method, what):
        request = urllib.request.Request(f"{self.base}/_control/{what}", method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@dataclasses.dataclass(frozen=True)
class Mount:
    """The Hub's mount in the vault: a path prefix, or a host name."""

    prefix: str
    host: str = "127.0.0.1"
    hosts: str = "[]"
    of: str = "hub"  # what it leads to: the test Hub, the index, or the registries


PREFIX = Mount("/huggingface/")
ROOT_MOUNT = Mount("/")
HOST_MOUNT = Mount("/", "localhost", "[localhost]")
INDEX_MOUNT = Mount("/pypi/", of="index")
REGISTRIES_MOUNT = Mount("/", of="registries")

_SERVER = """\
server: {{host: 127.0.0.1, port: {port}}}
admin: {{host: 127.0.0.1, port: {admin}}}
cache: {{dir: {cache}, max_size: 20 GiB}}
"""
_HUB = """\
backends:
  - type: huggingface
    config:
      prefix: {mount.prefix}
      hosts: {mount.hosts}
      base_url: {hub}
      metadata_ttl: 1
      negative_ttl: 1
      allow_private_redirects: true   # the test CDN is on the loopback range
"""
_INDEX = """\
backends:
  - type: pypi
    config:
      prefix: {mount.prefix}
      base_url: {index}
      files_hosts: ["127.0.0.1"]
      metadata_ttl: 1
      negative_ttl: 1
      allow_private_redirects: true
"""
# `asking` is the registry of `dockerhub` again, for clients that send a login only if /v2/ demands one.
_REGISTRIES = """\
backends:
  - {{type: dockerhub, name: dockerhub, config: {{base_url: "{tokens}", listen: "{dockerhub}", {common}}}}}
  - {{type: oci, name: asking, config: {{base_url: "{again}", listen: "{asking}", ask_login: true, {common}}}}}
  - {{type: oci, name: plain, config: {{base_url: "{plain}", hosts: [localhost], image_hosts: [plain.test], {common}}}}}
  - {{type: oci, name: private, config: {{base_url: "{basic}", listen: "{private}", image_hosts: [private.test],
      ask_login: true, {common}}}}}
"""
_COMMON = "metadata_ttl: 1, negative_ttl: 1, allow_private_redirects: true"


class Vault(Server):
    """The vault. It keeps its port, and its cache folder over restarts until `empty`."""

    def __init__(self, folder, hub, index, registries):
        super().__init__("vault", folder)
        self.cache = folder / "cache"
        self.config = folder / "vault.yml"
        self.port = free_port()
        self.admin = free_port()
        self.listeners = {name: f"127.0.0.1:{free_port()}" for name in ("dockerhub", "asking", "private")}
        self.hub = hub
        self.index = index
        self.registries = registries

    def mount(self, where):
        """Takes effect at the next start; the vault treats the cache as that of another backend."""
        self.where = where
        text = _SERVER.format(port=self.port, admin=self.admin, cache=self.cache)
        if where.of == "hub":
            text += _HUB.format(hub=self.hub.base, mount=where)
        elif where.of == "registries":
            tokens = self.registries.base_of("tokens")
            text += _REGISTRIES.format(
                tokens=tokens, again=tokens.replace("127.0.0.1", "localhost"), plain=self.registries.base_of("plain"),
                basic=self.registries.base_of("basic"), common=_COMMON, **self.listeners,
            )
        else:
            text += _INDEX.format(index=self.index.base, mount=where)
        self.config.write_text(text)

    @property
    def endpoint(self):
        return f"http://{self.where.host}:{self.port}{self.where.prefix}".rstrip("/")

    def start(self):
        java_options = os.environ.get("VAULT_JAVA_OPTS", "-Xmx1g")
        environment = {**os.environ, "VAULT_JAVA_OPTS": java_options}
        self.launch(
            [str(ROOT / "vault"), "serve", "--config", str(self.config)], stdin=subprocess.DEVNULL, env=environment
        )
        self.wait_for(self._is_healthy)
        return self

    def wait_for_hub(self):
        """Waits until the vault contacts a recovered Hub again; its circuit breaker needs some seconds."""
        wait_until(self._asks_hub, "The vault's return to the Hub")

    def _asks_hub(self):
        try:
            with urllib.request.urlopen(f"{self.endpoint}/api/whoami-v2", timeout=30):
                return True
        except urllib.error.HTTPError as refusal:
            return refusal.code == 401

    def wait_for_registries(self):
        """Waits until the vault contacts all registries again after an outage."""
        for backend in ("dockerhub", "plain", "private"):
            wait_until(lambda: self._reaches(backend), f"The vault's return to {backend}")

    def _reaches(self, backend):
        try:
            with urllib.request.urlopen(f"{self.endpoint}/v2/{backend}/no/such/manifests/tag", timeout=30):
                return True
        except urllib.error.HTTPError as refusal:
            return refusal.code in (401, 404)

    def empty(self):
        shutil.rmtree(self.cache, ignore_errors=True)

    def _is_healthy(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False
