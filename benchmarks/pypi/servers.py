"""The servers of the benchmark: each in front of the same index, at its best setting, with an empty cache of its own.

Installs what is missing below the folder of the peers, where the next run finds it. A server that cannot be had or does
not start is reported with the reason, and its figures are missing.
"""

import base64
import ctypes
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from index import JSON

DEVPI, PROXPI, NORA, UV = "devpi-server==6.20.3", "proxpi==1.3.1 gunicorn==27.0.1", "1.4.3", "uv==0.13.9"
NAMES = ("direct", "vault", "devpi", "proxpi", "NORA", "nginx")
_libc = ctypes.CDLL(None)


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def reason(error):
    """One line of an error, for the table's notes."""
    if isinstance(error, subprocess.CalledProcessError):
        lines = [line for line in (error.output or "").splitlines() if line.strip()]
        return f"exit code {error.returncode}: {lines[-1].strip()[:160] if lines else 'no output'}"
    return f"{type(error).__name__}: {error}"[:200]


def run(command, timeout, **more):
    """Returns its output. Kills it with all that it started if it takes longer."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True, **more
    ) as process:
        try:
            output, _ = process.communicate(timeout=timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return output


class Server:
    """A process and all that it starts; it ends with this one."""

    def __init__(self, name, base, command, log, **environment):
        self.name, self.base, self.log = name, base, log
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log.open("w"), stderr=subprocess.STDOUT, cwd=log.parent,
            env={**os.environ, **environment}, start_new_session=True,
            preexec_fn=lambda: _libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        )

    def await_page(self, seconds=300):
        """Until it serves a page of the index."""
        limit = time.monotonic() + seconds
        while True:
            try:
                return fetch(f"{self.base}three/", JSON)
            except OSError as error:
                if isinstance(error, urllib.error.HTTPError):
                    limit = min(limit, time.monotonic() + 20)
                if self.process.poll() is not None or time.monotonic() > limit:
                    tail = self.log.read_text(errors="replace").splitlines()[-1:]
                    raise RuntimeError(f"did not start: {error}; {' '.join(tail)}"[:200]) from None
                time.sleep(0.2)

    def started(self):
        """This server, once it serves a page; it is stopped if it does not."""
        try:
            self.await_page()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(10)
            except ProcessLookupError:
                pass
            except subprocess.TimeoutExpired:
                continue
            break


def fetch(url, accept="*/*"):
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read()


def free_port():
    """Below those that the system gives to outgoing connections."""
    while True:
        try:
            with socket.create_server(("127.0.0.1", random.randrange(20000, 32000))) as one:
                return one.getsockname()[1]
        except OSError:
            continue


# ── Installing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def install(peers):
    """Returns the reasons by the names of those that could not be had."""
    missing = {}
    for name, wanted in (("devpi", DEVPI), ("proxpi", PROXPI), ("uv", UV)):
        venv = peers / name
        if (venv / "installed").exists() and (venv / "installed").read_text() == wanted:
            continue
        say(f"installing {wanted} …")
        try:
            shutil.rmtree(venv, ignore_errors=True)
            run([sys.executable, "-m", "venv", venv], 120)
            run([venv / "bin/pip", "install", "-q", *wanted.split()], 900)
            (venv / "installed").write_text(wanted)
        except (OSError, subprocess.SubprocessError) as error:
            missing[name] = reason(error)
    nora = peers / f"nora-{NORA}"
    if not (nora / "bin/nora").exists():
        say(f"building nora-registry {NORA}, which may take half an hour …")
        command = ["nice", "-n", "19", "cargo", "install", "-q", "nora-registry", "--version", NORA, "--root", nora]
        try:
            try:
                run([*command, "--locked"], 5400)
            except subprocess.CalledProcessError:  # its lock names a crate that this registry does not have
                run(command, 5400)
        except (OSError, subprocess.SubprocessError) as error:
            missing["NORA"] = reason(error)
    return missing


# ── Starting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def start_index(folder, rounds, megabytes):
    port = free_port()
    (folder / "wheels").mkdir(parents=True)
    script = pathlib.Path(__file__).with_name("index.py")
    command = [sys.executable, script, str(port), folder / "wheels", str(rounds), str(megabytes)]
    server = Server("direct", f"http://127.0.0.1:{port}/simple/", command, folder / "index.log")
    server.port = port
    return server.started()


def start(name, home, peers, folder, upstream, lifetime):
    """Starts one server in an empty folder; lifetime is that of pages, in seconds."""
    folder.mkdir(parents=True)
    port = free_port()
    return _STARTS[name](home, peers, folder, port, upstream, lifetime).started()


def _vault(home, peers, folder, port, upstream, lifetime):
    (folder / "vault.yml").write_text(f"""\
server: {{host: 127.0.0.1, port: {port}}}
admin: {{host: 127.0.0.1, port: {free_port()}}}
cache: {{dir: {folder}/cache, max_size: 100 GiB}}
backends:
  - type: pypi
    config: {{base_url: "http://127.0.0.1:{upstream}", metadata_ttl: {lifetime}}}
