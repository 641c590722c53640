"""pip through the vault."""

import os
import sys

from harness import ENDPOINT, PHASE, case, equal, new_folder
from pypi_tools import (
    DIRECT, EVERYTHING, INSTALLED, PINNED, SIMPLE, installs, run, sent, through_vault, written
)

NEWEST = os.environ["PIP_VERSION"] == "26.3"


def pip(*arguments, **more):
    return run(sys.executable, "-m", "pip", *arguments, **more)


if NEWEST:

    @case("install -r pylock.toml, before any page was requested", "cold")
    def _():
        lock = new_folder() / "pylock.toml"
        pip("lock", "--no-cache-dir", "--index-url", DIRECT + "/simple/", "-o", lock, "vault-app[fast]", "vault-plus")
        lock.write_text(through_vault(lock.read_text()))
        target = new_folder()
        pip("install", "--no-cache-dir", "--index-url", SIMPLE, "--target", target, "-r", lock)
        installs(target, {name: INSTALLED[name] for name in INSTALLED if name not in ("vault-plain", "vault-source")})

    @case("lock: pylock.toml differs from a direct one by the prefix only", "warm")
    def _():
        locks = []
        for index in (SIMPLE, DIRECT + "/simple/"):
            locks.append(new_folder() / "pylock.toml")
            pip("lock", "--no-cache-dir", "--index-url", index, "-o", locks[-1], "vault-app[fast]", "vault-plus")
        equal(locks[0].read_text().count(f'url = "{ENDPOINT}/'), 4, "addresses at the vault")
        equal(locks[0].read_text().splitlines(), through_vault(locks[1].read_text()).splitlines())

    @case("install --uploaded-prior-to")
    def _():
        target = new_folder()
        pip("install", "--index-url", SIMPLE, "--target", target, "--uploaded-prior-to", "2026-06-01", "vault-timed")
        installs(target, {"vault-timed": "1.0"})

    @case("install --use-feature=fast-deps --dry-run: a large wheel is not read whole")
    def _():
        pip("install", "--index-url", SIMPLE, "--use-feature=fast-deps", "--dry-run", "--target", new_folder(), "vault-large")
        if PHASE != "stopped":
            most = 64 << 10 if PHASE == "cold" else 0
            equal(sent("vault_large") <= most, True, f"{sent('vault_large')} bytes, of {most}: at most")


@case("install: dependencies, extra, source distribution, HTML-only index, plus sign in the version")
def _():
    target = new_folder()
    pip("install", "--index-url", SIMPLE, "--target", target, *EVERYTHING)
    installs(target, INSTALLED)


@case("install --require-hashes, with a yanked version pinned")
def _():
    target = new_folder()
    said = pip("install", "--index-url", SIMPLE, "--require-hashes", "--target", target, "-r", written("pinned.txt", PINNED))
    installs(target, {"vault-lib": "2.0", "vault-speed": "1.0"})
    equal("it was built wrongly" in said, True, "pip states why the version was yanked")


@case("install --require-hashes refuses another hash", "cold")
def _():
    other = written("pinned.txt", "vault-app==1.0 --hash=sha256:" + "2" * 64)
    said = pip(
        "install", "--index-url", SIMPLE, "--require-hashes", "--no-deps", "--target", new_folder(), "-r", other, fails=True
    )
    equal("HASHES" in said, True, said[-200:])


@case("download")
def _():
    folder = new_folder()
    pip("download", "--no-deps", "--index-url", SIMPLE, "--dest", folder, "vault-source", "vault-plus", "vault-speed")
    found = sorted(path.name for path in folder.iterdir())
    equal(found, ["vault_plus-1.0+local.1-py3-none-any.whl", "vault_source-1.0.tar.gz", "vault_speed-1.0-py3-none-any.whl"])


@case("index versions")
def _():
    said = pip("index", "versions", "--index-url", SIMPLE, "vault-lib")
    equal("Available versions: 2.0, 1.1, 1.0" in said or "Available versions: 1.1, 1.0" in said, True, said)


@case("a missing project", "cold warm")
def _():
    pip("install", "--index-url", SIMPLE, "--target", new_folder(), "vault-absent", fails=True)
