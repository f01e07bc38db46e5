package io.ansermq.openmessaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.KeyValue;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.exception.OMSResourceNotExistException;
import io.openmessaging.exception.OMSRuntimeException;
import java.util.List;

/** Namespaces, queues, routings, streams, updates. */
final class ManagerRows extends ApiRows {

    ManagerRows(final ApiFixture fixture) {
        super(fixture);
    }

    @Override
    void fill() {
        row("ResourceManager.createNamespace(String,KeyValue)", () -> {
            final String name = newNamespace();
            assertThatThrownBy(() -> manager.createNamespace(name, OMS.newKeyValue()))
                    .isInstanceOf(OMSRuntimeException.class);
        });
        row("ResourceManager.setNamespaceAttributes(String,KeyValue)", () -> {
            final String name = newNamespace();
            manager.setNamespaceAttributes(name, OMS.newKeyValue().put("more", 1));
            assertThat(manager.getNamespaceAttributes(name).getString("owner")).isEqualTo("ann");
            assertThat(manager.getNamespaceAttributes(name).getInt("more")).isEqualTo(1);
            assertThatThrownBy(() -> manager.setNamespaceAttributes("none", OMS.newKeyValue()))
                    .isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.getNamespaceAttributes(String)", () -> {
            assertThat(manager.getNamespaceAttributes(newNamespace()).getString("owner"))
                    .isEqualTo("ann");
            assertThatThrownBy(() -> manager.getNamespaceAttributes("none"))
                    .isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.deleteNamespace(String)", () -> {
            final String name = newNamespace();
            manager.createQueue(name + "://q", OMS.newKeyValue());
            assertThatThrownBy(() -> manager.deleteNamespace(name)).isInstanceOf(OMSRuntimeException.class);
            manager.deleteQueue(name + "://q");
            manager.deleteNamespace(name);
            assertThat(manager.listNamespaces()).doesNotContain(name);
            assertThatThrownBy(() -> manager.deleteNamespace(name)).isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.listNamespaces()", () -> {
            final String name = newNamespace();
            assertThat(manager.listNamespaces()).contains("default", name);
        });
        row("ResourceManager.createQueue(String,KeyValue)", () -> {
            final String queue = newQueue();
            assertThatThrownBy(() -> manager.createQueue(queue, OMS.newKeyValue()))
                    .isInstanceOf(OMSRuntimeException.class);
            assertThatThrownBy(() -> manager.createQueue("none://q", OMS.newKeyValue()))
                    .isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.setQueueAttributes(String,KeyValue)", () -> {
            final String queue = newQueue();
            manager.setQueueAttributes(queue, OMS.newKeyValue().put("a", "b"));
            assertThat(manager.getQueueAttributes(queue).getString("a")).isEqualTo("b");
        });
        row("ResourceManager.getQueueAttributes(String)", () -> assertThatThrownBy(
                        () -> manager.getQueueAttributes("none"))
                .isInstanceOf(OMSResourceNotExistException.class));
        row("ResourceManager.deleteQueue(String)", () -> {
            final String queue = newQueue();
            manager.deleteQueue(queue);
            assertThat(manager.listQueues("default")).doesNotContain(queue);
            assertThatThrownBy(() -> manager.deleteQueue(queue)).isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.listQueues(String)", () -> {
            final String name = newNamespace();
            manager.createQueue(name + "://q", OMS.newKeyValue());
            assertThat(manager.listQueues(name)).containsExactly(name + "://q");
            assertThatThrownBy(() -> manager.listQueues("none")).isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.createRouting(String,KeyValue)", () -> {
            final String source = newQueue();
            final String destination = newQueue();
            manager.createRouting("r-" + source, routing(source, destination, "color = 'red'"));
            producer.send(message(source, "blue").putUserHeaders("color", "blue"));
            producer.send(message(source, "red").putUserHeaders("color", "red"));
            assertThat(received(destination)).isEqualTo("red");
            assertThatThrownBy(() -> manager.createRouting("r2", routing(source, destination, "color = ")))
                    .isInstanceOf(OMSRuntimeException.class);
        });
        row("ResourceManager.setRoutingAttributes(String,KeyValue)", () -> {
            final String name = newRouting();
            manager.setRoutingAttributes(name, OMS.newKeyValue().put(OMSBuiltinKeys.ROUTING_EXPRESSION, "a = 1"));
            assertThat(manager.getRoutingAttributes(name).getString(OMSBuiltinKeys.ROUTING_EXPRESSION))
                    .isEqualTo("a = 1");
        });
        row("ResourceManager.getRoutingAttributes(String)", () -> assertThat(
                        manager.getRoutingAttributes(newRouting()).getString(OMSBuiltinKeys.ROUTING_EXPRESSION))
                .isEqualTo("color = 'red'"));
        row("ResourceManager.deleteRouting(String)", () -> {
            final String name = newRouting();
            manager.deleteRouting(name);
            assertThatThrownBy(() -> manager.getRoutingAttributes(name))
                    .isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.listRoutings(String)", () -> {
            final String name = newRouting();
            assertThat(manager.listRoutings("default")).contains(name);
        });
        row("ResourceManager.listStreams(String)", () -> {
            assertThat(manager.listStreams(newQueue())).hasSize(10);
            final String queue = queue();
            manager.createQueue(queue, OMS.newKeyValue().put("STREAMS", 3));
            assertThat(manager.listStreams(queue)).containsExactly(queue + "#0", queue + "#1", queue + "#2");
            assertThatThrownBy(() -> manager.listStreams("none")).isInstanceOf(OMSResourceNotExistException.class);
        });
        row("ResourceManager.updateMessage(String,String,KeyValue)", () -> {
            final String queue = queue();
            final String id = producer.send(message(queue, "x")).messageId();
            producer.send(message(queue, "y"));
            manager.updateMessage(queue, id, OMS.newKeyValue().put(BuiltinKeys.PRIORITY, 1));
            assertThat(List.of(received(queue), received(queue))).containsExactly("y", "x");
            assertThatThrownBy(() -> manager.updateMessage(
                            queue, "none", OMS.newKeyValue().put(BuiltinKeys.PRIORITY, 1)))
                    .isInstanceOf(OMSResourceNotExistException.class);
        });
    }

    private KeyValue routing(final String source, final String destination, final String expression) {
        return OMS.newKeyValue()
                .put(OMSBuiltinKeys.ROUTING_SOURCE, source)
                .put(OMSBuiltinKeys.ROUTING_DESTINATION, destination)
                .put(OMSBuiltinKeys.ROUTING_EXPRESSION, expression);
    }

    private String newQueue() throws OMSResourceNotExistException {
        final String queue = queue();
        manager.createQueue(queue, OMS.newKeyValue());
        return queue;
    }

    private String newRouting() throws OMSResourceNotExistException {
        final String name = name("routing-");
        manager.createRouting(name, routing(newQueue(), newQueue(), "color = 'red'"));
        return name;
    }

    private String newNamespace() {
        final String name = name("ns");
        manager.createNamespace(name, OMS.newKeyValue().put("owner", "ann"));
        return name;
    }
}
