package io.artifactvault.testhub;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A model repository whose configuration and tokenizer the transformers library can load. */
final class StandardBert {
    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    private static final List<String> VOCABULARY = List.of(
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "world", "the", "vault", "keeps", "a", "copy", "##s",
            "##ed", ".", ",", "!");

    private StandardBert() {}

    static void fill(TestHub hub) {
        hub.repo("models", "acme/bert")
                .file("README.md", "---\nlicense: mit\n---\n# A bert of no use\n")
                .file("config.json", config())
                .file("vocab.txt", String.join("\n", VOCABULARY) + "\n")
                .file("tokenizer_config.json", tokenizerConfig())
                .file("tokenizer.json", tokenizer());
    }

    private static String config() {
        return """
                {
                  "architectures": ["BertModel"],
                  "model_type": "bert",
                  "hidden_act": "gelu",
                  "hidden_size": 8,
                  "intermediate_size": 16,
                  "max_position_embeddings": 32,
                  "num_attention_heads": 2,
                  "num_hidden_layers": 1,
                  "pad_token_id": 0,
                  "type_vocab_size": 2,
                  "vocab_size": %d
                }
                """.formatted(VOCABULARY.size());
    }

    private static String tokenizerConfig() {
        return """
                {
                  "tokenizer_class": "BertTokenizer",
                  "do_lower_case": true,
                  "model_max_length": 32,
                  "pad_token": "[PAD]",
                  "unk_token": "[UNK]",
                  "cls_token": "[CLS]",
                  "sep_token": "[SEP]",
                  "mask_token": "[MASK]"
                }
                """;
    }

    private static String tokenizer() {
        return new String(
                HubJson.write(json -> {
                    json.writeStartObject();
                    json.writeStringField("version", "1.0");
                    json.writeNullField("truncation");
                    json.writeNullField("padding");
                    json.writeArrayFieldStart("added_tokens");
                    for (String token : SPECIAL) {
                        json.writeRawValue(addedToken(token));
                    }
                    json.writeEndArray();
                    json.writeFieldName("normalizer");
                    json.writeRawValue("{\"type\":\"BertNormalizer\",\"clean_text\":true,"
                            + "\"handle_chinese_chars\":true,\"strip_accents\":null,\"lowercase\":true}");
                    json.writeFieldName("pre_tokenizer");
                    json.writeRawValue("{\"type\":\"BertPreTokenizer\"}");
                    json.writeFieldName("post_processor");
                    json.writeRawValue("{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",3],\"cls\":[\"[CLS]\",2]}");
                    json.writeFieldName("decoder");
                    json.writeRawValue("{\"type\":\"WordPiece\",\"prefix\":\"##\",\"cleanup\":true}");
                    json.writeObjectFieldStart("model");
                    json.writeStringField("type", "WordPiece");
                    json.writeStringField("unk_token", "[UNK]");
                    json.writeStringField("continuing_subword_prefix", "##");
                    json.writeNumberField("max_input_chars_per_word", 100);
                    json.writeObjectFieldStart("vocab");
                    for (int i = 0; i < VOCABULARY.size(); i++) {
                        json.writeNumberField(VOCABULARY.get(i), i);
                    }
                    json.writeEndObject();
                    json.writeEndObject();
                    json.writeEndObject();
                }),
                StandardCharsets.UTF_8);
    }

    private static String addedToken(String token) {
        return "{\"id\":" + VOCABULARY.indexOf(token) + ",\"content\":\"" + token + "\",\"single_word\":false,"
                + "\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":true}";
    }
}
