package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.Delivery;
import io.ansermq.client.OutgoingMessage;
import io.ansermq.client.SharedQueues;
import io.ansermq.client.WorkBatch;
import io.ansermq.remoting.protocol.SharedQueueHeader.CheckTransaction;
import io.ansermq.remoting.protocol.TransactionId;
import io.openmessaging.Message;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.producer.LocalTransactionExecutor;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The half messages of a producer: stored, and visible or gone when the application's transaction has decided. What it has
 * not decided yet the broker asks for, and so it does for half messages of producers of the same group that are gone.
 * Thread safe; executors are asked by the producer's callback thread.
 */
final class LocalTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(LocalTransactions.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** From here on: numbers that the broker gives to half messages count from the clock and are far smaller. */
    private static final long FIRST_NUMBER = 100_000_000_000_000_000L;

    /** A name of a half message has at most 18 digits. */
    private static final long END_OF_NUMBERS = 1_000_000_000_000_000_000L;

    private static final int MAX_UNDECIDED = 10_000;

    private final AnserProducer producer;
    private final String group;
    private final Executor callbacks;
    /** The newest; of what is older its executor is asked with a copy of the message, as that of another producer's is. */
    private final Map<TransactionId, Branch> undecided = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<TransactionId, Branch> eldest) {
            return size() > MAX_UNDECIDED;
        }
    });

    private volatile @Nullable LocalTransactionExecutor lastExecutor;
    private volatile @Nullable LocalTransactionExecutor checker;

    /** Where the broker knows that this producer can be asked. */
    private volatile @Nullable BrokerSession offeredOn;

    LocalTransactions(final AnserProducer producer, final String group, final Executor callbacks) {
        this.producer = producer;
        this.group = group;
        this.callbacks = callbacks;
    }

    void checkWith(final LocalTransactionExecutor executor) {
        checker = Errors.required(executor, "an executor");
        if (producer.isStarted()) {
            offer();
        }
    }

    /** The producer has a new connection. */
    void started() {
        if (checker != null || lastExecutor != null) {
            offer();
        }
    }

    /** The connection is another one, whose broker does not know yet that this producer can be asked. */
    void restored() {
        if (offeredOn != null) {
            offeredOn = null;
            callbacks.execute(this::offerAgain);
        }
    }

    private void offerAgain() {
        try {
            offer();
        } catch (OMSRuntimeException e) {
            LOG.warn("the broker does not ask this producer about half messages until it sends another", e);
        }
    }

    private void offer() {
        final BrokerSession session = producer.session();
        if (offeredOn == session) {
            return;
        }
        try {
            producer.shared().offerChecks(group, this::check);
            offeredOn = session;
        } catch (BrokerException e) {
            throw Errors.of(e);
        }
    }

    void send(final Message message, final LocalTransactionExecutor executor, final long timeoutMs) {
        final SharedQueues.Opened to = producer.open(MessageEncoder.destination(message));
        lastExecutor = Errors.required(executor, "an executor");
        offer();
        final TransactionId id = TransactionId.half(RANDOM.nextLong(FIRST_NUMBER, END_OF_NUMBERS));
        final Branch branch = new Branch(id, message, executor, timeoutMs);
        final BrokerSession session = producer.session();
        // Known before it is stored: the broker may ask as soon as it is.
        undecided.put(id, branch);
        try {
            final OutgoingMessage record = session.withBodyStored(producer.encode(message, to, group));
            final WorkBatch half = new WorkBatch();
            half.add(to.destination(), record);
            await(session.transactions().prepare(id, half), timeoutMs);
        } catch (BrokerException e) {
            throw Errors.of(forget(id, e));
        }
        branch.execute();
    }

    /** A refused half message is nobody's; one whose answer did not come may be stored and be asked about. */
    private BrokerException forget(final TransactionId id, final BrokerException e) {
        if (e.error() > 0) {
            undecided.remove(id);
        }
        return e;
    }

    private static <T> T await(final CompletableFuture<T> answer, final long timeoutMs) {
        final OmsPromise<T> promise = new OmsPromise<>(Runnable::run);
        var unused = answer.whenComplete((value, failure) -> {
            if (failure == null) {
                promise.set(value);
            } else {
                promise.setFailure(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            }
        });
        return promise.get(timeoutMs);
    }

    /** Event loop: the broker asks. */
    private void check(final CheckTransaction question, final Delivery half) {
        callbacks.execute(() -> {
            final TransactionId id = question.transaction();
            final Branch known = undecided.get(id);
            final LocalTransactionExecutor other = checker == null ? lastExecutor : checker;
            if (known != null) {
                known.check();
            } else if (other != null) {
                new Branch(id, MessageDecoder.decode(half, "", false), other, 0).check();
            }
        });
    }

    /** What an application's transaction has decided. */
    private enum Outcome {
        COMMIT,
        ROLLBACK
    }

    /** One half message. Thread safe: an executor may decide whenever and wherever it likes, once. */
    private final class Branch
            implements LocalTransactionExecutor.ExecutionContext, LocalTransactionExecutor.CheckContext {
        private final TransactionId id;
        private final Message message;
        private final LocalTransactionExecutor executor;
        private final long timeoutMs;
        private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
        /** While {@code execute} runs its decision waits for its return, so that its exception can undo it. */
        private volatile boolean executing;

        Branch(
                final TransactionId id,
                final Message message,
                final LocalTransactionExecutor executor,
                final long timeoutMs) {
            this.id = id;
            this.message = message;
            this.executor = executor;
            this.timeoutMs = timeoutMs;
        }

        void execute() {
            executing = true;
            try {
                executor.execute(message, this);
            } catch (RuntimeException e) {
                outcome.set(null);
                executing = false;
                throw Errors.of(
                        ErrorCode.APPLICATION,
                        "the transaction executor threw " + e + ": the message is stored and undecided, and the broker"
                                + " will ask check() what became of it",
                        e);
            }
            executing = false;
            final Outcome decided = outcome.get();
            if (decided != null) {
                await(settle(decided), timeoutMs);
            }
        }

        void check() {
            final Outcome decided = outcome.get();
            if (decided != null && !executing) {
                // It was decided, but the broker has not heard of it.
                logged(settle(decided));
            } else if (decided == null) {
                try {
                    executor.check(message, this);
                } catch (RuntimeException e) {
                    LOG.error("asked about half message {}, the transaction executor threw; it stays undecided", id, e);
                }
            }
        }

        @Override
        public void commit() {
            decide(Outcome.COMMIT);
        }

        @Override
        public void rollback() {
            decide(Outcome.ROLLBACK);
        }

        private void decide(final Outcome decision) {
            if (outcome.compareAndSet(null, decision) && !executing) {
                logged(settle(decision));
            }
        }

        private CompletableFuture<Void> settle(final Outcome decided) {
            final BrokerSession session = producer.session();
            final CompletableFuture<Void> done = decided == Outcome.COMMIT
                    ? session.transactions().commit(id, false, new WorkBatch())
                    : session.transactions().rollback(id);
            return done.thenRun(() -> undecided.remove(id));
        }

        private void logged(final CompletableFuture<Void> done) {
            var unused = done.whenComplete((nothing, failure) -> {
                if (failure != null) {
                    LOG.warn(
                            "what was decided about half message {} did not reach the broker: {}",
                            id,
                            failure.toString());
                }
            });
        }
    }
}
