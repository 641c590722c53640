"""Runs the groups of real clients against a vault and a test Hub. Started by clients/run, which installs the clients.

Each group begins with an empty vault and goes through phases; in each, its job starts with an empty client cache. After
each phase the test Hub's counters show the vault's requests, and the guards show the clients' connections.
"""

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import index
import packages
import registries
import servers
import truth

CLIENTS = servers.ROOT / "clients"
TARGET = servers.ROOT / "target" / "clients"
RUN = TARGET / "run"
PUSHED = "models/acme/tiny"
JOB_SECONDS = 300


@dataclasses.dataclass(frozen=True)
class Group:
    """A client in one variant: its command, environment and phases."""

    name: str
    command: tuple
    phases: tuple = ("cold", "warm", "restart", "stopped", "moved")
    environment: dict = dataclasses.field(default_factory=dict)
    guarded: bool = True
    # In the cold phase the origin may send each content of these repositories at most once.
    repositories: tuple = ()
    whole: bool = False  # whether the cold phase needs all of them
    mount: servers.Mount = servers.PREFIX
    most: int | None = None  # bytes that the origin may send in the cold phase, if the job reads only parts


def python(name, venv, job, **more):
    return Group(name, (str(TARGET / venv / "bin" / "python"), str(CLIENTS / "jobs" / job)), **more)


def hub(version, xet):
    has_plain = xet == "absent" and version != "0.23.5"
    venv = f"hub-{version}" + ("-plain" if has_plain else "")
    environment = {"HUB_VERSION": version, "XET": xet}
    if xet == "disabled":
        environment["HF_HUB_DISABLE_XET"] = "1"
    return python(f"hub-{version}-xet-{xet}", venv, "hub.py", environment=environment)


def package(name, venv, job, **more):
    """A client of the package index."""
    return python(
        f"pypi-{name}", venv, f"pypi_{job}.py", mount=servers.INDEX_MOUNT,
        **{"phases": ("cold", "warm", "stopped"), **more},
    )


