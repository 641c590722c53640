"""For the job of the registries: the clients with their configuration, the registries' counters, and comparisons."""

import base64
import hashlib
import http.client
import json
import os
import pathlib
import subprocess
import sys
import urllib.parse
import urllib.request

from harness import ALICE, BOB, ENDPOINT, REPOSITORIES, WORK, equal, new_folder

DIRECT = os.environ["DIRECT"]
TOOLS = pathlib.Path(os.environ["TOOLS"])
# The four ways to one of the vault's registries: these three, and containerd's `ns`.
HOST = urllib.parse.urlsplit(ENDPOINT).netloc  # with the backend's name as the first segment
LOCAL = HOST.replace("127.0.0.1", "localhost")  # a host name of its own
LISTENERS = json.loads(os.environ["LISTENERS"])  # a listener of its own, by the name of the backend
WORDS = {"alice": ALICE, "bob": BOB}
SECONDS = 120


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


def get(path, **fields):
    """The status, the fields and the body of one request to the vault."""
    connection = http.client.HTTPConnection(HOST, timeout=60)
    try:
        connection.request("GET", path, headers=fields)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def login_for(user, *hosts):
    """A folder with config.json of Docker, which all clients read."""
    pair = base64.b64encode(f"{user}:{WORDS[user]}".encode()).decode()
    folder = new_folder()
    written(folder / "config.json", json.dumps({"auths": {host: {"auth": pair} for host in hosts}}))
    return folder


NOBODY = new_folder()
written(NOBODY / "config.json", "{}")
# docker.io leads to the vault alone: the location behind the mirror does not exist.
_INSECURE = "".join(
    f'[[registry]]\nlocation = "{host}"\ninsecure = true\n' for host in (HOST, *LISTENERS.values())
)
written(
    WORK / ".config/containers/registries.conf",
    f"""\
unqualified-search-registries = []
[[registry]]
prefix = "docker.io"
location = "127.0.0.1:9"
[[registry.mirror]]
location = "{HOST}/dockerhub"
insecure = true
{_INSECURE}""",
)
written(WORK / ".config/containers/policy.json", '{"default": [{"type": "insecureAcceptAnything"}]}')
_PLAIN = {host: {"tls": "disabled", "hostname": host} for host in (HOST, LOCAL, *LISTENERS.values())}
written(WORK / "regctl.json", json.dumps({"hosts": _PLAIN}))


def run(*command, fails=False, login=NOBODY):
    """Returns what the command printed. It must end with 0, or with something else if it has to fail."""
    environment = {
        **os.environ,
        "DOCKER_CONFIG": str(login),
        "REGISTRY_AUTH_FILE": str(login / "config.json"),
        "REGCTL_CONFIG": str(WORK / "regctl.json"),
    }
    done = subprocess.run(
        [str(part) for part in command], cwd=WORK, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
    )
    said = done.stderr.decode(errors="replace")
    print(f"$ {' '.join(map(str, command))}\n{said}", file=sys.stderr, flush=True)
    if (done.returncode != 0) != fails:
        lines = [line for line in said.strip().splitlines() if line.strip()][-3:]
        name = pathlib.Path(command[0]).name
        raise AssertionError(f"{name} {command[1]} ended with {done.returncode}: {' '.join(lines)}")
    return said if fails else done.stdout


def text(*command, **more):
    return run(*command, **more).decode().strip()


def crane(*arguments, **more):
    return run(TOOLS / "crane", *arguments, **more)


def regctl(*arguments, **more):
    return run(TOOLS / "regctl", *arguments, **more)


def oras(*arguments, **more):
    return run(TOOLS / "oras", *arguments, **more)


def skopeo(*arguments, **more):
    return run("skopeo", *arguments, **more)


def digest(repository, tag):
    return REPOSITORIES[repository]["tags"][tag]


def below(repository, top):
    """The digests that the manifest names, directly or not, and its own."""
    links = REPOSITORIES[repository]["links"]
    found, open_ones = set(), [top]
    while open_ones:
        one = open_ones.pop()
        found.add(one)
        open_ones += links.get(one, [])
    return found


def image(repository, top, platform="amd64"):
    """The digest of the manifest for a platform; the two are listed in this order."""
    return REPOSITORIES[repository]["links"][top][("amd64", "arm64").index(platform)]


def layers(repository, manifest):
    return REPOSITORIES[repository]["links"][manifest][1:]


def is_content(content, repository, wanted):
    """Fails unless these are the bytes of that digest."""
    equal(len(content), REPOSITORIES[repository]["sizes"][wanted], f"length of {wanted}")
    equal("sha256:" + hashlib.sha256(content).hexdigest(), wanted, "digest")


def same_blobs(folder, repository, wanted):
    """Fails unless the folder blobs/sha256 of a layout contains all these digests, each with its bytes."""
    for one in wanted:
        path = pathlib.Path(folder, "blobs", *one.split(":"))
        equal(path.exists(), True, f"{one} was pulled")
        is_content(path.read_bytes(), repository, one)


def same_tree(folder, repository, top):
    same_blobs(folder, repository, below(repository, top))


def same_files(folder, repository, names):
    """Fails unless the unpacked image has these files with their bytes."""
    for name in names:
        found = hashlib.sha256(pathlib.Path(folder, name).read_bytes()).hexdigest()
        equal(found, REPOSITORIES[repository]["files"][name], f"sha256 of {name}")
