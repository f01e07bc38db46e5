package io.ansermq.tools;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.CachingDateFormatter;

/**
 * How the {@code anser} command logs: one line per event on the error stream, ours from INFO on, others' from WARN on. In code,
 * because reading the same from XML takes a fifth of the start of a server.
 *
 * <p>A {@code logback.xml} on the class path, or the file that {@code -Dlogback.configurationFile} names, counts instead.
 */
public final class LogToStandardError extends ContextAwareBase implements Configurator {
    private static volatile boolean quiet;

    /** For Logback, which finds this as a service. */
    public LogToStandardError() {}

    /** For a command that says by itself what went wrong, in one line. To be called before anything is logged. */
    static void keepQuiet() {
        quiet = true;
    }

    @Override
    public ExecutionStatus configure(final LoggerContext context) {
        if (System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null
                || getClass().getResource("/" + ClassicConstants.AUTOCONFIG_FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        final Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(quiet ? Level.OFF : Level.WARN);
        root.addAppender(standardError(context));
        context.getLogger("io.ansermq").setLevel(quiet ? Level.OFF : Level.INFO);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static ConsoleAppender<ILoggingEvent> standardError(final LoggerContext context) {
        final LayoutWrappingEncoder<ILoggingEvent> lines = new LayoutWrappingEncoder<>();
        lines.setContext(context);
        lines.setLayout(new Line());
        lines.start();
        final ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(lines);
        appender.start();
        return appender;
    }

    /** Time, level, name of the class, text, and what was thrown. */
    private static final class Line extends LayoutBase<ILoggingEvent> {
        private final CachingDateFormatter time = new CachingDateFormatter("HH:mm:ss.SSS");

        @Override
        public String doLayout(final ILoggingEvent event) {
            final String logger = event.getLoggerName();
            final String line = String.join(
                    " ",
                    time.format(event.getTimeStamp()),
                    padded(event.getLevel().toString()),
                    logger.substring(logger.lastIndexOf('.') + 1),
                    event.getFormattedMessage());
            return line + System.lineSeparator() + ThrowableProxyUtil.asString(event.getThrowableProxy());
        }

        private static String padded(final String level) {
            return level.length() == 4 ? level + " " : level;
        }
    }
}
