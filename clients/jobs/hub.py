"""Typical uses of the Python huggingface_hub. XET is installed, disabled or absent, and refers to hf_xet."""

import concurrent.futures
import fnmatch
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

import huggingface_hub
from harness import (
    ALICE,
    BOB,
    ENDPOINT,
    HARD_NAME,
    REPOSITORIES,
    case,
    commit,
    equal,
    files,
    new_folder,
    raises,
    same,
    same_tree,
    text,
)
from huggingface_hub import HfApi, HfFileSystem, hf_hub_download, snapshot_download
from huggingface_hub.utils import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

try:
    from huggingface_hub.utils._runtime import is_xet_available
except ImportError:  # before 0.30

    def is_xet_available():
        return False


# Before 1.0 whoami raised the Hub's refusal as an error of the HTTP library.
REFUSED_TOKEN = HfHubHTTPError
if huggingface_hub.__version__.startswith("0."):
    from requests import HTTPError as REFUSED_TOKEN

TINY = "models/acme/tiny"
DS = "datasets/acme/ds"
SPACE = "spaces/acme/space"
api = HfApi()
asking = "cold warm restart"  # cases that need the Hub, because its responses may not be stored
once = "cold warm"


@case("the client has the expected version")
def _():
    equal(huggingface_hub.__version__, os.environ["HUB_VERSION"], "version")
    equal(importlib.util.find_spec("hf_xet") is not None, os.environ["XET"] != "absent", "hf_xet can be imported")
    equal(is_xet_available(), os.environ["XET"] == "installed", "hf_xet is used")
    equal(huggingface_hub.constants.ENDPOINT, ENDPOINT, "endpoint")


# Downloads.


@case("hf_hub_download: a regular file")
def _():
    same(hf_hub_download("acme/tiny", "config.json"), TINY, "config.json")


@case("hf_hub_download: a large file, in Xet at the Hub")
def _():
    path = pathlib.Path(hf_hub_download("acme/tiny", "model.safetensors"))
    same(path, TINY, "model.safetensors")
    equal(path.resolve().name, files(TINY)["model.safetensors"]["sha256"], "name of the blob")
    equal(path.parent.name, commit(TINY), "name of the snapshot")


@case("hf_hub_download: an empty file, a file of one byte")
def _():
    same(hf_hub_download("acme/tiny", "empty.txt"), TINY, "empty.txt")
    same(hf_hub_download("acme/tiny", "one.txt"), TINY, "one.txt")


@case("hf_hub_download: a difficult name")
def _():
    same(hf_hub_download("acme/tiny", HARD_NAME), TINY, HARD_NAME)


@case("hf_hub_download: in a subfolder")
def _():
    same(hf_hub_download("acme/tiny", "train.csv", subfolder="data"), TINY, "data/train.csv")


@case("hf_hub_download: at a commit, a tag, a pull request, a branch with a slash, a conversion")
def _():
    equal(len(REPOSITORIES[TINY]["revisions"]), 5, "revisions")
    for revision in REPOSITORIES[TINY]["revisions"]:
        path = hf_hub_download("acme/tiny", "README.md", revision=revision, cache_dir=new_folder())
        same(path, TINY, "README.md")


@case("hf_hub_download: to a local folder")
def _():
    folder = new_folder()
    same(hf_hub_download("acme/tiny", "data/train.csv", local_dir=folder), TINY, "data/train.csv")
    same_tree(folder, TINY, ["data/train.csv"])


@case("hf_hub_download: by a one-word id")
def _():
    same(hf_hub_download("gpt2", "config.json"), "models/openai-community/gpt2", "config.json")


@case("hf_hub_download: by the name before a rename")
def _():
    same(hf_hub_download("acme/old-name", "config.json"), TINY, "config.json")
    same(hf_hub_download("acme/old-name", "model.safetensors"), TINY, "model.safetensors")


@case("hf_hub_download: from a dataset, from a Space")
def _():
    same(hf_hub_download("acme/ds", "data/train.csv", repo_type="dataset"), DS, "data/train.csv")
    same(hf_hub_download("acme/space", "index.html", repo_type="space"), SPACE, "index.html")


