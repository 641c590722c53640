package io.artifactvault.backend.registry;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.backend.Resolution;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** {@code <package>/<page>} is a page of the index, {@code <package>/files/<sha256>} a file of that package. */
final class RegistryBackend implements Backend {
    private static final ErrorFormat ERRORS = (status, sentence, fields) -> new ErrorFormat.Text(
            fields.with("Content-Type", "application/json"),
            ("{\"errors\":[{\"code\":" + status + ",\"message\":\"" + ErrorFormat.quoted(sentence) + "\"}]}")
                    .getBytes(StandardCharsets.UTF_8));

    private final RegistrySettings settings;

    RegistryBackend(RegistrySettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String prefix() {
        return settings.prefix();
    }

    @Override
    public boolean accepts(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    @Override
    public ErrorFormat errors() {
        return ERRORS;
    }

    @Override
    public Resolution resolve(Request request) {
        List<String> path =
                List.of(request.target().path().substring(prefix().length()).split("/", -1));
        Optional<Digest> sha256 = path.size() == 3 && path.get(1).equals("files")
                ? Digest.parse("sha256:" + path.get(2))
                : Optional.empty();
        if (sha256.isPresent()) {
            return new Resolution.Found(new FileOfPackage(settings, request, path.getFirst(), sha256.get()));
        }
        if (path.size() == 2) {
            return IndexPage.of(settings, request, path.getFirst(), path.getLast())
                    .<Resolution>map(Resolution.Found::new)
                    .orElseGet(() -> error(
                            406, "The page comes as application/json or text/html.", Fields.of("Vary", "Accept")));
        }
        return error(404, "There is no such page.", Fields.EMPTY);
    }

    private static Resolution error(int status, String sentence, Fields fields) {
        ErrorFormat.Text error = ERRORS.write(status, sentence, fields);
        return new Resolution.Local(status, error.fields(), error.body());
    }
}
