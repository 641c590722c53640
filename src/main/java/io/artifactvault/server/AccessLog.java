package io.artifactvault.server;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per exchange, on the logger named {@code access}. */
public final class AccessLog implements Consumer<Exchange> {
    private static final Logger log = LoggerFactory.getLogger("access");

    @Override
    public void accept(Exchange exchange) {
        if (!log.isInfoEnabled()) {
            return;
        }
        log.info(
                "{} {} \"{} {}\" {} {}B {}ms {} [{}]{}{}",
                exchange.id(),
                exchange.client(),
                exchange.method(),
                exchange.path(),
                exchange.status(),
                exchange.bytes(),
                exchange.took().toMillis(),
                exchange.cacheStatus().word(),
                exchange.cacheStatus().toField(),
                exchange.whole() ? "" : " cut",
                why(exchange.account().toString()));
    }

    private static String why(String account) {
        return account.isEmpty() ? "" : " (" + account + ")";
    }
}