@case("snapshot_download: a model")
def _():
    same_tree(snapshot_download("acme/tiny"), TINY)


@case("snapshot_download: a dataset")
def _():
    same_tree(snapshot_download("acme/ds", repo_type="dataset"), DS)


@case("snapshot_download: with patterns, at a commit, to a local folder")
def _():
    folder = snapshot_download(
        "acme/tiny", revision=commit(TINY), allow_patterns=["*.json", "data/*"], local_dir=new_folder()
    )
    same_tree(folder, TINY, ["config.json", "data/train.csv"])


if os.environ["XET"] == "installed":  # 1,200 files take long

    @case("snapshot_download: 1,200 files over two pages", "cold warm stopped")
    def _():
        same_tree(snapshot_download("acme/many"), "models/acme/many")


def hf(*arguments):
    tools = (pathlib.Path(sys.executable).with_name(name) for name in ("hf", "huggingface-cli"))
    tool = next(tool for tool in tools if tool.exists())
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise AssertionError(f"exit code {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")


@case("hf download: a repository, some files of it")
def _():
    whole, some = new_folder(), new_folder()
    hf("download", "acme/tiny", "--local-dir", str(whole))
    same_tree(whole, TINY)
    hf("download", "acme/tiny", "model.safetensors", "data/train.csv", "--local-dir", str(some))
    same_tree(some, TINY, ["model.safetensors", "data/train.csv"])


@case("eight concurrent downloads of one large file")
def _():
    def fetch(_):
        same(hf_hub_download("acme/big", "big.safetensors", cache_dir=(folder := new_folder())), "models/acme/big",
             "big.safetensors")
        shutil.rmtree(folder)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        list(threads.map(fetch, range(8)))


# Metadata of repositories.


@case("model_info, dataset_info, space_info, repo_info")
def _():
    info = api.model_info("acme/tiny")
    equal((info.id, info.sha), ("acme/tiny", commit(TINY)), "model")
    equal(sorted(file.rfilename for file in info.siblings), sorted(files(TINY)), "siblings")
    equal(api.dataset_info("acme/ds").sha, commit(DS), "dataset")
    equal(api.space_info("acme/space").sha, commit(SPACE), "space")
    equal(api.repo_info("acme/tiny", revision="v1.0").sha, REPOSITORIES[TINY]["revisions"][0], "commit of the tag")


@case("model_info with the sizes of files")
def _():
    info = api.model_info("acme/tiny", files_metadata=True)
    equal({file.rfilename: file.size for file in info.siblings},
          {path: file["size"] for path, file in files(TINY).items()}, "sizes")


@case("list_repo_files")
def _():
    equal(sorted(api.list_repo_files("acme/tiny")), sorted(files(TINY)), "files")
    equal(sorted(api.list_repo_files("acme/ds", repo_type="dataset")), sorted(files(DS)), "files of the dataset")


@case("list_repo_files: 1,200 over two pages")
def _():
    equal(sorted(api.list_repo_files("acme/many")), sorted(files("models/acme/many")), "files")


@case("list_repo_tree: of the root, of a folder with a difficult name, and nothing of Xet")
def _():
    root = {entry.path: entry for entry in api.list_repo_tree("acme/tiny", recursive=True, expand=True)}
    large = root["model.safetensors"]
    equal(large.lfs.sha256, files(TINY)["model.safetensors"]["sha256"], "sha256")
    equal(getattr(large, "xet_hash", None), None, "Xet hash")
    equal([entry.path for entry in api.list_repo_tree("acme/tiny", "sub dir")], [HARD_NAME], "folder")


@case("get_paths_info", asking)
def _():
    found = api.get_paths_info("acme/tiny", ["model.safetensors", "data", "no-such-file"], expand=True)
    sizes = {entry.path: getattr(entry, "size", None) for entry in found}
    equal(sizes, {"model.safetensors": files(TINY)["model.safetensors"]["size"], "data": None}, "sizes")
    equal([getattr(entry, "xet_hash", None) for entry in found if entry.path != "data"], [None], "Xet hash")


