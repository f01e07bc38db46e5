package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.client.SharedQueues;
import io.ansermq.remoting.protocol.SharedQueueHeader.Resource;
import io.ansermq.remoting.protocol.SharedQueueHeader.ResourceKind;
import io.openmessaging.KeyValue;
import io.openmessaging.OMS;
import io.openmessaging.ResourceManager;
import io.openmessaging.exception.OMSResourceNotExistException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Namespaces, queues and routings at the broker. Connects when it is first used. Thread safe.
 *
 * <p>A queue has ten streams, one for each priority, or as many equal ones as its attribute {@code STREAMS} said when it
 * was created.
 */
final class Manager extends Service implements ResourceManager {

    Manager(final AnserAccessPoint accessPoint) {
        super(accessPoint, OMS.newKeyValue(), "resource manager");
    }

    private SharedQueues broker() {
        startup();
        return shared();
    }

    // ---- namespaces

    @Override
    public void createNamespace(final String nsName, final KeyValue attributes) {
        try {
            broker().put(ResourceKind.NAMESPACE, QueueNames.namespace(nsName), true, texts(attributes));
        } catch (BrokerException e) {
            throw Errors.of(e);
        }
    }

    @Override
    public void setNamespaceAttributes(final String nsName, final KeyValue attributes)
            throws OMSResourceNotExistException {
        put(ResourceKind.NAMESPACE, QueueNames.namespace(nsName), false, attributes);
    }

    @Override
    public KeyValue getNamespaceAttributes(final String nsName) throws OMSResourceNotExistException {
        return attributes(ResourceKind.NAMESPACE, QueueNames.namespace(nsName));
    }

    @Override
    public void deleteNamespace(final String nsName) throws OMSResourceNotExistException {
        remove(ResourceKind.NAMESPACE, QueueNames.namespace(nsName));
    }

    @Override
    public List<String> listNamespaces() {
        return names(ResourceKind.NAMESPACE);
    }

    // ---- queues

    @Override
    public void createQueue(final String queueName, final KeyValue attributes) throws OMSResourceNotExistException {
        put(ResourceKind.QUEUE, QueueNames.check(queueName, "queue"), true, attributes);
        forgetQueues();
    }

    @Override
    public void setQueueAttributes(final String queueName, final KeyValue attributes)
            throws OMSResourceNotExistException {
        put(ResourceKind.QUEUE, QueueNames.check(queueName, "queue"), false, attributes);
    }

    @Override
    public KeyValue getQueueAttributes(final String queueName) throws OMSResourceNotExistException {
        return attributes(ResourceKind.QUEUE, QueueNames.check(queueName, "queue"));
    }

    @Override
    public void deleteQueue(final String queueName) throws OMSResourceNotExistException {
        remove(ResourceKind.QUEUE, QueueNames.check(queueName, "queue"));
        forgetQueues();
    }

    @Override
    public List<String> listQueues(final String nsName) throws OMSResourceNotExistException {
        return namesIn(nsName, ResourceKind.QUEUE);
    }

    // ---- routings

    @Override
    public void createRouting(final String routingName, final KeyValue attributes) throws OMSResourceNotExistException {
        put(ResourceKind.ROUTING, QueueNames.check(routingName, "routing"), true, attributes);
    }

    @Override
    public void setRoutingAttributes(final String routingName, final KeyValue attributes)
            throws OMSResourceNotExistException {
        put(ResourceKind.ROUTING, QueueNames.check(routingName, "routing"), false, attributes);
    }

    @Override
    public KeyValue getRoutingAttributes(final String routingName) throws OMSResourceNotExistException {
        return attributes(ResourceKind.ROUTING, QueueNames.check(routingName, "routing"));
    }

    @Override
    public void deleteRouting(final String routingName) throws OMSResourceNotExistException {
        remove(ResourceKind.ROUTING, QueueNames.check(routingName, "routing"));
    }

    @Override
    public List<String> listRoutings(final String nsName) throws OMSResourceNotExistException {
        return namesIn(nsName, ResourceKind.ROUTING);
    }

    // ---- streams and messages

    @Override
    public List<String> listStreams(final String queueName) throws OMSResourceNotExistException {
        final String queue = QueueNames.check(queueName, "queue");
        final SharedQueues.Opened opened = existing(queue);
        final List<String> streams = new ArrayList<>();
        for (int lane = 0; lane < opened.lanes(); lane++) {
            streams.add(QueueNames.stream(queue, lane));
        }
        return streams;
    }

    @Override
    public void updateMessage(final String queueName, final String messageId, final KeyValue headers)
            throws OMSResourceNotExistException {
        if (messageId == null || messageId.isBlank()) {
            throw Errors.of(ErrorCode.BAD_PARAMETER, "the MESSAGE_ID of the message is needed: a send returns it");
        }
        final SharedQueues.Opened queue = existing(QueueNames.check(queueName, "queue"));
        final MessageUpdate update = MessageUpdate.of(headers, queue.ranked(), System.currentTimeMillis());
        try {
            broker().update(queue.destination(), messageId, update.lane(), update.properties());
        } catch (BrokerException e) {
            throw Errors.unlessMissing(e);
        }
    }

    private SharedQueues.Opened existing(final String queue) throws OMSResourceNotExistException {
        try {
            return broker().open(queue, false, 0);
        } catch (BrokerException e) {
            throw Errors.unlessMissing(e);
        }
    }

    // ---- what they have in common

    private void put(final ResourceKind kind, final String name, final boolean create, final KeyValue attributes)
            throws OMSResourceNotExistException {
        try {
            broker().put(kind, name, create, texts(attributes));
        } catch (BrokerException e) {
            throw Errors.unlessMissing(e);
        }
    }

    private void remove(final ResourceKind kind, final String name) throws OMSResourceNotExistException {
        try {
            broker().remove(kind, name);
        } catch (BrokerException e) {
            throw Errors.unlessMissing(e);
        }
    }

    private KeyValue attributes(final ResourceKind kind, final String name) throws OMSResourceNotExistException {
        for (final Resource each : all(kind)) {
            if (each.name().equals(name)) {
                final KeyValue attributes = OMS.newKeyValue();
                each.attributes().forEach(attributes::put);
                return attributes;
            }
        }
        throw new OMSResourceNotExistException(
                (kind == ResourceKind.NAMESPACE ? ErrorCode.NAMESPACE_NOT_FOUND : ErrorCode.NOT_FOUND).code(),
                "there is nothing by the name '" + name + "': create it first");
    }

    private List<String> names(final ResourceKind kind) {
        return all(kind).stream().map(Resource::name).toList();
    }

    private List<String> namesIn(final String nsName, final ResourceKind kind) throws OMSResourceNotExistException {
        final String namespace = QueueNames.namespace(nsName);
        // Says so when there is no such namespace.
        attributes(ResourceKind.NAMESPACE, namespace);
        return names(kind).stream()
                .filter(name -> QueueNames.isIn(namespace, name))
                .toList();
    }

    private List<Resource> all(final ResourceKind kind) {
        try {
            return broker().list(kind);
        } catch (BrokerException e) {
            throw Errors.of(e);
        }
    }

    private static Map<String, String> texts(final KeyValue attributes) {
        final Map<String, String> texts = new LinkedHashMap<>();
        Attributes.required(attributes).keySet().forEach(name -> texts.put(name, attributes.getString(name)));
        return texts;
    }
}
