package io.artifactvault.testhub;

import java.util.List;
import java.util.stream.Collectors;

/** Links to the next page: absolute, at the Hub's official base, with the caller's other parameters. */
final class Paging {
    private static final List<String> OWN = List.of("cursor", "limit", "p");

    private Paging() {}

    /** Links the page after the entry of that name. */
    static void linkNext(HubExchange exchange, int limit, String lastName) {
        link(exchange, "limit=" + limit + "&cursor=" + Percent.encode(Cursor.after(lastName, limit)));
    }

    /** Links a page by its number. */
    static void linkPage(HubExchange exchange, int limit, int page) {
        link(exchange, "p=" + page + "&limit=" + limit);
    }

    private static void link(HubExchange exchange, String parameters) {
        String kept = exchange.query().parameters().stream()
                .filter(p -> !OWN.contains(p.name()))
                .map(p -> Percent.encode(p.name()) + "=" + Percent.encode(p.value()) + "&")
                .collect(Collectors.joining());
        String next = exchange.base() + exchange.request().path() + "?" + kept + parameters;
        exchange.reply().field("Link", "<" + next + ">; rel=\"next\"");
    }
}
