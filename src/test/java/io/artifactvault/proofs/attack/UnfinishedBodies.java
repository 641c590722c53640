package io.artifactvault.proofs.attack;

import java.util.List;

/** Bodies of 1 MiB that lack their last octet, on routes that read a body before they do anything, and on one that passes it on. */
final class UnfinishedBodies implements Attack {
    private static final int REQUESTS = 600;
    private static final int LENGTH = 1 << 20;
    private static final List<String> ROUTES = List.of(
            "/huggingface/api/models/acme/seed/paths-info/main",
            "/huggingface/acme/seed.git/info/lfs/objects/batch",
            "/huggingface/api/models/acme/seed/preupload/main");

    @Override
    public String name() {
        return "unfinished bodies";
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        byte[] body = new byte[LENGTH - 1];
        int count = stage.count(REQUESTS);
        int sent = stage.each(count, number -> {
            Line line = stage.open();
            line.send(Client.headWithBody("POST", ROUTES.get(number % ROUTES.size()), LENGTH));
            line.send(body);
        });
        stage.hold();
        stage.say("%d of %d bodies sent but for their last octet", sent, count);
    }
}
