package io.ansermq.broker.openmessaging;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.ledger.Catalog;
import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.Json;
import io.ansermq.remoting.protocol.SharedQueueHeader;
import io.ansermq.remoting.protocol.SharedQueueHeader.ListResources;
import io.ansermq.remoting.protocol.SharedQueueHeader.PutResource;
import io.ansermq.remoting.protocol.SharedQueueHeader.RemoveResource;
import io.ansermq.remoting.protocol.SharedQueueHeader.Resource;
import io.ansermq.remoting.protocol.SharedQueueHeader.ResourceKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces, queues and routings by name, with attributes: settings of the log, as JSON. A queue is a destination as well,
 * and one that was made in another way has no attributes until somebody sets some. Owned by the core agent.
 */
final class Resources {

    /** Stands between namespace and name; a name without it lies in the namespace that needs no name. */
    static final String IN_NAMESPACE = "://";

    /** The namespace of names without one. */
    static final String DEFAULT_NAMESPACE = "default";

    /** The attribute that says how many equal streams a new queue gets. */
    static final String STREAMS = "STREAMS";

    /** As many lanes as our clients can name. */
    private static final int MAX_STREAMS = 10;

    private static final String PATH = "oms/";
    private static final int PAGE = 500;

    private final CoreDesk desk;
    private final Routings routings;

    Resources(final CoreDesk desk) {
        this.desk = desk;
        this.routings = new Routings(desk, this);
    }

    Routings routings() {
        return routings;
    }

    /** Messages of queues that were made otherwise, but are known here, are kept as those of shared queues are. */
    void keepQueues() {
        for (final String name : desk.settings().below(path(ResourceKind.QUEUE)).keySet()) {
            final DestinationState destination = queue(name);
            if (destination != null) {
                keepAll(destination);
            }
        }
    }

    /** Somebody reads this destination by offset: from now on its messages are kept, if they were not. */
    void keep(final DestinationState destination) {
        if (!destination.isShared()
                && desk.settings().get(path(ResourceKind.QUEUE) + destination.name()) == null
                && destination.kind() == DestinationKind.QUEUE) {
            desk.set(path(ResourceKind.QUEUE) + destination.name(), "{}");
            keepAll(destination);
        }
    }

    private void keepAll(final DestinationState destination) {
        for (int lane = 0; !destination.isShared() && lane < destination.lanes(); lane++) {
            desk.lane(destination, lane).keepAll();
        }
    }

    /** Makes or changes one; null when it was decided, else why not. */
    @Nullable
    Failure put(final ClientLink link, final PutResource put) {
        final String refusal = refusal(link, put);
        if (refusal != null) {
            return new Failure(ErrorCodes.AUTHORIZATION, refusal);
        }
        final Map<String, String> known = find(put.kind(), put.name());
        if (put.create() && known != null) {
            return new Failure(ErrorCodes.ILLEGAL_STATE, what(put.kind()) + " '" + put.name() + "' exists already");
        }
        if (!put.create() && known == null) {
            return missing(put.kind(), put.name());
        }
        final Map<String, String> attributes = new TreeMap<>(known == null ? Map.of() : known);
        attributes.putAll(put.attributes());
        final Failure wrong = check(put, attributes);
        if (wrong != null) {
            return wrong;
        }
        desk.set(path(put.kind()) + put.name(), Json.text(attributes));
        if (put.kind() == ResourceKind.ROUTING) {
            desk.whenStored(() -> routings.start(put.name(), attributes));
        }
        return null;
    }

    private @Nullable Failure check(final PutResource put, final Map<String, String> attributes) {
        if (put.name().isEmpty()) {
            return new Failure(ErrorCodes.DESTINATION, "the name of a " + what(put.kind()) + " must not be empty");
        }
        if (put.kind() != ResourceKind.NAMESPACE && find(ResourceKind.NAMESPACE, namespace(put.name())) == null) {
            return missing(ResourceKind.NAMESPACE, namespace(put.name()));
        }
        if (put.kind() == ResourceKind.ROUTING) {
            return routings.check(put.name(), attributes);
        }
        if (put.kind() == ResourceKind.QUEUE
                && !put.create()
                && put.attributes().containsKey(STREAMS)) {
            return new Failure(
                    ErrorCodes.PROTOCOL,
                    "a queue has the streams that it was created with: create another with other " + STREAMS
                            + ", and route the messages there");
        }
        return put.kind() == ResourceKind.QUEUE && put.create() ? createQueue(put.name(), attributes) : null;
    }

