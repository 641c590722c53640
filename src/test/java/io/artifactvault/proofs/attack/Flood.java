package io.artifactvault.proofs.attack;

/** Connections of many addresses, more than there are descriptors, while the Hub is away. */
final class Flood implements Attack {
    private static final int CONNECTIONS = 4_000;
    private static final int ADDRESSES = 20;

    @Override
    public String name() {
        return "flood while the Hub is away";
    }

    @Override
    public boolean hubIsAway() {
        return true;
    }

    @Override
    public boolean leavesRoom() {
        return false;
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        int count = stage.count(CONNECTIONS);
        int opened = stage.each(count, number -> {
            Line line = stage.open(stage.client(number % ADDRESSES), 0);
            line.send("GET / HTTP/1.1\r\n");
        });
        stage.hold();
        stage.hold();
        stage.say("%d of %d connections opened from %d addresses", opened, count, ADDRESSES);
    }
}
