"""The packages that the suite's index serves: small wheels and source distributions, and one large wheel.

They are built here, so that the clients need nothing from a public index. Source distributions hold their build backend
themselves, for the same reason.
"""

import base64
import dataclasses
import gzip
import hashlib
import io
import pathlib
import tarfile
import zipfile

_TIME = (2026, 1, 1, 0, 0, 0)
LARGE = 200_000_000

_BACKEND = '''\
import base64, hashlib, io, pathlib, zipfile

FILES = {files!r}

def build_wheel(folder, config_settings=None, metadata_directory=None):
    record, target = [], pathlib.Path(folder, {wheel!r})
    with zipfile.ZipFile(target, "w") as wheel:
        for name, text in FILES.items():
            wheel.writestr(name, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record.append(f"{{name}},sha256={{digest}},{{len(text.encode())}}")
        record.append({record!r} + ",,")
        wheel.writestr({record!r}, "\\n".join(record) + "\\n")
    return target.name

def build_sdist(folder, config_settings=None):
    raise NotImplementedError

def get_requires_for_build_wheel(config_settings=None):
    return []
'''


@dataclasses.dataclass(frozen=True)
class File:
    """One file as the index lists it. Content is bytes, or the path of a large file."""

    project: str
    name: str
    content: bytes | pathlib.Path
    metadata: bytes | None  # what lies beside the file, if the index announces it
    keys: dict  # further members of its JSON object
    elsewhere: bool  # whether it lies on the files' own host
    sha256: str
    announced: str  # the sha256 that the page states

    @property
    def size(self):
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    @property
    def path(self):
        return f"/packages/{self.sha256[:2]}/{self.sha256[2:4]}/{self.name}"


def _stem(project, version):
    return f"{project.replace('-', '_')}-{version}"


