package io.ansermq.openmessaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.openmessaging.Message;
import io.openmessaging.OMS;
import io.openmessaging.producer.LocalTransactionExecutor;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Messages in two phases. */
final class TransactionRows extends ApiRows {

    TransactionRows(final ApiFixture fixture) {
        super(fixture);
    }

    @Override
    void fill() {
        row("ExecutionContext.commit()", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"), new Decided(true), OMS.newKeyValue());
            assertThat(received(queue)).isEqualTo("x");
        });
        row("ExecutionContext.rollback()", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"), new Decided(false), OMS.newKeyValue());
            assertThat(isEmpty(queue)).isTrue();
        });
        row("LocalTransactionExecutor.execute(Message,ExecutionContext)", () -> {
            final String queue = queue();
            final BlockingQueue<String> visible = new LinkedBlockingQueue<>();
            producer.send(
                    message(queue, "x"),
                    new LocalTransactionExecutor() {
                        @Override
                        public void execute(final Message message, final ExecutionContext context) {
                            visible.add(text(message) + " " + isEmpty(queue));
                            context.rollback();
                        }

                        @Override
                        public void check(final Message message, final CheckContext context) {
                            throw new AssertionError("it was decided");
                        }
                    },
                    OMS.newKeyValue());
            assertThat(visible).containsExactly("x true");
        });
        row("LocalTransactionExecutor.check(Message,CheckContext)", () -> {
            final Asked executor = asked(queue(), true);
            assertThat(text(poll(executor.asked))).isEqualTo("x");
        });
        row("CheckContext.commit()", () -> {
            final String queue = queue();
            asked(queue, true);
            assertThat(received(queue)).isEqualTo("x");
        });
        row("CheckContext.rollback()", () -> {
            final String queue = queue();
            assertThat(poll(asked(queue, false).asked)).isNotNull();
            assertThat(isEmpty(queue)).isTrue();
        });
    }

    static final class Decided implements LocalTransactionExecutor {
        private final boolean commit;

        Decided(final boolean commit) {
            this.commit = commit;
        }

        @Override
        public void execute(final Message message, final ExecutionContext context) {
            if (commit) {
                context.commit();
            } else {
                context.rollback();
            }
        }

        @Override
        public void check(final Message message, final CheckContext context) {
            throw new AssertionError("it was decided");
        }
    }

    /** Leaves the decision to the question of the broker. */
    private static final class Asked implements LocalTransactionExecutor {
        private final boolean commit;
        private final BlockingQueue<Message> asked = new LinkedBlockingQueue<>();

        Asked(final boolean commit) {
            this.commit = commit;
        }

        @Override
        public void execute(final Message message, final ExecutionContext context) {
            // Undecided.
        }

        @Override
        public void check(final Message message, final CheckContext context) {
            if (commit) {
                context.commit();
            } else {
                context.rollback();
            }
            asked.add(message);
        }
    }

    private Asked asked(final String queue, final boolean commit) {
        final Asked executor = new Asked(commit);
        producer.send(message(queue, "x"), executor, OMS.newKeyValue());
        return executor;
    }
}
