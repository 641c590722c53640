"""The contents of every repository, read directly from the test Hub and its CDN, without the vault."""

import concurrent.futures
import hashlib
import http.client
import json
import re
import urllib.parse

_TEXT = 64 * 1024  # the text of files up to this length is kept too


class Truth:
    """For each repository, such as "models/acme/tiny": its commit; by path, the size, the sha256 and the text of small
    files; and its initial revisions except main, the commit first."""

    def __init__(self, hub):
        self.hub = hub
        self.repositories = {name: {**self._read(name), "revisions": self._revisions(name)} for name in hub.repositories}

    def reread(self, repository):
        """Reads a repository again after a push, which moves only main."""
        self.repositories[repository].update(self._read(repository))

    def size_of_all(self, names):
        """The total size of all distinct contents in these repositories."""
        contents = {}
        for name in names:
            for file in self.repositories[name]["files"].values():
                contents[file["sha256"]] = file["size"]
        return sum(contents.values())

    def save(self, folder):
        """Writes expected.json and, for shell scripts, expected.tsv: repository, commit, path, size, sha256."""
        whole = {"repositories": self.repositories, "tokens": self.hub.tokens}
        (folder / "expected.json").write_text(json.dumps(whole))
        rows = (
            f"{name}\t{repository['sha']}\t{path}\t{file['size']}\t{file['sha256']}\n"
            for name, repository in self.repositories.items()
            for path, file in repository["files"].items()
        )
        (folder / "expected.tsv").write_text("".join(rows))

    def _read(self, name):
        sha = self.hub.repositories[name]
        paths = self._paths(f"{self.hub.base}/api/{name}/tree/{sha}?recursive=true")
        kind, _, identity = name.partition("/")
        prefix = identity if kind == "models" else name
        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            files = threads.map(lambda path: self._file(f"/{prefix}/resolve/{sha}/{urllib.parse.quote(path)}"), paths)
            return {"sha": sha, "files": dict(zip(paths, files))}

    def _revisions(self, name):
        answer, connection = self._get(f"{self.hub.base}/api/{name}/refs?include_prs=1")
        refs = json.load(answer)
        connection.close()
        short = [ref["name"] for kind in ("tags", "branches") for ref in refs[kind]]
        full = [ref["ref"] for kind in ("pullRequests", "converts") for ref in refs[kind]]
        return [self.hub.repositories[name]] + [ref for ref in short + full if ref != "main"]

    def _paths(self, url):
        paths = []
        while url:
            answer, connection = self._get(url)
            paths += [entry["path"] for entry in json.load(answer) if entry["type"] == "file"]
            following = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
            connection.close()
            url = following and following[1]
        return paths

    def _file(self, target):
        answer, connection = self._get(self.hub.base + target)
        digest, size, start = hashlib.sha256(), 0, b""
        while chunk := answer.read(1 << 20):
            digest.update(chunk)
            start = start or chunk
            size += len(chunk)
        connection.close()
        file = {"size": size, "sha256": digest.hexdigest()}
        if size <= _TEXT:
            try:
                file["text"] = start.decode()
            except UnicodeDecodeError:
                pass  # a binary file
        return file

    def _get(self, url):
        """Follows redirects; sends alice's token only to the Hub."""
        for _ in range(5):
            parts = urllib.parse.urlsplit(url)
            connection = http.client.HTTPConnection(parts.netloc, timeout=60)
            to_hub = url.startswith(self.hub.base + "/")
            fields = {"Authorization": "Bearer " + self.hub.tokens["alice"]} if to_hub else {}
            connection.request("GET", urllib.parse.urlunsplit(("", "", *parts[2:4], "")), headers=fields)
            answer = connection.getresponse()
            if answer.status == 200:
                return answer, connection
            if answer.status not in (301, 302, 303, 307, 308):
                raise RuntimeError(f"The test Hub answers {answer.status} to {url}")
            url = urllib.parse.urljoin(url, answer.headers["Location"])
            connection.close()
        raise RuntimeError(f"Too many redirects: {url}")
