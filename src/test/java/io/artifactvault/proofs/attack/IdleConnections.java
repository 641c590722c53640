package io.artifactvault.proofs.attack;

/** Connections on which nothing is ever sent. */
final class IdleConnections implements Attack {
    private static final int CONNECTIONS = 10_000;

    @Override
    public String name() {
        return "idle connections";
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        int count = stage.count(CONNECTIONS);
        int opened = stage.each(count, number -> stage.open());
        stage.hold();
        stage.say("%d of %d connections opened", opened, count);
    }
}
