"""For the jobs in Python: expected values, and functions that report a case as a line "ok NAME" or "FAIL NAME", a tab
and the reason."""

import hashlib
import json
import os
import pathlib
import tempfile
import traceback

ENDPOINT = os.environ["VAULT"]
PHASE = os.environ["PHASE"]
WORK = pathlib.Path(os.environ["WORK"])
if "EXPECTED" in os.environ:  # the groups of the Hub
    _expected = json.loads(pathlib.Path(os.environ["EXPECTED"], "expected.json").read_text())
    REPOSITORIES = _expected["repositories"]
    ALICE = _expected["tokens"]["alice"]
    BOB = _expected["tokens"]["bob"]
HARD_NAME = "sub dir/a b?#+%é.txt"


def case(name, phases="cold warm restart stopped"):
    """Runs the decorated function at once if the current phase is one of the named ones."""

    def run(function):
        if PHASE not in phases.split():
            return
        try:
            function()
        except BaseException as trouble:  # also SystemExit, with which a command line tool may end
            kind = type(trouble).__name__
            first = (str(trouble).strip().splitlines() or [""])[0]
            line = traceback.extract_tb(trouble.__traceback__)[1:2]
            where = f" (line {line[0].lineno})" if line else ""
            print(f"FAIL {name}\t{kind}: {first[:300]}{where}", flush=True)
        else:
            print(f"ok {name}", flush=True)

    return run


def commit(repository):
    return REPOSITORIES[repository]["sha"]


def files(repository):
    return REPOSITORIES[repository]["files"]


def text(repository, path):
    return files(repository)[path]["text"]


def same(path, repository, name):
    """Fails unless the file at the path equals the repository's file of that name, byte by byte."""
    expected = files(repository)[name]
    content = pathlib.Path(path).read_bytes()
    equal(len(content), expected["size"], f"length of {name}")
    equal(hashlib.sha256(content).hexdigest(), expected["sha256"], f"sha256 of {name}")


# The folders in which the client records its downloads; the second before 0.25.
NOTES = {".cache", ".huggingface"}


def same_tree(folder, repository, names=None):
    """Fails unless the folder contains exactly these files of the repository, by default all."""
    names = sorted(names or files(repository))
    found = sorted(
        path.relative_to(folder).as_posix()
        for path in pathlib.Path(folder).rglob("*")
        if path.is_file() and not NOTES.intersection(path.relative_to(folder).parts)
    )
    equal(found, names, "files")
    for name in names:
        same(pathlib.Path(folder, name), repository, name)


def equal(found, expected, what="result"):
    if found != expected:
        raise AssertionError(f"{what}: {shorten(found)} instead of {shorten(expected)}")


def shorten(value):
    shown = repr(value)
    return shown if len(shown) < 130 else shown[:100] + "…" + shown[-25:]


def raises(kind, function, *arguments, **named):
    """Fails unless the call raises an error of this kind, or of one of these kinds; returns the error."""
    try:
        result = function(*arguments, **named)
    except kind as error:
        return error
    raise AssertionError(f"no error but {shorten(result)}")


def new_folder():
    return pathlib.Path(tempfile.mkdtemp(dir=WORK))
