package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.TransactionHeader.Commit;
import io.ansermq.remoting.protocol.TransactionHeader.Forget;
import io.ansermq.remoting.protocol.TransactionHeader.GetTransactionStatus;
import io.ansermq.remoting.protocol.TransactionHeader.Prepare;
import io.ansermq.remoting.protocol.TransactionHeader.Prepared;
import io.ansermq.remoting.protocol.TransactionHeader.RecordRun;
import io.ansermq.remoting.protocol.TransactionHeader.Recover;
import io.ansermq.remoting.protocol.TransactionHeader.Recovered;
import io.ansermq.remoting.protocol.TransactionHeader.Resolve;
import io.ansermq.remoting.protocol.TransactionHeader.Rollback;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionPart;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionStatus;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.fixtures.SimFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Random local and XA transactions of three clients over five queues and two topics, through several lives of a broker, each
 * ended by a loss of power between any two turns of its agents; clients vanish as well. Every transaction is all or nothing,
 * in what it sends and what it receives; what was answered is so; what is prepared is listed until it is decided; what an
 * administrator has decided is told until it is forgotten, and not any more after that.
 */
final class TransactionHistory {
    private static final int LIVES = 3;
    private static final int STEPS = 60;
    private static final int QUEUES = 5;
    private static final int TOPICS = 2;

    private enum Fate {
        /** Nothing that was asked for can have made it happen. */
        OPEN,
        /** Asked for, not answered. */
        COMMITTING,
        PREPARING,
        PREPARED,
        COMMITTING_PREPARED,
        ROLLING_BACK_PREPARED,
        COMMITTED,
        ROLLED_BACK
    }

    /** One transaction as its client knows it. */
    private static final class Tx {
        final TransactionId id;
        final Set<String> queued = new TreeSet<>();
        final Set<String> published = new TreeSet<>();
        final Set<String> received = new TreeSet<>();
        final List<CoreFixture.Outgoing> sends = new ArrayList<>();
        final Map<Integer, List<OffsetRange>> acks = new LinkedHashMap<>();
        Fate fate = Fate.OPEN;
        boolean heuristic;
        boolean ahead;

        Tx(final TransactionId id) {
            this.id = id;
        }
    }