def _metadata(project, version, requires, extras, python):
    lines = ["Metadata-Version: 2.1", f"Name: {project}", f"Version: {version}"]
    if python:
        lines.append(f"Requires-Python: {python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    for extra, wanted in extras.items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {requirement} ; extra == "{extra}"' for requirement in wanted]
    return "\n".join(lines) + "\n"


def _contents(project, version, metadata):
    """The texts of a wheel by their names, without its record."""
    folder = _stem(project, version) + ".dist-info"
    return {
        f"{project.replace('-', '_')}.py": f"VERSION = {version!r}\n",
        f"{folder}/METADATA": metadata,
        f"{folder}/WHEEL": "Wheel-Version: 1.0\nGenerator: suite\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }


def _write_wheel(target, project, version, metadata, payload=0, stored=0):
    """Writes to a path or a stream: the module, the payload, then the metadata, as usual builders do."""
    record = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as wheel:

        def add(name, content):
            wheel.writestr(zipfile.ZipInfo(name, _TIME), content)
            _record(record, name, content)

        module, *rest = _contents(project, version, metadata).items()
        add(module[0], module[1].encode())
        if payload:
            add("payload.bin", hashlib.shake_256(project.encode()).digest(payload))
        if stored:
            _zeros(wheel, record, "weights.bin", stored)
        for name, text in rest:
            add(name, text.encode())
        name = _stem(project, version) + ".dist-info/RECORD"
        wheel.writestr(zipfile.ZipInfo(name, _TIME), "\n".join([*record, name + ",,"]) + "\n")


def _record(record, name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    record.append(f"{name},sha256={digest},{len(content)}")


def _zeros(wheel, record, name, size):
    digest, piece = hashlib.sha256(), bytes(1_000_000)
    with wheel.open(zipfile.ZipInfo(name, _TIME), "w", force_zip64=True) as member:
        for _ in range(size // len(piece)):
            member.write(piece)
            digest.update(piece)
    text = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
    record.append(f"{name},sha256={text},{size}")


def _sdist(project, version, metadata):
    stem = _stem(project, version)
    wheel = f"{stem}-py3-none-any.whl"
    backend = _BACKEND.format(
        files=_contents(project, version, metadata), wheel=wheel, record=f"{stem}.dist-info/RECORD"
    )
    project_file = f'''\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "{project}"
version = "{version}"
dependencies = ["vault-lib>=1"]
'''
    texts = {"PKG-INFO": metadata, "pyproject.toml": project_file, "backend.py": backend}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, text in texts.items():
            entry = tarfile.TarInfo(f"{stem}/{name}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(packed.getvalue(), mtime=0)


def _digest(content):
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    digest = hashlib.sha256()
    with content.open("rb") as file:
        while piece := file.read(1_000_000):
            digest.update(piece)
    return digest.hexdigest()


class Packages:
    """All files, in the order in which the index lists them.

    vault-app needs vault-lib, and vault-speed with the extra "fast". Of vault-lib 2.0 is yanked and 3.0 is for a Python
    that does not exist, so 1.1 is chosen. vault-speed lies on the files' own host, without metadata beside it.
    """

    def __init__(self, folder):
        self.folder = folder
        self.files = []
        self.html_only = {"vault-plain"}
        self._wheel("vault-app", "1.0", requires=["Vault_Lib>=1"], extras={"fast": ["vault-speed"]})
        self._wheel("vault-lib", "1.0")
        self._wheel("vault-lib", "1.1", python=">=3.7")
        self._wheel("vault-lib", "2.0", yanked="it was built wrongly")
        self._wheel("vault-lib", "3.0", python=">=99")
        self._wheel("vault-speed", "1.0", announces=False, elsewhere=True)
        self._wheel("vault-plus", "1.0+local.1", requires=["vault-lib"])
        self._wheel("vault-plain", "1.0", requires=["vault-lib<2"])
        self._wheel("vault-timed", "1.0", time="2026-01-01T00:00:00Z")
        self._wheel("vault-timed", "2.0", time="2026-10-01T00:00:00Z")
        self._wheel("vault-large", "1.0", requires=["vault-lib"], announces=False, elsewhere=True, stored=LARGE)
        # For the faults.
        for name in ("vault-lies-pip", "vault-lies-uv"):
            self._wheel(name, "1.0", announces=False, payload=3_000_000, announced="0" * 64)
        self._wheel("vault-lies-metadata", "1.0", false_metadata=True)
        self._wheel("vault-crowd", "1.0", payload=8_000_000)
        self._wheel("vault-busy", "1.0")
        self._wheel("vault-down", "1.0")
        metadata = _metadata("vault-source", "1.0", ["vault-lib>=1"], {}, None)
        content = _sdist("vault-source", "1.0", metadata)
        self._add("vault-source", _stem("vault-source", "1.0") + ".tar.gz", content, None, {})

    def _wheel(
        self, project, version, requires=(), extras=None, python=None, announces=True, elsewhere=False, yanked=None,
        time="2026-02-01T00:00:00Z", payload=0, stored=0, announced=None, false_metadata=False,
    ):
        metadata = _metadata(project, version, requires, extras or {}, python)
        name = f"{_stem(project, version)}-py3-none-any.whl"
        if stored:
            content = self.folder / name
            if not content.exists():
                partial = content.with_suffix(".part")
                _write_wheel(partial, project, version, metadata, stored=stored)
                partial.rename(content)
        else:
            stream = io.BytesIO()
            _write_wheel(stream, project, version, metadata, payload)
            content = stream.getvalue()
        keys = {"upload-time": time}
        if python:
            keys["requires-python"] = python
        if yanked:
            keys["yanked"] = yanked
        beside = metadata.encode() if announces else None
        if beside:
            keys["core-metadata"] = {"sha256": "1" * 64 if false_metadata else _digest(beside)}
        self._add(project, name, content, beside, keys, elsewhere, announced)

    def _add(self, project, name, content, metadata, keys, elsewhere=False, announced=None):
        sha256 = _digest(content)
        keys = {"upload-time": "2026-02-01T00:00:00Z", **keys}
        self.files.append(File(project, name, content, metadata, keys, elsewhere, sha256, announced or sha256))

    def of(self, project):
        return [file for file in self.files if file.project == project]