    private @Nullable Failure createQueue(final String name, final Map<String, String> attributes) {
        final String text = attributes.getOrDefault(STREAMS, "");
        final int streams;
        if (text.isEmpty()) {
            streams = 0;
        } else if (text.matches("[0-9]{1,2}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MAX_STREAMS) {
            streams = Integer.parseInt(text);
        } else {
            return new Failure(
                    ErrorCodes.PROTOCOL,
                    "attribute " + STREAMS + " of queue '" + name + "' is '" + text + "': 1 to " + MAX_STREAMS
                            + " are possible");
        }
        final Catalog.Decision decision = desk.decideSharedQueue(name, streams);
        if (decision instanceof Catalog.Create create) {
            desk.create(create);
        } else if (decision instanceof Catalog.Refused refused) {
            return new Failure(refused.error(), refused.text());
        }
        return null;
    }

    /** Ends one; null when it was decided, else why not. */
    @Nullable
    Failure remove(final ClientLink link, final RemoveResource remove) {
        final String refusal = remove.kind() == ResourceKind.QUEUE
                ? link.access().refusal(Permission.MANAGE, null, remove.name())
                : link.access().refusalToAdminister("delete a " + what(remove.kind()));
        if (refusal != null) {
            return new Failure(ErrorCodes.AUTHORIZATION, refusal);
        }
        if (find(remove.kind(), remove.name()) == null) {
            return missing(remove.kind(), remove.name());
        }
        if (remove.kind() == ResourceKind.NAMESPACE) {
            final boolean used = all(ResourceKind.QUEUE).keySet().stream()
                            .anyMatch(name -> namespace(name).equals(remove.name()))
                    || all(ResourceKind.ROUTING).keySet().stream()
                            .anyMatch(name -> namespace(name).equals(remove.name()));
            if (used || remove.name().equals(DEFAULT_NAMESPACE)) {
                return new Failure(
                        ErrorCodes.ILLEGAL_STATE,
                        "namespace '" + remove.name() + "' "
                                + (used ? "has queues or routings: delete them first" : "is always there"));
            }
        }
        final DestinationState destination = remove.kind() == ResourceKind.QUEUE ? queue(remove.name()) : null;
        if (destination != null) {
            final String routing = routings.naming(remove.name());
            if (routing != null) {
                return new Failure(
                        ErrorCodes.ILLEGAL_STATE,
                        "routing '" + routing + "' has queue '" + remove.name() + "' at one end: delete it first");
            }
            final String busy = desk.delete(destination);
            if (busy != null) {
                return new Failure(ErrorCodes.ILLEGAL_STATE, busy);
            }
        }
        if (remove.kind() == ResourceKind.ROUTING) {
            routings.end(remove.name());
        }
        desk.set(path(remove.kind()) + remove.name(), "");
        return null;
    }

    ControlHeader list(final ClientLink link, final ListResources list) {
        final List<Resource> page = new ArrayList<>();
        final String after = list.after();
        for (final Map.Entry<String, Map<String, String>> each :
                all(list.kind()).entrySet()) {
            if ((after == null || each.getKey().compareTo(after) > 0) && isVisible(link, list.kind(), each.getKey())) {
                if (page.size() == PAGE) {
                    return new SharedQueueHeader.Resources(page, true);
                }
                page.add(new Resource(each.getKey(), each.getValue()));
            }
        }
        return new SharedQueueHeader.Resources(page, false);
    }

    private static boolean isVisible(final ClientLink link, final ResourceKind kind, final String name) {
        return kind != ResourceKind.QUEUE
                || link.access().allows(Permission.BROWSE, null, name)
                || link.access().allows(Permission.CONSUME, null, name)
                || link.access().allows(Permission.SEND, null, name);
    }

    private @Nullable String refusal(final ClientLink link, final PutResource put) {
        return switch (put.kind()) {
            case QUEUE -> link.access().refusal(put.create() ? Permission.CREATE : Permission.MANAGE, null, put.name());
            case NAMESPACE -> link.access().refusalToAdminister("change a namespace");
            case ROUTING -> link.access().refusalToAdminister("change a routing");
        };
    }

    /** The attributes of one; null when there is none. */
    @Nullable
    Map<String, String> find(final ResourceKind kind, final String name) {
        final String json = desk.settings().get(path(kind) + name);
        if (json != null && (kind != ResourceKind.QUEUE || queue(name) != null)) {
            return parse(json);
        }
        final boolean implied = kind == ResourceKind.QUEUE
                ? queue(name) != null
                : kind == ResourceKind.NAMESPACE && name.equals(DEFAULT_NAMESPACE);
        return implied ? Map.of() : null;
    }

    /** All of a kind, by name. */
    Map<String, Map<String, String>> all(final ResourceKind kind) {
        final Map<String, Map<String, String>> all = new TreeMap<>();
        if (kind == ResourceKind.QUEUE) {
            for (final DestinationState destination : desk.destinations()) {
                // What begins with a per cent sign is RocketMQ's own.
                if ((destination.isShared() || destination.kind() == DestinationKind.QUEUE)
                        && !destination.topic().startsWith("%")) {
                    final Map<String, String> attributes = find(kind, destination.name());
                    all.put(destination.name(), attributes == null ? Map.of() : attributes);
                }
            }
        } else {
            if (kind == ResourceKind.NAMESPACE) {
                all.put(DEFAULT_NAMESPACE, Map.of());
            }
            for (final Map.Entry<String, String> each :
                    desk.settings().below(path(kind)).entrySet()) {
                all.put(each.getKey(), parse(each.getValue()));
            }
        }
        return all;
    }

    /** The destination that is the queue of this name; null when there is none. */
    @Nullable
    DestinationState queue(final String name) {
        return desk.decideSharedQueue(name, 0) instanceof Catalog.Known known
                ? desk.destination(known.destination().id())
                : null;
    }

    /** The name of a queue without the namespace that needs none. */
    static String plain(final String name) {
        final String prefix = DEFAULT_NAMESPACE + IN_NAMESPACE;
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    static String namespace(final String name) {
        final int end = name.indexOf(IN_NAMESPACE);
        return end < 0 ? DEFAULT_NAMESPACE : name.substring(0, end);
    }

    private static Map<String, String> parse(final String json) {
        final Map<String, String> attributes = new LinkedHashMap<>();
        Json.object(json.getBytes(StandardCharsets.UTF_8))
                .forEach((name, value) -> attributes.put(name, String.valueOf(value)));
        return attributes;
    }

    private static Failure missing(final ResourceKind kind, final String name) {
        return new Failure(
                kind == ResourceKind.NAMESPACE ? ErrorCodes.NAMESPACE : ErrorCodes.DESTINATION,
                "there is no " + what(kind) + " '" + name + "': create it first");
    }

    private static String what(final ResourceKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String path(final ResourceKind kind) {
        return PATH + what(kind) + '/';
    }
}
