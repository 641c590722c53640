"""uv through the vault."""

import sys

from harness import ENDPOINT, PHASE, case, equal, new_folder
from pypi_tools import (
    BIN, DIRECT, EVERYTHING, INSTALLED, PINNED, SIMPLE, installs, run, sent, through_vault, written
)

PROJECT = """\
[project]
name = "probe"
version = "1"
requires-python = ">=3.10"
dependencies = ["vault-app[fast]", "vault-plain", "vault-plus", "vault-source"]

[[tool.uv.index]]
url = "{index}"
default = true
"""


def uv(*arguments, cwd=None, **more):
    return run(BIN / "uv", *arguments, cwd=cwd, UV_PYTHON=sys.executable, UV_PYTHON_DOWNLOADS="never", **more)


def pip(*arguments, **more):
    return uv("pip", *arguments, "--default-index", SIMPLE, **more)


def project(index):
    folder = new_folder()
    (folder / "pyproject.toml").write_text(PROJECT.format(index=index))
    return folder


def direct_lock():
    """Of the index itself."""
    folder = project(DIRECT + "/simple/")
    uv("lock", "--no-cache", cwd=folder)
    return (folder / "uv.lock").read_text()


@case("sync --frozen, before any page was requested", "cold")
def _():
    lock = direct_lock()
    folder = project(SIMPLE)
    (folder / "uv.lock").write_text(through_vault(lock))
    uv("sync", "--frozen", "--no-install-project", "--no-cache", cwd=folder)
    installs(folder, INSTALLED)


@case("pip compile: a large wheel without metadata is not read whole")
def _():
    text = pip("compile", "--no-cache", written("in.txt", "vault-large\n"))
    equal([line for line in text.splitlines() if "==" in line], ["vault-lib==1.1", "vault-large==1.0"][::-1])
    if PHASE != "stopped":
        most = 64 << 10 if PHASE == "cold" else 0
        equal(sent("vault_large") <= most, True, f"{sent('vault_large')} bytes, of {most}: at most")


@case("pip install: dependencies, extra, source distribution, HTML-only index, plus sign in the version")
def _():
    target = new_folder()
    pip("install", "--target", target, *EVERYTHING)
    installs(target, INSTALLED)


@case("pip install --require-hashes, with a yanked version pinned")
def _():
    target = new_folder()
    said = pip("install", "--target", target, "--require-hashes", "-r", written("pinned.txt", PINNED))
    installs(target, {"vault-lib": "2.0", "vault-speed": "1.0"})
    equal("it was built wrongly" in said, True, "uv states why the version was yanked")


@case("pip install --exclude-newer")
def _():
    target = new_folder()
    pip("install", "--target", target, "--exclude-newer", "2026-06-01T00:00:00Z", "vault-timed")
    installs(target, {"vault-timed": "1.0"})


@case("lock and sync --locked: uv.lock names the vault's index and files")
def _():
    folder = project(SIMPLE)
    uv("lock", cwd=folder)
    lock = (folder / "uv.lock").read_text()
    equal(lock.count(f'registry = "{SIMPLE}"') > 0, True, lock)
    equal(lock.count("http://") - lock.count(ENDPOINT), 0, "addresses elsewhere")
    uv("sync", "--locked", "--no-install-project", cwd=folder)
    installs(folder, INSTALLED)


@case("uv.lock differs from a direct one by the prefix only", "warm")
def _():
    folder = project(SIMPLE)
    uv("lock", cwd=folder)
    equal((folder / "uv.lock").read_text().splitlines(), through_vault(direct_lock()).splitlines())


@case("export to pylock.toml, and pip sync from it")
def _():
    folder = project(SIMPLE)
    lock = folder / "pylock.toml"
    uv("export", "-q", "--no-emit-project", "--format", "pylock.toml", "-o", lock, cwd=folder)
    equal(lock.read_text().count("http://") - lock.read_text().count(ENDPOINT), 0, "addresses elsewhere")
    target = new_folder()
    pip("sync", "--target", target, "--preview", lock)
    installs(target, INSTALLED)
