"""Poetry through the vault."""

from harness import case, equal, new_folder
from pypi_tools import BIN, FILES, INSTALLED, SIMPLE, installs, run, venv

PROJECT = f"""\
[project]
name = "probe"
version = "1"
requires-python = ">=3.10,<4"
dependencies = ["vault-app[fast]", "vault-plain", "vault-plus", "vault-source"]

[tool.poetry]
package-mode = false

[[tool.poetry.source]]
name = "vault"
url = "{SIMPLE}"
"""


@case("lock, then sync: poetry.lock holds the index's address and hashes")
def _():
    folder = new_folder()
    (folder / "pyproject.toml").write_text(PROJECT)
    venv(folder)
    run(BIN / "poetry", "lock", "-n", cwd=folder)
    lock = (folder / "poetry.lock").read_text()
    equal(lock.count(f'url = "{SIMPLE.rstrip("/")}"'), 6, "packages of the vault's index")
    equal("/packages/" in lock, False, "addresses of files")
    equal(FILES["vault_speed-1.0-py3-none-any.whl"] in lock, True, "the digest of vault-speed")
    run(BIN / "poetry", "sync", "-n", cwd=folder)
    installs(folder, INSTALLED)