    /** Ends a life in the middle of a step. */
    private static final class PowerFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        PowerFailure() {
            super("the power fails here", null, false, false);
        }
    }

    private final int seed;
    private final int lives;
    private final Random dice;

    /** So many more turns, then the power fails. */
    private int turnsLeft;

    private final CoreFixture broker;
    private final int[] queues = new int[QUEUES];
    private final int[] topics = new int[TOPICS];
    private final List<Tx> all = new ArrayList<>();
    private final Set<String> seenOnTopics = new HashSet<>();

    private final CoreFixture.Client[] clients = new CoreFixture.Client[3];
    private final Tx[] current = new Tx[3];
    private final boolean[] waiting = new boolean[3];
    private CoreFixture.Client watcher;
    private int names;

    TransactionHistory(final int seed) {
        this(seed, LIVES, Integer.MAX_VALUE);
    }

    /** The beginning of a history: of its first life, this many turns of the agents. */
    static TransactionHistory cutOff(final int seed, final int turns) {
        return new TransactionHistory(seed, 1, turns);
    }

    private TransactionHistory(final int seed, final int lives, final int turns) {
        this.seed = seed;
        this.lives = lives;
        turnsLeft = turns;
        dice = new Random(seed * 0x9E3779B97F4A7C15L);
        broker = new CoreFixture(new SimFiles(), Path.of("/data"), FlushLevel.DURABLE, FlushLevel.DURABLE);
    }

    /** Returns how many transactions there were. */
    int run() {
        try {
            for (int life = 0; life < lives; life++) {
                begin();
                try {
                    for (int step = 0; step < STEPS; step++) {
                        step();
                    }
                } catch (final PowerFailure e) {
                    // As good a moment as any other.
                }
                broker.crash(dice);
            }
            begin();
            resolveAll();
            judge();
            if (seed % 4 == 0) {
                broker.crash(dice);
                begin();
                require(recovered().isEmpty(), "listed again after a restart: " + recovered());
                judge();
            }
            broker.close();
            return all.size();
        } catch (final RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ", " + turnsLeft + " turns left, after " + all.size() + " transactions: "
                            + e.getMessage(),
                    e);
        }
    }

    // ---- A life

    /** Whether the history came to its end before the power failed in the middle of a step. */
    boolean wasWhole() {
        return turnsLeft >= 0;
    }

    private void begin() {
        watcher = broker.client();
        for (int i = 0; i < QUEUES; i++) {
            queues[i] = watcher.open(DestinationKind.QUEUE, "q" + i);
        }
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = watcher.open(DestinationKind.TOPIC, "t" + i);
            watcher.subscribe(100 + i, topics[i], 1_000_000);
        }
        for (int i = 0; i < clients.length; i++) {
            connect(i);
        }
    }

    private void connect(final int i) {
        clients[i] = broker.client();
        current[i] = null;
        waiting[i] = false;
        for (int queue = 0; queue < QUEUES; queue++) {
            clients[i].open(DestinationKind.QUEUE, "q" + queue);
            clients[i].subscribe(queue, queues[queue], 3);
        }
        for (int topic = 0; topic < TOPICS; topic++) {
            clients[i].open(DestinationKind.TOPIC, "t" + topic);
        }
        clients[i].answers.clear();
    }

    private void step() {
        final int i = dice.nextInt(clients.length);
        observe(i);
        if (!waiting[i]) {
            switch (dice.nextInt(12)) {
                case 0 -> sendPlain(i);
                case 1, 2, 3 -> work(i);
                case 4 -> sendAhead(i);
                case 5, 6, 7, 8 -> end(i);
                case 9 -> administrate(i);
                case 10 -> {
                    clients[i].vanish();
                    connect(i);
                }
                default -> {}
            }
        }
        for (int turns = dice.nextInt(4); turns > 0; turns--) {
            if (turnsLeft-- == 0) {
                throw new PowerFailure();
            }
            switch (dice.nextInt(4)) {
                case 0, 1 -> broker.core();
                case 2 -> broker.log();
                default -> broker.aux();
            }
        }
        if (dice.nextInt(20) == 0) {
            broker.saveImage();
        }
    }

    private void sendPlain(final int i) {
        final String text = "p" + names++;
        final int queue = dice.nextInt(QUEUES);
        clients[i].topic = "q" + queue;
        clients[i].send(queues[queue], text);
    }

    private Tx transaction(final int i) {
        Tx tx = current[i];
        if (tx == null) {
            final int number = all.size() + 1;
            tx = new Tx(
                    dice.nextBoolean()
                            ? TransactionId.local(number, 1)
                            : TransactionId.xa(7, new byte[] {(byte) (number >> 8), (byte) number}, new byte[] {1}));
            all.add(tx);
            current[i] = tx;
        }
        return tx;
    }

    /** Sends and receives a little. */
    private void work(final int i) {
        final Tx tx = transaction(i);
        if (tx.fate != Fate.OPEN) {
            return;
        }
        for (int n = dice.nextInt(4); n > 0; n--) {
            final String text = "m" + names++;
            final int to = dice.nextInt(QUEUES + TOPICS);
            (to < QUEUES ? tx.queued : tx.published).add(text);
            tx.sends.add(new CoreFixture.Outgoing(to < QUEUES ? queues[to] : topics[to - QUEUES], text));
        }
        final List<CoreFixture.Delivered> there = clients[i].deliveries;
        for (int n = dice.nextInt(3); n > 0 && !there.isEmpty(); n--) {
            final CoreFixture.Delivered taken = there.remove(0);
            tx.received.add(taken.text());
            tx.acks
                    .computeIfAbsent(taken.consumer(), consumer -> new ArrayList<>())
                    .add(new OffsetRange(taken.lane(), taken.offset(), taken.offset()));
        }
    }

    private List<ConsumerAck> acks(final Tx tx) {
        final List<ConsumerAck> acks = new ArrayList<>();
        tx.acks.forEach((consumer, ranges) ->
                acks.add(new ConsumerAck(consumer, ranges.size(), 1 << 20, 0, List.copyOf(ranges))));
        tx.acks.clear();
        return acks;
    }

    private CoreFixture.Outgoing[] sends(final Tx tx) {
        final CoreFixture.Outgoing[] sends = tx.sends.toArray(CoreFixture.Outgoing[]::new);
        tx.sends.clear();
        return sends;
    }

    private interface Header {
        ControlHeader of(List<RecordRun> runs, List<ConsumerAck> acks);
    }

    private void ask(final int i, final Tx tx, final Header header) {
        final List<ConsumerAck> acks = acks(tx);
        final CoreFixture.Outgoing[] sends = sends(tx);
        clients[i].answers.clear();
        waiting[i] = true;
        if (sends.length == 0) {
            clients[i].request(header.of(List.of(), acks));
        } else {
            clients[i].work(runs -> header.of(runs, acks), sends);
        }
    }

    private void sendAhead(final int i) {
        if (current[i] != null && current[i].fate == Fate.OPEN) {
            final Tx tx = current[i];
            tx.ahead = true;
            ask(i, tx, (runs, acks) -> new TransactionPart(tx.id, 0, runs, acks));
        }
    }

    private void end(final int i) {
        final Tx tx = current[i];
        if (tx == null) {
            return;
        }
        if (tx.fate == Fate.PREPARED) {
            decide(i, tx);
        } else if (tx.id.isXa() && dice.nextInt(4) > 0) {
            tx.fate = Fate.PREPARING;
            ask(i, tx, (runs, acks) -> new Prepare(tx.id, runs, acks));
        } else if (dice.nextInt(4) == 0) {
            tx.fate = Fate.ROLLED_BACK;
            if (tx.ahead) {
                clients[i].request(new Rollback(tx.id));
                broker.core();
            }
            clients[i].vanish();
            connect(i);
        } else {
            tx.fate = Fate.COMMITTING;
            ask(i, tx, (runs, acks) -> new Commit(tx.id, true, runs, acks));
        }
    }

    private void decide(final int i, final Tx tx) {
        final boolean commit = dice.nextInt(3) > 0;
        tx.fate = commit ? Fate.COMMITTING_PREPARED : Fate.ROLLING_BACK_PREPARED;
        ask(i, tx, (runs, acks) -> commit ? new Commit(tx.id, false, runs, acks) : new Rollback(tx.id));
    }

    /** An administrator decides about what this client has prepared. */
    private void administrate(final int i) {
        final Tx tx = current[i];
        if (tx != null && tx.fate == Fate.PREPARED && dice.nextInt(3) == 0) {
            final boolean commit = dice.nextBoolean();
            tx.heuristic = true;
            tx.fate = commit ? Fate.COMMITTING_PREPARED : Fate.ROLLING_BACK_PREPARED;
            clients[i].answers.clear();
            waiting[i] = true;
            clients[i].request(new Resolve(tx.id, commit));
        }
    }

    /** What a client has been told since it last looked. */
    private void observe(final int i) {
        watcher.deliveries.forEach(each -> seenOnTopics.add(each.text()));
        watcher.deliveries.clear();
        if (!waiting[i] || clients[i].answers.isEmpty()) {
            return;
        }
        waiting[i] = false;
        final ControlHeader answer = clients[i].lastAnswer();
        final Tx tx = current[i];
        final boolean refused = answer instanceof Failure;
        switch (tx.fate) {
            case OPEN -> {
                if (refused) {
                    throw new AssertionError("work was refused: " + answer);
                }
            }
            case COMMITTING -> over(i, tx, refused ? Fate.ROLLED_BACK : Fate.COMMITTED);
            case PREPARING -> {
                if (answer instanceof Prepared prepared) {
                    tx.fate = Fate.PREPARED;
                    if (prepared.readOnly()) {
                        require(tx.queued.isEmpty() && tx.received.isEmpty(), "read only with work: " + tx.id);
                        over(i, tx, Fate.COMMITTED);
                    }
                } else {
                    over(i, tx, Fate.ROLLED_BACK);
                }
            }
            case COMMITTING_PREPARED -> {
                require(answer.equals(new Done()), tx.id + " was prepared and is not committed: " + answer);
                over(i, tx, Fate.COMMITTED);
            }
            case ROLLING_BACK_PREPARED -> {
                require(answer.equals(new Done()), tx.id + " was prepared and is not rolled back: " + answer);
                over(i, tx, Fate.ROLLED_BACK);
            }
            default -> throw new AssertionError(tx.id + " is " + tx.fate + " and was answered " + answer);
        }
    }

    private void over(final int i, final Tx tx, final Fate fate) {
        tx.fate = fate;
        current[i] = null;
        if (fate == Fate.ROLLED_BACK) {
            // What it received and the broker does not hold comes again on a new connection.
            clients[i].vanish();
            connect(i);
        }
    }

    // ---- The end

    /** Asks what became of everything that was not answered, and ends what is prepared. */
    private void resolveAll() {
        broker.settle();
        final Set<TransactionId> listed = new HashSet<>(recovered());
        for (final Tx tx : all) {
            switch (tx.fate) {
                case OPEN -> tx.fate = Fate.ROLLED_BACK;
                case COMMITTING ->
                    tx.fate = status(tx) == TransactionState.COMMITTED ? Fate.COMMITTED : Fate.ROLLED_BACK;
                case PREPARING -> {
                    if (listed.contains(tx.id)) {
                        complete(tx);
                    } else {
                        tx.fate = Fate.ROLLED_BACK;
                    }
                }
                case PREPARED -> {
                    require(listed.contains(tx.id), tx.id + " was prepared and is not listed");
                    complete(tx);
                }
                case COMMITTING_PREPARED, ROLLING_BACK_PREPARED -> completeDecided(tx, listed.contains(tx.id));
                default -> {
                    require(
                            tx.heuristic || !listed.contains(tx.id),
                            tx.id + " was answered as " + tx.fate + " and is listed");
                    if (tx.heuristic) {
                        require(listed.contains(tx.id), tx.id + " was completed heuristically and is not listed");
                        checkHeuristic(tx);
                    }
                }
            }
        }
        require(recovered().isEmpty(), "still listed: " + recovered());
    }

    private void completeDecided(final Tx tx, final boolean listed) {
        final boolean commit = tx.fate == Fate.COMMITTING_PREPARED;
        if (listed && status(tx) == TransactionState.PREPARED) {
            complete(tx);
            return;
        }
        require(listed == tx.heuristic, tx.id + ": listed " + listed);
        tx.fate = commit ? Fate.COMMITTED : Fate.ROLLED_BACK;
        if (listed) {
            checkHeuristic(tx);
        }
    }

    /** Whatever its manager asks for, it hears of the decision, until it forgets it. */
    private void checkHeuristic(final Tx tx) {
        final int expected = tx.fate == Fate.COMMITTED ? ErrorCodes.HEURISTIC_COMMIT : ErrorCodes.HEURISTIC_ROLLBACK;
        requireFailure(tx, new Commit(tx.id, false, List.of(), List.of()), expected);
        requireFailure(tx, new Rollback(tx.id), expected);
        requireFailure(tx, new Resolve(tx.id, true), expected);
        require(answer(new Forget(tx.id)).equals(new Done()), tx.id + " cannot be forgotten");
        requireFailure(tx, new Forget(tx.id), ErrorCodes.TRANSACTION_UNKNOWN);
    }

    private void requireFailure(final Tx tx, final ControlHeader request, final int expected) {
        final ControlHeader answer = answer(request);
        require(
                answer instanceof Failure failure && failure.error() == expected,
                tx.id + ": " + request + " was answered " + answer);
    }

    private void complete(final Tx tx) {
        final boolean commit = dice.nextBoolean();
        final ControlHeader answer =
                answer(commit ? new Commit(tx.id, false, List.of(), List.of()) : new Rollback(tx.id));
        require(answer.equals(new Done()), tx.id + " cannot be completed: " + answer);
        tx.fate = commit ? Fate.COMMITTED : Fate.ROLLED_BACK;
    }

    private TransactionState status(final Tx tx) {
        return ((TransactionStatus) answer(new GetTransactionStatus(tx.id))).state();
    }

    private List<TransactionId> recovered() {
        return ((Recovered) answer(new Recover(null))).transactions();
    }

    private ControlHeader answer(final ControlHeader request) {
        watcher.answers.clear();
        watcher.request(request);
        broker.settle();
        return watcher.lastAnswer();
    }

    /** Compares what is in the queues with what must be. */
    private void judge() {
        broker.settle();
        for (final CoreFixture.Client client : clients) {
            client.vanish();
        }
        final CoreFixture.Client reader = broker.client();
        for (int queue = 0; queue < QUEUES; queue++) {
            reader.open(DestinationKind.QUEUE, "q" + queue);
            reader.subscribe(queue, queues[queue], 1_000_000);
        }
        for (int i = 0; i < 5; i++) {
            broker.settle();
        }
        final List<String> there = reader.texts();
        final Set<String> once = new TreeSet<>(there);
        require(once.size() == there.size(), "something is there twice: " + there);
        final Set<String> consumed = new TreeSet<>();
        for (final Tx tx : all) {
            if (tx.fate == Fate.COMMITTED) {
                for (final String text : tx.received) {
                    require(consumed.add(text), text + " was consumed twice, also by " + tx.id);
                }
            }
        }
        for (final Tx tx : all) {
            for (final String text : tx.queued) {
                final boolean expected = tx.fate == Fate.COMMITTED && !consumed.contains(text);
                require(
                        expected == once.contains(text),
                        text + " of " + tx.id + " (" + tx.fate + ") " + (expected ? "is missing" : "is there"));
            }
            for (final String text : tx.published) {
                require(
                        tx.fate == Fate.COMMITTED || !seenOnTopics.contains(text),
                        text + " of " + tx.id + " (" + tx.fate + ") was seen on a topic");
            }
            if (tx.fate != Fate.COMMITTED) {
                for (final String text : tx.received) {
                    require(
                            consumed.contains(text) || once.contains(text),
                            text + ", which " + tx.id + " gave back, is lost");
                }
            }
        }
        for (final String text : consumed) {
            require(!once.contains(text), text + " is consumed and there");
        }
    }

    private static void require(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
