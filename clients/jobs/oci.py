"""Clients of registries through the vault: skopeo, buildah, podman, containerd, crane, regctl and oras."""

import contextlib
import json
import pathlib
import shutil
import tempfile

from harness import PHASE, REPOSITORIES, case, equal, new_folder
from oci_containerd import Containerd
from oci_tools import (
    HOST, LISTENERS, LOCAL, NOBODY, WORDS, below, control, crane, digest, get, image, is_content, layers, login_for,
    oras, regctl, requests, run, same_files, same_tree, skopeo, text
)

LISTENER = LISTENERS["dockerhub"]
APP = "library/app"
TOP = digest(APP, "1.0")
SIGNED = TOP.replace(":", "-") + ".sig"
TAGS = sorted(REPOSITORIES[APP]["tags"])
REFERRER = REPOSITORIES[APP]["referrers"][TOP][0]
ALWAYS = "cold warm restart stopped limited"
PULLS = "cold warm restart stopped"
RETRY = 30  # seconds for which a limited registry wants no requests
if PHASE == "limited":
    control("POST", "limit", {"path": "/manifests/", "retry": RETRY})


def refused(said):
    words = ("unauthorized", "401", "denied", "403", "credential not found")
    equal(any(word in said.lower() for word in words), True, said[-200:])


# skopeo: the first segment, and docker.io with the vault as its mirror.


@case("skopeo copy --all, by the first segment", ALWAYS)
def _():
    folder = new_folder()
    skopeo("copy", "-q", "--all", f"docker://{HOST}/dockerhub/{APP}:1.0", f"oci:{folder}:1.0")
    same_tree(folder, APP, TOP)


@case("skopeo copy --all of Docker's media types, as a mirror of docker.io", PULLS)
def _():
    folder = new_folder()
    skopeo("copy", "-q", "--all", f"docker://docker.io/{APP}:docker", f"dir:{folder}")
    top = digest(APP, "docker")
    for one in below(APP, top):
        name = one.partition(":")[2]
        found = [folder / name, folder / f"{name}.manifest.json", folder / "manifest.json"]
        path = next(path for path in found if path.exists())
        is_content(path.read_bytes(), APP, one)


@case("skopeo inspect --raw, by tag and by digest", PULLS)
def _():
    for reference in (":1.0", "@" + TOP):
        is_content(skopeo("inspect", "--raw", f"docker://{HOST}/plain/{APP}{reference}"), APP, TOP)


@case("skopeo list-tags", PULLS)
def _():
    equal(sorted(json.loads(skopeo("list-tags", f"docker://{HOST}/dockerhub/{APP}"))["Tags"]), TAGS)


# crane: a listener of its own, also with names that lack `library/`.


@case("crane pull --format=oci, at a listener of its own", ALWAYS)
def _():
    folder = new_folder() / "layout"
    crane("pull", "--format=oci", f"{LISTENER}/app:1.0", folder)
    same_tree(folder, APP, TOP)


@case("crane digest, manifest, config, blob and ls", PULLS)
def _():
    equal(crane("digest", f"{LISTENER}/{APP}:1.0").decode().strip(), TOP)
    is_content(crane("manifest", f"{LISTENER}/{APP}:{SIGNED}"), APP, digest(APP, SIGNED))
    manifest = image(APP, TOP, "arm64")
    is_content(
        crane("config", "--platform", "linux/arm64", f"{LISTENER}/{APP}:1.0"), APP,
        REPOSITORIES[APP]["links"][manifest][0],
    )
    for layer in layers(APP, manifest):
        is_content(crane("blob", f"{LISTENER}/{APP}@{layer}"), APP, layer)
    equal(sorted(crane("ls", f"{LISTENER}/{APP}").decode().split()), TAGS)


# regctl: a host name of its own; this registry has no referrers API.

@case("regctl image copy, under a host name of its own", "stopped limited")
def _():
    folder = new_folder() / "layout"
    regctl("image", "copy", f"{LOCAL}/{APP}:1.0", f"ocidir://{folder}:1.0")
    same_tree(folder, APP, TOP)


# It asks for referrers of every platform's image, of which there are none: the registry has to say so.
@case("regctl image copy --referrers --digest-tags, under a host name of its own", "cold warm restart")
def _():
    folder = new_folder() / "layout"
    regctl("image", "copy", "--referrers", "--digest-tags", f"{LOCAL}/{APP}:1.0", f"ocidir://{folder}:1.0")
    for top in (TOP, REFERRER, digest(APP, SIGNED)):
        same_tree(folder, APP, top)


@case("regctl artifact list, by the fallback tag and by the referrers API", PULLS)
def _():
    for name in (f"{LOCAL}/{APP}", f"{LISTENER}/{APP}"):
        listed = json.loads(regctl("artifact", "list", "--format", "{{json .}}", f"{name}:1.0"))
        equal([one["digest"] for one in listed["descriptors"] or []], [REFERRER], name)


