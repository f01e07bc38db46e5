package io.ansermq.tck.security;

import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.ansermq.broker.security.Audit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** What brokers in this process have written to the audit log in one test. */
final class AuditLog implements BeforeEachCallback, AfterEachCallback {

    private final Logger logger = (Logger) LoggerFactory.getLogger(Audit.LOGGER);
    private final Lines lines = new Lines();

    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final List<String> all = new CopyOnWriteArrayList<>();

        @Override
        protected void append(final ILoggingEvent event) {
            all.add(event.getFormattedMessage());
        }
    }

    @Override
    public void beforeEach(final ExtensionContext context) {
        lines.all.clear();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
    }

    @Override
    public void afterEach(final ExtensionContext context) {
        logger.detachAppender(lines);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    /** The one line that there is, once it is there. */
    String onlyLine() {
        return await().until(() -> lines.all, each -> each.size() == 1).get(0);
    }

    /** All lines so far. */
    List<String> lines() {
        return List.copyOf(lines.all);
    }

    /** From now on only what comes. */
    void clear() {
        lines.all.clear();
    }
}
