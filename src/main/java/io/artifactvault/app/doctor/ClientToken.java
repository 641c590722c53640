package io.artifactvault.app.doctor;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Scan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The token that huggingface_hub on this machine sends: from HF_TOKEN, or from the file that {@code hf auth login}
 * writes.
 */
public final class ClientToken {
    private static final int LONGEST = 4096;

    private ClientToken() {}

    /** The token; empty when there is none, or none that is valid in an HTTP field. */
    public static Optional<Credential> of(Map<String, String> environment) {
        return Stream.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isBlank())
                .findFirst()
                .or(() -> file(environment).flatMap(ClientToken::read))
                .map(String::strip)
                .filter(token -> Scan.isMadeOf(token, c -> c > ' ' && c < 0x7f))
                .map(Credential::bearer);
    }

    private static Optional<Path> file(Map<String, String> environment) {
        Optional<Path> named = folder(environment, "HF_TOKEN_PATH");
        if (named.isPresent()) {
            return named;
        }
        return folder(environment, "HF_HOME")
                .or(() -> folder(environment, "XDG_CACHE_HOME").map(cache -> cache.resolve("huggingface")))
                .or(() -> folder(environment, "HOME").map(home -> home.resolve(".cache/huggingface")))
                .map(folder -> folder.resolve("token"));
    }

    private static Optional<Path> folder(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }

    private static Optional<String> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8))
                    .filter(text -> !text.isBlank());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