@case("list_repo_refs, list_repo_commits")
def _():
    refs = api.list_repo_refs("acme/tiny", include_pull_requests=True)
    equal(sorted(ref.name for ref in refs.branches), ["feature/x", "main"], "branches")
    equal([ref.name for ref in refs.tags], ["v1.0"], "tags")
    equal([ref.ref for ref in refs.pull_requests], ["refs/pr/1"], "pull requests")
    equal(api.list_repo_commits("acme/tiny")[0].commit_id, commit(TINY), "newest commit")


@case("file_exists, repo_exists, revision_exists", asking)
def _():
    equal([api.file_exists("acme/tiny", name) for name in ("config.json", HARD_NAME, "no")], [True, True, False], "file")
    equal([api.repo_exists(name) for name in ("acme/tiny", "acme/nope")], [True, False], "repository")
    equal([api.revision_exists("acme/tiny", name) for name in ("refs/pr/1", "nope")], [True, False], "revision")


@case("list_models, list_datasets", asking)
def _():
    public = {"acme/tiny", "acme/big", "acme/many", "acme/bert", "acme/gated"}
    equal(public - {model.id for model in api.list_models(author="acme")}, set(), "missing models")
    equal("acme/secret" in {model.id for model in api.list_models(author="acme")}, False, "secret is listed")
    datasets = {dataset.id for dataset in api.list_datasets(author="acme")}
    equal(datasets, {"acme/ds", "acme/table"}, "datasets")


@case("whoami, auth_check", once)
def _():
    equal([api.whoami(token=token)["name"] for token in (ALICE, BOB)], ["alice", "bob"], "names")
    raises(REFUSED_TOKEN, api.whoami, token="hf_nobodyHasThisToken")
    if hasattr(api, "auth_check"):  # since 0.26
        api.auth_check("acme/tiny")
        api.auth_check("acme/gated", token=ALICE)
        raises(GatedRepoError, api.auth_check, "acme/gated", token=BOB)


@case("get_safetensors_metadata")
def _():
    metadata = api.get_safetensors_metadata("acme/tiny")
    tensor = metadata.files_metadata["model.safetensors"].tensors["weight"]
    equal((tensor.dtype, tensor.parameter_count * 4 + 128), ("F32", files(TINY)["model.safetensors"]["size"]))


# The file system.


@case("HfFileSystem: ls, find, glob, info")
def _():
    fs = HfFileSystem()
    top = {name.split("/")[0] for name in files(TINY)}
    equal(sorted(fs.ls("acme/tiny", detail=False)), sorted(f"acme/tiny/{name}" for name in top), "ls")
    equal(sorted(fs.find("datasets/acme/ds")), sorted(f"datasets/acme/ds/{name}" for name in files(DS)), "find")
    jsons = fnmatch.filter(files(TINY), "*.json")
    equal(fs.glob("acme/tiny/*.json"), [f"acme/tiny/{name}" for name in jsons], "glob")
    equal(fs.info("acme/tiny/model.safetensors")["size"], files(TINY)["model.safetensors"]["size"], "size")


@case("HfFileSystem: open, seek, read")
def _():
    fs = HfFileSystem()
    whole = pathlib.Path(hf_hub_download("acme/tiny", "model.safetensors")).read_bytes()
    with fs.open("acme/tiny/model.safetensors", block_size=1000) as file:
        for at, count in ((0, 10), (100_000, 5_000), (len(whole) - 7, 100), (8, 120)):
            file.seek(at)
            equal(file.read(count) == whole[at : at + count], True, f"bytes at {at}")
    with fs.open("acme/tiny/model.safetensors", "rb", block_size=0) as stream:
        equal(stream.read() == whole, True, "stream")
    equal(fs.read_text("datasets/acme/ds@main/data/train.csv", newline=""), text(DS, "data/train.csv"), "text")
    target = new_folder() / "copy"
    fs.get_file("acme/tiny/model.safetensors", str(target))
    same(target, TINY, "model.safetensors")


# Refusals.


