package io.artifactvault.backend.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The key is what is sent: over every kept route and many spellings, equal keys imply the same method, target, body and
 * content-selecting fields upstream; and requests that mean different things have different keys.
 */
class CanonicalRequestTest {
    private static final long SEED = 20261128;
    private static final int CASES = 6_000;

    private final HuggingFaceBackend backend = new HuggingFaceBackend(Hubs.settings(), InstantSource.system());

    /** What upstream sees of a request. */
    private record Sent(String method, String target, String fields, String body) {
        static Sent of(Resource resource) {
            return new Sent(
                    resource.requestBody().isPresent() ? "POST" : "GET",
                    resource.upstream().uri().toString(),
                    resource.upstream().fields().lines().toString(),
                    resource.requestBody()
                            .map(body -> new String(body, StandardCharsets.UTF_8))
                            .orElse(""));
        }
    }

    /** A client's request, and what its author meant by it where it is spelled as clients spell it. */
    private record Spelled(String method, String below, String contentType, String body, Optional<String> meaning) {
        Spelled(String below, Optional<String> meaning) {
            this("GET", below, "", "", meaning);
        }

        Spelled withoutMeaning() {
            return new Spelled(method, below, contentType, body, Optional.empty());
        }
    }

    /** One kept route: some paths of it, and its flags. */
    record Route(String name, List<String> paths, List<String> flags) {
        boolean isPathsInfo() {
            return name.equals("PATHS_INFO");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String REPOSITORY = "api/models/acme/tiny";

    static List<Route> routes() {
        return List.of(
                new Route(
                        "PAGE",
                        List.of(REPOSITORY, REPOSITORY + "/revision/main", "api/datasets/acme/tiny"),
                        List.of("blobs", "securityStatus")),
                new Route(
                        "TREE",
                        List.of(
                                REPOSITORY + "/tree/main",
                                REPOSITORY + "/tree/main/a%2Fb",
                                REPOSITORY + "/tree/main/a/b",
                                REPOSITORY + "/tree/refs%2Fpr%2F1"),
                        List.of("recursive", "expand")),
                new Route(
                        "TREE_SIZE",
                        List.of(REPOSITORY + "/treesize/main/a", REPOSITORY + "/treesize/main/A"),
                        List.of()),
                new Route("COMMITS", List.of(REPOSITORY + "/commits/main", REPOSITORY + "/commits/dev"), List.of()),
                new Route("REFS", List.of(REPOSITORY + "/refs", "api/spaces/acme/tiny/refs"), List.of("include_prs")),
                new Route("LISTING", List.of("api/models", "api/datasets"), List.of()),
                new Route(
                        "FILE",
                        List.of(
                                "acme/tiny/resolve/main/a/b",
                                "acme/tiny/resolve/main/a%2Fb",
                                "acme/tiny@main/resolve/x/b",
                                "acme/tiny/resolve/main@x/b",
                                "datasets/acme/tiny/resolve/main/a/b"),
                        List.of()),
                new Route(
                        "RAW",
                        List.of("acme/tiny/raw/main/a", "acme/tiny/raw/main/a%20b", "acme/tiny/raw/refs%2Fpr%2F1/a"),
                        List.of()),
                new Route(
                        "MANIFEST", List.of("v2/acme/quant/manifests/latest", "v2/acme/quant/manifests/Q4"), List.of()),
                new Route("LAYER", List.of("v2/acme/quant/blobs/sha256:" + Hubs.SHA256), List.of()),
                new Route(
                        "PATHS_INFO",
                        List.of(REPOSITORY + "/paths-info/main", REPOSITORY + "/paths-info/dev"),
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void equalKeysImplyTheSameQuestionUpstream(Route route) {
        Random random = new Random(SEED + route.name().hashCode());
        Map<String, Sent> sentByKey = new HashMap<>();
        Map<String, String> meaningByKey = new HashMap<>();
        Map<String, String> keyByMeaning = new HashMap<>();
        int kept = 0;
        int refused = 0;
        for (int i = 0; i < CASES; i++) {
            Spelled spelled = random.nextBoolean() ? usual(route, random) : strange(route, random);
            Optional<Resource> resource = resource(spelled, random);
            assertThat(resource.isPresent() || spelled.meaning().isEmpty())
                    .as("what clients send is served: %s", spelled)
                    .isTrue();
            if (resource.isEmpty()) {
                refused++;
                continue;
            }
            kept++;
            String key = resource.get().key();
            Sent sent = Sent.of(resource.get());
            Sent before = sentByKey.putIfAbsent(key, sent);
            assertThat(before == null ? sent : before).as("%s", spelled).isEqualTo(sent);
            if (spelled.meaning().isPresent()) {
                String meaning = spelled.meaning().get();
                assertThat(meaningByKey.merge(key, meaning, (a, _) -> a))
                        .as("one key, one meaning: %s", spelled)
                        .isEqualTo(meaning);
                assertThat(keyByMeaning.merge(meaning, key, (a, _) -> a))
                        .as("one meaning, one key: %s", spelled)
                        .isEqualTo(key);
            }
        }
        System.out.printf(
                "canonical request, %s: %d cases, %d kept under %d keys, %d refused%n",
                route, CASES, kept, sentByKey.size(), refused);
        assertThat(kept).isGreaterThan(CASES / 3);
    }

    private Optional<Resource> resource(Spelled spelled, Random random) {
        Request request;
        try {
            request = new Request(
                    spelled.method(),
                    Target.parse("/huggingface/" + spelled.below()),
                    fields(spelled, random),
                    "http://vault:8080",
                    Optional.empty());
        } catch (BadTargetException e) {
            return Optional.empty();
        }
        Resolution resolution = backend.resolve(request);
        if (resolution instanceof Resolution.Unread unread) {
            resolution = unread.then().apply(spelled.body().getBytes(StandardCharsets.UTF_8));
        }
        if (resolution instanceof Resolution.Local local) {
            assertThat(local.status()).as("%s", spelled).isEqualTo(400);
            assertThat(local.fields().first("X-Error-Message").orElse("")).isNotBlank();
            return Optional.empty();
        }
        Resource resource = (Resource) ((Resolution.Found) resolution).resource();
        return Optional.of(resource).filter(Resource::isStorable);
    }

    /** Fields that choose an answer at some origin: none of them may, unless the key holds it. */
    private static Fields fields(Spelled spelled, Random random) {
        Fields.Builder fields = Fields.builder();
        if (!spelled.contentType().isEmpty()) {
            fields.add("Content-Type", spelled.contentType());
        }
        String[][] choices = {
            {"User-Agent", "curl/8", "hf_hub/2.0", "Mozilla/5.0", ""},
            {"Accept", "text/html", "application/vnd.xet-fileinfo+json", "*/*"},
            {"Accept-Encoding", "gzip", "br"},
            {"Accept-Language", "de"},
            {"X-Forwarded-Host", "evil.example"},
            {"Forwarded", "host=evil.example"},
            {"X-Original-URL", "/evil"},
            {"X-HTTP-Method-Override", "DELETE"},
            {"Cookie", "a=b"},
            {"Range", "bytes=0-1"},
            {"X-HF-Anything", "1"}
        };
        for (String[] choice : choices) {
            if (random.nextInt(3) == 0) {
                fields.add(choice[0], choice[1 + random.nextInt(choice.length - 1)]);
            }
        }
        return fields.build();
    }

    /** As a client of today or yesterday writes it. */
    private static Spelled usual(Route route, Random random) {
        String path = pick(route.paths(), random);
        if (route.isPathsInfo()) {
            return paths(path, random);
        }
        List<String> pairs = new ArrayList<>();
        List<String> meant = new ArrayList<>();
        for (String flag : route.flags()) {
            boolean value = random.nextBoolean();
            if (value || random.nextBoolean()) {
                String text = Boolean.toString(value);
                pairs.add(escaped(flag, random) + "=" + (random.nextBoolean() ? text : capital(text)));
            }
            meant.add(flag + "=" + value);
        }
        switch (route.name()) {
            case "TREE" -> single(pairs, meant, "cursor", List.of("ZXlK", "ZXlK=", "a b", "a+b", "ä"), random);
            case "COMMITS" -> {
                single(pairs, meant, "p", List.of("0", "1"), random);
                several(pairs, meant, "expand[]", List.of("formatted"), random);
            }
            case "PAGE" -> several(pairs, meant, "expand", List.of("sha", "likes", "gated"), random);
            case "LISTING" -> {
                single(pairs, meant, "search", List.of("bert", "Bert", "a b", "a&b", "a=b", "100%"), random);
                single(pairs, meant, "limit", List.of("1", "10"), random);
                several(pairs, meant, "expand", List.of("sha", "likes"), random);
            }
            case "FILE", "RAW", "MANIFEST", "LAYER" -> {
                if (random.nextBoolean()) {
                    pairs.add("download=true");
                }
            }
            default -> {}
        }
        Collections.shuffle(pairs, random);
        Collections.sort(meant);
        String below = slashes(path, random) + (pairs.isEmpty() ? "" : "?" + String.join("&", pairs));
        return new Spelled(below, Optional.of(path + " " + meant));
    }

    private static void single(
            List<String> pairs, List<String> meant, String name, List<String> values, Random random) {
        if (random.nextBoolean()) {
            String value = pick(values, random);
            pairs.add(escaped(name, random) + "=" + encoded(value, random));
            meant.add(name + "=" + value);
        }
    }

    private static void several(
            List<String> pairs, List<String> meant, String name, List<String> values, Random random) {
        for (String value : values) {
            if (random.nextBoolean()) {
                pairs.add(name.replace("[]", random.nextBoolean() ? "[]" : "%5b%5D") + "=" + value);
                meant.add(name + "=" + value);
            }
        }
    }

    private static Spelled paths(String path, Random random) {
        List<String> all = List.of("a", "b", "a\nb", "a b", "a/b", "a+b", "ä", "", "expand=true", "a\",\"b", "1:a 1:b");
        List<String> chosen = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            chosen.add(pick(all, random));
        }
        boolean expand = random.nextBoolean();
        Optional<String> meaning = Optional.of(
                path + " " + new TreeSet<>(chosen) + chosen.stream().distinct().count() + expand);
        if (random.nextBoolean()) {
            List<String> pairs = new ArrayList<>();
            chosen.forEach(text -> pairs.add("paths=" + encoded(text, random)));
            if (expand || random.nextBoolean()) {
                pairs.add("expand=" + (random.nextBoolean() ? expand : capital(Boolean.toString(expand))));
            }
            Collections.shuffle(pairs, random);
            return new Spelled("POST", path, "application/x-www-form-urlencoded", String.join("&", pairs), meaning);
        }
        List<String> texts = chosen.stream().map(text -> json(text, random)).toList();
        String members = random.nextBoolean()
                ? "{\"paths\":[" + String.join(",", texts) + "],\"expand\":" + expand + "}"
                : "{ \"expand\" : " + expand + ", \"p\\u0061ths\" : [ " + String.join(" , ", texts) + " ] }";
        return new Spelled(
                "POST",
                path,
                random.nextBoolean() ? "application/json" : "application/json; charset=utf-8",
                members,
                meaning);
    }

    private static String json(String text, Random random) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c > ' ' && c != '"' && c != '\\' && random.nextInt(4) > 0;
            json.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
        return json.append('"').toString();
    }

    /** As somebody writes it who looks for two readings. */
    private static Spelled strange(Route route, Random random) {
        String path = pick(route.paths(), random);
        if (route.isPathsInfo()) {
            List<String> bodies = List.of(
                    "{\"paths\":[\"a\"],\"paths\":[\"b\"]}",
                    "{\"paths\":[\"a\\nb\"],\"expand\":true,\"expand\":false}",
                    "paths=a&expand=true&expand=false",
                    "paths=a%0Ab",
                    "paths=a\nb",
                    "expand=true&paths=a",
                    "paths[]=a",
                    "Paths=a&paths=b",
                    "paths=%C0%AF",
                    "--x\r\nContent-Disposition: form-data; name=\"paths\"\r\n\r\na\r\n--x--",
                    "{\"paths\":[\"a\"]}=");
            List<String> types = List.of(
                    "application/json",
                    "application/x-www-form-urlencoded",
                    "text/plain",
                    "multipart/form-data; boundary=x",
                    "application/json; charset=utf-16",
                    "application/json+form",
                    "");
            String query = random.nextInt(3) > 0 ? "" : "?" + mutated("expand=true&x=1", random);
            return random.nextBoolean()
                    ? new Spelled("POST", path + query, pick(types, random), pick(bodies, random), Optional.empty())
                    : paths(path + query, random).withoutMeaning();
        }
        StringBuilder query = new StringBuilder("?");
        List<String> names = new ArrayList<>(List.of("limit", "cursor", "expand", "expand[]", "x", "search", "p"));
        names.addAll(route.flags());
        for (int i = random.nextInt(4); i >= 0; i--) {
            String pair =
                    pick(names, random) + "=" + pick(List.of("true", "false", "True", "1", "a b", "a", ""), random);
            query.append(random.nextInt(3) > 0 ? pair : mutated(pair, random)).append('&');
        }
        return new Spelled(slashes(path, random) + query, Optional.empty());
    }

    private static String mutated(String pair, Random random) {
        return switch (random.nextInt(14)) {
            case 0 -> pair.replace("=", "%3D");
            case 1 -> pair.replace("=", "%3d");
            case 2 -> pair.toUpperCase(Locale.ROOT);
            case 3 -> pair + "&" + pair;
            case 4 -> pair + ";" + pair;
            case 5 -> pair.replace("=", "[0]=");
            case 6 -> pair.replace("=", "+=+");
            case 7 -> "%25" + Integer.toHexString(pair.charAt(0)) + pair.substring(1);
            case 8 -> pair + "%C0%AF";
            case 9 -> "&&" + pair + "&";
            case 10 -> pair.substring(0, Math.max(1, pair.indexOf('=')));
            case 11 -> pair + "%00";
            case 12 -> pair + "&" + pair.replace("=", "=x");
            default -> "%20" + pair + "/../x";
        };
    }

    private static String slashes(String path, Random random) {
        return random.nextInt(4) == 0 ? path.replaceFirst("/", "//") : path;
    }

    private static String escaped(String name, Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean escape = random.nextInt(8) == 0 && (Character.isLetter(c) || c == '_');
            out.append(escape ? String.format(Locale.ROOT, "%%%02x", (int) c) : String.valueOf(c));
        }
        return out.toString();
    }

    private static String encoded(String text, Random random) {
        StringBuilder out = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (octet >= 'a' && octet <= 'z' && random.nextInt(5) > 0) || (octet >= '0' && octet <= '9');
            if (octet == ' ' && random.nextBoolean()) {
                out.append('+');
            } else {
                String hex = String.format(Locale.ROOT, random.nextBoolean() ? "%%%02x" : "%%%02X", octet & 0xFF);
                out.append(plain ? String.valueOf((char) octet) : hex);
            }
        }
        return out.toString();
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static <T> T pick(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }
}
