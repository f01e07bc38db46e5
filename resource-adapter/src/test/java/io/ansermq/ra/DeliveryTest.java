package io.ansermq.ra;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSContext;
import jakarta.resource.spi.work.WorkContextProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules 12 and 16 of an adapter: messages to endpoints, with and without a transaction. */
class DeliveryTest extends RaFixture {
    private TestEndpoints endpoints;

    @Override
    Map<String, String> brokerOptions() {
        return Map.of("max-deliveries", "3");
    }

    @AfterEach
    void shouldAlwaysReleaseEndpointsAndPairTheCalls() {
        if (endpoints != null) {
            await().until(() -> endpoints.created.get() == endpoints.released.get());
            assertThat(endpoints.wrongOrder).isEmpty();
        }
        // Works are plain: no context that a server may not support.
        assertThat(server.works).noneMatch(WorkContextProvider.class::isInstance);
        // Whatever class loader a bean leaves on the server's thread.
        assertThat(server.loadersLeft).allMatch(each -> each == ClassLoader.getSystemClassLoader());
    }

    private void activate(final TestEndpoints of, final AnserActivationSpec spec) throws Exception {
        endpoints = of;
        adapter.endpointActivation(of, spec);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDeliverEachMessageOnce(final boolean transacted) throws Exception {
        final Bean bean = new Bean();
        activate(new TestEndpoints(transacted, bean), queueSpec("once"));
        final String[] texts = IntStream.range(0, 200).mapToObj(i -> "m" + i).toArray(String[]::new);
        broker.send("once", texts);

        await().until(() -> bean.texts.size() >= texts.length);
        assertThat(bean.texts).containsExactlyInAnyOrder(texts);
        if (transacted) {
            await().until(() -> endpoints.committed.get() == texts.length);
        }
        assertThat(endpoints.resources).hasSizeLessThanOrEqualTo(transacted ? 15 : 0);
        await().until(() -> broker.receive("once") == null);
    }

    @Test
    void shouldDeliverAsManyAtOnceAsAllowedAndNoMore() throws Exception {
        final CyclicBarrier four = new CyclicBarrier(4);
        final Bean bean = new Bean(message -> {
            try {
                four.await(20, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        final AnserActivationSpec spec = queueSpec("four");
        spec.setMaxConcurrency(4);
        activate(new TestEndpoints(true, bean), spec);
        broker.send("four", IntStream.range(0, 16).mapToObj(i -> "m" + i).toArray(String[]::new));

        await().until(() -> endpoints.committed.get() == 16);
        assertThat(endpoints.mostAtOnce).hasValue(4);
        assertThat(endpoints.resources).as("one XA resource for each").hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRedeliverWhatAnEndpointThrowsAtUntilItIsADeadLetter(final boolean transacted) throws Exception {
        final Bean bean = new Bean(message -> {
            throw new IllegalStateException("poison");
        });
        activate(new TestEndpoints(transacted, bean), queueSpec("poison"));
        broker.send("poison", "m");

        await().until(() -> bean.counts.size() == 3);
        assertThat(bean.counts).isEqualTo(List.of(1, 2, 3));
        await().until(() -> "m".equals(broker.receive("DLQ.poison")));
        assertThat(bean.counts).hasSize(3);
    }

    @Test
    void shouldRedeliverAfterSetRollbackOnly() throws Exception {
        final Bean bean = new Bean();
        final TestEndpoints rollingBack = new TestEndpoints(true, message -> {
            bean.onMessage(message);
            if (bean.counts.size() < 3) {
                try {
                    TestServer.transactions().setRollbackOnly();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        });
        activate(rollingBack, queueSpec("again"));
        broker.send("again", "m");

        await().until(() -> endpoints.committed.get() == 1);
        assertThat(bean.counts).isEqualTo(List.of(1, 2, 3));
        assertThat(endpoints.rolledBack).hasValue(2);
    }

    @Test
    void shouldSendWithinTheTransactionOfTheDelivery() throws Exception {
        final RaConnectionFactory factory = factory();
        final Bean bean = new Bean();
        activate(
                new TestEndpoints(true, message -> {
                    try (JMSContext context = factory.createContext()) {
                        context.createProducer().send(context.createQueue("replies"), "reply");
                    }
                    bean.onMessage(message);
                    if (bean.texts.size() == 1) {
                        throw new IllegalStateException("first time");
                    }
                }),
                queueSpec("requests"));
        broker.send("requests", "m");

        await().until(() -> endpoints.committed.get() == 1);
        assertThat(broker.receive("replies")).isEqualTo("reply");
        assertThat(broker.receive("replies")).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldWaitForAnEndpointThatIsNotAvailable(final boolean transacted) throws Exception {
        final Bean bean = new Bean();
        final TestEndpoints starting = new TestEndpoints(transacted, bean);
        starting.refuseNext(4);
        activate(starting, queueSpec("starting"));
        broker.send("starting", "m");

        await().until(() -> !bean.texts.isEmpty());
        assertThat(bean.counts).as("it was not delivered in vain").isEqualTo(List.of(1));
    }

    @Test
    void shouldNotDeliverWithoutATransactionThatIsDue() throws Exception {
        final Bean bean = new Bean();
        final TestEndpoints troubled = new TestEndpoints(true, bean);
        troubled.failToBegin(1);
        activate(troubled, queueSpec("troubled"));
        broker.send("troubled", "m");

        await().until(() -> endpoints.committed.get() == 1);
        assertThat(bean.texts).isEqualTo(List.of("m"));
    }

    @Test
    void shouldGiveBackWhatWaitsForAnEndpointThatIsDeactivated() throws Exception {
        final TestEndpoints never = new TestEndpoints(true, new Bean());
        never.refuseNext(1_000_000);
        final AnserActivationSpec spec = queueSpec("given back");
        activate(never, spec);
        broker.send("given back", "m");
        await().until(() -> server.works.size() > 2);

        adapter.endpointDeactivation(never, spec);

        await().until(() -> "m".equals(broker.receive("given back")));
    }

    @Test
    void shouldSelect() throws Exception {
        final Bean bean = new Bean();
        final AnserActivationSpec spec = queueSpec("chosen");
        spec.setMessageSelector("colour = 'grey'");
        activate(new TestEndpoints(true, bean), spec);
        try (JMSContext context = broker.outside()) {
            context.createProducer().setProperty("colour", "white").send(context.createQueue("chosen"), "swan");
            context.createProducer().setProperty("colour", "grey").send(context.createQueue("chosen"), "goose");
        }

        await().until(() -> bean.texts.contains("goose"));
        await().until(() -> "swan".equals(broker.receive("chosen")));
        assertThat(bean.texts).isEqualTo(List.of("goose"));
    }

    // ---- Topics

    private void publish(final String topic, final String text) {
        try (JMSContext context = broker.outside()) {
            context.createProducer().send(context.createTopic(topic), text);
        }
    }

    /** Until the first one has come: a plain subscription hears of nothing before it is there. */
    private void publishUntilHeard(final String topic, final Bean bean) {
        await().until(() -> {
            publish(topic, "probe");
            return bean.texts.contains("probe");
        });
    }

    @Test
    void shouldKeepADurableSubscriptionOverDeactivation() throws Exception {
        final Bean bean = new Bean();
        final AnserActivationSpec spec = topicSpec("news");
        spec.setSubscriptionDurability("Durable");
        spec.setSubscriptionName("reader");
        spec.setClientId("bean");
        activate(new TestEndpoints(true, bean), spec);
        publishUntilHeard("news", bean);
        adapter.endpointDeactivation(endpoints, spec);
        publish("news", "while it was away");

        adapter.endpointActivation(endpoints, spec);

        await().until(() -> bean.texts.contains("while it was away"));
    }

    @Test
    void shouldShareASubscriptionBetweenServers() throws Exception {
        final Bean one = new Bean();
        final Bean two = new Bean();
        final TestEndpoints second = new TestEndpoints(true, two);
        activate(new TestEndpoints(true, one), shared());
        adapter.endpointActivation(second, shared());
        await().until(() -> {
            publish("prices", "probe");
            return one.texts.contains("probe") && two.texts.contains("probe");
        });

        for (int i = 0; i < 20; i++) {
            publish("prices", "p" + i);
        }

        // Behind the probes that are still on their way.
        await().until(() -> prices(one) + prices(two) >= 20);
        assertThat(IntStream.range(0, 20).mapToObj(i -> "p" + i))
                .allMatch(each -> one.texts.contains(each) != two.texts.contains(each));
    }

    private static long prices(final Bean bean) {
        return bean.texts.stream()
                .filter(each -> each.startsWith("p") && !each.equals("probe"))
                .count();
    }

    private AnserActivationSpec shared() throws Exception {
        final AnserActivationSpec spec = topicSpec("prices");
        spec.setShareSubscriptions(true);
        spec.setSubscriptionName("desk");
        spec.setQueuePrefetch(1);
        spec.setTopicPrefetch(1);
        spec.setMaxSession(1);
        return spec;
    }

    @Test
    void shouldReceiveFromATopicWithoutSubscriptionName() throws Exception {
        final Bean bean = new Bean();
        activate(new TestEndpoints(false, bean), topicSpec("weather"));

        publishUntilHeard("weather", bean);
        assertThat(bean.counts).allMatch(count -> count == 1);
    }
}
