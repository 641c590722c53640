package io.artifactvault.cache.fetch;

import io.artifactvault.backend.Obtained;
import io.artifactvault.cache.content.BodyStream;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Fields;
import java.io.InputStream;

/** A response of the vault to one of its own requests. Confined to the thread that reads it, which must close it. */
public final class ObtainedAnswer implements Obtained, AutoCloseable {
    private final Answer answer;
    private final BodyStream content;

    public ObtainedAnswer(Answer answer) {
        this.answer = answer;
        this.content = new BodyStream(answer.body());
    }

    @Override
    public int status() {
        return answer.status();
    }

    @Override
    public Fields fields() {
        return answer.fields();
    }

    @Override
    public InputStream content() {
        return content;
    }

    @Override
    public void close() {
        content.close();
    }
}
