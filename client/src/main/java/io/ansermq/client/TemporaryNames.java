package io.ansermq.client;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ResumeHeader.RestoreTemporary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The temporary destinations of a session: their names stay when the broker loses them and they are made again, their
 * numbers do not. Thread safe.
 */
final class TemporaryNames {

    /** Makes one again; returns its new number. */
    @FunctionalInterface
    interface Maker {
        int make(RestoreTemporary request) throws BrokerException;
    }

    /** All numbers that one has had, the newest last. */
    private record Numbers(DestinationKind kind, List<Integer> all) {}

    private final Map<String, Numbers> byName = new LinkedHashMap<>();

    synchronized void created(final Destination destination) {
        final List<Integer> all = new ArrayList<>();
        all.add(destination.number());
        byName.put(destination.name(), new Numbers(destination.kind(), all));
    }

    synchronized void deleted(final String name) {
        byName.remove(name);
    }

    /** The number that one has now, of any that it ever had; other numbers are returned as they are. */
    synchronized int numberNow(final int number) {
        for (final Numbers each : byName.values()) {
            if (each.all().contains(number)) {
                return each.all().get(each.all().size() - 1);
            }
        }
        return number;
    }

    /** Makes all of them again, and puts all their numbers with the newest into {@code changed}. */
    void restore(final Map<Integer, Integer> changed, final Maker maker) throws BrokerException {
        final Map<String, Numbers> wanted;
        synchronized (this) {
            wanted = new LinkedHashMap<>(byName);
        }
        for (final Map.Entry<String, Numbers> each : wanted.entrySet()) {
            final int number = maker.make(new RestoreTemporary(each.getValue().kind(), each.getKey()));
            synchronized (this) {
                final List<Integer> all = each.getValue().all();
                if (all.get(all.size() - 1) != number) {
                    all.add(number);
                }
                all.forEach(old -> changed.put(old, number));
            }
        }
    }
}
