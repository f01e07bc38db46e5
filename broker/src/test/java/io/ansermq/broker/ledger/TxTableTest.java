package io.ansermq.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.ledger.TxTable.Action;
import io.ansermq.broker.ledger.TxTable.Decision;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.protocol.TransactionRecord;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the broker answers about a branch, in each state that it can be in. */
class TxTableTest {

    private static final TransactionId BRANCH = TransactionId.xa(1, new byte[] {1}, new byte[] {2});

    private enum State {
        UNKNOWN,
        ACTIVE,
        ROLLBACK_ONLY,
        PREPARED,
        COMMITTED,
        ROLLED_BACK,
        HEURISTICALLY_COMMITTED,
        HEURISTICALLY_ROLLED_BACK;

        TxTable bring() {
            final TxTable table = new TxTable();
            if (this == UNKNOWN) {
                return table;
            }
            final Transaction branch = table.admitWork(BRANCH, 1);
            branch.acks().add(7, 0, 0);
            switch (this) {
                case ROLLBACK_ONLY -> table.admitRollbackOnly(branch, "a reason", 2);
                case PREPARED -> table.admitPrepare(branch, 2);
                case COMMITTED, HEURISTICALLY_COMMITTED -> {
                    table.admitPrepare(branch, 2);
                    table.admitEnd(BRANCH, true, this == HEURISTICALLY_COMMITTED, 3);
                }
                case ROLLED_BACK, HEURISTICALLY_ROLLED_BACK -> {
                    table.admitPrepare(branch, 2);
                    table.admitEnd(BRANCH, false, this == HEURISTICALLY_ROLLED_BACK, 3);
                }
                default -> {}
            }
            return table;
        }
    }

    private record Row(State state, String request, Function<TxTable, Decision> decide, String expected) {
        @Override
        public String toString() {
            return request + " when " + state + ": " + expected;
        }
    }

    private static final String UNKNOWN = "REFUSE " + ErrorCodes.TRANSACTION_UNKNOWN;
    private static final String STATE = "REFUSE " + ErrorCodes.TRANSACTION_STATE;
    private static final String ROLLED_BACK = "REFUSE " + ErrorCodes.TRANSACTION_ROLLED_BACK;
    private static final String ABORT = "ABORT_AND_REFUSE " + ErrorCodes.TRANSACTION_ROLLED_BACK;
    private static final String HEURISTIC_COMMIT = "REFUSE " + ErrorCodes.HEURISTIC_COMMIT;
    private static final String HEURISTIC_ROLLBACK = "REFUSE " + ErrorCodes.HEURISTIC_ROLLBACK;

    static Stream<Row> rows() {
        final List<Row> rows = new ArrayList<>();
        // In the order of the states: unknown, active, rollback only, prepared, committed, rolled back, heuristic ones.
        add(
                rows,
                "commit in one phase",
                table -> table.decideCommit(BRANCH, true),
                List.of("DO", "DO", ABORT, STATE, "DONE", ROLLED_BACK, HEURISTIC_COMMIT, HEURISTIC_ROLLBACK));
        add(
                rows,
                "commit in two phases",
                table -> table.decideCommit(BRANCH, false),
                List.of(UNKNOWN, STATE, STATE, "DO", "DONE", UNKNOWN, HEURISTIC_COMMIT, HEURISTIC_ROLLBACK));
        add(
                rows,
                "rollback",
                table -> table.decideRollback(BRANCH),
                List.of(UNKNOWN, "ABORT", "ABORT", "DO", UNKNOWN, "DONE", HEURISTIC_COMMIT, HEURISTIC_ROLLBACK));
        add(
                rows,
                "forget",
                table -> table.decideForget(BRANCH),
                List.of(UNKNOWN, STATE, STATE, STATE, UNKNOWN, UNKNOWN, "DO", "DO"));
        add(
                rows,
                "resolve by commit",
                table -> table.decideResolve(BRANCH, true),
                List.of(UNKNOWN, STATE, STATE, "DO", UNKNOWN, UNKNOWN, HEURISTIC_COMMIT, HEURISTIC_ROLLBACK));
        add(
                rows,
                "resolve by rollback",
                table -> table.decideResolve(BRANCH, false),
                List.of(UNKNOWN, "DO", "DO", "DO", UNKNOWN, UNKNOWN, HEURISTIC_COMMIT, HEURISTIC_ROLLBACK));
        return rows.stream();
    }

