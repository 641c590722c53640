package io.artifactvault.testhub;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The routes that deliver files: resolve, the resolve cache, raw. */
final class HubFiles {
    private static final String XET_INFO = "application/vnd.xet-fileinfo+json";
    private static final Pattern FULL_SHA = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern BINARY = Pattern.compile(".*\\.(png|jpg|bin|safetensors|gguf|parquet|zip|model)");

    private final SignedUrls signatures;
    private final String cdnBase;
    private final String casBase;

    HubFiles(SignedUrls signatures, String cdnBase, String casBase) {
        this.signatures = signatures;
        this.cdnBase = cdnBase;
        this.casBase = casBase;
    }

    void answer(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        if (!exchange.caller().mayReadFiles(repository)) {
            throw HubError.gated(repository, exchange.caller()).refusal();
        }
        switch (target.verb()) {
            case "raw" -> raw(exchange, target, repository);
            case "resolve" -> resolve(exchange, target, repository);
            default -> fromCache(exchange, target, repository);
        }
    }

    private void resolve(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        HubCommit commit = commit(repository, target);
        HubFile file = file(commit, target.path());
        OriginReply reply = exchange.reply();
        reply.field("X-Repo-Commit", commit.sha());
        if (file.isLarge()) {
            large(exchange, target, repository, commit, file);
        } else if (exchange.knobs().regularDelivery == HubKnobs.Delivery.DIRECT_200) {
            deliver(exchange, target.path(), file);
        } else {
            redirectToCache(exchange, target, repository, commit, file);
        }
    }

    private static void redirectToCache(
            HubExchange exchange, HubTarget target, HubRepository repository, HubCommit commit, HubFile file)
            throws IOException {
        exchange.reply()
                .field("X-Linked-Etag", quoted(file.identity()))
                .field("Accept-Ranges", "bytes")
                .field("Content-Disposition", disposition(target.path()));
        if (exchange.knobs().linkedSizeOfRegular) {
            exchange.reply().field("X-Linked-Size", Long.toString(file.size()));
        }
        exchange.redirect(
                307,
                "/api/resolve-cache/" + repository.type() + "/" + repository.id() + "/" + commit.sha() + "/"
                        + Percent.encodePath(target.path()) + "?"
                        + Percent.encode(exchange.request().path()) + "=&etag="
                        + Percent.encode(quoted(file.identity())));
    }

    private void large(HubExchange exchange, HubTarget target, HubRepository repository, HubCommit commit, HubFile file)
            throws IOException {
        OriginReply reply = exchange.reply();
        reply.field("X-Linked-Size", Long.toString(file.size()))
                .field("X-Linked-Etag", quoted(file.identity()))
                .field("Accept-Ranges", "bytes")
                .field("Cache-Control", "no-store");
        boolean xet = file.storage() == HubFile.Storage.XET && exchange.knobs().xetHeaders;
        if (xet) {
            reply.field("X-Xet-Hash", file.xetHash()).field("Link", xetLinks(exchange, repository, commit, file));
        }
        if (xet && exchange.request().field("Accept").orElse("").contains(XET_INFO)) {
            reply.field("Content-Type", XET_INFO).answer(xetInfo(exchange, repository, commit, file));
        } else if (exchange.knobs().largeDelivery == HubKnobs.Delivery.DIRECT_200) {
            deliver(exchange, target.path(), file);
        } else {
            String location = cdnBase + signatures.sign(repository, file, disposition(target.path()));
            exchange.redirect(exchange.knobs().largeRedirectStatus, location);
        }
    }

    private static void fromCache(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        if (target.tail().isEmpty() || !FULL_SHA.matcher(target.revision()).matches()) {
            throw HubError.badRequest("Invalid rev id").refusal();
        }
        HubCommit commit = commit(repository, target);
        HubFile file = file(commit, target.path());
        String query = exchange.request().query();
        if (!query.isEmpty() && !query.endsWith("=&etag=" + Percent.encode(quoted(file.identity())))) {
            throw HubError.badRequest("The query is not as the Hub gave it").refusal();
        }
        exchange.reply().field("X-Repo-Commit", commit.sha()).field("X-Cache", "Hit from cloudfront");
        deliver(exchange, target.path(), file);
    }

    private static void deliver(HubExchange exchange, String path, HubFile file) throws IOException {
        String tag = quoted(file.identity());
        boolean text = !file.isLarge()
                && !BINARY.matcher(path.toLowerCase(Locale.ROOT)).matches();
        boolean packed = text && exchange.compresses(file.size());
        OriginReply reply = exchange.reply()
                .field("ETag", packed ? "W/" + tag : tag)
                .field("Content-Disposition", disposition(path))
                .field("Content-Security-Policy", "default-src 'none'; sandbox");
        if (exchange.isKnown(tag)) {
            reply.status(304);
            return;
        }
        reply.field("Content-Type", text ? "text/plain; charset=utf-8" : "application/octet-stream")
                .asContent();
        if (packed) {
            exchange.sendCompressed(file.content().bytes());
        } else {
            reply.serve(file.content());
        }
    }

    private static void raw(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        HubCommit commit = commit(repository, target);
        HubFile file = file(commit, target.path());
        exchange.reply()
                .field("X-Repo-Commit", commit.sha())
                .field("ETag", quoted(file.blobId()))
                .field("Content-Type", "text/plain; charset=utf-8")
                .asContent()
                .serve(file.raw());
    }

    private String xetLinks(HubExchange exchange, HubRepository repository, HubCommit commit, HubFile file) {
        return "<" + tokenRoute(exchange, repository, commit) + ">; rel=\"xet-auth\", <" + reconstruction(file)
                + ">; rel=\"xet-reconstruction-info\"";
    }

    private byte[] xetInfo(HubExchange exchange, HubRepository repository, HubCommit commit, HubFile file) {
        return HubJson.write(g -> {
            g.writeStartObject();
            g.writeStringField("hash", file.xetHash());
            g.writeStringField("refreshUrl", tokenRoute(exchange, repository, commit));
            g.writeStringField("reconstructionUrl", reconstruction(file));
            g.writeStringField("etag", quoted(file.identity()));
            g.writeNumberField("size", file.size());
            g.writeEndObject();
        });
    }

    private static String tokenRoute(HubExchange exchange, HubRepository repository, HubCommit commit) {
        return exchange.base() + "/api/" + repository.type() + "/" + repository.id() + "/xet-read-token/"
                + commit.sha();
    }

    private String reconstruction(HubFile file) {
        return casBase + "/v1/reconstructions/" + file.xetHash();
    }

    private static HubCommit commit(HubRepository repository, HubTarget target) {
        String revision = target.revision();
        return repository
                .find(revision)
                .orElseThrow(() -> HubError.noRevision(revision).refusal());
    }

    private static HubFile file(HubCommit commit, String path) {
        return commit.file(path).orElseThrow(() -> HubError.noEntry(commit).refusal());
    }

    private static String disposition(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        String plain = name.replaceAll("[^\\x20-\\x7e]|\"", "?");
        return "inline; filename*=UTF-8''" + Percent.encode(name) + "; filename=\"" + plain + "\";";
    }

    private static String quoted(String tag) {
        return "\"" + tag + "\"";
    }
}
