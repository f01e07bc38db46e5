package io.ansermq.store.history;

import io.ansermq.store.AppendMode;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.files.Files;
import io.ansermq.store.fixtures.Choices;
import io.ansermq.store.fixtures.FaultyFiles;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.SimFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * A store through several lives, decided by a seed: records at both levels and in groups, images, released and recycled
 * segments, a device that takes what it likes when it likes, fills up or fails; each life ends by a close, a kill or a loss
 * of power, and the next start may be cut off too. {@link Promises} says what must hold.
 */
final class StoreHistory {
    private static final int MAX_LIVES = 4;
    private static final int MAX_STEPS = 60;

    static final int MAX_RECORD_BYTES = options(AppendMode.CHANNEL).build().maxRecordBytes();

    private final long seed;
    private final UnaryOperator<Files> planted;
    private final Random dice;
    private final boolean turnover;
    private final int recordBytes;
    private final StoreOptions options;
    private final Promises promises = new Promises();
    private SimFiles disk = new SimFiles();

    /** @param planted what stands between the store and the disk: nothing, or a bug */
    StoreHistory(final long seed, final UnaryOperator<Files> planted) {
        this.seed = seed;
        this.planted = planted;
        this.dice = new Random(seed * 0x9E3779B97F4A7C15L);
        final AppendMode mode = dice.nextInt(3) == 0 ? AppendMode.MAPPED : AppendMode.CHANNEL;
        // Small segments and frames of one length: old frames stand at the places of new ones in recycled segments.
        this.turnover = dice.nextInt(4) == 0;
        this.recordBytes = turnover ? 200 + 8 * dice.nextInt(60) : 0;
        this.options = turnover
                ? options(mode).segmentBytes(4096).build()
                : options(mode).build();
    }

    private static StoreOptions.Builder options(final AppendMode mode) {
        return LogFixture.small().appendMode(mode);
    }

    /** @throws BrokenPromise with the seed */
    void run() {
        try {
            final int lives = 2 + dice.nextInt(MAX_LIVES - 1);
            for (int life = 0; life < lives; life++) {
                live();
            }
            // The last word: what is there in the end.
            StoreLife.begin(planted.apply(disk), options, promises);
        } catch (final BrokenPromise | RuntimeException broken) {
            throw new BrokenPromise("seed " + seed + ": " + broken.getMessage(), broken);
        }
    }

    private void live() {
        if (dice.nextInt(6) == 0) {
            dieWhileStarting();
        }
        final StoreLife life = StoreLife.begin(planted.apply(disk), options, promises);
        final int steps = dice.nextInt(MAX_STEPS);
        final int troubleAt = dice.nextInt(8) == 0 ? dice.nextInt(steps + 1) : -1;
        for (int step = 0; step < steps && !life.isFailed(); step++) {
            if (step == troubleAt) {
                disk.trouble(trouble());
            }
            try {
                step(life);
            } catch (final StoreException e) {
                if (troubleAt < 0 || step < troubleAt) {
                    throw e;
                }
                break; // The index found no room: the broker stops for that.
            }
        }
        end(life);
        disk.trouble(new SimFiles.Trouble() {});
    }

    private void step(final StoreLife life) {
        if (turnover && dice.nextInt(3) > 0) {
            turnOver(life);
            return;
        }
        switch (dice.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> life.append(dice, 1, recordBytes);
            case 5 -> life.appendTogether(dice, 2 + dice.nextInt(3));
            case 6 -> life.append(dice, 2 + dice.nextInt(12), recordBytes);
            case 7 -> life.seal();
            case 8, 9, 10 -> {
                life.seal();
                life.logWork();
            }
            case 11, 12 -> life.auxWork(dice.nextInt(20_000_000));
            case 13 -> imageSteps(life, dice.nextInt(12));
            case 14 -> {
                life.settle(dice);
                life.release();
            }
            default -> disk.writeBack(Choices.seeded(dice));
        }
    }

    private void turnOver(final StoreLife life) {
        life.append(dice, 1, recordBytes);
        life.seal();
        life.logWork();
        switch (dice.nextInt(6)) {
            case 0 -> imageSteps(life, 5);
            case 1 -> {
                life.settle(dice);
                life.seal();
                life.logWork();
                life.release();
            }
            default -> life.auxWork(dice.nextInt(10_000_000));
        }
    }

    private void imageSteps(final StoreLife life, final int count) {
        for (int i = 0; i <= count; i++) {
            life.imageStep(dice);
            life.auxWork(dice.nextInt(3_000_000));
        }
    }

    private void end(final StoreLife life) {
        switch (dice.nextInt(5)) {
            case 0 -> {
                life.close();
                if (dice.nextBoolean()) {
                    losePower();
                } else if (!life.isFailed() && dice.nextInt(8) == 0) {
                    tryDamaged();
                }
            }
            case 1 -> disk.kill();
            default -> losePower();
        }
    }

    private void losePower() {
        disk = disk.crash(dice);
        promises.powerLost();
    }

    /** The process dies at some operation of its start; then the power may fail too. */
    private void dieWhileStarting() {
        final FaultyFiles dying = new FaultyFiles(disk);
        dying.fault(FaultyFiles.dieAfter(dice.nextInt(12)));
        try {
            StoreLife.begin(planted.apply(dying), options, promises.copy());
        } catch (final StoreException dead) {
            if (!String.valueOf(dead.getMessage()).contains("the process is dead")) {
                throw dead;
            }
        }
        disk.kill();
        if (dice.nextBoolean()) {
            losePower();
        }
    }

    /** A byte of a log that was closed in order turns over: the store refuses, or it has everything all the same. */
    private void tryDamaged() {
        final SimFiles damaged = disk.copy();
        final List<Path> segments = damaged.paths(StoreLife.DIRECTORY.resolve("log")).stream()
                .filter(path -> path.getFileName().toString().startsWith("0") && damaged.bytes(path).length > 0)
                .toList();
        final Path segment = segments.get(dice.nextInt(segments.size()));
        damaged.rot(segment, dice.nextInt(damaged.bytes(segment).length), 1 << dice.nextInt(8));
        try {
            StoreLife.begin(damaged, options, promises.copy());
        } catch (final BrokenPromise.Unreadable found) {
            // In a segment that the start did not read, and found by the reader.
        } catch (final StoreException refused) {
            if (!String.valueOf(refused.getMessage()).contains(segment.toString())) {
                throw refused;
            }
        }
    }

    private SimFiles.Trouble trouble() {
        final boolean full = dice.nextBoolean();
        final int odds = 1 + dice.nextInt(4);
        return new SimFiles.Trouble() {
            @Override
            public int room(final Path path, final int bytes) {
                return full && dice.nextInt(odds) == 0 ? dice.nextInt(bytes + 1) : bytes;
            }

            @Override
            public Choices failedForce(final Path path) {
                return !full && dice.nextInt(odds) == 0 ? Choices.seeded(dice) : null;
            }
        };
    }
}
