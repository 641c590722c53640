package io.artifactvault.app.terminal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The level of detail of the log. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE;

    /**
     * Sets the level of the vault's own loggers, which takes effect immediately; libraries keep the level in {@code
     * logback.xml}.
     */
    public void apply() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Level level = Level.valueOf(name());
            context.getLogger("io.artifactvault").setLevel(level);
            context.getLogger("access").setLevel(level);
            context.getLogger(Logger.ROOT_LOGGER_NAME)
                    .setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
        }
    }
}
