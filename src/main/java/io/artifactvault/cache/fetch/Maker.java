package io.artifactvault.cache.fetch;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.Making;
import io.artifactvault.backend.Resource.SourceChangedException;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.fill.PipeOutput;
import io.artifactvault.cache.fill.WrittenFill;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginException;
import io.artifactvault.store.index.Entry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the content of resources that the vault derives from others. Blocks; called by tasks. */
public final class Maker {
    /** Sends requests of the vault itself through the cache. */
    @FunctionalInterface
    public interface Within {
        /** Responds to a request. The result never completes exceptionally; the receiver closes the body. */
        CompletableFuture<Answer> answer(Request request, Resource resource, DecisionLog decisions);
    }

    private static final Logger log = LoggerFactory.getLogger(Maker.class);
    private static final int BUFFER = 32 * 1024;
    private static final Set<String> OF_REFUSAL = Set.of("www-authenticate", "x-error-message");

    private final Engine engine;
    private final Within vault;

    public Maker(Engine engine, Within vault) {
        this.engine = engine;
        this.vault = vault;
    }

    /** Makes and stores the content. */
    public void store(CacheRequest<Resource> request, Making making, CompletableFuture<FetchOutcome> outcome) {
        Resource resource = request.resource();
        EcosystemFiling filing = new EcosystemFiling(
                engine, resource, request.caller(), false, engine.clock().instant());
        Facts nothing = new Facts(Fields.EMPTY, OptionalLong.empty(), Optional.empty(), Optional.empty());
        try (Inside inside = new Inside(request)) {
            WrittenFill fill = new WrittenFill(engine.tools(), Representation.of(resource, filing.entry(nothing, 200)));
            Entry made = fill.made(out -> making.write(inside, out), filing::edited);
            filing.recordMade(made);
            outcome.complete(new FetchOutcome.Identified(made, resource, 200));
        } catch (OriginException e) {
            outcome.complete(failed(e));
        } catch (StoreException e) {
            e.writeTo(log, resource.title());
            outcome.complete(new FetchOutcome.Unstorable());
        }
    }

    private static FetchOutcome failed(OriginException e) {
        return switch (e.getCause()) {
            case SourceChangedException changed -> new FetchOutcome.Outdated(String.valueOf(changed.getMessage()));
            case Making.SourceRefusedException refused ->
                new FetchOutcome.Final(
                        Verdict.Kind.OTHER, refused.status(), refused.fields().only(OF_REFUSAL), new byte[0], true);
            case null, default -> new FetchOutcome.Failed(e);
        };
    }

    /** Makes the content for one reader and stores nothing, because the store does not accept it. */
    public void pass(CacheRequest<Resource> request, Making making, CacheStatus status) {
        Fields fields = request.resource().present(Fields.EMPTY, request.message());
        if (request.message().isHead()) {
            request.answer().complete(new Answer(200, fields, new Body.None(), status));
            return;
        }
        ChunkPipe pipe = PipeOutput.ofTask();
        request.answer().complete(new Answer(200, fields, new Body.Piped(pipe), status));
        boolean whole = false;
        try (Inside inside = new Inside(request);
                BufferedOutputStream out = new BufferedOutputStream(new PipeOutput(pipe), BUFFER)) {
            var _ = making.write(inside, out);
            out.flush();
            whole = true;
        } catch (IOException e) {
            log.info("Broke off {}: {}", request.title(), e.getMessage());
        } finally {
            pipe.end(whole);
        }
    }

    /**
     * Obtains resources for a request, until it is closed. Its requests end when the task is cancelled, not when the
     * client leaves whose request came first: others may wait for the same content.
     */
    private final class Inside implements Making.Sources, AutoCloseable {
        private final CacheRequest<Resource> request;
        private final Departure departure = new Departure();
        private final List<ObtainedAnswer> obtained = new ArrayList<>();

        Inside(CacheRequest<Resource> request) {
            this.request = request;
        }

        @Override
        public Obtained obtain(Resource resource, Optional<ByteRange> part) {
            Fields fields = part.map(range -> Fields.of("Range", "bytes=" + range.first() + "-" + range.last()))
                    .orElse(Fields.EMPTY);
            Request outer = request.message();
            Request inner = new Request(
                    "GET",
                    outer.target(),
                    fields,
                    outer.base(),
                    Optional.empty(),
                    outer.early(),
                    new Client(outer.client().address(), departure));
            try (var _ = Task.current().interest().cancellation().onCancel(departure::gone)) {
                DecisionLog decisions = new DecisionLog(request.decisionLog().backend());
                ObtainedAnswer answer = new ObtainedAnswer(
                        vault.answer(inner, resource, decisions).join());
                obtained.add(answer);
                return answer;
            }
        }

        @Override
        public void close() {
            obtained.forEach(ObtainedAnswer::close);
        }
    }
}
