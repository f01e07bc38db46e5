package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.ResumeHeader.Resumed;
import io.ansermq.store.FlushLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducersTest {
    private long nowEpochMs = 1;
    private final Producers producers = new Producers(() -> nowEpochMs);

    @TempDir
    private Path directory;

    private Resumed resumed(final String session) {
        try (CoreFixture fixture = new CoreFixture(directory, FlushLevel.WRITTEN)) {
            final ClientLink link = fixture.client();
            assertThat(producers.attach(link, session)).isNull();
            final Resumed resumed = producers.resumed(link, 1);
            producers.detach(link);
            return resumed;
        }
    }

    @Test
    void shouldFoldTheSameAgainWithoutEffect() {
        for (int again = 0; again < 2; again++) {
            producers.fold(3, "s", 0);
            for (final long sequence : new long[] {1, 2, 5, 6}) {
                producers.fold(MessageLayout.producerStamp(3, sequence));
            }
        }

        final Resumed resumed = resumed("s");

        assertThat(resumed.stored()).isEqualTo(6);
        assertThat(resumed.refused()).singleElement().hasToString("SequenceRange[first=3, count=2]");
    }

    @Test
    void shouldForgetWhoseNumberIsGivenAgain() {
        producers.fold(3, "s", 9);
        producers.fold(3, "t", 0);
        producers.fold(MessageLayout.producerStamp(3, 4));

        assertThat(resumed("s").stored()).isZero();
        assertThat(resumed("t").stored()).isEqualTo(4);
    }

    @Test
    void shouldPassOverProducersThatNobodyKnows() {
        producers.fold(MessageLayout.producerStamp(8, 4));
        producers.fold(0);

        assertThat(producers.entries()).isEmpty();
    }

    @Test
    void shouldSayFromWhereOnRefusalsAreKnown() {
        producers.fold(1, "s", 0);
        final int many = Producers.MAX_REFUSED + 10;
        for (int i = 1; i <= many; i++) {
            producers.fold(MessageLayout.producerStamp(1, 2L * i));
        }

        final Resumed resumed = resumed("s");

        assertThat(resumed.refused()).hasSize(Producers.MAX_REFUSED);
        assertThat(resumed.known()).isEqualTo(20);
        assertThat(resumed.refused().get(0).first()).isEqualTo(21);
    }

    @Test
    void shouldForgetTheLongestIdleOnes() {
        for (int i = 0; i < Producers.MAX_IDLE + 5; i++) {
            producers.fold(i + 1, "s" + i, 7);
        }

        assertThat(producers.entries()).hasSize(Producers.MAX_IDLE);
        assertThat(resumed("s4").stored()).isZero();
        assertThat(resumed("s5").stored()).isEqualTo(7);
    }

    @Test
    void shouldForgetWhatWasIdleForADay() {
        producers.fold(1, "old", 7);
        nowEpochMs += Producers.IDLE_MS;
        producers.fold(2, "new", 7);

        assertThat(producers.entries()).hasSize(1);
    }
}
