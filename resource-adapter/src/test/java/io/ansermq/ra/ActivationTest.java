package io.ansermq.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 11 of an adapter: endpoints that come up and go down whatever the broker does. */
class ActivationTest extends RaFixture {
    @Override
    boolean startsBroker() {
        return false;
    }

    private void activate(final TestEndpoints endpoints, final AnserActivationSpec spec) throws Exception {
        adapter.endpointActivation(endpoints, spec);
    }

    @Test
    void shouldDeliverOnceTheBrokerIsThere() throws Exception {
        final Bean bean = new Bean();
        activate(new TestEndpoints(true, bean), queueSpec("late"));
        await().until(() -> server.works.size() > 3);

        broker.start();
        broker.send("late", "at last");

        await().until(() -> bean.texts.contains("at last"));
    }

    @Test
    void shouldComeBackWithTheBroker() throws Exception {
        broker.start();
        final Bean bean = new Bean();
        final TestEndpoints endpoints = new TestEndpoints(true, bean);
        activate(endpoints, queueSpec("back"));
        broker.send("back", "before");
        await().until(() -> endpoints.committed.get() == 1);

        for (int i = 0; i < 3; i++) {
            broker.stop();
            broker.start();
            broker.send("back", "after " + i);
            final String expected = "after " + i;
            await().until(() -> bean.texts.contains(expected));
        }
        await().until(() -> endpoints.committed.get() == 4);
        assertThat(bean.texts).doesNotHaveDuplicates();
    }

    /** Closing what is left of the old connection waits for its listener, and the new one does not. */
    @Test
    void shouldComeBackWhileADeliveryOfTheLostConnectionHangs() throws Exception {
        broker.start();
        final CountDownLatch hanging = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final Bean bean = new Bean(message -> {
            hanging.countDown();
            awaitUnchecked(go);
        });
        final AnserActivationSpec spec = queueSpec("hang");
        spec.setMaxSession(1);
        activate(new TestEndpoints(true, bean), spec);
        broker.send("hang", "stuck");
        assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();

        broker.stop();
        broker.start();

        await().until(() -> bean.texts.size() == 2);
        go.countDown();
    }

    private static void awaitUnchecked(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldDeactivateWhileItTriesToConnect() throws Exception {
        final TestEndpoints endpoints = new TestEndpoints(true, new Bean());
        final AnserActivationSpec spec = queueSpec("never");
        activate(endpoints, spec);
        await().until(() -> server.works.size() > 2);

        adapter.endpointDeactivation(endpoints, spec);

        await().until(() -> server.running() == 0);
        final int works = server.works.size();
        broker.start();
        broker.send("never", "nobody");
        assertThat(broker.receive("never")).isEqualTo("nobody");
        assertThat(server.works).hasSizeLessThanOrEqualTo(works + 1);
    }

    @Test
    void shouldWaitForADeliveryThatIsUnderWay() throws Exception {
        broker.start();
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final Bean bean = new Bean(message -> {
            begun.countDown();
            awaitUnchecked(go);
        });
        final TestEndpoints endpoints = new TestEndpoints(true, bean);
        final AnserActivationSpec spec = queueSpec("busy");
        activate(endpoints, spec);
        broker.send("busy", "slow");
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        final Thread undeploy = new Thread(() -> adapter.endpointDeactivation(endpoints, spec));
        undeploy.start();
        await().until(() -> undeploy.getState() == Thread.State.TIMED_WAITING);
        go.countDown();
        undeploy.join(20_000);
        assertThat(undeploy.isAlive()).isFalse();

        assertThat(endpoints.committed).hasValue(1);
        assertThat(broker.receive("busy")).isNull();
    }

    @Test
    void shouldKeepAGoodEndpointRunningBesideABadOne() throws Exception {
        broker.start();
        final Bean bean = new Bean();
        final AnserActivationSpec bad = queueSpec("bad");
        bad.setMessageSelector("this is no selector");
        activate(new TestEndpoints(true, new Bean()), bad);
        activate(new TestEndpoints(true, bean), queueSpec("good"));

        broker.send("good", "m");

        await().until(() -> bean.texts.contains("m"));
    }

    @Test
    void shouldGiveUpAfterAsManyAttemptsAsItWasTold() throws Exception {
        final AnserActivationSpec spec = queueSpec("few");
        spec.setSetupAttempts(3);
        activate(new TestEndpoints(true, new Bean()), spec);

        await().until(() -> server.works.size() == 3 && server.running() == 0);
        await().during(Duration.ofMillis(150)).until(() -> server.works.size() == 3);
    }

    @Test
    void shouldFindAThreadLaterWhenTheServerHasNone() throws Exception {
        broker.start();
        server.rejectNext(1);
        final Bean bean = new Bean();
        activate(new TestEndpoints(true, bean), queueSpec("crowded"));
        broker.send("crowded", "m");

        await().until(() -> bean.texts.contains("m"));
    }

    @Test
    void shouldRefuseTheActivationsOfOthers() throws Exception {
        final AnserResourceAdapter other = newAdapter();
        final AnserActivationSpec foreign = new AnserActivationSpec();
        foreign.setResourceAdapter(other);

        assertThatThrownBy(() -> activate(new TestEndpoints(true, new Bean()), foreign))
                .hasMessageContaining("another");
    }

    /** Rule 10: the end is bounded, and nothing of it stays. */
    @Test
    @Timeout(60)
    void shouldLeaveNothingBehindWhenItStops() throws Exception {
        broker.start();
        activate(new TestEndpoints(true, new Bean()), queueSpec("a"));
        activate(new TestEndpoints(false, new Bean()), topicSpec("b"));
        final AnserActivationSpec retrying = queueSpec("c");
        retrying.setServerUrl("anser://127.0.0.1:1");
        activate(new TestEndpoints(true, new Bean()), retrying);
        await().until(() -> server.works.size() > 4);

        adapter.stop();

        await().until(() -> server.running() == 0);
        final int works = server.works.size();
        await().during(Duration.ofMillis(150)).until(() -> server.works.size() == works);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(each -> each.getName().contains("-consumer-")));
        adapter.start(server);
    }
}
