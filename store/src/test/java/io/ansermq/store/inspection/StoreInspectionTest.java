package io.ansermq.store.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.RecordVisitor;
import io.ansermq.store.fixtures.ExpectedErrors;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.LogFixture.Entry;
import io.ansermq.store.fixtures.SimFiles;
import io.ansermq.store.image.ImageWriter;
import io.ansermq.store.index.QueueIndex;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What verify finds, and what salvage makes of it. */
@ExtendWith(ExpectedErrors.class)
class StoreInspectionTest {
    private static final Path DATA = LogFixture.DIRECTORY;
    private static final Path SAVED = Path.of("/saved");
    private static final Path FIRST = Path.of("/data/log/00000000000000000000");
    private static final StoreOptions OPTIONS = LogFixture.small().build();
    private static final int LOST_BITS = 16;

    private final SimFiles disk = new SimFiles();
    private final Random random = new Random(17);
    private final List<Entry> written = new ArrayList<>();
    private CommitLog log;
    private QueueIndex index;

    @Test
    void shouldFindNothingInAWholeStore() {
        open(DATA);
        store(30);
        publish();
        store(10);
        close();

        final VerifyReport report = StoreVerifier.verify(disk, DATA);
        assertThat(report.findings()).isEmpty();
        assertThat(report.messages()).isEqualTo(40);
        assertThat(report.indexEntries()).isEqualTo(30);
        assertThat(report.images()).isEqualTo(1);
        assertThat(report.tail()).isEqualTo(report.durable());
        assertThat(report.notes()).isEmpty();
    }

    @Test
    void shouldChangeNothing() {
        open(DATA);
        store(30);
        disk.kill();
        final SimFiles before = disk.copy();
        StoreVerifier.verify(disk, DATA);

        assertThat(disk.paths(DATA)).isEqualTo(before.paths(DATA));
        assertThat(disk.paths(DATA))
                .allSatisfy(path -> assertThat(disk.bytes(path)).isEqualTo(before.bytes(path)));
    }

    @Test
    void shouldNotTakeTheUnfinishedEndOfACrashForDamage() {
        open(DATA);
        store(5);
        disk.kill();
        disk.rot(FIRST, (int) written.get(3).position(), 1);

        final VerifyReport report = StoreVerifier.verify(disk, DATA);
        assertThat(report.findings()).isEmpty();
        assertThat(report.notes()).singleElement().asString().contains("cuts off");
        assertThat(report.tail()).isEqualTo(written.get(3).position() - 56);
    }

