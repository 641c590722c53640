package io.artifactvault.backend.huggingface.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.huggingface.Hubs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubRouterTest {
    private static final String COMMIT = Hubs.COMMIT;

    @ParameterizedTest
    @CsvSource(textBlock = """
            gpt2/resolve/main/config.json,                          models,   gpt2,      main,                    config.json
            acme/tiny/resolve/main/config.json,                     models,   acme/tiny, main,                    config.json
            acme/tiny/resolve/main/onnx/model.onnx,                 models,   acme/tiny, main,                    onnx/model.onnx
            datasets/squad/resolve/main/train.json,                 datasets, squad,     main,                    train.json
            datasets/acme/set/resolve/main/train.json,              datasets, acme/set,  main,                    train.json
            spaces/acme/demo/resolve/main/app.py,                   spaces,   acme/demo, main,                    app.py
            kernels/acme/fast/resolve/main/build.toml,              kernels,  acme/fast, main,                    build.toml
            acme/tiny/resolve/refs%2Fpr%2F1/config.json,            models,   acme/tiny, refs%2Fpr%2F1,           config.json
            acme/tiny/resolve/refs/pr/1/config.json,                models,   acme/tiny, refs%2Fpr%2F1,           config.json
            datasets/acme/set/resolve/refs/convert/parquet/a/b.pq,  datasets, acme/set,  refs%2Fconvert%2Fparquet, a/b.pq
            acme/tiny/resolve/feature%2Fx/config.json,              models,   acme/tiny, feature%2Fx,             config.json
            acme/tiny/resolve/refs/other/1/config.json,             models,   acme/tiny, refs,                    other/1/config.json
            /acme/tiny/resolve/main/config.json,                    models,   acme/tiny, main,                    config.json
            //datasets//acme/set//resolve/main//a//b.json,          datasets, acme/set,  main,                    a/b.json
            acme/tiny/resolve/main/resolve/main/x,                  models,   acme/tiny, main,                    resolve/main/x
            acme/tiny/resolve/main/tree/main/x,                     models,   acme/tiny, main,                    tree/main/x
            acme/tiny/resolve/main/raw/x,                           models,   acme/tiny, main,                    raw/x
            acme/tiny/resolve/tree/resolve,                         models,   acme/tiny, tree,                    resolve
            acme/raw/resolve/main/x,                                models,   acme/raw,  main,                    x
            acme/resolve/resolve/main/x,                            models,   acme/resolve, main,                 x
            gpt2/resolve/resolve/x,                                 models,   gpt2,      resolve,                 x
            acme/tiny/resolve/main/a%20b%3F%23%2B.txt,              models,   acme/tiny, main,                    a%20b%3F%23%2B.txt
            acme/tiny/resolve/main/%C3%A9+1.txt,                    models,   acme/tiny, main,                    %C3%A9+1.txt
            """)
    void aPathWithResolveIsAFile(String path, String type, String id, String revision, String file) {
        assertThat(HubRouter.route(path)).isEqualTo(new HubRoute.File(new Repository(type, id), revision, file));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            acme/tiny/raw/main/model.bin,              models,   acme/tiny, main,          model.bin
            gpt2/raw/main/model.bin,                   models,   gpt2,      main,          model.bin
            datasets/acme/set/raw/refs/pr/2/data.bin,  datasets, acme/set,  refs%2Fpr%2F2, data.bin
            """)
    void aPathWithRawIsAGitBlob(String path, String type, String id, String revision, String file) {
        assertThat(HubRouter.route(path)).isEqualTo(new HubRoute.Raw(new Repository(type, id), revision, file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "acme",
                "acme/tiny",
                "acme/tiny/resolve",
                "acme/tiny/resolve/main",
                "acme/tiny/resolve/main/",
                "acme/tiny/resolve/refs/pr/1",
                "acme%2Ftiny/resolve/main/config.json",
                "datasets/acme%2Fset/resolve/main/config.json",
                "acme/tiny/blob/main/config.json",
                "acme/tiny/tree/main",
                "acme/tiny/commits/main",
                "acme/tiny/info/lfs/locks",
                "a/b/c/resolve/main/config.json",
                "datasets",
                "models/acme/tiny/resolve/main/config.json",
                "v2/acme/tiny/tags/list",
                "v2/acme/tiny/blobs/latest",
                "_lfs/models/acme/tiny/nothex",
                "docs/hub/resolve/main/x",
                "settings/tokens/resolve/main/x",
                "join/x/resolve/main/x",
                "login/x/resolve/main/x",
                "oauth/x/resolve/main/x",
                "api",
                "api/whoami-v2",
                "api/validate-yaml",
                "api/repos/create",
                "api/resolve-cache/models/acme/tiny/main/config.json",
                "api/resolve-cache/papers/acme/tiny/607a30d783dfa663caf39e06633721c8d4cfcd7e/config.json",
                "api/resolve-cache/models/acme/tiny/607a30d783dfa663caf39e06633721c8d4cfcd7e"
            })
    void everythingElsePassesThrough(String path) {
        assertThat(HubRouter.route(path)).isEqualTo(new HubRoute.Other());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            acme/tiny/info/lfs/objects/batch,              models,   acme/tiny
            acme/tiny.git/info/lfs/objects/batch,          models,   acme/tiny
            gpt2.git/info/lfs/objects/batch,               models,   gpt2
            datasets/acme/ds.git/info/lfs/objects/batch,   datasets, acme/ds
            """)
    void theFirstRequestOfGitLfsIsABatch(String path, String type, String id) {
        assertThat(HubRouter.route(path)).isEqualTo(new HubRoute.LfsBatch(new Repository(type, id)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/buckets/acme/bulk/tree",
                "api/buckets/acme/bulk/paths-info",
                "api/buckets/acme/bulk/xet-read-token",
                "api/buckets/acme/bulk/xet-write-token"
            })
    void theApiOfBucketsHasItsOwnRoute(String path) {
        assertThat(HubRouter.route(path)).isEqualTo(new HubRoute.BucketApi());
    }

    @Test
    void theRegistryIsReadFromItsOwnPaths() {
        Repository tiny = new Repository("models", "acme/tiny");
        assertThat(HubRouter.route("v2/")).isEqualTo(new HubRoute.RegistryPing());
        assertThat(HubRouter.route("v2/acme/tiny/manifests/Q4_K_M")).isEqualTo(new HubRoute.Manifest(tiny, "Q4_K_M"));
        assertThat(HubRouter.route("v2/acme/tiny/blobs/sha256:" + Hubs.SHA256))
                .isEqualTo(new HubRoute.Layer(tiny, "sha256:" + Hubs.SHA256));
        assertThat(HubRouter.route("_lfs/models/acme/tiny/" + Hubs.SHA256))
                .isEqualTo(new HubRoute.LfsObject(tiny, Hubs.SHA256));
    }

    @ParameterizedTest
    @ValueSource(strings = {"models", "datasets", "spaces"})
    void resolveCacheAtACommitIsTheFile(String type) {
        assertThat(HubRouter.route("api/resolve-cache/" + type + "/acme/tiny/" + COMMIT + "/a/config.json"))
                .isEqualTo(new HubRoute.File(new Repository(type, "acme/tiny"), COMMIT, "a/config.json"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            api/models/gpt2,                               models,   gpt2,      ''
            api/models/acme/tiny,                          models,   acme/tiny, ''
            api/models/acme/tiny/,                         models,   acme/tiny, ''
            api//models//acme/tiny,                        models,   acme/tiny, ''
            api/models/gpt2/revision/main,                 models,   gpt2,      revision/main
            api/models/acme/tiny/revision/refs%2Fpr%2F1,   models,   acme/tiny, revision/refs%2Fpr%2F1
            api/datasets/squad/tree/main,                  datasets, squad,     tree/main
            api/datasets/acme/set/tree/main/a%2Fb,         datasets, acme/set,  tree/main/a%2Fb
            api/models/acme/tiny/tree/refs/pr/1/onnx,      models,   acme/tiny, tree/refs/pr/1/onnx
            api/spaces/acme/demo/refs,                     spaces,   acme/demo, refs
            api/models/gpt2/refs,                          models,   gpt2/refs, ''
            api/models/acme/refs,                          models,   acme/refs, ''
            api/models/acme/tree,                          models,   acme/tree, ''
            api/models/acme/refs/refs,                     models,   acme/refs, refs
            api/models/acme/refs/tree/main/onnx,           models,   acme/refs, tree/main/onnx
            api/models/acme/tree/revision/main,            models,   acme/tree, revision/main
            api/models/acme/parquet/tree/main,             models,   acme/parquet, tree/main
            api/models/gpt2/tree/refs/pr/1,                models,   gpt2,      tree/refs/pr/1
            api/models/gpt2/tree/main/refs,                models,   gpt2,      tree/main/refs
            api/models/gpt2/auth-check,                    models,   gpt2,      auth-check
            api/models/acme/tiny/auth-check/write,         models,   acme/tiny, auth-check/write
            api/datasets/squad/parquet/plain/train,        datasets, squad,     parquet/plain/train
            api/models/acme/tiny/commits/main,             models,   acme/tiny, commits/main
            api/models/acme/tiny/paths-info/main,          models,   acme/tiny, paths-info/main
            api/models/acme/tiny/treesize/main/,           models,   acme/tiny, treesize/main
            api/kernels/acme/fast/revision/v1,             kernels,  acme/fast, revision/v1
            api/models/acme/tiny/unheard-of,               models,   acme/tiny, unheard-of
            api/models/acme/tiny/xet-write-token/main,     models,   acme/tiny, xet-write-token/main
            """)
    void aPathUnderAnApiPluralIsAboutOneRepository(String path, String type, String id, String rest) {
        assertThat(HubRouter.route(path)).isEqualTo(new HubRoute.Api(new Repository(type, id), rest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"models", "datasets", "spaces", "kernels"})
    void aPluralAloneIsAListing(String type) {
        assertThat(HubRouter.route("api/" + type)).isEqualTo(new HubRoute.Listing(type));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/models/gpt2/xet-read-token/main",
                "api/models/acme/tiny/xet-read-token/refs%2Fpr%2F1",
                "api/datasets/acme/set/xet-read-token/main"
            })
    void aXetReadTokenIsRecognised(String path) {
        assertThat(HubRouter.route(path)).isEqualTo(new HubRoute.XetToken());
    }

    @Test
    void theHousekeepingOfClientsIsRecognised() {
        assertThat(HubRouter.route("api/telemetry/huggingface_hub/x")).isEqualTo(new HubRoute.Telemetry());
        assertThat(HubRouter.route("api/agent-harnesses")).isEqualTo(new HubRoute.AgentHarnesses());
    }

    @Test
    void gitAndBucketsHaveRoutesAndPathsThatOnlyEndAlikeDoNot() {
        Repository tiny = new Repository("models", "acme/tiny");
        assertThat(HubRouter.route("acme/tiny.git/info/refs")).isEqualTo(new HubRoute.GitRefs(tiny));
        assertThat(HubRouter.route("acme/tiny/git-upload-pack")).isEqualTo(new HubRoute.GitFetch(tiny));
        assertThat(HubRouter.route("buckets/acme/bulk/resolve/dir%2Ffile.bin"))
                .isEqualTo(new HubRoute.BucketFile(new Repository("buckets", "acme/bulk")));
        for (String other : new String[] {
            "api/settings/git-upload-pack",
            "settings/git-upload-pack",
            "acme/tiny/tree/git-upload-pack",
            "acme/tiny/git-upload-pack/more",
            "acme/tiny/info/refs/more",
            "buckets/acme/bulk",
            "buckets/acme/bulk/settings/x"
        }) {
            assertThat(HubRouter.route(other)).as(other).isInstanceOf(HubRoute.Other.class);
        }
    }
}
