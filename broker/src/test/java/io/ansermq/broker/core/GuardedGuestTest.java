package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.store.FlushLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What goes wrong in a guest of core does not stop the broker for those who are no concern of the guest. */
class GuardedGuestTest {

    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(GuardedGuest.class);

    @TempDir
    Path directory;

    /** The failures are meant. */
    @BeforeAll
    static void beSilent() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void beLoud() {
        LOGGER.setLevel(null);
    }

    /** Fails at whatever it is asked to do. */
    private static final class Clumsy implements CoreGuest {
        private int turns;

        @Override
        public int doWork(final long nowEpochMs) {
            turns++;
            throw new IllegalStateException("in a turn");
        }

        @Override
        public boolean isIdle() {
            return true;
        }

        @Override
        public void destinationAdded(final DestinationState destination) {
            throw new IllegalStateException("at a destination");
        }

        @Override
        public void closed(final ClientLink link) {
            throw new IllegalStateException("at a goodbye");
        }
    }

    @Test
    void shouldServeOthersWhileAGuestFails() {
        try (CoreFixture broker = new CoreFixture(directory, FlushLevel.DURABLE)) {
            final Clumsy guest = new Clumsy();
            broker.guest = guest;
            broker.restart();
            final CoreFixture.Client client = broker.client();
            final int queue = client.open(DestinationKind.QUEUE, "q");
            client.subscribe(1, queue, 10);
            client.send(queue, "delivered");
            broker.settle();
            broker.desk().whenStored(() -> {
                throw new IllegalStateException("once it is stored");
            });
            broker.desk().set("a", "b");
            broker.settle();
            client.send(queue, "delivered as well");
            broker.settle();
            assertThat(client.texts()).containsExactly("delivered", "delivered as well");
            assertThat(broker.desk().settings().get("a")).isEqualTo("b");
            assertThat(guest.turns).isGreaterThan(1);
        }
    }
}
