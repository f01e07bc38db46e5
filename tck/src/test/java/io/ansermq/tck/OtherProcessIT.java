package io.ansermq.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.tck.process.ClassPath;
import io.ansermq.tck.process.ClientProcess;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.JavaProcess;
import io.ansermq.tck.process.ServerProcess;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Programs that know nothing but {@code jakarta.jms}, with the provider alone on their class path, talk to a server in
 * another process; and the same programs run with a broker of their own over {@code vm://}.
 */
class OtherProcessIT {
    private static final Duration DONE_WITHIN = Duration.ofMinutes(2);

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @Test
    void shouldSendAndReceiveAllMessageTypes() {
        final ClassPath classPath = providerFor(server("async"));

        assertThat(run(classPath, "MessageTypes")).isEqualTo("OK all six message types");
    }

    @Test
    void shouldShareAQueueAmongFourConsumers() {
        final ClassPath classPath = providerFor(server("async"));

        assertThat(run(classPath, "CompetingConsumers", "shared", "4", "20000")).startsWith("OK 20000 messages");
    }

    @Test
    void shouldGiveATopicsMessagesToEachOfThreeSubscribers() {
        final ClassPath classPath = providerFor(server("async"));

        assertThat(run(classPath, "TopicSubscribers", "news", "3", "2000"))
                .isEqualTo("OK 2000 messages to each of 3 subscribers");
    }

    @Test
    void shouldGiveTheMessagesOfAKilledConsumerToAnotherOne() {
        final ClassPath classPath = providerFor(server("sync"));
        final JavaProcess holder =
                ClientProcess.start(evidence, "holder", classPath, "Holder", "estate", "100", "30", "10");
        holder.awaitLine("HOLDING", DONE_WITHIN);

        final JavaProcess successor =
                ClientProcess.start(evidence, "successor", classPath, "Successor", "estate", "10", "30", "100");
        holder.kill();

        assertThat(outcome(successor)).isEqualTo("OK 90 messages taken over");
    }

    @Test
    void shouldDoTheSameWithABrokerInItsOwnProcess() {
        final ClassPath classPath = ClassPath.server().withFirst(ClientProcess.programs(evidence, "vm://in-process"));

        assertThat(run(classPath, "MessageTypes")).isEqualTo("OK all six message types");
        assertThat(run(classPath, "CompetingConsumers", "shared", "4", "5000")).startsWith("OK 5000 messages");
        assertThat(run(classPath, "TopicSubscribers", "news", "3", "500")).startsWith("OK 500 messages");
    }

    /** What the tests above stand on: their class path has the provider and cannot reach into the server. */
    @Test
    void shouldFindTheProviderAndNoBrokerOnTheClassPathOfAnApplication() throws IOException {
        final List<URL> urls = new ArrayList<>();
        for (final Path entry : ClassPath.provider().entries()) {
            urls.add(entry.toUri().toURL());
        }
        try (URLClassLoader application =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            assertThat(load(application, "io.ansermq.jms.AnserConnectionFactory"))
                    .isNotNull();
            for (final String server : List.of(
                    "io.ansermq.broker.Broker",
                    "io.ansermq.store.commitlog.CommitLog",
                    "io.ansermq.tools.Anser",
                    "com.lmax.disruptor.RingBuffer")) {
                assertThat(load(getClass().getClassLoader(), server)).isNotNull();
                assertThatThrownBy(() -> application.loadClass(server)).isInstanceOf(ClassNotFoundException.class);
            }
        }
    }

    private static Class<?> load(ClassLoader loader, String name) {
        try {
            return loader.loadClass(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name + " should be on the class path", e);
        }
    }

    private ServerProcess server(String flush) {
        return ServerProcess.with(evidence).set("flush", flush).start();
    }

    private ClassPath providerFor(ServerProcess server) {
        return ClassPath.provider().withFirst(ClientProcess.programs(evidence, server.uri()));
    }

    private String run(ClassPath classPath, String program, String... arguments) {
        return outcome(ClientProcess.start(evidence, program, classPath, program, arguments));
    }

    /** The line that says OK, of a program that ended well. */
    private static String outcome(JavaProcess program) {
        final int code = program.awaitExit(DONE_WITHIN);
        assertThat(code).as(program::tail).isZero();
        return program.awaitLine("OK", Duration.ZERO);
    }
}
