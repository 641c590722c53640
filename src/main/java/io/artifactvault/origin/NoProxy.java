package io.artifactvault.origin;

import io.artifactvault.http.OriginId;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The origins that are contacted directly although a proxy is configured, in the syntax of NO_PROXY: a list of names
 * (including subdomains, with or without a leading dot or {@code *.}), addresses and networks ({@code 10.0.0.0/8}),
 * each with an optional port, or {@code *} for all. Names are compared without resolution. Pure.
 */
public record NoProxy(List<String> rules) {
    public static final NoProxy NOTHING = new NoProxy(List.of());

    private static final Pattern WITH_PORT = Pattern.compile("(\\[[^\\]]+]|[^:]+):(\\d{1,5})");
    private static final Pattern NETWORK = Pattern.compile("([0-9a-fA-F:.]+)/(\\d{1,3})");

    /** Parses rules that are separated by commas or white space. */
    public static NoProxy parse(String text) {
        return new NoProxy(Arrays.stream(text.split("[,\\s]+", -1))
                .map(rule -> rule.toLowerCase(Locale.ROOT))
                .filter(rule -> !rule.isEmpty())
                .toList());
    }

    /** The first rule with a slash that is not a network; such a rule covers no origin. */
    public Optional<String> malformed() {
        return rules.stream()
                .filter(rule -> rule.contains("/") && !isNetwork(rule))
                .findFirst();
    }

    private static boolean isNetwork(String rule) {
        Matcher parts = WITH_PORT.matcher(rule);
        Matcher network = NETWORK.matcher(bare(parts.matches() ? parts.group(1) : rule));
        return network.matches()
                && literal(network.group(1))
                        .filter(base -> Integer.parseInt(network.group(2)) <= base.getAddress().length * 8)
                        .isPresent();
    }

    NoProxy and(NoProxy more) {
        return new NoProxy(Stream.concat(rules.stream(), more.rules.stream()).toList());
    }

    boolean covers(OriginId origin) {
        return rules.stream().anyMatch(rule -> covers(rule, origin));
    }

    private static boolean covers(String rule, OriginId origin) {
        Matcher parts = WITH_PORT.matcher(rule);
        boolean withPort = parts.matches();
        if (withPort && Integer.parseInt(parts.group(2)) != origin.port()) {
            return false;
        }
        String host = bare(withPort ? parts.group(1) : rule);
        Matcher network = NETWORK.matcher(host);
        if (network.matches()) {
            return isWithin(network, origin.host());
        }
        return host.equals("*") || isNamed(host, origin.host());
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean isNamed(String rule, String host) {
        String name = rule.startsWith("*.") ? rule.substring(2) : rule.startsWith(".") ? rule.substring(1) : rule;
        Optional<InetAddress> address = literal(name);
        return address.isPresent()
                ? address.equals(literal(host))
                : !name.isEmpty() && (host.equals(name) || host.endsWith("." + name));
    }

    private static boolean isWithin(Matcher network, String host) {
        Optional<InetAddress> base = literal(network.group(1));
        Optional<InetAddress> address = literal(host);
        if (base.isEmpty() || address.isEmpty()) {
            return false;
        }
        byte[] wanted = base.get().getAddress();
        byte[] found = address.get().getAddress();
        int bits = Integer.parseInt(network.group(2));
        if (wanted.length != found.length || bits > wanted.length * 8) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if (((wanted[bit / 8] ^ found[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
