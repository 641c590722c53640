package io.artifactvault.testhub;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The repositories and users that most tests, the demo and the client suites share. */
public final class StandardSet {
    /** May read acme/gated and acme/secret. */
    public static final String ALICE_TOKEN = "hf_aliceMayReadGatedAndSecret";

    /** May read what everybody may. */
    public static final String BOB_TOKEN = "hf_bobMayReadPublicOnly";

    /** The length of acme/big's big.safetensors. */
    public static final long BIG = 30_000_000;

    /** A name with all that makes names hard. */
    public static final String HARD_NAME = "sub dir/a b?#+%é.txt";

    private static final int TINY = 204_800;
    private static final int TINY_HEADER = 120;
    private static final int MANY = 1_200;

    private StandardSet() {}

    static void fill(TestHub hub) {
        byte[] weights = safetensors();
        HubRepository gated = gated(hub, weights);
        HubRepository secret = hub.repo("models", "acme/secret")
                .hidden(true)
                .file(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
                .file("config.json", config("secret"))
                .lfs("model.bin", Content.generated(5_000, 3));
        tiny(hub, weights);
        big(hub);
        many(hub);
        dataset(hub);
        StandardBert.fill(hub);
        hub.repo("models", "acme/quant")
                .file(".gitattributes", "*.gguf filter=lfs diff=lfs merge=lfs -text\n")
                .file("README.md", "# A quantized model\n")
                .lfs("tiny-Q4_K_M.gguf", Content.generated(40_000, 4));
        hub.repo("spaces", "acme/space")
                .file("README.md", "---\ntitle: Space\nsdk: static\n---\n# Space\n")
                .file("index.html", "<!DOCTYPE html><title>Space</title>\n");
        hub.alias("gpt2", hub.repo("models", "openai-community/gpt2").file("config.json", config("gpt2")));
        hub.alias("acme/old-name", hub.repo("models", "acme/tiny"));
        hub.user("alice", ALICE_TOKEN).grant(gated).grant(secret);
        hub.user("bob", BOB_TOKEN);
        hub.repositories().forEach(HubRepository::sha);
    }

    private static void tiny(TestHub hub, byte[] weights) {
        HubRepository tiny = hub.repo("models", "acme/tiny")
                .file(".gitattributes", "*.safetensors filter=lfs diff=lfs merge=lfs -text\n")
                .file("README.md", "---\nlicense: mit\n---\n# A tiny model\n\nFor tests only.\n")
                .file("config.json", config("tiny"))
                .file("empty.txt", "")
                .file("one.txt", "1")
                .file(HARD_NAME, "A name that needs care.\n")
                .file("data/train.csv", "text,label\nhello,0\nworld,1\n")
                .xet("model.safetensors", weights);
        tiny.push();
        tiny.tag("v1.0").pullRequest(1).convert("parquet").branch("feature/x");
    }

    private static HubRepository gated(TestHub hub, byte[] weights) {
        return hub.repo("models", "acme/gated")
                .gated(true)
                .file(".gitattributes", """
                        *.safetensors filter=lfs diff=lfs merge=lfs -text
                        *.bin filter=lfs diff=lfs merge=lfs -text
                        """)
                .file("config.json", config("gated"))
                .xet("model.safetensors", weights)
                .lfs("only-here.bin", Content.generated(10_000, 2));
    }

    private static void big(TestHub hub) {
        hub.repo("models", "acme/big")
                .file("config.json", config("big"))
                .lfs("big.safetensors", Content.generated(BIG, 1));
    }

    private static void many(TestHub hub) {
        HubRepository many = hub.repo("models", "acme/many");
        for (int i = 0; i < MANY; i++) {
            many.file(String.format(Locale.ROOT, "part-%02d/file-%04d.txt", i / 100, i), "File " + i + "\n");
        }
    }

    private static void dataset(TestHub hub) {
        hub.repo("datasets", "acme/ds")
                .file(".gitattributes", "*.parquet filter=lfs diff=lfs merge=lfs -text\n")
                .file("README.md", """
                        ---
                        license: mit
                        configs:
                        - config_name: default
                          data_files:
                          - split: train
                            path: data/train.csv
                          - split: test
                            path: data/test.csv
                        ---
                        # A tiny data set
                        """)
                .file("data/train.csv", "text,label\nred,0\ngreen,1\nblue,2\n")
                .file("data/test.csv", "text,label\nblack,3\n");
    }

    /** Long enough to be worth compressing. */
    static String config(String name) {
        return """
                {
                  "_name_or_path": "acme/%s",
                  "architectures": ["LlamaForCausalLM"],
                  "attention_bias": false,
                  "bos_token_id": 1,
                  "eos_token_id": 2,
                  "hidden_act": "silu",
                  "hidden_size": 64,
                  "initializer_range": 0.02,
                  "intermediate_size": 128,
                  "max_position_embeddings": 512,
                  "model_type": "llama",
                  "num_attention_heads": 4,
                  "num_hidden_layers": 2,
                  "num_key_value_heads": 4,
                  "rms_norm_eps": 1e-05,
                  "tie_word_embeddings": false,
                  "torch_dtype": "float32",
                  "vocab_size": 256
                }
                """.formatted(name);
    }

    /** A valid file of one F32 tensor, exactly 200 KiB long. */
    private static byte[] safetensors() {
        int floats = (TINY - 8 - TINY_HEADER) / 4;
        String header =
                "{\"weight\":{\"dtype\":\"F32\",\"shape\":[" + floats + "],\"data_offsets\":[0," + floats * 4 + "]}}";
        ByteBuffer file = ByteBuffer.allocate(TINY).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(TINY_HEADER);
        file.put((header + " ".repeat(TINY_HEADER - header.length())).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < floats; i++) {
            file.putFloat((i * 7919 % 2000 - 1000) / 1000f);
        }
        return file.array();
    }
}