NO_PUSH = ("cold", "warm", "restart", "stopped")
GROUPS = [
    *(hub(version, xet) for version in ("1.33.0", "2.0.0") for xet in ("installed", "disabled", "absent")),
    hub("2.4.0", "installed"),
    hub("2.4.0", "absent"),
    # Still in use on clusters: the last release before 1.0, and one without Xet.
    hub("0.36.2", "installed"),
    hub("0.23.5", "absent"),
    python("transformers", "libraries", "transformers_job.py", phases=NO_PUSH),
    # Its download counter is on another host.
    python(
        "datasets", "libraries", "datasets_job.py", phases=NO_PUSH, environment={"HF_UPDATE_DOWNLOAD_COUNTS": "0"}
    ),
    Group("hub.js", ("node", "--require", str(CLIENTS / "guard" / "guard.cjs"), str(CLIENTS / "jobs" / "hubjs.mjs"))),
    Group("tools", ("bash", str(CLIENTS / "jobs" / "tools.sh")), phases=NO_PUSH, guarded=False),
    # It names models only by host, repository and tag.
    Group(
        "ollama",
        ("bash", str(CLIENTS / "jobs" / "ollama.sh")),
        phases=NO_PUSH,
        environment={"OLLAMA_PULL": str(TARGET / "ollama" / "pull")},
        guarded=False,
        mount=servers.ROOT_MOUNT,
    ),
    # git's own content cannot be stored, and git requests it first.
    Group("git", ("bash", str(CLIENTS / "jobs" / "git.sh")), phases=("cold", "warm", "restart"), guarded=False),
    python("parts", "hub-2.0.0-plain", "parts.py", phases=NO_PUSH),
    Group(
        "transformers.js",
        ("node", "--require", str(CLIENTS / "guard" / "guard.cjs"), str(CLIENTS / "jobs" / "transformersjs.mjs")),
        phases=NO_PUSH,
        environment={"NODE_HOME": str(TARGET / "transformersjs")},
    ),
    Group(
        "crowd",
        ("bash", str(CLIENTS / "jobs" / "crowd.sh")),
        phases=("cold",),
        guarded=False,
        repositories=("models/acme/huge",),
        whole=True,
    ),
    Group(
        "pieces",
        ("bash", str(CLIENTS / "jobs" / "pieces.sh")),
        phases=("cold", "warm"),
        guarded=False,
        repositories=("models/acme/huge",),
        whole=True,
    ),
    *(
        Group(
            f"mount-{mount}",
            ("bash", str(CLIENTS / "jobs" / "mounts.sh")),
            phases=NO_PUSH,
            environment={"HF": str(TARGET / "hub-2.0.0" / "bin" / "hf"), "MOUNT": mount},
            mount=where,
        )
        for mount, where in (("root", servers.ROOT_MOUNT), ("host", servers.HOST_MOUNT))
    ),
    *(
        python(
            f"table-{reader}",
            "libraries",
            "table.py",
            phases=("cold", "warm", "restart"),
            environment={"READER": reader, "HF_UPDATE_DOWNLOAD_COUNTS": "0"},
            most=most << 20,
        )
        # A stream requests many row groups in one range, here 38 MB; a footer and a column are less than 1 MiB each.
        for reader, most in (("streaming", 40), ("footer", 2))
    ),
    # Large objects are sent to the CDN's host, which the Hub names.
    python(
        "upload",
        "hub-2.0.0",
        "upload.py",
        phases=("cold",),
        environment={"HF_HUB_DISABLE_XET": "1"},
        guarded=False,
    ),
    *(
        package(f"pip-{version}", f"pip-{version}", "pip", environment={"PIP_VERSION": version})
        for version in ("22.3", "23.2", "26.3")
    ),
    package("uv", "uv", "uv", phases=NO_PUSH, guarded=False),
    package("poetry", "poetry", "poetry"),
    package("pdm", "pdm", "pdm"),
    package(
        "faults", "pip-26.3", "faults", phases=("cold",), environment={"UV": str(TARGET / "uv" / "bin" / "uv")},
        guarded=False,
    ),
    Group(
        "oci",
        (sys.executable, str(CLIENTS / "jobs" / "oci.py")),
        phases=("cold", "warm", "restart", "stopped", "moved", "limited"),
        environment={"TOOLS": str(TARGET / "oci" / "bin")},
        guarded=False,
        mount=servers.REGISTRIES_MOUNT,
    ),
    # 1 MiB for the footer, 1 MiB and the read-ahead for the section.
    python("footers", "hub-2.0.0", "footers.py", phases=("cold", "warm", "restart"), most=10 << 20),
]


