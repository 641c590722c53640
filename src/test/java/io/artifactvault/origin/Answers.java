package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** An origin that gives the answers and failures it was told, in turn, the last one for ever; records what it was asked. */
public final class Answers implements Origin {
    @FunctionalInterface
    public interface Answer {
        OriginResponse give() throws OriginException;
    }

    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<OriginRequest> asked = new ArrayList<>();
    private final List<EmptyResponse> given = new ArrayList<>();
    private boolean closed;

    public Answers status(int status, String... fields) {
        return then(() -> {
            EmptyResponse response = new EmptyResponse(status, Fields.of(fields));
            given.add(response);
            return response;
        });
    }

    public Answers failure(OriginFailure failure) {
        return then(() -> {
            throw new OriginException(failure, "hub.test");
        });
    }

    public Answers then(Answer answer) {
        answers.add(answer);
        return this;
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        asked.add(request);
        Answer next = answers.size() > 1 ? answers.remove() : answers.element();
        return next.give();
    }

    /** What comes next is said anew. */
    public void forgetAnswers() {
        answers.clear();
    }

    public List<OriginRequest> asked() {
        return asked;
    }

    /** Every answer that was given, in order. */
    public List<EmptyResponse> given() {
        return given;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
