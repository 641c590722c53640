package io.artifactvault.proofs.attack;

import java.io.IOException;

/** Asks what the origin never answers, and waits. */
final class HungQuestions implements Crowd.Exchange {
    @Override
    public void hold(Line line, int number) throws IOException {
        line.send(
                switch (number % 4) {
                    case 0 -> Client.get("/http/hang/" + number);
                    case 1 -> Client.get("/huggingface/acme/hung/resolve/main/file-" + number);
                    case 2 -> Client.get("/huggingface/api/models/acme/hung/revision/branch-" + number);
                    default -> Client.head("HEAD", "/huggingface/acme/hung/resolve/main/file-" + number) + "\r\n";
                });
        line.drain();
    }
}
