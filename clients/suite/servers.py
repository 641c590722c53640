"""The two servers of the suite, the play Hub and the vault, as processes that can be stopped and started again."""

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
    """A process of ours: ended by its own id, and only while it is still ours to wait for."""

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
        """Asks it to end; answers whether it did so in time."""
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
    """The play Hub and its CDN. Keeps its ports over a restart; what was pushed is gone then."""

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
        """Pushes pushed.txt; answers the new commit."""
        sha = self._control("POST", "push?repo=" + repository)["sha"]
        self.repositories[repository] = sha
        return sha

    def _control(self, method, what):
        request = urllib.request.Request(f"{self.base}/_control/{what}", method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@dataclasses.dataclass(frozen=True)
class Mount:
    """Where the vault has the Hub: below a path, under a host name alone."""

    prefix: str
    host: str = "127.0.0.1"
    hosts: str = "[]"


PREFIX = Mount("/huggingface/")
ROOT_MOUNT = Mount("/")
HOST_MOUNT = Mount("/", "localhost", "[localhost]")

_CONFIG = """\
server: {{host: 127.0.0.1, port: {port}}}
admin: {{host: 127.0.0.1, port: {admin}}}
cache: {{dir: {cache}, max_size: 20 GiB}}
backends:
  - type: huggingface
    config:
      prefix: {mount.prefix}
      hosts: {mount.hosts}
      base_url: {hub}
      metadata_ttl: 1
      negative_ttl: 1
      allow_private_redirects: true   # the play CDN is on the loopback range
"""


class Vault(Server):
    """The vault, on one port for its life, with a cache folder that a restart keeps and `empty` does not."""

    def __init__(self, folder, hub):
        super().__init__("vault", folder)
        self.cache = folder / "cache"
        self.config = folder / "vault.yml"
        self.port = free_port()
        self.admin = free_port()
        self.hub = hub
        self.mount(PREFIX)

    def mount(self, where):
        """From the next start on; the cache is another backend's for all that the vault knows."""
        self.where = where
        text = _CONFIG.format(port=self.port, admin=self.admin, cache=self.cache, hub=self.hub.base, mount=where)
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
        """Until a Hub that came back is asked again: the vault spares one that failed for some seconds."""
        wait_until(self._asks_hub, "The vault's way back to the Hub")

    def _asks_hub(self):
        try:
            with urllib.request.urlopen(f"{self.endpoint}/api/whoami-v2", timeout=30):
                return True
        except urllib.error.HTTPError as refusal:
            return refusal.code == 401

    def empty(self):
        shutil.rmtree(self.cache, ignore_errors=True)

    def _is_healthy(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False
