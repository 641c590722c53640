package io.artifactvault.app;

/** Entry point of the jar. */
public final class Main {
    private Main() {}

    record Point(int x, int y) {}

    public static void main(String[] args) {
        Object o = new Point(args.length, 2);
        if (o instanceof Point(int x, int _)) {
            System.exit(x);
        }
    }
}