    private static void add(
            final List<Row> rows,
            final String request,
            final Function<TxTable, Decision> decide,
            final List<String> expected) {
        for (final State state : State.values()) {
            rows.add(new Row(state, request, decide, expected.get(state.ordinal())));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldDecide(final Row row) {
        final Decision decision = row.decide.apply(row.state.bring());
        assertThat(decision.action() + (decision.error() == 0 ? "" : " " + decision.error()))
                .isEqualTo(row.expected);
        assertThat(decision.text().isEmpty()).isEqualTo(decision.error() == 0);
    }

    @Test
    void shouldBarALocalTransactionOnceItSaidThatItIsNotCommitted() {
        final TxTable table = new TxTable();
        final TransactionId first = TransactionId.local(1, 1);
        assertThat(table.admitQuestion(first)).isEqualTo(TransactionState.ROLLED_BACK);
        assertThat(table.decideCommit(first, true).error()).isEqualTo(ErrorCodes.TRANSACTION_ROLLED_BACK);
        final TransactionId second = TransactionId.local(1, 2);
        assertThat(table.decideCommit(second, true).action()).isEqualTo(Action.DO);
        table.admitEnd(second, true, false, 1);
        assertThat(table.admitQuestion(second)).isEqualTo(TransactionState.COMMITTED);
        assertThat(table.decideCommit(second, true).action()).isEqualTo(Action.DONE);
    }

    @Test
    void shouldRememberNoMoreThanItsLimits() {
        final TxTable table = new TxTable();
        for (int i = 0; i < TxTable.MAX_SESSIONS + 10; i++) {
            table.admitEnd(TransactionId.local(i, 1), true, false, 1);
        }
        assertThat(table.admitQuestion(TransactionId.local(TxTable.MAX_SESSIONS + 5, 1)))
                .isEqualTo(TransactionState.COMMITTED);
        assertThat(table.admitQuestion(TransactionId.local(0, 1))).isEqualTo(TransactionState.ROLLED_BACK);
    }

    @Test
    void shouldKeepWhatIsDecidedInImagesUntilTheDecisionIsLogged() {
        final TxTable table = State.PREPARED.bring();
        final Transaction branch = table.find(BRANCH);
        branch.logged(TransactionState.PREPARED);
        table.admitEnd(BRANCH, true, false, 3);
        assertThat(table.find(BRANCH)).isNull();
        assertThat(imaged(table.snapshot(), 1)).containsExactly(BRANCH + " TX_PREPARE");
    }

    @Test
    void shouldTellAnImageOfEverythingThatWasThereWhenItsWalkBeganHoweverLongItTakes() {
        final TxTable table = State.PREPARED.bring();
        final Transaction branch = table.find(BRANCH);
        branch.logged(TransactionState.PREPARED);
        for (int session = 1; session <= 5; session++) {
            final TransactionId local = TransactionId.local(session, 7);
            table.admitEnd(local, true, false, 1);
            table.logged(ControlRecord.TX_COMMIT, record(ControlRecord.TX_COMMIT, local));
        }

        final TransactionSnapshot walk = table.snapshot();
        // Its end is committed while the walk is on: the record that says so is replayed on top of the image.
        table.admitEnd(BRANCH, false, false, 3);
        table.logged(ControlRecord.TX_ABORT, record(ControlRecord.TX_ABORT, BRANCH));
        table.admitEnd(TransactionId.local(9, 1), true, false, 1);

        assertThat(imaged(walk, 2))
                .containsExactlyInAnyOrder(
                        BRANCH + " TX_PREPARE",
                        TransactionId.local(1, 7) + " TX_COMMIT",
                        TransactionId.local(2, 7) + " TX_COMMIT",
                        TransactionId.local(3, 7) + " TX_COMMIT",
                        TransactionId.local(4, 7) + " TX_COMMIT",
                        TransactionId.local(5, 7) + " TX_COMMIT");
    }

    /** What the log says of an end; all that its visitor is told of is this record. */
    private static TransactionRecord record(final int kind, final TransactionId id) {
        final TransactionSends sends = new TransactionSends();
        final TransactionAcks acks = new TransactionAcks();
        final ByteBuffer bytes = ByteBuffer.allocate(TransactionRecord.sizeOf(id, 3, 0, sends, acks));
        TransactionRecord.encode(bytes, kind, id, 3, 0, sends, acks);
        final List<TransactionRecord> read = new ArrayList<>();
        final Object visitor = Proxy.newProxyInstance(
                TxTableTest.class.getClassLoader(),
                new Class<?>[] {ControlRecord.Visitor.class},
                (proxy, method, arguments) -> {
                    read.add((TransactionRecord) arguments[1]);
                    return null;
                });
        ControlRecord.decode(bytes, 0, (ControlRecord.Visitor) visitor);
        return read.get(0);
    }

    /** What a walk hands out, so many entries at a time. */
    private static List<String> imaged(final TransactionSnapshot walk, final int limit) {
        final List<String> imaged = new ArrayList<>();
        final TransactionSnapshot.Sink sink = new TransactionSnapshot.Sink() {
            @Override
            public void transaction(final int kind, final Transaction transaction) {
                finished(kind, transaction.id());
            }

            @Override
            public void finished(final int kind, final TransactionId id) {
                imaged.add(id + (kind == ControlRecord.TX_PREPARE ? " TX_PREPARE" : " TX_COMMIT"));
            }
        };
        int before = 0;
        boolean more = true;
        while (more) {
            more = walk.addTo(sink, limit);
            assertThat(imaged.size() - before).as("entries of one slice").isLessThanOrEqualTo(limit);
            before = imaged.size();
        }
        return imaged;
    }
}
