"""Compares the vault with devpi, proxpi, NORA and nginx in front of one package index, on this machine, over loopback.

`benchmarks/run --only pypi` starts it; docs/benchmarks.md describes the method. It ends by itself, with all that
it started.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import shutil
import signal
import statistics
import sys
import tempfile
import time

import servers
from clients import Heap, Readers, Uv, crowd, file_url, first_byte, requests_per_second
from index import JSON, PACKAGES, PAGES_PER_ROUND
from servers import NAMES, fetch, run, say

LIFETIME = 1800  # seconds, of pages: none expires during a measurement
SHORT_LIFETIME = 5  # for the second resolve
SMALL = [f"small-{number:02}" for number in range(PACKAGES)]
PEERS = ("devpi", "proxpi", "NORA")


class Figures:
    """The values of each row by server and round, and why others are missing."""

    def __init__(self):
        self.values, self.reasons = {}, {}

    def note(self, key, server, number, value):
        self.values.setdefault(key, {}).setdefault(server, {})[number] = value
        say(f"  {key}, {server}: {value:.4g}")

    def miss(self, title, server, why):
        self.reasons.setdefault((server, why), set()).add(title)
        say(f"  {title}, {server}: {why}")

    def median(self, key, server):
        found = self.values.get(key, {}).get(server)
        return statistics.median(found.values()) if found else None

    def over(self, key, *others):
        """The median of the ratios of the rounds: the vault to the greatest of the others."""
        by_server, ratios = self.values.get(key, {}), []
        for number, value in by_server.get("vault", {}).items():
            compared = [by_server[other][number] for other in others if number in by_server.get(other, {})]
            if compared and max(compared):
                ratios.append(value / max(compared))
        return statistics.median(ratios) if ratios else None


class Benchmark:
    def __init__(self, options, scratch):
        self.options, self.scratch, self.figures, self.servers = options, scratch, Figures(), {}
        self.home = pathlib.Path(__file__).resolve().parents[2]
        self.java_home = pathlib.Path(run([self.home / "vault", "--java-home"], 60).strip())
        self.large = f"{options.megabytes} MB"

    # ── Servers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def started(self, names, lifetime, rounds, megabytes):
        """Also starts the index, whose counters belong to this set."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="set.", dir=self.scratch))
        say("starting the index …")
        try:
            index = servers.start_index(folder / "direct", rounds, megabytes)
            self.servers = {"direct": index}
            for name in names:
                shown = name.partition(",")[0]
                if shown not in self.missing:
                    try:
                        self.servers[name] = servers.start(
                            name, self.home, self.options.peers, folder / name.replace(", ", "-"), index.port, lifetime
                        )
                    except (OSError, RuntimeError, servers.subprocess.SubprocessError) as error:
                        if name == "vault":
                            raise
                        self.figures.miss("start", name, servers.reason(error))
            yield
        finally:
            for server in self.servers.values():
                server.stop()
            self.servers = {}
            shutil.rmtree(folder, ignore_errors=True)

    def each(self, title, measure, rounds, variant="", names=NAMES):
        """Measures all servers alternately; measure(server, round) returns values by row."""
        for number in range(1, rounds + 1):
            turn = names[number % len(names) :] + names[: number % len(names)]
            for name in turn:
                server = self.servers.get(name + variant) or self.servers.get(name)
                if server is None:
                    continue
                try:
                    for key, value in measure(server, number).items():
                        self.figures.note(key, name, number, value)
                except Exception as error:  # its place in the table stays empty
                    if name == "vault":
                        say((server.log.read_text(errors="replace"))[-2000:])
                    self.figures.miss(title, name, servers.reason(error))

    def upstream(self):
        """The counters of the index once they rest."""
        at = self.servers["direct"].base.replace("/simple/", "/_control")
        before = None
        for _ in range(200):
            now = json.loads(fetch(at))
            if now == before:
                break
            before = now
            time.sleep(0.3)
        return now

    # ── Measurements ─────────────────────────────────────────────────────────────────────────────────────────────────

    def prime(self, server, number):
        """Stores what the warm rows request, and checks that all deliver the same files."""
        for project in ("three", "middle", "large-0"):
            for _ in range(2):
                content = fetch(file_url(server.base, project))
            if content != fetch(file_url(self.servers["direct"].base, project)):
                raise RuntimeError(f"other bytes for {project}")
        for _ in range(2):
            fetch(f"{server.base}many-0/", JSON)
        self.warm(server, number)  # and lets the JVM compile
        self.releases(server, 0)
        return {}

    def warm(self, server, number):
        urls = {
            "warm wheel of 1 MiB, requests/s": (file_url(server.base, "middle"), 16, "*/*"),
            "warm page of 3 files, requests/s": (f"{server.base}three/", 64, JSON),
            "warm page of 2 MB, requests/s": (f"{server.base}many-0/", 8, JSON),
        }
        return {
            key: requests_per_second(url, self.options.seconds, connections, accept)
            for key, (url, connections, accept) in urls.items()
        }

    def warm_large(self, server, number):
        began, size = time.perf_counter(), 0
        for _ in range(3):
            size += sum(result.size for result in crowd(file_url(server.base, "large-0"), 4))
        return {f"warm wheel of {self.large} × 4 clients, MiB/s": size / (1 << 20) / (time.perf_counter() - began)}

    def releases(self, server, number):
        first = 2 + number * PAGES_PER_ROUND
        cold = [first_byte(f"{server.base}many-{first + n}/", JSON) for n in range(PAGES_PER_ROUND)]
        warm = [first_byte(f"{server.base}many-0/", JSON) for _ in range(21)]
        return {
            "page of 5,000 releases, cold: first byte ms": statistics.median(cold) * 1000,
            "page of 5,000 releases, warm: first byte ms": statistics.median(warm) * 1000,
        }

    def heap(self, server, number):
        heap, warm, cold = Heap(self.java_home, server.process.pid), f"{server.base}many-0/", f"{server.base}many-1/"
        crowd(warm, 20, accept=JSON)
        growth = {}
        for kind, url in (("cold", cold), ("warm", warm)):
            before = heap.kept()
            with Readers(url, 20):
                growth[f"heap growth by 20 readers of a {kind} page of 5,000 releases, MiB"] = heap.kept() - before
        return growth

    def cold_page(self, server, number):
        before = self.upstream()
        crowd(f"{server.base}held-{number}/", 50, accept=JSON)
        return {"50 clients, one cold page: upstream requests": self.upstream()["requests"] - before["requests"]}

    def cold_wheel(self, server, number):
        title, url = f"20 clients, cold wheel of {self.large}", file_url(server.base, f"large-{number}")
        size = json.loads(fetch(f"{self.servers['direct'].base}large-{number}/", JSON))["files"][0]["size"]
        before = self.upstream()
        try:
            results = crowd(url, 20, size)
        finally:
            sent = self.upstream()["bytes"] - before["bytes"]
            self.figures.note(f"{title}: upstream bytes / file", server.name, number, sent / size)
        return {
            f"{title}: clients redirected": sum(result.redirects > 0 for result in results),
            f"{title}: first byte, median ms": statistics.median(result.first for result in results) * 1000,
            f"{title}: first byte, last client ms": max(result.first for result in results) * 1000,
            f"{title}: all done s": max(result.done for result in results),
        }

    def install(self, server, number):
        self.uv.install(server.base, SMALL)
        times = [self.uv.install(server.base, SMALL) for _ in range(5)]
        return {"uv pip install of 40 packages, warm, s": statistics.median(times)}

    def lazy(self, server, number):
        sent = {}
        for kind in ("cold", "warm"):
            before = self.upstream()["bytes"]
            self.uv.resolve(server.base, [f"lazy-{number}"])
            key = f"uv resolves a wheel of {self.large} without PEP 658, {kind}: upstream KiB"
            sent[key] = (self.upstream()["bytes"] - before) / 1024
        return sent

    def again(self, server, number):
        """Once the pages have expired, from a machine that has nothing."""
        self.uv.resolve(server.base, SMALL)
        time.sleep(SHORT_LIFETIME + 1)
        before = self.upstream()
        self.uv.resolve(server.base, SMALL)
        now = self.upstream()
        requests, unchanged = (now[name] - before[name] for name in ("requests", "not_modified"))
        return {
            "second resolve of 40 projects: upstream requests": requests,
            "second resolve of 40 projects: upstream responses other than 304": requests - unchanged,
        }

    def measure(self):
        rounds = self.options.rounds
        self.missing = servers.install(self.options.peers)
        for name, why in self.missing.items():
            self.figures.miss("all", name, why)
        self.uv = Uv(self.options.peers / "uv/bin/uv", self.scratch)
        names = ["vault", "devpi", "proxpi", "proxpi, warm", "NORA", "nginx"]
        with self.started(names, LIFETIME, rounds, self.options.megabytes):
            self.each("warm", self.prime, 1, ", warm")
            self.each("warm", self.warm, rounds, ", warm")
            self.each("warm large wheel", self.warm_large, rounds, ", warm")
            self.each("page of 5,000 releases", self.releases, rounds)
            self.each("heap", self.heap, 1, names=("vault",))
            self.each("cold page", self.cold_page, rounds)
            self.each("cold wheel", self.cold_wheel, rounds)
            self.each("uv pip install", self.install, rounds)
            self.each("uv without PEP 658", self.lazy, rounds)
        with self.started(["vault", "devpi", "proxpi", "NORA", "nginx"], SHORT_LIFETIME, rounds=0, megabytes=1):
            self.each("second resolve", self.again, 1)

    # ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────

    def rows(self):
        """Key, digits, the comparison as a number and in words, the goal, and whether it is met."""
        of, over, wheel = self.figures.median, self.figures.over, f"20 clients, cold wheel of {self.large}"

        def plain(key, digits, most):
            yield key, digits, of(key, "vault"), "", f"≤ {most}", lambda value: value <= most

        def ratio(key, digits, others, least=None, most=None):
            words = "× the best of devpi, proxpi, NORA" if others == PEERS else f"× {others[0]}"
            goal = f"≥ {least}" if most is None else f"≤ {most}"
            met = (lambda value: value >= least) if most is None else (lambda value: value <= most)
            yield key, digits, over(key, *others), words, goal, met

        def above(key, most):
            mine, direct = of(key, "vault"), of(f"{wheel}: first byte, median ms", "direct")
            value = None if mine is None or direct is None else mine - direct
            yield key, 1, value, "ms above direct's median", f"≤ {most}", lambda value: value <= most

        yield from plain("50 clients, one cold page: upstream requests", 0, 1)
        yield from plain(f"{wheel}: upstream bytes / file", 2, 1.0)
        yield from plain(f"{wheel}: clients redirected", 0, 0)
        yield from above(f"{wheel}: first byte, median ms", 50)
        yield from above(f"{wheel}: first byte, last client ms", 250)
        yield from ratio(f"{wheel}: all done s", 2, ["nginx"], most=1.2)
        yield from ratio("warm wheel of 1 MiB, requests/s", 0, ["nginx"], least=0.9)
        yield from ratio(f"warm wheel of {self.large} × 4 clients, MiB/s", 0, ["nginx"], least=0.9)
        yield from ratio("warm page of 3 files, requests/s", 0, ["nginx"], least=0.5)
        yield from ratio("warm page of 2 MB, requests/s", 0, PEERS, least=5)
        key = "uv pip install of 40 packages, warm, s"
        direct = of(key, "direct") or 0
        met = lambda value: (of(key, "vault") or 0) <= 1.5 * direct + 0.1
        yield key, 3, over(key, "direct"), "× direct", "≤ 1.5, and 0.1 s", met
        yield from ratio("page of 5,000 releases, cold: first byte ms", 2, ["direct"], most=1.5)
        yield from ratio("page of 5,000 releases, warm: first byte ms", 2, ["direct"], most=1.0)
        for kind in ("cold", "warm"):
            yield from plain(f"heap growth by 20 readers of a {kind} page of 5,000 releases, MiB", 1, 32)
        key = "second resolve of 40 projects: upstream requests"
        yield key, 0, of(key, "vault"), "", "", None
        yield from plain("second resolve of 40 projects: upstream responses other than 304", 0, 0)
        for kind, most in (("cold", 64), ("warm", 0)):
            key = f"uv resolves a wheel of {self.large} without PEP 658, {kind}: upstream KiB"
            yield from plain(key, 1, most)

    def report(self, arguments):
        version = run([self.java_home / "bin/java", "-version"], 60).split('"')[1]
        nginx = run(["nginx", "-v"], 60).strip().rpartition(": ")[2] if shutil.which("nginx") else "no nginx"
        peers = f"{servers.DEVPI}, {servers.PROXPI}, nora-registry {servers.NORA}, {servers.UV}"
        yield (
            f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {os.cpu_count()} cores, JDK {version}, {nginx}, {peers}, "
            f"load average at the end {os.getloadavg()[0]:.2f}; `benchmarks/run {arguments}`, "
            f"medians of {self.options.rounds}"
        )
        yield ""
        yield f"| work | {' | '.join(NAMES)} | compared | goal | met |"
        yield f"| --- |{' ---: |' * (len(NAMES) + 1)} --- | --- |"
        for key, digits, value, words, goal, met in self.rows():
            cells = []
            for name in NAMES:
                figure = self.figures.median(key, name)
                cells.append("–" if figure is None else f"{figure:.{digits}f}")
            compared = "" if value is None else f"{value:.{max(digits, 2) if words else digits}f} {words}".strip()
            verdict = "" if met is None else "not measured" if value is None else "yes" if met(value) else "**no**"
            yield f"| {key} | {' | '.join(cells)} | {compared} | {goal} | {verdict} |"
        if self.figures.reasons:
            yield ""
            yield "Missing figures:"
            yield ""
        for (server, why), titles in sorted(self.figures.reasons.items()):
            yield f"- {server} ({', '.join(sorted(titles))}): {why}"


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/run --only pypi")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--caches", type=pathlib.Path, required=True)
    parser.add_argument("--peers", type=pathlib.Path, required=True)
    parser.add_argument("--table", type=pathlib.Path, required=True)
    parser.add_argument("--arguments", default="")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("UV_")]:
        del os.environ[name]
    options.peers = options.peers.resolve()
    options.peers.mkdir(parents=True, exist_ok=True)
    caches = options.caches.resolve()
    with tempfile.TemporaryDirectory(prefix="pypi.", dir=caches, ignore_cleanup_errors=True) as scratch:
        benchmark = Benchmark(options, pathlib.Path(scratch))
        benchmark.measure()
        table = "\n".join(benchmark.report(options.arguments)) + "\n"
    options.table.write_text(table)
    print(table, end="")


if __name__ == "__main__":
    main()
