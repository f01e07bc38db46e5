package io.ansermq.remoting.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmBrokersTest {

    private static final List<String> EVENTS = new CopyOnWriteArrayList<>();

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    private Path services;

    @BeforeEach
    void offerAFactory() throws IOException {
        // Not among the test resources: other modules have these on their class path too.
        final Path file = services.resolve("META-INF/services/" + EmbeddedBrokerFactory.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, FakeFactory.class.getName());
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {services.toUri().toURL()}, before));
        EVENTS.clear();
    }

    @AfterEach
    void takeItBack() {
        Thread.currentThread().setContextClassLoader(before);
    }

    @Test
    void shouldRunABrokerAsLongAsSomebodyLeasesIt() throws IOException {
        final VmBrokers.Lease first = VmBrokers.acquire("a", Map.of("data", "x"), true);
        final VmBrokers.Lease second = VmBrokers.acquire("a", Map.of("data", "ignored"), false);
        assertThat(first.address()).isEqualTo(second.address()).isEqualTo(new LocalAddress("fake-a"));

        first.close();
        first.close();
        assertThat(EVENTS).containsExactly("start a {data=x}");

        second.close();
        assertThat(EVENTS).containsExactly("start a {data=x}", "stop a");

        VmBrokers.acquire("a", Map.of(), true).close();
        assertThat(EVENTS).endsWith("start a {}", "stop a");
    }

    @Test
    void shouldKeepABrokerThatIsToStay() throws IOException {
        VmBrokers.acquire("b", Map.of("keepAlive", "true"), true).close();
        assertThat(EVENTS).containsExactly("start b {}");

        final VmBrokers.Lease lease = VmBrokers.acquire("b", Map.of(), false);
        VmBrokers.stop("b");
        assertThat(EVENTS).containsExactly("start b {}", "stop b");

        lease.close();
        VmBrokers.stop("b");
        assertThat(EVENTS).hasSize(2);
    }

    @Test
    void shouldSayThatThereIsNoBroker() {
        assertThatThrownBy(() -> VmBrokers.acquire("c", Map.of(), false))
                .isInstanceOf(IOException.class)
                .hasMessage("no broker named c runs in this JVM: start it first");
    }

    @Test
    void shouldForgetABrokerThatCannotStart() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> VmBrokers.acquire("d", Map.of("fail", "the disk is full"), true))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the disk is full");
        }

        VmBrokers.acquire("d", Map.of(), true).close();
        assertThat(EVENTS).containsExactly("start d {}", "stop d");
    }

    @Test
    void shouldSayWhatIsMissingOnTheClassPath() {
        Thread.currentThread().setContextClassLoader(before);

        assertThatThrownBy(() -> VmBrokers.acquire("e", Map.of(), true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("add io.ansermq:anser-broker");
    }

    @Test
    void shouldStartAndStopOneBrokerAtATime() throws Exception {
        final int threads = 4;
        final ClassLoader loader = Thread.currentThread().getContextClassLoader();
        final CyclicBarrier together = new CyclicBarrier(threads);
        final List<Throwable> failures = new CopyOnWriteArrayList<>();
        final List<Thread> users = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            final Thread user = new Thread(() -> {
                try {
                    Thread.currentThread().setContextClassLoader(loader);
                    for (int i = 0; i < 200; i++) {
                        together.await();
                        VmBrokers.acquire("f", Map.of(), true).close();
                    }
                } catch (final Exception e) {
                    failures.add(e);
                }
            });
            users.add(user);
            user.start();
        }
        for (final Thread user : users) {
            user.join();
        }

        assertThat(failures).isEmpty();
        assertThat(EVENTS).hasSizeGreaterThanOrEqualTo(400);
        for (int i = 0; i < EVENTS.size(); i++) {
            assertThat(EVENTS.get(i)).isEqualTo(i % 2 == 0 ? "start f {}" : "stop f");
        }
    }

    /** Starts brokers that only write down what is done to them. */
    public static final class FakeFactory implements EmbeddedBrokerFactory {

        /** For the service loader. */
        public FakeFactory() {}

        @Override
        public EmbeddedBroker start(final String name, final Map<String, String> options) throws IOException {
            if (options.containsKey("fail")) {
                throw new IOException(options.get("fail"));
            }
            EVENTS.add("start " + name + " " + options);
            return new EmbeddedBroker() {
                @Override
                public SocketAddress address() {
                    return new LocalAddress("fake-" + name);
                }

                @Override
                public void close() {
                    EVENTS.add("stop " + name);
                }
            };
        }
    }
}
