package io.artifactvault.backend.huggingface.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XetStripperTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> HINTS = List.of("xet", "xetHash", "xetEnabled");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"id":"a","xet":{"a":[1,{"b":2}]},"sha":"s"}        | {"id":"a","sha":"s"}
            {"xetEnabled":true}                                 | {}
            {"xetHash":"x","z":1,"xetEnabled":null}             | {"z":1}
            [{"path":"a","xetHash":"x","size":1},{"path":"b"}]  | [{"path":"a","size":1},{"path":"b"}]
            [{"id":"a","xetEnabled":true},{"xet":[]}]           | [{"id":"a"},{}]
            {"siblings":[{"rfilename":"a","xetHash":"x"}]}      | {"siblings":[{"rfilename":"a"}]}
            [{"siblings":[{"rfilename":"a","xetHash":"x"}]}]    | [{"siblings":[{"rfilename":"a"}]}]
            """)
    void xetHintsAreRemovedWhereTheHubPutsThem(String in, String out) throws IOException {
        assertThat(stripped(in)).isEqualTo(out);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"cardData\":{\"xet\":1,\"xetHash\":\"x\"}}",
                "{\"cardData\":{\"siblings\":[{\"xetHash\":\"x\"}]}}",
                "{\"cardData\":{\"list\":[{\"siblings\":[{\"xetHash\":\"x\"}]}]}}",
                "{\"siblings\":{\"xetHash\":\"x\"}}",
                "{\"siblings\":[{\"lfs\":{\"xetHash\":\"x\"}}]}",
                "{\"siblings\":[[{\"xetHash\":\"x\"}]]}",
                "{\"tags\":[\"xet\",\"xetEnabled\"],\"XetHash\":1,\"xethash\":2}",
                "{\"config\":[{\"xet\":true}]}",
                "[[{\"xet\":true}]]",
                "[{\"lastCommit\":{\"xet\":1}}]"
            })
    void theSameNamesElsewhereAreKept(String json) throws IOException {
        assertThat(stripped(json)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":123456789012345678901234567890,\"b\":9007199254740993,\"c\":-0,\"d\":0}",
                "{\"a\":1.0,\"b\":1e5,\"c\":1E+5,\"d\":-1.50e-10,\"e\":0.1000000000000000055511151231257827}",
                "{\"a\":\"\\\\ \\\" \\n \\t \\r \\b \\f\",\"b\":\"é 漢字\"}",
                "{\"z\":1,\"a\":2,\"m\":[true,false,null,\"\",{},[]]}",
                "{\"\":1,\"a b\":2,\"é\":3}",
                "[]",
                "{}",
                "\"xet\"",
                "12.50",
                "null"
            })
    void everythingElseKeepsItsOrderAndSpelling(String json) throws IOException {
        assertThat(stripped(json)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"\\u00e9\\/\\u0000\\u001f\\u2028\"}",
                "{\"a\":\"\\ud83d\\ude00 😀\"}",
                "{\"cut in the middle of an emoji\":\"description \\ud83d\"}",
                "{\"a\":\"\\ude00\\ud83d\"}"
            })
    void escapesKeepTheirValue(String json) throws IOException {
        assertThat(JSON.readTree(stripped(json))).isEqualTo(JSON.readTree(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"a\":1",
                "[1,",
                "{\"a\":}",
                "{a:1}",
                "<html>login</html>",
                "{\"a\":\"unclosed",
                "{\"xet\":{",
                "[1]]",
                "{\"a\":01}",
                "{\"a\":NaN}"
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> stripped(text));
    }

    @Test
    void neitherStreamIsClosed() throws IOException {
        var in = new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8)) {
            boolean closed;

            @Override
            public void close() {
                closed = true;
            }
        };
        var out = new ByteArrayOutputStream() {
            boolean closed;

            @Override
            public void close() {
                closed = true;
            }
        };
        new XetStripper().copy(in, out);

        assertThat(in.closed).isFalse();
        assertThat(out.closed).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{}");
    }

    @Test
    void forAnyInputTheOutputIsTheInputWithoutItsHints() throws IOException {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            JsonNode in = random.nextInt(3) == 0 ? list(random) : repository(random);
            JsonNode expected = in.deepCopy();
            withoutHints(expected);

            assertThat(JSON.writeValueAsString(JSON.readTree(stripped(JSON.writeValueAsString(in)))))
                    .as("seed %d", seed)
                    .isEqualTo(JSON.writeValueAsString(expected));
        }
    }

    /** What the reference says, on a tree: the root or the elements of a root list, and the siblings of those. */
    private static void withoutHints(JsonNode root) {
        for (JsonNode repository : root.isArray() ? root : List.of(root)) {
            if (repository instanceof ObjectNode object) {
                object.remove(HINTS);
                if (object.get("siblings") instanceof ArrayNode siblings) {
                    siblings.forEach(file -> {
                        if (file instanceof ObjectNode fields) {
                            fields.remove(HINTS);
                        }
                    });
                }
            }
        }
    }

    private static ArrayNode list(Random random) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(random.nextInt(4) == 0 ? any(random, 2) : repository(random));
        }
        return list;
    }

    private static ObjectNode repository(Random random) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = random.nextInt(6); i > 0; i--) {
            object.set(name(random), any(random, 4));
        }
        return object;
    }

    private static String name(Random random) {
        List<String> names = List.of("xet", "xetHash", "xetEnabled", "siblings", "cardData", "id", "lfs", "é\"");
        return names.get(random.nextInt(names.size()));
    }

    private static JsonNode any(Random random, int depth) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> make.numberNode(random.nextLong());
            case 1 -> make.textNode("a\n\"é" + Character.toString(0x1F600 + random.nextInt(50)));
            case 2 -> make.booleanNode(random.nextBoolean());
            case 3 -> make.nullNode();
            case 4 -> {
                ArrayNode array = make.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(any(random, depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = make.objectNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set(name(random), any(random, depth - 1));
                }
                yield object;
            }
        };
    }

    private static String stripped(String json) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new XetStripper().copy(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
