package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogToStandardErrorTest {

    private final @Nullable String file = System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY);
    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void restore() {
        context.stop();
        if (file != null) {
            System.setProperty(ClassicConstants.CONFIG_FILE_PROPERTY, file);
        }
    }

    @Test
    void shouldWriteAnEventAsALineAndWhatWasThrownBelow() {
        final ConsoleAppender<ILoggingEvent> appender = configured();

        assertThat(line(appender, Level.WARN, null)).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  Core it is 7\\R");
        assertThat(line(appender, Level.ERROR, new IllegalStateException("why")))
                .matches("(?s)\\S+ ERROR Core it is 7\\Rjava.lang.IllegalStateException: why\\R\\tat .*");
        assertThat(appender.getTarget()).isEqualTo("System.err");
    }

    @Test
    void shouldSayWhatOursDoAndWhatOthersComplainOf() {
        configured();

        assertThat(context.getLogger("io.ansermq.broker.Broker").isInfoEnabled())
                .isTrue();
        assertThat(context.getLogger("io.netty.Some").isInfoEnabled()).isFalse();
        assertThat(context.getLogger("io.netty.Some").isWarnEnabled()).isTrue();
    }

    @Test
    void shouldLeaveItToTheFileThatIsNamed() {
        System.setProperty(ClassicConstants.CONFIG_FILE_PROPERTY, "mine.xml");

        assertThat(new LogToStandardError().configure(context)).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
    }

    private ConsoleAppender<ILoggingEvent> configured() {
        System.clearProperty(ClassicConstants.CONFIG_FILE_PROPERTY);
        assertThat(new LogToStandardError().configure(context)).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
        return (ConsoleAppender<ILoggingEvent>) context.getLogger(Logger.ROOT_LOGGER_NAME)
                .iteratorForAppenders()
                .next();
    }

    private String line(
            final ConsoleAppender<ILoggingEvent> appender, final Level level, final @Nullable Throwable thrown) {
        final LoggingEvent event = new LoggingEvent(
                "caller", context.getLogger("io.ansermq.broker.core.Core"), level, "it is {}", thrown, new Object[] {7
                });
        return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
    }
}
