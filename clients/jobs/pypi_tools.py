"""For the jobs of the group `pypi`: the index's counters and faults, commands, and what they installed."""

import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.request

from harness import ENDPOINT, WORK, equal, new_folder

DIRECT = os.environ["DIRECT"]  # the index, without the vault
SIMPLE = ENDPOINT + "/simple/"
BIN = pathlib.Path(sys.executable).parent
FILES = json.loads(os.environ["FILES"])  # the sha256 of each file by its name
EVERYTHING = ["vault-app[fast]", "vault-plain", "vault-plus", "vault-source"]
INSTALLED = {
    "vault-app": "1.0", "vault-lib": "1.1", "vault-plain": "1.0", "vault-plus": "1.0+local.1", "vault-source": "1.0",
    "vault-speed": "1.0",
}


def control(method, what, body=None):
    data = json.dumps(body).encode() if body else (b"" if method == "POST" else None)
    request = urllib.request.Request(f"{DIRECT}/_control/{what}", method=method, data=data)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def requests(part, method=None):
    """The vault's requests since the last reset for paths that contain the part."""
    return [
        one for one in control("GET", "requests") if part in one["path"] and (not method or one["method"] == method)
    ]


def sent(part):
    return sum(one["sent"] for one in requests(part))


def run(*command, cwd=None, fails=False, **environment):
    """Returns what the command printed. It must end with 0, or with something else if it has to fail."""
    environment = {**os.environ, **environment}
    if DIRECT in " ".join(map(str, command)):
        del environment["PEERS"]  # its connections are not the vault's clients'
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd or WORK, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
    )
    print(f"$ {' '.join(map(str, command))}\n{done.stdout}", file=sys.stderr, flush=True)
    if (done.returncode != 0) != fails:
        said = [line for line in done.stdout.strip().splitlines() if line.strip()][-3:]
        raise AssertionError(f"{command[0]} {command[1]} ended with {done.returncode}: {' '.join(said)}")
    return done.stdout


def versions(folder):
    """The installed distributions below a folder."""
    names = [path.name for path in pathlib.Path(folder).rglob("*.dist-info")]
    pairs = [re.fullmatch(r"(.+)-([^-]+)\.dist-info", name).groups() for name in names]
    return {name.replace("_", "-"): version for name, version in pairs if name.startswith("vault_")}


def installs(folder, expected):
    equal(versions(folder), expected, "installed")


def written(name, text):
    path = new_folder() / name
    path.write_text(text)
    return path


def through_vault(lock):
    """A lock file that was written against the index itself, as the vault's clients write it."""
    return lock.replace(DIRECT, ENDPOINT)


def venv(project):
    """An environment in which the project's tool installs; returns the folder of its packages."""
    run(sys.executable, "-m", "venv", "--without-pip", project / ".venv")
    return project / ".venv"


PINNED = (
    f"vault-lib==2.0 --hash=sha256:{FILES['vault_lib-2.0-py3-none-any.whl']}\n"
    f"vault-speed==1.0 --hash=sha256:{FILES['vault_speed-1.0-py3-none-any.whl']}\n"
)
