"""For the job of the registries: a containerd that reaches every registry by way of the vault."""

import atexit
import subprocess
import sys
import time

from harness import new_folder
from oci_tools import HOST, run, written


class Containerd:
    """A containerd of this job, with its own folders and socket. Ends with the job."""

    def __init__(self):
        self.folder = new_folder()
        self.socket = self.folder / "containerd.sock"
        config = written(
            self.folder / "config.toml",
            f"""\
version = 2
root = "{self.folder}/root"
state = "{self.folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs"]
[grpc]
address = "{self.socket}"
[ttrpc]
address = "{self.folder}/ttrpc.sock"
""",
        )
        self.hosts = self.folder / "hosts"
        written(
            self.hosts / "_default" / "hosts.toml",
            f'server = "http://{HOST}"\n[host."http://{HOST}"]\ncapabilities = ["pull", "resolve"]\n',
        )
        self.process = subprocess.Popen(
            ["containerd", "--config", str(config)], stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr
        )
        atexit.register(self.stop)
        deadline = time.monotonic() + 60
        while not self.socket.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("containerd does not start; see job.log")
            time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def fetch(self, name, *more, **outcome):
        return run(
            "ctr", "--address", self.socket, "content", "fetch", "--hosts-dir", self.hosts, "--all-platforms", *more,
            name, **outcome,
        )

    @property
    def content(self):
        return self.folder / "root" / "io.containerd.content.v1.content"