""")
    command = [home / "vault", "serve", "--config", folder / "vault.yml", "--log-level", "warn"]
    return Server("vault", f"http://127.0.0.1:{port}/pypi/simple/", command, folder / "log")


def _devpi(home, peers, folder, port, upstream, lifetime):
    """A mirror index made over its API, as `devpi index -c` makes it."""
    state, programs = folder / "state", peers / "devpi/bin"
    run([programs / "devpi-init", "--serverdir", state, "--no-root-pypi", "--root-passwd", "benchmark"], 300)
    command = [programs / "devpi-server", "--serverdir", state, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--threads", "64", "--connection-limit", "1000", "--request-timeout", "60", "--enable-core-metadata"]
    command += ["--mirror-cache-expiry", str(lifetime)]
    server = Server("devpi", f"http://127.0.0.1:{port}/root/mirror/+simple/", command, folder / "log")
    try:
        token = _call(port, "POST", "+login", {"user": "root", "password": "benchmark"})["result"]["password"]
        mirror = {"type": "mirror", "volatile": False, "mirror_url": f"http://127.0.0.1:{upstream}/simple/"}
        _call(port, "PUT", "root/mirror", mirror, f"root:{token}")
    except BaseException:
        server.stop()
        raise
    return server


def _call(port, method, path, value, login=None):
    fields = {"Content-Type": "application/json", "Accept": "application/json"}
    if login:
        fields["X-Devpi-Auth"] = base64.b64encode(login.encode()).decode()
    url = f"http://127.0.0.1:{port}/{path}"
    request = urllib.request.Request(url, json.dumps(value).encode(), fields, method=method)
    limit = time.monotonic() + 300
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read()[:100]}") from None
        except OSError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.2)


def _proxpi(home, peers, folder, port, upstream, lifetime, workers=1):
    """One process, whose requests share downloads; it waits for a download instead of sending the client upstream."""
    command = [peers / "proxpi/bin/gunicorn", "--workers", str(workers), "--threads", "64", "--timeout", "300"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning", "proxpi.server:app"]
    (folder / "cache").mkdir()
    return Server(
        "proxpi", f"http://127.0.0.1:{port}/index/", command, folder / "log",
        PROXPI_INDEX_URL=f"http://127.0.0.1:{upstream}/simple/", PROXPI_INDEX_TTL=str(lifetime),
        PROXPI_CACHE_SIZE=str(100 << 30), PROXPI_CACHE_DIR=str(folder / "cache"), PROXPI_DOWNLOAD_TIMEOUT="300",
        PROXPI_READ_TIMEOUT="300", PROXPI_LOGGING_LEVEL="WARNING"
    )


def _proxpi_of_two(*arguments):
    """Twice the throughput of one process, but each fetches for itself: for stored content only."""
    return _proxpi(*arguments, workers=2)


def _nora(home, peers, folder, port, upstream, lifetime):
    """It asks the index for each page again, and so has no lifetime to set."""
    return Server(
        "NORA", f"http://127.0.0.1:{port}/simple/", [peers / f"nora-{NORA}/bin/nora", "serve"], folder / "log",
        NORA_HOST="127.0.0.1", NORA_PORT=str(port), NORA_STORAGE_PATH=str(folder / "storage"),
        NORA_AUTH_TOKEN_STORAGE=str(folder / "tokens"), NORA_REGISTRIES_ENABLE="pypi", NORA_RATE_LIMIT_ENABLED="false",
        NORA_PYPI_PROXY=f"http://127.0.0.1:{upstream}/simple", NORA_PYPI_PROXY_TIMEOUT="300",
        RUST_LOG="warn"
    )


def _nginx(home, peers, folder, port, upstream, lifetime):
    (folder / "nginx.conf").write_text(f"""\
{'user root;' if os.getuid() == 0 else ''}
daemon off;
worker_processes 2;
pid nginx.pid;
error_log error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=20000 inactive=10m;
    open_file_cache_valid 60s;
    client_body_temp_path body;
    proxy_temp_path temp;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    proxy_cache_path cache levels=1:2 keys_zone=bench:64m max_size=100g inactive=7d use_temp_path=off;
    upstream index {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000; }}
    server {{
        listen 127.0.0.1:{port} backlog=1024 reuseport;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_cache bench;
        proxy_ignore_headers Cache-Control Expires;
        proxy_cache_revalidate on;
        proxy_cache_lock on;
        proxy_cache_lock_timeout 10m;
        proxy_cache_lock_age 10m;
        proxy_buffer_size 16k;
        proxy_buffers 16 64k;
        proxy_busy_buffers_size 256k;
        location /simple/ {{ proxy_pass http://index; proxy_cache_valid 200 {lifetime}s; }}
        location / {{ proxy_pass http://index; proxy_cache_valid 200 206 1d; }}
    }}
}}
""")
    command = ["nginx", "-p", f"{folder}/", "-e", "error.log", "-c", "nginx.conf"]
    return Server("nginx", f"http://127.0.0.1:{port}/simple/", command, folder / "log")


_STARTS = {
    "vault": _vault, "devpi": _devpi, "proxpi": _proxpi, "proxpi, warm": _proxpi_of_two, "NORA": _nora, "nginx": _nginx
}