@case("a missing file, revision, repository", once)
def _():
    missing = raises(EntryNotFoundError, hf_hub_download, "acme/tiny", "no-such-file.txt")
    equal(isinstance(missing, LocalEntryNotFoundError), False, "only missing locally")
    markers = list(pathlib.Path(os.environ["HF_HOME"], "hub/models--acme--tiny/.no_exist").rglob("no-such-file.txt"))
    equal([marker.parent.name for marker in markers], [commit(TINY)], "commits known not to have it")
    raises(RevisionNotFoundError, hf_hub_download, "acme/tiny", "config.json", revision="no-such-branch")
    for call in (
        lambda: hf_hub_download("acme/no-such-repo", "config.json"),
        lambda: hf_hub_download("acme/no-such-repo", "config.json", token=ALICE),
        lambda: api.model_info("acme/no-such-repo"),
        lambda: api.dataset_info("acme/no-such-repo"),
        lambda: api.list_repo_files("acme/no-such-repo"),
        lambda: snapshot_download("acme/no-such-repo"),
    ):
        equal(isinstance(raises(RepositoryNotFoundError, call), GatedRepoError), False, "gated")


@case("a gated repository: alice has access, others do not", once)
def _():
    def fetch(token, name="model.safetensors"):
        return hf_hub_download("acme/gated", name, token=token, cache_dir=new_folder())

    for token in (False, BOB):
        raises(GatedRepoError, fetch, token)
    for name in ("model.safetensors", "only-here.bin", "config.json"):
        same(fetch(ALICE, name), "models/acme/gated", name)
        for token in (False, BOB):
            raises(GatedRepoError, fetch, token, name)
    same_tree(snapshot_download("acme/gated", token=ALICE, cache_dir=new_folder()), "models/acme/gated")
    raises(GatedRepoError, snapshot_download, "acme/gated", cache_dir=new_folder())


@case("a private repository: alice has access, others do not see it", once)
def _():
    for token in (False, BOB):
        raises(RepositoryNotFoundError, api.model_info, "acme/secret", token=token)
        raises(RepositoryNotFoundError, hf_hub_download, "acme/secret", "model.bin", token=token)
    path = hf_hub_download("acme/secret", "model.bin", token=ALICE, cache_dir=new_folder())
    same(path, "models/acme/secret", "model.bin")
    for token in (False, BOB):
        raises(RepositoryNotFoundError, hf_hub_download, "acme/secret", "model.bin", token=token)


def status(repository, name, token):
    """The vault's status, without the client's own retries."""
    request = urllib.request.Request(f"{ENDPOINT}/{repository}/resolve/main/{name}")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


@case("gated and private files stay closed while the Hub is down", "stopped")
def _():
    for repository, name in (("acme/gated", "only-here.bin"), ("acme/secret", "model.bin")):
        for token in (None, BOB):
            equal(status(repository, name, token) in (502, 503), True, "refused")


@case("a file that was never requested is not reported missing while the Hub is down", "stopped")
def _():
    equal(status("acme/bert", "vocab.txt", None) in (502, 503), True, "status")  # 503 once the circuit is open


# The branch moves.


@case("a push is visible after the lifetime of the branch", "moved")
def _():
    deadline = time.monotonic() + 10
    while api.model_info("acme/tiny").sha != commit(TINY):
        equal(time.monotonic() < deadline, True, "seen within 10 s")
        time.sleep(0.1)
    path = pathlib.Path(hf_hub_download("acme/tiny", "pushed.txt"))
    same(path, TINY, "pushed.txt")
    equal(path.parent.name, commit(TINY), "name of the snapshot")
    same_tree(snapshot_download("acme/tiny"), TINY)
    equal(sorted(api.list_repo_files("acme/tiny")), sorted(files(TINY)), "files")


@case("the previous commit is still served", "moved")
def _():
    before = REPOSITORIES[TINY]["revisions"][0]
    path = hf_hub_download("acme/tiny", "README.md", revision=before, cache_dir=new_folder())
    same(path, TINY, "README.md")
    raises(EntryNotFoundError, hf_hub_download, "acme/tiny", "pushed.txt", revision=before)