@case("regctl blob get, manifest get and tag ls", PULLS)
def _():
    for layer in layers(APP, image(APP, TOP)):
        is_content(regctl("blob", "get", f"{LOCAL}/{APP}", layer), APP, layer)
    is_content(regctl("manifest", "get", "--format", "raw-body", f"{LOCAL}/{APP}:1.0"), APP, TOP)
    equal(sorted(regctl("tag", "ls", f"{LOCAL}/{APP}").decode().split()), TAGS)


# oras: artifacts, and referrers by the API.


@case("oras cp -r, with the referrers", ALWAYS)
def _():
    folder = new_folder() / "layout"
    oras("cp", "-r", "--from-plain-http", f"{HOST}/dockerhub/{APP}:1.0", "--to-oci-layout", f"{folder}:1.0")
    same_tree(folder, APP, TOP)
    same_tree(folder, APP, REFERRER)


@case("oras pull of an artifact", ALWAYS)
def _():
    folder = new_folder()
    oras("pull", "--plain-http", f"{LISTENER}/library/model:q4", "-o", folder)
    layer = layers("library/model", digest("library/model", "q4"))[0]
    is_content((folder / "model.bin").read_bytes(), "library/model", layer)


@case("oras discover with a filter, and repo tags", PULLS)
def _():
    for kind, expected in (("application/vnd.dev.cosign.artifact.sig.v1+json", [REFERRER]), ("text/none", [])):
        listed = json.loads(
            oras("discover", "--plain-http", "--format", "json", "--artifact-type", kind, f"{HOST}/dockerhub/{APP}:1.0")
        )
        equal([one["digest"] for one in listed.get("referrers") or []], expected, kind)
    equal(sorted(oras("repo", "tags", "--plain-http", f"{HOST}/dockerhub/{APP}").decode().split()), TAGS)


# buildah and podman, which unpack what they pull. Their storage driver needs no mounts.


FILES = ("base.bin", "app/amd64.bin")


