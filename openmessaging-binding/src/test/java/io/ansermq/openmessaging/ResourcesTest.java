package io.ansermq.openmessaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.KeyValue;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.ResourceManager;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.exception.OMSException;
import io.openmessaging.exception.OMSResourceNotExistException;
import io.openmessaging.exception.OMSRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What namespaces, queues and routings are refused, and what they survive. */
class ResourcesTest extends Scenario {
    private ResourceManager manager;

    @BeforeEach
    void createQueues() throws Exception {
        manager = accessPoint.resourceManager();
        for (final String queue : new String[] {"a", "b", "c"}) {
            manager.createQueue(queue, OMS.newKeyValue());
        }
    }

    private static KeyValue routing(final String source, final String destination) {
        return OMS.newKeyValue()
                .put(OMSBuiltinKeys.ROUTING_SOURCE, source)
                .put(OMSBuiltinKeys.ROUTING_DESTINATION, destination);
    }

    private static void assertRefused(final ErrorCode code, final String text, final ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(text)
                .extracting(e -> e instanceof OMSException checked ? checked.getErrorCode() : Scenario.codeOf(e))
                .isEqualTo(code.code());
    }

    @Test
    void shouldRefuseRoutingsThatSendMessagesRoundInACircle() throws Exception {
        manager.createRouting("one", routing("a", "b"));
        manager.createRouting("two", routing("default://b", "c"));

        assertRefused(ErrorCode.BAD_PARAMETER, "circle", () -> manager.createRouting("three", routing("c", "a")));
        assertRefused(ErrorCode.BAD_PARAMETER, "circle", () -> manager.createRouting("self", routing("c", "c")));
        assertRefused(
                ErrorCode.BAD_PARAMETER,
                "circle",
                () -> manager.setRoutingAttributes(
                        "two", OMS.newKeyValue().put(OMSBuiltinKeys.ROUTING_DESTINATION, "a")));
        send("a", "x");
        assertThat(text(nextAcknowledged(pull("group", "c")))).isEqualTo("x");
    }

    @Test
    void shouldRefuseToDeleteAQueueThatARoutingNamesAndSayWhichRouting() throws Exception {
        manager.createRouting("one", routing("a", "b"));

        assertRefused(ErrorCode.EXISTS_ALREADY, "'one'", () -> manager.deleteQueue("a"));
        assertRefused(ErrorCode.EXISTS_ALREADY, "'one'", () -> manager.deleteQueue("default://b"));
        manager.deleteRouting("one");
        manager.deleteQueue("a");
        manager.deleteQueue("b");
        assertThat(manager.listQueues("default")).containsExactly("c");
    }

    @Test
    void shouldRefuseToDeleteAQueueThatIsConsumed() throws Exception {
        final PullConsumer consumer = pull("group", "a");

        assertRefused(ErrorCode.EXISTS_ALREADY, "close them first", () -> manager.deleteQueue("a"));
        consumer.shutdown();
        manager.deleteQueue("a");
        assertRefused(ErrorCode.NOT_FOUND, "'a'", () -> manager.getQueueAttributes("a"));
    }

    @Test
    void shouldRefuseOtherStreamsThanAQueueWasCreatedWith() throws Exception {
        assertRefused(
                ErrorCode.BAD_PARAMETER,
                "create another",
                () -> manager.setQueueAttributes("a", OMS.newKeyValue().put("STREAMS", 3)));
        assertRefused(
                ErrorCode.BAD_PARAMETER,
                "1 to 10",
                () -> manager.createQueue("d", OMS.newKeyValue().put("STREAMS", 11)));
        assertThat(manager.listStreams("a")).hasSize(10);
    }

    @Test
    void shouldSayWhichNamespaceIsMissing() {
        assertThatThrownBy(() -> manager.createQueue("none://q", OMS.newKeyValue()))
                .isInstanceOf(OMSResourceNotExistException.class);
        assertRefused(
                ErrorCode.NAMESPACE_NOT_FOUND, "'none'", () -> manager.createQueue("none://q", OMS.newKeyValue()));
        assertRefused(ErrorCode.NAMESPACE_NOT_FOUND, "'none'", () -> manager.listQueues("none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%RETRY%g", "%TEMP%1-1", "a\u0000b", "\ud83d", "ns://", " "})
    void shouldRefuseNamesThatNoQueueCanHave(final String name) {
        assertThatThrownBy(() -> manager.createQueue(name, OMS.newKeyValue()))
                .isInstanceOfAny(OMSRuntimeException.class, OMSException.class);
        assertThatThrownBy(() -> producer.send(message("a", "x").putSysHeaders(BuiltinKeys.DESTINATION, name)))
                .isInstanceOf(OMSRuntimeException.class);
    }

    @Test
    void shouldSayWhatIsNeededWhenItIsGivenNull() {
        assertRefused(ErrorCode.BAD_PARAMETER, "KeyValue", () -> manager.createQueue("d", null));
        assertRefused(ErrorCode.BAD_PARAMETER, "KeyValue", () -> accessPoint.createProducer(null));
        assertRefused(ErrorCode.BAD_PARAMETER, "a message", () -> producer.send(null));
        assertRefused(ErrorCode.BAD_PARAMETER, "a listener", () -> accessPoint
                .createPushConsumer()
                .attachQueue("a", null));
        assertRefused(ErrorCode.BAD_PARAMETER, "an interceptor", () -> producer.addInterceptor(null));
        assertRefused(
                ErrorCode.BAD_PARAMETER,
                "an executor",
                () -> producer.send(message("a", "x"), null, OMS.newKeyValue()));
    }

    @Test
    void shouldGoOnRoutingAfterTheBrokerIsRestarted() throws Exception {
        manager.createNamespace("ns", OMS.newKeyValue().put("owner", "ann"));
        manager.createRouting("one", routing("a", "b").put(OMSBuiltinKeys.ROUTING_EXPRESSION, "colour = 'red'"));
        producer.send(message("a", "before").putUserHeaders("colour", "red"));

        broker.restart();
        producer.send(message("a", "blue").putUserHeaders("colour", "blue"));
        producer.send(message("a", "after").putUserHeaders("colour", "red"));

        final PullConsumer consumer = pull("group", "b");
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("before");
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("after");
        assertThat(manager.getNamespaceAttributes("ns").getString("owner")).isEqualTo("ann");
        assertThat(manager.listRoutings("default")).containsExactly("one");
    }
}
