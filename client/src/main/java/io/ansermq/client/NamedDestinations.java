package io.ansermq.client;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The destinations that a session knows, by name and by number: each is asked for once, and again when it turns out that one is
 * gone. Thread safe.
 */
final class NamedDestinations {
    private final Requester requester;
    private final TemporaryNames temporaries = new TemporaryNames();

    /** One entry per destination that the application named; kept as long as the session. */
    private final Map<String, Destination> known = new ConcurrentHashMap<>();

    /** By number; what was ever opened, so that it can be opened again. */
    private final Map<Integer, Destination> opened = new ConcurrentHashMap<>();

    private final AtomicInteger generation = new AtomicInteger();

    NamedDestinations(final Requester requester) {
        this.requester = requester;
    }

    /** See {@link BrokerSession#open}. */
    Destination open(final DestinationKind kind, final String name) throws BrokerException {
        final String key = key(kind, name);
        final Destination before = known.get(key);
        if (before != null) {
            return before;
        }
        final int asked = generation.get();
        final DestinationHeader.DestinationOpened answer = requester.ask(
                new DestinationHeader.OpenDestination(kind, name, true), DestinationHeader.DestinationOpened.class);
        final Destination destination =
                new Destination(answer.destination(), kind, name, answer.topic().getBytes(StandardCharsets.UTF_8));
        opened.put(destination.number(), destination);
        if (asked == generation.get()) {
            known.put(key, destination);
        }
        return destination;
    }

    /** See {@link BrokerSession#destinationGeneration}. */
    int generation() {
        return generation.get();
    }

    /** One of them is gone; asks anew for whichever is used next. */
    void forget() {
        known.clear();
        generation.incrementAndGet();
    }

    /** See {@link BrokerSession#createTemporary}. */
    Destination createTemporary(final DestinationKind kind) throws BrokerException {
        final DestinationHeader.DestinationOpened answer =
                requester.ask(new DestinationHeader.CreateTemporary(kind), DestinationHeader.DestinationOpened.class);
        final Destination destination = new Destination(
                answer.destination(), kind, answer.topic(), answer.topic().getBytes(StandardCharsets.UTF_8));
        temporaries.created(destination);
        known.put(key(kind, destination.name()), destination);
        return destination;
    }

    /** See {@link BrokerSession#delete}. */
    void delete(final DestinationKind kind, final String name) throws BrokerException {
        requester.ask(new DestinationHeader.DeleteDestination(kind, name), ConnectionHeader.Done.class);
        temporaries.deleted(name);
        known.remove(key(kind, name));
    }

    private static String key(final DestinationKind kind, final String name) {
        return kind.name() + name;
    }

    TemporaryNames temporaries() {
        return temporaries;
    }

    /** What was opened under this number, or null. */
    @Nullable
    Destination opened(final int number) {
        return opened.get(number);
    }

    /** On another connection what was known has this number. */
    void openedAgain(final int number, final Destination destination) {
        opened.put(number, destination);
    }
}