@contextlib.contextmanager
def storage(tool, *more):
    """The command with a storage of its own. Podman refuses long paths."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="oci", dir="/tmp"))
    try:
        yield [tool, "--root", folder / "root", "--runroot", folder / "run", "--storage-driver", "vfs", *more]
    finally:
        shutil.rmtree(folder)


@case("buildah from, as a mirror of docker.io", PULLS)
def _():
    with storage("buildah") as buildah:
        container = text(*buildah, "from", "--arch", "amd64", f"docker.io/{APP}:1.0")
        same_files(text(*buildah, "mount", container), APP, FILES)


@case("podman pull, by the first segment", PULLS)
def _():
    name = f"{HOST}/plain/{APP}:1.0"
    alone = ("--cgroup-manager", "cgroupfs", "--events-backend", "none", "--tmpdir", new_folder())
    with storage("podman", *alone) as podman:
        run(*podman, "pull", "-q", "--arch", "amd64", name)
        same_files(text(*podman, "image", "mount", name), APP, FILES)


# containerd, with one hosts.toml for every registry.


CONTAINERD = Containerd() if PHASE != "moved" else None


@case("ctr content fetch, by ns=docker.io", ALWAYS)
def _():
    CONTAINERD.fetch(f"docker.io/{APP}:1.0")
    same_tree(CONTAINERD.content, APP, TOP)


@case("ctr content fetch, by ns=plain.test", PULLS)
def _():
    CONTAINERD.fetch("plain.test/library/model:q4")
    same_tree(CONTAINERD.content, "library/model", digest("library/model", "q4"))


@case("ctr content fetch of a registry that the vault does not serve", "cold")
def _():
    said = CONTAINERD.fetch(f"elsewhere.test/{APP}:1.0", fails=True)
    equal("not found" in said, True, said[-200:])
    status, _, body = get(f"/v2/{APP}/manifests/1.0?ns=elsewhere.test")
    equal((status, json.loads(body)["errors"][0]["code"]), (404, "NAME_UNKNOWN"))


# Private images: one registry demands tokens, of which alice may have one for this repository; the other has a password
# file with both logins.

SECRET, VAULTED = "team/secret", "team/vaulted"
NOT_YET = "cold warm restart"


def pulls_privately(name, pull, first, second):
    """The cases of one client: pull(reference, folder, **more) into a layout, from each of the two registries."""
    hosts = {where.partition("/")[0] for where in (first, second)}

    @case(f"{name}: a private image by the login that may have it, not by the other, not by none", NOT_YET)
    def _():
        refused(pull(f"{first}/{SECRET}:latest", new_folder() / "layout", fails=True))
        folder = new_folder() / "layout"
        pull(f"{first}/{SECRET}:latest", folder, login=login_for("alice", *hosts))
        same_tree(folder, SECRET, digest(SECRET, "latest"))
        for login in (login_for("bob", *hosts), NOBODY):
            refused(pull(f"{first}/{SECRET}:latest", new_folder() / "layout", login=login, fails=True))

    @case(f"{name}: an image behind a password file by two logins, not by none", NOT_YET)
    def _():
        refused(pull(f"{second}/{VAULTED}:1.0", new_folder() / "layout", fails=True))
        for user in WORDS:
            folder = new_folder() / "layout"
            pull(f"{second}/{VAULTED}:1.0", folder, login=login_for(user, *hosts))
            same_tree(folder, VAULTED, digest(VAULTED, "1.0"))
        refused(pull(f"{second}/{VAULTED}:1.0", new_folder() / "layout", fails=True))


def pull_by_crane(name, folder, **more):
    return crane("pull", "--format=oci", name, folder, **more)


def pull_by_regctl(name, folder, **more):
    return regctl("image", "copy", name, f"ocidir://{folder}:x", **more)


def pull_by_oras(name, folder, **more):
    return oras("cp", "--from-plain-http", name, "--to-oci-layout", f"{folder}:x", **more)


def pull_by_skopeo(name, folder, **more):
    return skopeo("copy", "-q", "--all", f"docker://{name}", f"oci:{folder}:x", **more)


# These send their login once a manifest is refused, or at once.
pulls_privately("crane", pull_by_crane, LISTENER, f"{HOST}/private")
pulls_privately("regctl", pull_by_regctl, LISTENER, f"{HOST}/private")
pulls_privately("oras", pull_by_oras, LISTENER, f"{HOST}/private")
# skopeo, and buildah and podman with the same library, only if `/v2/` demands one (`ask_login`).
pulls_privately("skopeo, with ask_login", pull_by_skopeo, LISTENERS["asking"], LISTENERS["private"])


@case("skopeo without ask_login sends no login", "cold")
def _():
    name = f"{HOST}/dockerhub/{SECRET}:latest"
    refused(pull_by_skopeo(name, new_folder(), login=login_for("alice", HOST), fails=True))


@case("buildah, with ask_login: a private image by the login that may have it, not by none", NOT_YET)
def _():
    name, mine = f"{LISTENERS['asking']}/{SECRET}:latest", login_for("alice", LISTENERS["asking"])
    with storage("buildah") as buildah:
        refused(run(*buildah, "pull", "-q", "--arch", "amd64", name, fails=True))
        container = text(*buildah, "from", "--arch", "amd64", name, login=mine)
        same_files(text(*buildah, "mount", container), SECRET, ("base.bin", "secret/amd64.bin"))


@case("ctr: a private image by its login, not by none", "cold warm")
def _():
    name = f"private.test/{VAULTED}:1.0"
    CONTAINERD.fetch(name, fails=True)
    CONTAINERD.fetch(name, "--user", f"alice:{WORDS['alice']}")
    same_tree(CONTAINERD.content, VAULTED, digest(VAULTED, "1.0"))


@case("crane: a private image while its registry is down, by the login that had it, not by none", "stopped")
def _():
    folder = new_folder() / "layout"
    pull_by_crane(f"{LISTENER}/{SECRET}:latest", folder, login=login_for("alice", LISTENER))
    same_tree(folder, SECRET, digest(SECRET, "latest"))
    pull_by_crane(f"{LISTENER}/{SECRET}:latest", new_folder() / "layout", fails=True)


# The tag that moves, and the registry that limits.

MOVING = "library/moving"


@case("a tag that moves: crane", "cold moved")
def _():
    folder = new_folder() / "layout"
    crane("pull", "--format=oci", f"{LISTENER}/{MOVING}:latest", folder)
    same_tree(folder, MOVING, digest(MOVING, "latest"))


@case("a tag that moves: skopeo", "cold moved")
def _():
    folder = new_folder()
    skopeo("copy", "-q", "--all", f"docker://{HOST}/dockerhub/{MOVING}:latest", f"oci:{folder}:x")
    same_tree(folder, MOVING, digest(MOVING, "latest"))


@case("429 and nothing stored: 429 with Retry-After, and at most one request upstream", "limited")
def _():
    path = "/v2/dockerhub/library/cold/manifests/latest"
    for _ in range(3):
        status, fields, body = get(path)
        equal((status, json.loads(body)["errors"][0]["code"]), (429, "TOOMANYREQUESTS"))
        equal(0 < int(fields["Retry-After"]) <= RETRY, True, fields["Retry-After"])
    said = crane("manifest", f"{LISTENER}/library/cold:latest", fails=True)
    equal("TOOMANYREQUESTS" in said or "429" in said, True, said[-200:])
    sent = [one for one in requests("library/cold/manifests") if one["status"] == 429]
    equal(len(sent) <= 1, True, f"{len(sent)} requests upstream: at most 1")