class Suite:
    """The results, and the servers that all groups share. The test Hub runs only if a group needs it."""

    def __init__(self, java, groups):
        self.passed = self.failed = 0
        shutil.rmtree(RUN, ignore_errors=True)
        RUN.mkdir(parents=True)
        self.hub = servers.Hub(RUN, java)
        self.truth = None
        if any(group.mount.of == "hub" for group in groups):
            self.hub.start()
            self.truth = truth.Truth(self.hub)
        self.index = index.Index(packages.Packages(TARGET)).start()
        self.registries = None
        if any(group.mount.of == "registries" for group in groups):
            self.registries = registries.Registries(RUN)
        self.vault = servers.Vault(RUN, self.hub, self.index, self.registries)

    def close(self):
        self.vault.stop()
        self.hub.stop()
        self.index.stop()
        if self.registries:
            self.registries.stop()

    def count(self, label, name, why=None):
        if why is None:
            self.passed += 1
            print(f"ok {label}: {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL {label}: {name}: {why}", flush=True)

    def check(self, label, name, right, why):
        self.count(label, name, None if right else why)

    def run(self, group):
        self._fresh(group)
        for phase in group.phases:
            label = f"{group.name} {phase}"
            try:
                if group.mount.of == "registries":
                    self._prepare_registries(phase)
                    self._job(group, phase, label)
                    self._judge_registries(phase, label)
                    continue
                if group.mount.of == "index":
                    self._prepare_index(phase)
                    self._job(group, phase, label)
                    self._judge_index(group, phase, label)
                    continue
                self._prepare(phase)
                before = self.hub.stats() if phase != "stopped" else None
                self._job(group, phase, label)
                if before:
                    self._judge(group, phase, label, before)
            except (OSError, RuntimeError, subprocess.SubprocessError) as trouble:
                self.count(label, "phase", f"{type(trouble).__name__}: {trouble}")
        self._check_stop(group.name)

    def _fresh(self, group):
        """Starts an empty vault, and a test Hub without pushes."""
        self.vault.stop()
        self.vault.empty()
        match group.mount.of:
            case "hub":
                self._hub_again()
            case "registries":
                self.registries.start()
                self.registries.save(RUN)
            case _:
                self.index.start()
        self.vault.mount(group.mount)
        self.vault.start()

    def _hub_again(self):
        self.hub.stop()
        self.hub.start()
        self._read_again()

    def _read_again(self):
        self.truth.reread(PUSHED)
        self.truth.save(RUN)
        self.hub.reset()

    def _prepare(self, phase):
        match phase:
            case "restart":
                self._restart()
            case "moved":
                self.hub.start()  # it was down before
                self.vault.wait_for_hub()
                self.hub.push(PUSHED)
                self._read_again()
            case "stopped":
                self.hub.stop()

    def _restart(self):
        if not self.vault.stop():
            raise RuntimeError("The vault did not end after SIGTERM")
        self.vault.start()

    def _prepare_index(self, phase):
        self.index.reset()
        if phase == "restart":
            self._restart()
        elif phase == "stopped":
            self.index.stop()

    def _judge_index(self, group, phase, label):
        """Each file once; afterwards only pages, and none that the vault holds already."""
        seen = self.index.requests()
        files = [one for one in seen if one["door"] == "files" or not one["path"].startswith("/simple/")]
        pages = [one for one in seen if one not in files]
        if phase == "cold":
            whole = [one["path"] for one in files if one["method"] == "GET" and not one["range"]]
            twice = sorted({path for path in whole if whole.count(path) > 1})
            self.check(label, f"{len(whole)} files, each fetched once", not twice, twice)
        else:
            self.check(label, "no request for a file", not files, files)
            statuses = {one["status"] for one in pages if "absent" not in one["path"]}
            wanted = set() if phase == "stopped" else {304}
            self.check(label, f"{len(pages)} requests for pages, none for a stored one", statuses == wanted, pages)

    def _prepare_registries(self, phase):
        match phase:
            case "restart":
                self._restart()
            case "stopped":
                self.registries.stop()
            case "moved":
                self.registries.start()
                self.vault.wait_for_registries()
                self.registries.move()
                self.registries.save(RUN)
        self.registries.reset()

    def _judge_registries(self, phase, label):
        """Each manifest once for each registry, each blob once for all; afterwards none that the vault holds."""
        seen = self.registries.requests()
        with (RUN / "registries.log").open("a") as log:
            log.writelines(f"{phase} {' '.join(str(value) for value in one.values())}\n" for one in seen)
        agents = {one["agent"] for one in seen}
        self.check(label, f"{len(seen)} requests upstream, all by the vault", len(agents) <= 1, agents)
        logins = {one["login"] for one in seen if one["door"] == "blobs"}
        self.check(label, "the host of the blobs sees no login", logins <= {"none"}, logins)
        sent, counted = {}, {}
        for one in seen:
            kind = next((kind for kind in ("/manifests/", "/blobs/") if kind in one["path"]), None)
            if kind and one["method"] == "GET" and one["status"] in (200, 206):
                what = one["path"].partition("?")[0]
                what = what.rpartition("/")[2] if kind == "/blobs/" else f"{one['host']} {what}"
                counted[what] = counted.get(what, 0) + 1
                sent[what] = sent.get(what, 0) + one["sent"]
        match phase:
            case "cold":
                twice = {what: times for what, times in counted.items() if times > 1}
                self.check(label, f"{len(counted)} manifests and blobs, each fetched once", not twice, twice)
            case "moved":
                moved = self.registries.sizes("library/moving")
                others = [what for what in sent if what not in moved and "/library/moving/" not in what]
                self.check(label, "only what the tag leads to now is fetched", sent and not others, others or "nothing")
                total, most = sum(sent.values()), sum(moved.values())
                self.check(label, f"{total} bytes of content, of at most {most}", total <= most, sent)
            case _:
                self.check(label, "no manifest and no blob is fetched again", not counted, counted)

    def _job(self, group, phase, label):
        work = RUN / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        peers = work / "peers"
        began = time.monotonic()
        done = self._start(group, self._environment(group, phase, work, peers), work)
        said = 0
        for line in done.splitlines():
            result, _, rest = line.partition(" ")
            if result == "ok":
                self.count(label, rest)
                said += 1
            elif result == "FAIL":
                name, _, why = rest.partition("\t")
                self.count(label, name, why or "no reason given")
                said += 1
        self.check(label, "the job ran", said > 0, f"it printed no result; see {work.name} and job.log")
        if group.guarded:
            self._check_peers(group, label, peers)
        print(f"   {label}: {time.monotonic() - began:.1f} s", flush=True)

    def _start(self, group, environment, work):
        log = RUN / "job.log"
        with log.open("ab") as errors:
            process = subprocess.Popen(
                group.command, cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=errors, text=True, start_new_session=True,
            )
            try:
                return process.communicate(timeout=JOB_SECONDS)[0]
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # the job and what it started
                return process.communicate()[0] + f"FAIL the job ends\tnot within {JOB_SECONDS} s\n"

    def _environment(self, group, phase, work, peers):
        """Takes only PATH from the caller, so that no proxy, token or cache of theirs has an effect."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(work),
            "TMPDIR": str(work),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(CLIENTS / "guard"),
            "VAULT": self.vault.endpoint,
            "PHASE": phase,
            "WORK": str(work),
            "PEERS": str(peers),
            **self._environment_of(group.mount.of),
            **group.environment,
        }

    def _environment_of(self, upstream):
        match upstream:
            case "index":
                return self._index_environment()
            case "registries":
                return {
                    "EXPECTED": str(RUN),
                    "DIRECT": self.registries.base_of("direct"),
                    "LISTENERS": json.dumps(self.vault.listeners),
                }
            case _:
                return self._hub_environment()

    def _hub_environment(self):
        return {
            "HF_ENDPOINT": self.vault.endpoint,
            "HF_HOME": str(RUN / "work" / "hf-home"),
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "NODE_HOME": str(TARGET / "node"),
            "EXPECTED": str(RUN),
            "ALICE": self.hub.tokens["alice"],
            "BOB": self.hub.tokens["bob"],
        }

    def _index_environment(self):
        files = {file.name: file.sha256 for file in self.index.packages.files}
        return {
            "DIRECT": self.index.base_of("direct"),
            "FILES": json.dumps(files),
            "CACHE": str(self.vault.cache),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    def _check_peers(self, group, label, peers):
        found = set(peers.read_text().splitlines()) if peers.exists() else set()
        ports = [self.vault.port]
        if group.mount.of == "index":
            ports.append(self.index.ports["direct"])  # where jobs read its counters
        ours = {f"{host} {port}" for host in ("127.0.0.1", "localhost") for port in ports}
        self.check(label, "connects only to the vault", found and found <= ours, sorted(found - ours))

    def _judge(self, group, phase, label, before):
        now = self.hub.stats()
        self.check(label, "no request for Xet storage", now["casRequests"] == 0, now)
        self.check(label, "the CDN sees no credentials", now["cdnAuthorization"] == 0, now)
        sent = now["contentBytes"] - before["contentBytes"]
        match phase:
            case "cold":
                most = group.most or self.truth.size_of_all(group.repositories or self.truth.repositories)
                least = most if group.whole else 1
                wanted, right = f"{least} to {most}", least <= sent <= most
            case "moved":
                most = self.truth.repositories[PUSHED]["files"]["pushed.txt"]["size"]
                wanted, right = str(most), sent == most
            case _:
                wanted, right = "0", sent == 0
        self.check(label, f"content bytes from the origin: {sent}, of {wanted}", right, now)

    def _check_stop(self, name):
        self.check(name, "the vault ends after SIGTERM", self.vault.stop(), "it had to be killed")


def main(arguments):
    java, wanted = arguments[0], arguments[1:]
    chosen = [group for group in GROUPS if not wanted or any(group.name.startswith(name) for name in wanted)]
    if not chosen:
        print("No such group; there are: " + " ".join(group.name for group in GROUPS), file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    suite = Suite(pathlib.Path(java, "bin", "java"), chosen)
    try:
        for group in chosen:
            suite.run(group)
    finally:
        suite.close()
    print(f"{suite.passed} passed, {suite.failed} failed", flush=True)
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
