package io.ansermq.client;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a logger quiet while a test provokes what it would report. */
final class Muted implements AutoCloseable {
    private final Logger logger;

    Muted(final Class<?> of) {
        this(of.getName());
    }

    Muted(final String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        logger.setLevel(Level.OFF);
    }

    @Override
    public void close() {
        logger.setLevel(null);
    }
}
