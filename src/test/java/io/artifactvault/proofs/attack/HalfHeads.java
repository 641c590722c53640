package io.artifactvault.proofs.attack;

/** Heads of 60 KiB that do not end. */
final class HalfHeads implements Attack {
    private static final int CONNECTIONS = 5_000;
    private static final String LONG = "x".repeat(60 << 10);

    @Override
    public String name() {
        return "half heads";
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        int count = stage.count(CONNECTIONS);
        int sent = stage.each(count, number -> {
            Line line = stage.open();
            line.send(Client.head("GET", "/huggingface/acme/seed/resolve/main/x") + "X-Long: " + LONG);
        });
        stage.hold();
        stage.say("%d of %d half heads sent", sent, count);
    }
}
