"""PDM through the vault."""

from harness import ENDPOINT, case, equal, new_folder
from pypi_tools import BIN, FILES, INSTALLED, SIMPLE, installs, run, venv

PROJECT = f"""\
[project]
name = "probe"
version = "1"
requires-python = ">=3.10"
dependencies = ["vault-app[fast]", "vault-plain", "vault-plus", "vault-source"]

[tool.pdm]
distribution = false

[[tool.pdm.source]]
name = "pypi"
url = "{SIMPLE}"
"""


def pdm(*arguments, cwd):
    return run(BIN / "pdm", *arguments, cwd=cwd, PDM_CHECK_UPDATE="0")


@case("lock, then sync: pdm.lock holds the names of files and hashes")
def _():
    folder = new_folder()
    (folder / "pyproject.toml").write_text(PROJECT)
    venv(folder)
    pdm("use", "-q", "-f", folder / ".venv", cwd=folder)
    pdm("lock", cwd=folder)
    lock = (folder / "pdm.lock").read_text()
    equal("http://" in lock, False, "addresses")
    equal(FILES["vault_speed-1.0-py3-none-any.whl"] in lock, True, "the digest of vault-speed")
    pdm("sync", cwd=folder)
    installs(folder, INSTALLED)


@case("lock --static-urls, then sync: pdm.lock holds the vault's addresses of files", "warm")
def _():
    folder = new_folder()
    (folder / "pyproject.toml").write_text(PROJECT)
    venv(folder)
    pdm("use", "-q", "-f", folder / ".venv", cwd=folder)
    pdm("lock", "-S", "static_urls", cwd=folder)
    lock = (folder / "pdm.lock").read_text()
    equal(lock.count("http://") - lock.count(ENDPOINT), 0, "addresses elsewhere")
    equal(lock.count(ENDPOINT) > 5, True, lock)
    pdm("sync", cwd=folder)
    installs(folder, INSTALLED)
