package io.ansermq.store.commitlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.AppendMode;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.fixtures.ExpectedWarnings;
import io.ansermq.store.fixtures.FaultyFiles;
import io.ansermq.store.fixtures.FaultyFiles.Operation;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.LogFixture.Entry;
import io.ansermq.store.fixtures.SimFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that fails stops the log for good: nothing is committed any more, and nothing is tried again. */
@ExtendWith(ExpectedWarnings.class)
class FailStopTest {
    private final SimFiles disk = new SimFiles();
    private final FaultyFiles files = new FaultyFiles(disk);
    private final Random random = new Random(3);

    @ParameterizedTest
    @EnumSource(
            value = AppendMode.class,
            names = {"MAPPED", "CHANNEL"})
    void shouldStopForGoodWhenAForceFails(final AppendMode mode) {
        final LogFixture log = open(mode);
        final Entry stored = log.store(message(), FlushLevel.DURABLE);
        final long committed = log.log().watermarks().committed();
        final int[] forces = {0};
        files.fault((operation, path) -> {
            if (operation == Operation.FORCE && forces[0]++ == 0) {
                throw new IOException("Input/output error");
            }
        });

        log.store(message(), FlushLevel.DURABLE);
        // The device works again, but what it holds is not known.
        log.store(message(), FlushLevel.DURABLE);
        log.store(message(), FlushLevel.WRITTEN);
        log.background(1_000_000_000);
        log.close();

        assertThat(forces[0]).as("forces").isEqualTo(1);
        assertThat(log.log().watermarks().committed()).isEqualTo(committed);
        assertThat(log.log().watermarks().durable()).isEqualTo(committed);
        assertThat(log.failures()).singleElement().satisfies(failure -> assertThat(failure)
                .hasMessageContaining("Input/output error")
                .hasMessageContaining("00000000000000000000"));
        files.heal();
        assertThat(log.open().found()).first().isEqualTo(stored);
    }

    @Test
    void shouldCommitNothingOfABatchThatWasNotWritten() {
        final LogFixture log = open(AppendMode.CHANNEL);
        log.store(message(), FlushLevel.WRITTEN);
        final long committed = log.log().watermarks().committed();
        final int progress = log.progress();
        fail(Operation.WRITE, "No space left on device");

        log.append(message(), FlushLevel.WRITTEN);
        log.seal();
        log.append(message(), FlushLevel.WRITTEN);
        log.seal();
        assertThat(log.log().doLogWork()).isZero();

        assertThat(log.log().watermarks().committed()).isEqualTo(committed);
        assertThat(log.log().watermarks().written()).isEqualTo(committed);
        assertThat(log.progress()).isEqualTo(progress);
        assertThat(log.failures()).hasSize(1);
    }

    @Test
    void shouldStopWhenTheBackgroundForceFails() {
        final LogFixture log = open(AppendMode.CHANNEL);
        log.store(message(), FlushLevel.WRITTEN);
        final long committed = log.log().watermarks().committed();
        fail(Operation.FORCE, "Input/output error");
        log.background(0);
        log.background(1_000_000_000);
        files.heal();
        log.store(message(), FlushLevel.DURABLE);

        assertThat(log.log().watermarks().committed()).isEqualTo(committed);
        assertThat(log.failures()).hasSize(1);
    }

    @Test
    void shouldStopWhenTheNextSegmentCannotBeMade() {
        final LogFixture log = open(AppendMode.CHANNEL);
        fail(Operation.CREATE, "No space left on device");
        final List<Entry> stored = new ArrayList<>();
        while (log.failures().isEmpty()) {
            final Entry entry = log.append(message(), FlushLevel.WRITTEN);
            log.seal();
            if (log.log().doLogWork() > 0) {
                stored.add(entry);
            }
        }
        files.heal();
        log.close();

        assertThat(log.open().found()).isEqualTo(stored);
    }

    @Test
    void shouldGoOnWhenASpareCannotBeMade() {
        final LogFixture log = open(AppendMode.CHANNEL);
        files.fault((operation, path) -> {
            if (path.toString().contains("spare")) {
                throw new IOException("No space left on device");
            }
        });
        final List<Entry> stored = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            stored.add(log.store(message(), FlushLevel.WRITTEN));
            log.background(i);
        }
        assertThat(log.failures()).isEmpty();
        log.close();

        assertThat(log.open().found()).isEqualTo(stored);
    }

    private void fail(final Operation which, final String how) {
        files.fault((operation, path) -> {
            if (operation == which) {
                throw new IOException(how);
            }
        });
    }

    private byte[] message() {
        return LogFixture.message(random, 300);
    }

    private LogFixture open(final AppendMode mode) {
        return new LogFixture(files, LogFixture.small().appendMode(mode).build()).open();
    }
}
