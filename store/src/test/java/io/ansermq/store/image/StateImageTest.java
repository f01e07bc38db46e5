package io.ansermq.store.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.fixtures.ExpectedWarnings;
import io.ansermq.store.fixtures.FaultyFiles;
import io.ansermq.store.fixtures.FaultyFiles.Operation;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.LogFixture.Entry;
import io.ansermq.store.fixtures.SimFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ExpectedWarnings.class)
class StateImageTest {
    private static final Path STATE = Path.of("/data/state");
    private static final StoreOptions OPTIONS = LogFixture.small().build();
    private static final int TYPE = EntryTypes.FIRST_FREE;

    private final SimFiles disk = new SimFiles();
    private final FaultyFiles files = new FaultyFiles(disk);
    private final Random random = new Random(5);
    private final LogFixture log = new LogFixture(files, OPTIONS);
    private final List<Entry> written = new ArrayList<>();

    @Test
    void shouldReplayFromTheImageOn() {
        log.open();
        store(3);
        final long position = publish("state one");
        final List<Entry> later = store(3);
        disk.kill();

        log.open();
        assertThat(log.log().image()).isNotNull();
        assertThat(log.log().image().position()).isEqualTo(position);
        assertThat(log.found()).isEqualTo(later);
    }

    @Test
    void shouldGiveEntriesBackInOrder() {
        log.open();
        final ImageWriter image = log.log().beginImage(log.log().watermarks().committed());
        final byte[] large = new byte[200_000];
        random.nextBytes(large);
        image.add(TYPE, text("one"));
        log.background(0);
        image.add(TYPE + 1, ByteBuffer.wrap(large));
        image.add(TYPE, text(""));
        image.finish();
        log.background(1);
        assertThat(image.isPublished()).isTrue();
        disk.kill();

        final LogFixture next = new LogFixture(files, OPTIONS);
        final List<String> entries = new ArrayList<>();
        next.openBeforeReplay(opened -> opened.image()
                .forEach((type, payload) -> entries.add(type + " " + payload.remaining() + " " + payload.hashCode())));
        assertThat(entries)
                .containsExactly(
                        TYPE + " 3 " + text("one").hashCode(),
                        TYPE + 1 + " 200000 " + ByteBuffer.wrap(large).hashCode(),
                        TYPE + " 0 " + text("").hashCode());
    }

    @Test
    void shouldUseTheOlderImageWhenTheNewerIsDamagedAnywhere() {
        log.open();
        store(2);
        final long older = publish("older");
        final int known = written.size();
        store(2);
        final long newer = publish("newer");
        final List<Entry> sinceOlder = new ArrayList<>(written.subList(known, written.size()));
        sinceOlder.addAll(store(2));
        disk.kill();
        final Path image = STATE.resolve(String.format("state-%020d", newer));
        final byte[] whole = disk.bytes(image);
        for (int i = 0; i < whole.length; i++) {
            final SimFiles damaged = disk.copy();
            final byte[] bytes = whole.clone();
            bytes[i] ^= 4;
            damaged.bytes(image, bytes);
            final LogFixture next = new LogFixture(damaged, OPTIONS).open();

            assertThat(next.log().image().position()).as("byte %d", i).isEqualTo(older);
            assertThat(next.found()).as("byte %d", i).isEqualTo(sinceOlder);
        }
    }

    @Test
    void shouldReplayTheWholeLogWhenBothImagesAreDamaged() {
        log.open();
        store(2);
        publish("older");
        store(2);
        publish("newer");
        disk.kill();
        for (final Path image : disk.paths(STATE)) {
            disk.bytes(image, new byte[10]);
        }

        assertThat(log.open().found()).isEqualTo(written);
    }

    @Test
    void shouldReplayTheWholeLogOverStartsThatSawNothingButTheImage() {
        log.open();
        store(2);
        publish("at the end of the log");
        disk.kill();
        log.open();
        assertThat(log.found()).isEmpty();
        store(2);
        disk.kill();
        disk.paths(STATE).forEach(image -> disk.bytes(image, new byte[10]));

        assertThat(log.open().found()).isEqualTo(written);
    }

    @Test
    void shouldKeepTheTwoNewestImages() {
        log.open();
        for (int i = 0; i < 5; i++) {
            store(1);
            publish("image " + i);
        }

        assertThat(disk.list(STATE)).hasSize(3).contains("reserve");
        assertThat(image()).isEqualTo("image 4");
    }

    /**
     * The process dies, or the power fails, at each file operation of the second image's publication: the log opens with
     * one of the two images, and replays everything that came after it.
     */
    @Test
    void shouldSurviveACrashAtEachStepOfThePublication() {
        for (int seed = 0; seed < 20; seed++) {
            final Random dice = new Random(seed);
            boolean published = false;
            for (int operations = 0; !published; operations++) {
                final SimFiles own = new SimFiles();
                final FaultyFiles faulty = new FaultyFiles(own);
                final LogFixture dying = new LogFixture(faulty, OPTIONS).open();
                final List<Entry> stored = storeIn(dying, 3);
                final long older = publishIn(dying, "older");
                final List<Entry> between = storeIn(dying, 3);
                final long newer = dying.log().watermarks().committed();
                faulty.fault(FaultyFiles.dieAfter(operations));
                final ImageWriter image = dying.log().beginImage(newer);
                image.add(TYPE, text("newer"));
                image.finish();
                dying.background(1);
                published = image.isPublished();

                own.kill();
                final boolean power = dice.nextBoolean();
                final LogFixture next = new LogFixture(power ? own.crash(dice) : own, OPTIONS);
                final String what = "seed " + seed + ", died after " + operations + ", power " + power;
                final String[] text = new String[1];
                next.openBeforeReplay(opened -> opened.image()
                        .forEach((type, payload) ->
                                text[0] = StandardCharsets.UTF_8.decode(payload).toString()));
                final long position = next.log().image().position();
                assertThat(position).as(what).isIn(older, newer);
                assertThat(text[0]).as(what).isEqualTo(position == older ? "older" : "newer");
                if (published) {
                    assertThat(position).as(what).isEqualTo(newer);
                }
                // Not forced, so a loss of power may take it; but only from the end.
                final List<Entry> expected = position == older ? between : List.of();
                assertThat(next.found())
                        .as(what)
                        .isEqualTo(expected.subList(0, power ? next.found().size() : expected.size()));
                assertThat(stored).isNotEmpty();
            }
        }
    }

