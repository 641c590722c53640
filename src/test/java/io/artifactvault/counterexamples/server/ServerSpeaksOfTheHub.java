package io.artifactvault.counterexamples.server;

final class ServerSpeaksOfTheHub {
    static String field(String name) {
        return "X-HF-" + name;
    }

    private ServerSpeaksOfTheHub() {}
}
