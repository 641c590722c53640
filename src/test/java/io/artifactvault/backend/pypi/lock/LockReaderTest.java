package io.artifactvault.backend.pypi.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.backend.FileList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockReaderTest {
    private static final Hash A = new Hash("sha256", "a".repeat(64));
    private static final Hash B = new Hash("sha256", "b".repeat(64));

    private static Lock read(String name, String text) {
        return LockReader.read(List.of(new FileList.Text(name, text)));
    }

    @Test
    void uvLocksListFilesByAddress() {
        Lock lock = read("uv.lock", """
                version = 1
                requires-python = ">=3.10"

                [[package]]
                name = "demo"
                version = "1.0"
                source = { registry = "https://pypi.org/simple" }
                resolution-markers = ["python_full_version >= '3.12'", "python_full_version < '3.12'"]
                dependencies = [{ name = "other", marker = "sys_platform == 'win32'" }]
                sdist = { url = "https://files.example/aa/demo-1.0.tar.gz", hash = "sha256:%s", size = 12 }
                wheels = [
                    { url = "https://files.example/bb/demo-1.0%%2Bcpu-py3-none-any.whl#x", hash = "sha256:%s", size = 34 },
                ]

                [[package]]
                name = "mine"
                version = "0.1"
                source = { virtual = "." }

                [[package]]
                name = "forked"
                version = "0.2"
                source = { git = "https://git.example/forked?rev=1" }
                """.formatted(A.hex(), B.hex()));

        assertThat(lock.resolved()).isTrue();
        assertThat(lock.packages()).singleElement().satisfies(one -> {
            assertThat(one.where()).isEqualTo("uv.lock, package demo");
            assertThat(one.title()).isEqualTo("demo 1.0");
            assertThat(one.index()).contains("https://pypi.org/simple");
            assertThat(one.markers()).hasSize(2);
            assertThat(one.files())
                    .containsExactly(
                            new LockedFile("demo-1.0.tar.gz", OptionalLong.of(12), List.of(A)),
                            new LockedFile("demo-1.0+cpu-py3-none-any.whl", OptionalLong.of(34), List.of(B)));
        });
        assertThat(lock.notes())
                .singleElement()
                .asString()
                .contains("package forked")
                .contains("git");
    }

    @Test
    void pylocksListFilesByNameOrAddress() {
        Lock lock = read(
                "pylock.dev.toml", """
                lock-version = "1.0"
                created-by = "hand"

                [[packages]]
                name = "Demo.Tool"
                version = "1.0"
                index = "https://pypi.org/simple/"
                marker = "python_version >= '3.9'"
                wheels = [
                    { name = "demo_tool-1.0-py3-none-any.whl", url = "https://x.example/other", size = 7, hashes = { sha256 = "%s", sha512 = "%s" } },
                    { path = "wheels/demo_tool-1.0-py2-none-any.whl", hashes = { sha256 = "%s" } },
                ]
                [packages.sdist]
                url = "https://x.example/demo_tool-1.0.tar.gz"
                hashes = { sha256 = "%s" }

                [[packages]]
                name = "local"
                [packages.directory]
                path = "."
                """.formatted(A.hex().toUpperCase(Locale.ROOT), "c".repeat(128), B.hex(), B.hex()));

        assertThat(lock.packages()).singleElement().satisfies(one -> {
            assertThat(one.project()).hasToString("demo-tool");
            assertThat(one.index()).contains("https://pypi.org/simple/");
            assertThat(one.files())
                    .extracting(LockedFile::name)
                    .containsExactly(
                            "demo_tool-1.0.tar.gz", "demo_tool-1.0-py3-none-any.whl", "demo_tool-1.0-py2-none-any.whl");
            assertThat(one.files().get(1).hashes()).contains(A);
        });
        assertThat(lock.notes())
                .singleElement()
                .asString()
                .contains("package local")
                .contains("directory");
    }

    @Test
    void poetryLocksListNamesAndHashes() {
        Lock lock = read("poetry.lock", """
                [[package]]
                name = "demo"
                version = "1.0"
                optional = false
                python-versions = ">=3.8"
                groups = ["main"]
                markers = "sys_platform == \\"win32\\""
                files = [
                    {file = "demo-1.0-py3-none-any.whl", hash = "sha256:%s"},
                    {file = "demo-1.0.tar.gz", hash = "sha256:%s"},
                ]

                [[package]]
                name = "inner"
                version = "2.0"
                files = [{file = "inner-2.0.tar.gz", hash = "sha256:%s"}]
                [package.source]
                type = "legacy"
                url = "https://inner.example/simple"
                reference = "inner"

                [[package]]
                name = "forked"
                version = "0.2"
                files = []
                [package.source]
                type = "git"
                url = "https://git.example/forked"

                [metadata]
                lock-version = "2.1"
                """.formatted(A.hex(), B.hex(), A.hex()));

        assertThat(lock.packages()).extracting(Locked::title).containsExactly("demo 1.0", "inner 2.0");
        assertThat(lock.packages())
                .extracting(Locked::index)
                .containsExactly(Optional.empty(), Optional.of("https://inner.example/simple"));
        assertThat(lock.packages().getFirst().markers()).hasSize(1);
        assertThat(lock.packages().getFirst().files().getFirst())
                .isEqualTo(new LockedFile("demo-1.0-py3-none-any.whl", OptionalLong.empty(), List.of(A)));
        assertThat(lock.notes())
                .singleElement()
                .asString()
                .contains("package forked")
                .contains("git");
    }

    @Test
    void pdmLocksAndOldPoetryLocksAreRead() {
        Lock pdm = read("pdm.lock", """
                [metadata]
                lock_version = "4.5.0"

                [[package]]
                name = "demo"
                version = "1.0"
                marker = "python_version >= '3.9'"
                files = [{url = "https://x.example/demo-1.0.tar.gz", hash = "sha256:%s"}]

                [[package]]
                name = "demo"
                version = "1.0"
                extras = ["fast"]
                """.formatted(A.hex()));
        Lock old = read("poetry.lock", """
                [[package]]
                name = "demo"
                version = "1.0"

                [metadata.files]
                demo = [{file = "demo-1.0.tar.gz", hash = "sha256:%s"}]
                """.formatted(A.hex()));

        for (Lock lock : List.of(pdm, old)) {
            assertThat(lock.packages())
                    .singleElement()
                    .satisfies(one -> assertThat(one.files())
                            .containsExactly(new LockedFile("demo-1.0.tar.gz", OptionalLong.empty(), List.of(A))));
        }
    }

    @Test
    void requirementsNameVersionsAndHashes() {
        Lock lock = read("requirements.txt", """
                # a comment
                --index-url https://pypi.org/simple  # another
                --require-hashes
                Demo_Tool[fast,slow]==1.0 ; python_version >= "3.9" \\
                    --hash=sha256:%s \\
                    --hash=sha256:%s
                    # via other
                other===2.0.post1
                third >=1,==1.5
                fourth (==1.0)
                fifth @ https://x.example/fifth-1.0.tar.gz
                ./local.whl
                """.formatted(A.hex(), B.hex()));

        assertThat(lock.resolved()).isFalse();
        assertThat(lock.packages())
                .extracting(Locked::title)
                .containsExactly("demo-tool 1.0", "other 2.0.post1", "third 1.5", "fourth 1.0");
        assertThat(lock.packages().getFirst()).satisfies(one -> {
            assertThat(one.where()).isEqualTo("requirements.txt, line 4");
            assertThat(one.hashes()).containsExactly(A, B);
            assertThat(one.markers()).hasSize(1);
            assertThat(one.files()).isEmpty();
        });
        assertThat(lock.packages().get(1).where()).isEqualTo("requirements.txt, line 8");
        assertThat(lock.notes())
                .hasSize(3)
                .anySatisfy(note -> assertThat(note).contains("line 2: --index-url is ignored"))
                .anySatisfy(note -> assertThat(note).contains("line 11").contains("left out"))
                .anySatisfy(note -> assertThat(note).contains("./local.whl"));
    }

    @Test
    void requirementsIncludeOthers() {
        List<FileList.Text> texts = List.of(
                new FileList.Text("deps/all.txt", "-r base.txt\n--requirement=../more/dev.txt\n-rbase.txt\n"),
                new FileList.Text("deps/base.txt", "demo==1.0\n-r all.txt\n"),
                new FileList.Text("more/dev.txt", "other==2.0\n"));

        assertThat(LockReader.read(texts).packages())
                .extracting(Locked::where)
                .containsExactly("deps/base.txt, line 1", "more/dev.txt, line 1");
        assertThat(Includes.of("deps/all.txt", texts.getFirst().content()))
                .containsExactly("deps/base.txt", "more/dev.txt", "deps/base.txt");
        assertThat(Includes.of("/a/b.txt", "-r ../c.txt")).containsExactly("/c.txt");
        assertThat(Includes.of("b.txt", "-r ../c.txt")).containsExactly("../c.txt");
        assertThat(Includes.of("uv.lock", "-r ../c.txt")).isEmpty();
        assertThatThrownBy(() -> LockReader.read(texts.subList(0, 1)))
                .hasMessage("deps/all.txt, line 1: it includes base.txt, which was not sent along; send it, too.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo | demo has no exact version; pin it",
                "demo>=1.0 | 'uv pip compile' and 'pip-compile'",
                "demo==1.* | no exact version",
                "demo[fast==1.0 | closing bracket",
                "=1.0 | does not begin with the name of a project",
                "demo==1.0 ; python | marker is not well-formed",
                "demo==1.0 --hash=abc | --hash=sha256:",
                "--frobnicate | \"--frobnicate\" is not an option",
            })
    void aLineThatCannotBeReadIsNamed(String line, String part) {
        assertThatThrownBy(() -> read("requirements.txt", "# first\n" + line + "\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("requirements.txt, line 2: ")
                .hasMessageContaining(part);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "uv.lock | x = | uv.lock, line 1, is not valid TOML",
                "other.toml | x = 1 | is not a lock file that this vault reads",
                "uv.lock | [[package]]#source = {registry = 'x'}#name = 'demo'#version = '1' | package demo: it lists no file",
                "uv.lock | [[package]]#source = {registry = 'x'}#name = '-'#sdist = {url = 'a.zip'} | no name that a project can have",
                "pylock.toml | [[packages]]#name = 'demo' | package demo: it lists no file",
                "pylock.toml | [[packages]]#name = 'demo'#marker = 'x'#wheels = [{name = 'a.whl'}] | not well-formed",
                "pylock.toml | [[packages]]#name = 'demo'#wheels = [{size = 1}] | it lists a file without a name",
                "poetry.lock | [[package]]#name = 'demo'#files = [{file = 'a.whl', hash = 'x'}] | a hash that is none",
            })
    void aLockThatCannotBeReadIsNamed(String name, String text, String part) {
        assertThatThrownBy(() -> read(name, text.replace('#', '\n')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining(part);
    }

    @Test
    void anEmptyLockHasNoPackages() {
        assertThat(read("uv.lock", "version = 1\nrequires-python = '>=3.12'\n").packages())
                .isEmpty();
        assertThat(read("pylock.toml", "lock-version = '1.0'\ncreated-by = 'x'\npackages = []\n")
                        .packages())
                .isEmpty();
        assertThat(read("poetry.lock", "package = []\n[metadata]\nlock-version = '2.1'\n")
                        .packages())
                .isEmpty();
        assertThat(read("requirements.txt", "").packages()).isEmpty();
    }
}
