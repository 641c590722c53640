"""The images of the registries' group, made from scratch: layers, images for two platforms below an index, a signature
as a referrer and as a tag, and an artifact. Each build gives the same bytes."""

import dataclasses
import gzip
import hashlib
import io
import json
import tarfile

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
SIGNATURE = "application/vnd.dev.cosign.artifact.sig.v1+json"
MODEL = "application/vnd.example.model"
_OCI = {
    "index": INDEX,
    "manifest": MANIFEST,
    "config": "application/vnd.oci.image.config.v1+json",
    "layer": "application/vnd.oci.image.layer.v1.tar+gzip",
}
_DOCKER = {
    "index": DOCKER_LIST,
    "manifest": DOCKER_MANIFEST,
    "config": "application/vnd.docker.container.image.v1+json",
    "layer": "application/vnd.docker.image.rootfs.diff.tar.gzip",
}
_EMPTY = "application/vnd.oci.empty.v1+json"
_MB = 1_000_000
PLATFORMS = ("amd64", "arm64")


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


@dataclasses.dataclass
class Repository:
    """What a registry holds under one name: blobs by digest, manifests as (type, content) by digest, digests by tag."""

    blobs: dict = dataclasses.field(default_factory=dict)
    manifests: dict = dataclasses.field(default_factory=dict)
    tags: dict = dataclasses.field(default_factory=dict)
    files: dict = dataclasses.field(default_factory=dict)  # the sha256 of each file in the layers, by its path

    def blob(self, content, kind):
        """Adds it; returns its descriptor."""
        digest = digest_of(content)
        self.blobs[digest] = content
        return {"mediaType": kind, "digest": digest, "size": len(content)}

    def manifest(self, document, tag=None):
        """Adds it; returns its descriptor."""
        content = json.dumps(document, separators=(",", ":")).encode()
        digest = digest_of(content)
        self.manifests[digest] = (document["mediaType"], content)
        if tag:
            self.tags[tag] = digest
        return {"mediaType": document["mediaType"], "digest": digest, "size": len(content)}

    def image(self, tag, name, size, kinds=None):
        """Adds an index of images for all platforms, which share their first layer."""
        kinds = kinds or _OCI
        images = []
        for platform in PLATFORMS:
            layers, diffs = [], []
            for path, length in (("base.bin", 2 * _MB), (f"{name}/{platform}.bin", size)):
                content = noise(path, length)
                tar = _tar(path, content)
                self.files[path] = hashlib.sha256(content).hexdigest()
                layers.append(self.blob(gzip.compress(tar, 1, mtime=0), kinds["layer"]))
                diffs.append(digest_of(tar))
            config = {
                "architecture": platform,
                "os": "linux",
                "config": {"Labels": {"name": name}},
                "rootfs": {"type": "layers", "diff_ids": diffs},
            }
            image = {
                "schemaVersion": 2,
                "mediaType": kinds["manifest"],
                "config": self.blob(json.dumps(config).encode(), kinds["config"]),
                "layers": layers,
            }
            images.append({**self.manifest(image), "platform": {"architecture": platform, "os": "linux"}})
        return self.manifest({"schemaVersion": 2, "mediaType": kinds["index"], "manifests": images}, tag)

    def sign(self, subject):
        """Adds a signature as a referrer, and another as the tag that cosign 2 writes."""
        empty = self.blob(b"{}", _EMPTY)
        for tag, more in (
            (None, {"artifactType": SIGNATURE, "subject": subject}),
            (subject["digest"].replace(":", "-") + ".sig", {}),
        ):
            signature = self.blob(f"the signature of {subject['digest']}, {tag}".encode(), SIGNATURE)
            referrer = {"schemaVersion": 2, "mediaType": MANIFEST, "config": empty, "layers": [signature], **more}
            added = self.manifest(referrer, tag)
            if not tag:
                entry = {**added, "artifactType": SIGNATURE}
                # A registry without the referrers API holds them under this tag.
                self.manifest(
                    {"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}, subject["digest"].replace(":", "-")
                )

    def artifact(self, tag, name, size):
        """Adds a file that is no layer of an image."""
        title = {"org.opencontainers.image.title": name}
        layer = {**self.blob(noise(name, size), MODEL), "annotations": title}
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": MODEL,
            "config": self.blob(b"{}", _EMPTY),
            "layers": [layer],
        }
        return self.manifest(manifest, tag)

    def referrers(self, digest):
        """The descriptors of the manifests whose subject it is."""
        for kind, content in self.manifests.values():
            document = json.loads(content)
            if document.get("subject", {}).get("digest") == digest:
                yield {
                    "mediaType": kind,
                    "digest": digest_of(content),
                    "size": len(content),
                    "artifactType": document["artifactType"],
                }


def noise(name, length):
    return hashlib.shake_256(name.encode()).digest(length)


def _tar(path, content):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        if "/" in path:
            folder = tarfile.TarInfo(path.rpartition("/")[0])
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(folder)
        file = tarfile.TarInfo(path)
        file.size, file.mode = len(content), 0o644
        tar.addfile(file, io.BytesIO(content))
    return target.getvalue()


def public():
    """The repositories of the registry that most clients read."""
    app = Repository()
    app.sign(app.image("1.0", "app", 3 * _MB))
    app.image("docker", "app-docker", _MB, _DOCKER)
    model = Repository()
    model.artifact("q4", "model.bin", 4 * _MB)
    moving = Repository()
    moving.image("latest", "moving-1", _MB)
    cold = Repository()  # nobody pulls it until the registry refuses
    cold.image("latest", "cold", _MB)
    secret = Repository()
    secret.image("latest", "secret", _MB)
    return {
        "library/app": app,
        "library/model": model,
        "library/moving": moving,
        "library/cold": cold,
        "team/secret": secret,
    }


def private():
    """The repositories of the registry that has a password file and no referrers API."""
    vaulted = Repository()
    vaulted.sign(vaulted.image("1.0", "vaulted", _MB))
    return {"team/vaulted": vaulted}


def moved():
    """What the tag library/moving:latest leads to after the move."""
    moving = Repository()
    moving.image("latest", "moving-2", _MB)
    return moving