    @Test
    void shouldRefuseADirectoryInUseOrWithoutAStore() {
        open(DATA);

        assertThatThrownBy(() -> StoreVerifier.verify(disk, DATA))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("locked");
        assertThatThrownBy(() -> StoreVerifier.verify(disk, Path.of("/elsewhere")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no store");
    }

    /** Each byte of a few frames: found with segment and position, and all other messages are saved. */
    @Test
    void shouldFindEachDamagedFrameAndSaveTheRest() {
        open(DATA);
        store(60);
        close();
        for (int i = 0; i < 60; i++) {
            final Entry hit = written.get(i);
            final int at = random.nextInt(hit.record().length + 40) - 40;
            final Path segment = segmentOf(hit.position());
            final int fileAt =
                    (int) (hit.position() - Long.parseLong(segment.getFileName().toString())) + at;
            if (fileAt < 0) {
                continue;
            }
            final SimFiles damaged = disk.copy();
            damaged.rot(segment, fileAt, 1 << random.nextInt(8));
            assertFoundAndSaved(damaged, List.of(hit), i + " byte " + at);
        }
    }

    @Test
    void shouldSaveAStoreWithDamageBelowItsImage() {
        open(DATA);
        store(40);
        publish();
        store(10);
        close();
        disk.rot(FIRST, (int) written.get(2).position() + 20, 1);

        assertFoundAndSaved(disk, List.of(written.get(2)), "below the image");
    }

    @Test
    void shouldSaveAStoreWithoutAWholeSegment() {
        open(DATA);
        store(80);
        close();
        final List<Path> segments = segments(disk, DATA);
        final Path missing = segments.get(2);
        final long start = Long.parseLong(missing.getFileName().toString());
        final long end = start + disk.bytes(missing).length;
        disk.delete(missing);
        final List<Entry> lost = written.stream()
                .filter(entry -> entry.position() >= start && entry.position() < end)
                .toList();

        final VerifyReport report = StoreVerifier.verify(disk, DATA);
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.position()).isEqualTo(start);
            assertThat(finding.end()).isEqualTo(end);
        });
        StoreSalvage.salvage(disk, DATA, SAVED);
        assertSaved(disk, lost, "no segment");
    }

    @Test
    void shouldSaveAStoreWhoseSegmentWasCutShort() {
        open(DATA);
        store(80);
        close();
        final Path segment = segments(disk, DATA).get(1);
        final long start = Long.parseLong(segment.getFileName().toString());
        final int length = disk.bytes(segment).length;
        for (final int cut : new int[] {1, 57, 1000, length / 2, length - 3}) {
            final SimFiles damaged = disk.copy();
            damaged.bytes(segment, Arrays.copyOf(disk.bytes(segment), cut));
            final SalvageReport report = StoreSalvage.salvage(damaged, DATA, SAVED);
            final List<Entry> lost = written.stream()
                    .filter(entry ->
                            entry.position() < start + length && entry.position() + entry.record().length > start + cut)
                    .toList();

            assertThat(report.messages()).isEqualTo(80L - lost.size());
            assertSaved(damaged, lost, "cut at " + cut);
        }
    }

    @Test
    void shouldSaveTheLogWhenNoImageIsWhole() {
        open(DATA);
        store(20);
        publish();
        store(5);
        close();
        final Path image = disk.paths(DATA.resolve("state")).get(0);
        disk.rot(image, 20, 1);
        disk.rot(FIRST, (int) written.get(3).position() + 12, 1);

        assertThat(StoreVerifier.verify(disk, DATA).findings())
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.IMAGE, Finding.Kind.LOG);
        final SalvageReport report = StoreSalvage.salvage(disk, DATA, SAVED);
        assertThat(report.imagesKept()).isZero();
        assertSaved(disk, List.of(written.get(3)), "no image");
    }

    @Test
    void shouldFindAnIndexEntryThatPointsNowhere() {
        open(DATA);
        store(20);
        publish();
        close();
        final Path extent = disk.paths(DATA.resolve("index")).get(0);
        disk.rot(extent, 5, 1);

        assertThat(StoreVerifier.verify(disk, DATA).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.INDEX);
            assertThat(finding.text()).contains("destination 1, lane 0", "offset 0");
        });
    }

    @Test
    void shouldNotSaveIntoADirectoryWithFiles() {
        open(DATA);
        close();
        disk.createDirectories(SAVED);
        disk.bytes(SAVED.resolve("mine"), new byte[1]);

        assertThatThrownBy(() -> StoreSalvage.salvage(disk, DATA, SAVED)).hasMessageContaining("not empty");
    }

    // ---- fixture

    private void assertFoundAndSaved(final SimFiles damaged, final List<Entry> lost, final String what) {
        final VerifyReport report = StoreVerifier.verify(damaged, DATA);
        assertThat(report.findings()).as(what).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.LOG);
            assertThat(finding.position()).isEqualTo(lost.get(0).position() - 56);
            assertThat(finding.text())
                    .contains(segmentOf(lost.get(0).position()).toString());
        });
        final SalvageReport saved = StoreSalvage.salvage(damaged, DATA, SAVED);
        assertThat(saved.lost()).as(what).hasSize(1);
        assertThat(saved.messages()).as(what).isEqualTo(written.size() - lost.size());
        assertSaved(damaged, lost, what);
    }

    /** The copy starts, verifies, and holds everything but what was lost; in place of that the index has marked entries. */
    private void assertSaved(final SimFiles where, final List<Entry> lost, final String what) {
        assertThat(StoreVerifier.verify(where, SAVED).findings()).as(what).isEmpty();
        open(where, SAVED);
        for (int offset = (int) index.queue(1 << 16).start();
                offset < index.queue(1 << 16).end();
                offset++) {
            final Entry entry = written.get(offset);
            final byte[] bytes = new byte[entry.record().length];
            final boolean isRead =
                    switch (log.readIntact(entry.position(), bytes.length, ByteBuffer.wrap(bytes), 0)) {
                        case READ -> true;
                        case GONE, DAMAGED -> false;
                    };
            assertThat(isRead).as("%s: offset %d", what, offset).isEqualTo(!lost.contains(entry));
            final boolean marked = index.queue(1 << 16).bits(offset) == LOST_BITS;
            assertThat(isRead || marked || entry.position() < imagePosition)
                    .as("%s: mark of %d", what, offset)
                    .isTrue();
            if (isRead) {
                assertThat(bytes).isEqualTo(entry.record());
                assertThat(index.queue(1 << 16).position(offset)).isEqualTo(entry.position());
            }
        }
        final boolean lastIsLost = lost.contains(written.get(written.size() - 1));
        assertThat(index.queue(1 << 16).end()).as(what).isEqualTo(written.size() - (lastIsLost ? lost.size() : 0L));
        close();
    }

    private long imagePosition;

    private void open(final Path directory) {
        open(disk, directory);
    }

    private void open(final SimFiles files, final Path directory) {
        log = CommitLog.open(files, directory, OPTIONS, () -> 1);
        imagePosition = log.image() == null ? 0 : log.image().position();
        index = QueueIndex.open(files, directory, OPTIONS, log.image(), log.background());
        log.replay(new RecordVisitor() {
            @Override
            public void message(final long position, final int size, final ByteBuffer record) {
                index.queue(1 << 16)
                        .append(
                                record.getLong(record.position() + MessageLayout.QUEUE_OFFSET),
                                position,
                                size,
                                0,
                                0,
                                0);
            }

            @Override
            public void control(final long position, final ByteBuffer record) {}

            @Override
            public void lost(final long position, final long end) {
                index.fillGaps(LOST_BITS);
            }
        });
        log.attach(() -> {}, failure -> {});
    }

    private void store(final int count) {
        for (int i = 0; i < count; i++) {
            final byte[] record = record(random.nextInt(700));
            while (!log.writer().reserve(record.length)) {
                log.doLogWork();
            }
            final long position = log.writer().position();
            ByteBuffer.wrap(record).putLong(MessageLayout.QUEUE_OFFSET, written.size());
            log.writer().slot().put(record);
            log.writer().commit(FlushLevel.WRITTEN);
            log.writer().seal(1);
            log.doLogWork();
            index.queue(1 << 16).append(written.size(), position, record.length, 0, 0, 0);
            written.add(new Entry(position, record));
        }
    }

    private byte[] record(final int bodyBytes) {
        final byte[] body = new byte[bodyBytes];
        random.nextBytes(body);
        final ByteBuf out = Unpooled.buffer();
        MessageLayout.encode(
                out, 0, 0, 0, 1, 0, body, 0, bodyBytes, "orders".getBytes(StandardCharsets.UTF_8), new byte[0]);
        final byte[] record = new byte[out.readableBytes()];
        out.readBytes(record);
        return record;
    }

    private void publish() {
        final ImageWriter image = log.beginImage(log.watermarks().committed());
        assertThat(index.snapshot(image).advance(10)).isTrue();
        image.finish();
        while (!image.isDone()) {
            log.doAuxWork(0);
        }
    }

    private void close() {
        index.close();
        log.close();
    }

    private Path segmentOf(final long position) {
        Path found = FIRST;
        for (final Path path : segments(disk, DATA)) {
            found = Long.parseLong(path.getFileName().toString()) <= position ? path : found;
        }
        return found;
    }

    private static List<Path> segments(final SimFiles files, final Path directory) {
        return files.paths(directory.resolve("log")).stream()
                .filter(path -> path.getFileName().toString().startsWith("0"))
                .toList();
    }
}
