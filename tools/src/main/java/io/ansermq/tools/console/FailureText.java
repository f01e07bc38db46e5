package io.ansermq.tools.console;

import io.ansermq.client.BrokerException;
import io.ansermq.store.StoreException;
import io.ansermq.tools.bench.LoadException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Turns any failure into one line for the person at the terminal. Stateless. */
public final class FailureText {

    /** Failures whose texts are made for people; anything else is a mistake of ours, and its class matters. */
    private static final List<Class<? extends Throwable>> FOR_PEOPLE = List.of(
            CommandFailure.class,
            StoreException.class,
            BrokerException.class,
            JMSException.class,
            JMSRuntimeException.class,
            LoadException.class,
            IOException.class,
            UncheckedIOException.class,
            IllegalArgumentException.class);

    private FailureText() {}

    /** One line without line breaks, never empty. */
    public static String of(final Throwable failure) {
        final String message = failure.getMessage();
        final boolean forPeople = FOR_PEOPLE.stream().anyMatch(type -> type.isInstance(failure));
        if (forPeople && message != null && !message.isBlank()) {
            return oneLine(message);
        }
        return oneLine("unexpected failure, please report it: " + failure
                + " (ANSER_OPTS=-Danser.trace=true shows where it came from)");
    }

    private static String oneLine(final String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
