package io.ansermq.broker.openmessaging;

import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.selector.Dialect;
import io.ansermq.broker.selector.Selector;
import io.ansermq.broker.selector.SelectorException;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader.Unsubscribe;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.SharedQueueHeader.ResourceKind;
import io.ansermq.remoting.security.SystemRandom;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routings at work, by name: each routes what is sent to its source from its creation on. One whose attributes change
 * begins anew with what is sent then. Owned by the core agent.
 */
final class Routings {

    static final String SOURCE = "ROUTING_SOURCE";
    static final String DESTINATION = "ROUTING_DESTINATION";
    static final String EXPRESSION = "ROUTING_EXPRESSION";

    private final CoreDesk desk;
    private final Resources resources;
    private final Map<String, Routing> working = new HashMap<>();

    Routings(final CoreDesk desk, final Resources resources) {
        this.desk = desk;
        this.resources = resources;
    }

    /** Begins with all that are known. */
    void startAll() {
        for (final Map.Entry<String, Map<String, String>> each :
                resources.all(ResourceKind.ROUTING).entrySet()) {
            start(each.getKey(), each.getValue());
        }
    }

    /** Why a routing cannot have these attributes; null when it can. */
    @Nullable
    Failure check(final String name, final Map<String, String> attributes) {
        for (final String end : new String[] {SOURCE, DESTINATION}) {
            final String queue = attributes.getOrDefault(end, "");
            if (queue.isEmpty()) {
                return new Failure(
                        ErrorCodes.PROTOCOL, "routing '" + name + "' has no " + end + ": name the queue in it");
            }
            final DestinationState found = resources.queue(Resources.plain(queue));
            if (found == null) {
                return new Failure(
                        ErrorCodes.DESTINATION,
                        "there is no queue '" + queue + "', which " + end + " of routing '" + name
                                + "' names: create it first");
            }
            if (end.equals(SOURCE) && found.kind() == DestinationKind.QUEUE) {
                return new Failure(
                        ErrorCodes.PROTOCOL,
                        "queue '" + queue + "' was made for Jakarta Messaging, whose queues give each message to one"
                                + " consumer: a routing needs a source that was made by createQueue or by a send");
            }
        }
        if (leadsTo(Resources.plain(attributes.getOrDefault(SOURCE, "")), name, attributes)) {
            return new Failure(
                    ErrorCodes.PROTOCOL,
                    "routing '" + name + "' would send messages round in a circle: from " + attributes.get(DESTINATION)
                            + " routings lead back to " + attributes.get(SOURCE));
        }
        final String expression = attributes.getOrDefault(EXPRESSION, "");
        if (!expression.isBlank()) {
            try {
                Selector.parse(expression, Dialect.JMS);
            } catch (SelectorException e) {
                return new Failure(
                        ErrorCodes.INVALID_SELECTOR,
                        "the expression " + expression + " of routing '" + name + "' is not valid " + e.getMessage());
            }
        }
        return null;
    }

    /** Whether messages that a new routing routes would come to this queue, by way of others if need be. */
    private boolean leadsTo(final String queue, final String name, final Map<String, String> attributes) {
        final Map<String, Map<String, String>> all = new HashMap<>(resources.all(ResourceKind.ROUTING));
        all.put(name, attributes);
        final Set<String> reached = new HashSet<>();
        final ArrayDeque<String> next = new ArrayDeque<>(Set.of(queue));
        while (!next.isEmpty()) {
            final String from = next.remove();
            for (final Map<String, String> each : all.values()) {
                final String to = Resources.plain(each.getOrDefault(DESTINATION, ""));
                if (Resources.plain(each.getOrDefault(SOURCE, "")).equals(from) && reached.add(to)) {
                    next.add(to);
                }
            }
        }
        return reached.contains(queue);
    }

    /** The name of a routing that has this queue at one of its ends; null when none has. */
    @Nullable
    String naming(final String queue) {
        for (final Map.Entry<String, Map<String, String>> each :
                resources.all(ResourceKind.ROUTING).entrySet()) {
            if (queue.equals(Resources.plain(each.getValue().getOrDefault(SOURCE, "")))
                    || queue.equals(Resources.plain(each.getValue().getOrDefault(DESTINATION, "")))) {
                return each.getKey();
            }
        }
        return null;
    }

    /** Begins with this one, in place of what was there by its name. */
    void start(final String name, final Map<String, String> attributes) {
        stop(name);
        final DestinationState source = resources.queue(Resources.plain(attributes.getOrDefault(SOURCE, "")));
        final DestinationState target = resources.queue(Resources.plain(attributes.getOrDefault(DESTINATION, "")));
        if (source != null && target != null) {
            working.put(
                    name,
                    new Routing(
                            desk,
                            name,
                            source,
                            target,
                            attributes.getOrDefault(EXPRESSION, ""),
                            SystemRandom.INSTANCE.nextLong()));
        }
    }

    private void stop(final String name) {
        final Routing routing = working.remove(name);
        if (routing != null) {
            desk.request(routing, new CloseConsumer(1, Long.MAX_VALUE));
        }
    }

    /** Ends with this one and forgets what it has not routed. */
    void end(final String name) {
        final Routing routing = working.get(name);
        stop(name);
        if (routing != null) {
            desk.request(routing, new Unsubscribe(Routing.subscription(name)));
        }
    }

    int doWork(final long nowEpochMs) {
        int work = 0;
        if (!working.isEmpty()) {
            for (final Routing each : working.values()) {
                work += each.doWork(nowEpochMs);
            }
        }
        return work;
    }

    boolean isIdle() {
        for (final Routing each : working.values()) {
            if (!each.isIdle()) {
                return false;
            }
        }
        return true;
    }
}