    @Test
    void shouldForceTheLogBeforeAnImageCounts() {
        log.open();
        store(3);
        final long durable = log.log().watermarks().durable();
        final long position = publish("state");

        assertThat(durable).isLessThan(position);
        assertThat(log.log().watermarks().durable()).isGreaterThanOrEqualTo(position);
        for (int seed = 0; seed < 20; seed++) {
            final LogFixture next = new LogFixture(disk.crash(new Random(seed)), OPTIONS).open();
            assertThat(next.log().image().position()).as("seed %d", seed).isEqualTo(position);
        }
    }

    @Test
    void shouldDoPreparationsBeforeAnImageCounts() {
        log.open();
        final ImageWriter image = log.log().beginImage(log.log().watermarks().committed());
        final List<List<String>> seen = new ArrayList<>();
        image.beforePublishing(() -> seen.add(disk.list(STATE)));
        image.finish();
        log.background(0);

        assertThat(seen).containsExactly(List.of("state.tmp"));
        assertThat(image.isPublished()).isTrue();
    }

    @Test
    void shouldStopTheStoreWhenAPreparationFails() {
        log.open();
        final ImageWriter image = log.log().beginImage(log.log().watermarks().committed());
        image.beforePublishing(() -> {
            throw new IOException("Input/output error");
        });
        image.finish();
        log.background(0);

        assertThat(log.failures()).hasSize(1);
        assertThat(image.isPublished()).isFalse();
    }

    @Test
    void shouldGoOnWithoutAnImageThatCannotBeWritten() {
        log.open();
        publish("older");
        files.fault((operation, path) -> {
            if (operation == Operation.WRITE && path.endsWith("state.tmp")) {
                throw new IOException("No space left on device");
            }
        });
        store(1);
        final ImageWriter image = log.log().beginImage(log.log().watermarks().committed());
        image.add(TYPE, text("lost"));
        log.background(0);
        image.add(TYPE, text("lost"));
        image.finish();
        log.background(1);

        assertThat(image.isDone()).isTrue();
        assertThat(image.isPublished()).isFalse();
        assertThat(log.failures()).isEmpty();
        assertThat(image()).isEqualTo("older");
        files.heal();
        store(1);
        publish("newer");
        assertThat(image()).isEqualTo("newer");
    }

    @Test
    void shouldLeaveNothingOfAnAbandonedImage() {
        log.open();
        final ImageWriter image = log.log().beginImage(log.log().watermarks().committed());
        image.add(TYPE, text("unwanted"));
        log.background(0);
        image.abandon();
        log.background(1);

        assertThat(image.isDone()).isTrue();
        assertThat(image.isPublished()).isFalse();
        assertThat(disk.list(STATE)).noneMatch(name -> name.startsWith("state"));
    }

    @Test
    void shouldTakeOneImageAtATime() {
        log.open();
        final long position = log.log().watermarks().committed();
        log.log().beginImage(position);

        assertThatThrownBy(() -> log.log().beginImage(position)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRefuseAPositionWhereNoFrameStarts() {
        log.open();
        final Entry entry = store(1).get(0);

        assertThatThrownBy(() -> log.log().beginImage(entry.position())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldReleaseSegmentsOnlyBelowBothImages() {
        log.open();
        store(20);
        final long first = publish("first");
        store(20);
        log.log().releaseBelow(Long.MAX_VALUE);
        log.background(2);
        assertThat(log.log().start()).as("one image may rot").isZero();

        publish("second");
        log.background(3);
        assertThat(log.log().start()).isPositive().isLessThanOrEqualTo(first);
        disk.kill();
        assertThat(log.open().found()).isEmpty();
    }

    private long publish(final String text) {
        return publishIn(log, text);
    }

    private long publishIn(final LogFixture where, final String text) {
        final long position = where.log().watermarks().committed();
        final ImageWriter image = where.log().beginImage(position);
        image.add(TYPE, text(text));
        image.finish();
        where.background(0);
        assertThat(image.isPublished()).isTrue();
        return position;
    }

    /** The text of the image that recovery would use now. */
    private String image() {
        final String[] found = new String[1];
        new LogFixture(disk.copy(), OPTIONS).openBeforeReplay(opened -> opened.image()
                .forEach((type, payload) ->
                        found[0] = StandardCharsets.UTF_8.decode(payload).toString()));
        return found[0];
    }

    private List<Entry> store(final int count) {
        final List<Entry> stored = storeIn(log, count);
        written.addAll(stored);
        return stored;
    }

    private List<Entry> storeIn(final LogFixture where, final int count) {
        final List<Entry> stored = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stored.add(where.store(LogFixture.message(random, 400 + random.nextInt(400)), FlushLevel.WRITTEN));
        }
        return stored;
    }

    private static ByteBuffer text(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
