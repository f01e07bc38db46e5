package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.TransactionHeader;
import io.ansermq.remoting.protocol.TransactionHeader.Commit;
import io.ansermq.remoting.protocol.TransactionHeader.Forget;
import io.ansermq.remoting.protocol.TransactionHeader.GetTransactionStatus;
import io.ansermq.remoting.protocol.TransactionHeader.ListTransactions;
import io.ansermq.remoting.protocol.TransactionHeader.Prepare;
import io.ansermq.remoting.protocol.TransactionHeader.Prepared;
import io.ansermq.remoting.protocol.TransactionHeader.Recover;
import io.ansermq.remoting.protocol.TransactionHeader.Recovered;
import io.ansermq.remoting.protocol.TransactionHeader.Resolve;
import io.ansermq.remoting.protocol.TransactionHeader.Rollback;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionInfo;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionPart;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionStatus;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.files.DiskFiles;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions in the core agent over a real log, turned by hand. */
class TransactionsTest extends OneQueueFixture {

    private static final TransactionId LOCAL = TransactionId.local(77, 1);
    private static final TransactionId BRANCH = TransactionId.xa(1, new byte[] {1}, new byte[] {2});

    private int other;

    @BeforeEach
    void openOther() {
        other = client.open(DestinationKind.QUEUE, "other");
    }

    @Test
    void shouldShowAllOfATransactionAtItsCommitAndNothingBefore() {
        client.subscribe(1, queue, 10);
        client.subscribe(2, other, 10);
        client.work(runs -> new Commit(LOCAL, true, runs, List.of()), to(queue, "a"), to(other, "b"), to(queue, "c"));
        broker.core();
        assertThat(client.deliveries).isEmpty();
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Done());
        assertThat(client.texts()).containsExactlyInAnyOrder("a", "b", "c").containsSubsequence("a", "c");
    }

    @Test
    void shouldConsumeWhatItReceivedWithItsCommit() {
        client.send(queue, "a", "b");
        client.subscribe(1, queue, 10);
        commit(LOCAL, ack(1, 0, 1));
        assertThat(client.lastAnswer()).isEqualTo(new Done());
        restart();
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).isEmpty();
    }

    @Test
    void shouldRefuseACommitOfMessagesThatAreNoLongerItsOwn() {
        client.send(queue, "a", "b");
        client.subscribe(1, queue, 10);
        client.request(new Release(1, 2));
        client.work(runs -> new Commit(LOCAL, true, runs, List.of(ack(1, 5, 5))), to(other, "never"));
        broker.settle();
        assertThat(failure().error()).isEqualTo(ErrorCodes.TRANSACTION_ROLLED_BACK);
        client.deliveries.clear();
        client.subscribe(2, other, 10);
        assertThat(client.texts()).isEmpty();
    }

    @Test
    void shouldAnswerACommitThatIsAskedAgainAsTheFirstTime() {
        client.work(runs -> new Commit(LOCAL, true, runs, List.of()), to(queue, "a"));
        client.work(runs -> new Commit(LOCAL, true, runs, List.of()), to(queue, "a"));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Done());
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).containsExactly("a");
    }

    @Test
    void shouldSayWhatBecameOfALocalTransactionEvenAfterARestart() {
        client.work(runs -> new Commit(LOCAL, true, runs, List.of()), to(queue, "a"));
        broker.settle();
        assertThat(status(LOCAL)).isEqualTo(TransactionState.COMMITTED);
        broker.saveImage();
        restart();
        assertThat(status(LOCAL)).isEqualTo(TransactionState.COMMITTED);
        assertThat(status(TransactionId.local(77, 2))).isEqualTo(TransactionState.ROLLED_BACK);
    }

    @Test
    void shouldNotCommitALocalTransactionAfterItSaidThatItIsRolledBack() {
        assertThat(status(LOCAL)).isEqualTo(TransactionState.ROLLED_BACK);
        client.work(runs -> new Commit(LOCAL, true, runs, List.of()), to(queue, "a"));
        broker.settle();
        assertThat(failure().error()).isEqualTo(ErrorCodes.TRANSACTION_ROLLED_BACK);
    }

    @Test
    void shouldCommitPartsThatWereSentAheadInTheirOrder() {
        client.subscribe(1, queue, 10);
        client.send(queue, "before");
        client.work(runs -> new TransactionPart(LOCAL, 0, runs, List.of()), to(queue, "1"), to(other, "x"));
        client.work(runs -> new TransactionPart(LOCAL, 0, runs, List.of()), to(queue, "2"));
        client.send(queue, "between");
        broker.settle();
        assertThat(client.texts()).containsExactly("before", "between");
        client.work(runs -> new Commit(LOCAL, true, runs, List.of()), to(queue, "3"));
        broker.settle();
        assertThat(client.texts()).containsExactly("before", "between", "1", "2", "3");
        assertThat(client.deliveries).extracting(CoreFixture.Delivered::offset).containsExactly(0L, 1L, 2L, 3L, 4L);
        restart();
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).containsExactly("before", "between", "1", "2", "3");
        client.subscribe(2, other, 10);
        assertThat(client.texts()).endsWith("x");
    }

    @Test
    void shouldForgetPartsOfAClientThatVanishes() {
        client.send(queue, "a");
        client.subscribe(1, queue, 10);
        client.work(runs -> new TransactionPart(LOCAL, 0, runs, List.of(ack(1, 0, 0))), to(other, "x"));
        broker.settle();
        client.vanish();
        client = broker.client();
        client.subscribe(1, queue, 10);
        client.subscribe(2, other, 10);
        assertThat(client.texts()).containsExactly("a");
        assertThat(client.deliveries.get(0).deliveriesBefore()).isEqualTo(1);
    }

    @Test
    void shouldKeepAPreparedBranchOverRestartsUntilItIsCommitted() {
        prepareBranch();
        for (int i = 0; i < 3; i++) {
            if (i == 1) {
                broker.saveImage();
            }
            restart();
            client.subscribe(1, queue, 10);
            client.subscribe(2, other, 10);
            assertThat(client.texts()).containsExactly("c");
            client.request(new Recover(null));
            broker.settle();
            assertThat(client.lastAnswer()).isEqualTo(new Recovered(List.of(BRANCH), false));
        }
        client.request(new Commit(BRANCH, false, List.of(), List.of()));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Done());
        assertThat(client.texts()).containsExactly("c", "x");
        client.request(new Commit(BRANCH, false, List.of(), List.of()));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Done());
        restart();
        client.subscribe(1, queue, 10);
        client.subscribe(2, other, 10);
        assertThat(client.texts()).containsExactlyInAnyOrder("c", "x");
    }

    @Test
    void shouldGiveBackWhatAPreparedBranchHeldWhenItIsRolledBack() {
        prepareBranch();
        restart();
        client.subscribe(1, queue, 10);
        client.request(new Rollback(BRANCH));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Done());
        assertThat(client.texts()).containsExactly("c", "a", "b");
        client.subscribe(2, other, 10);
        assertThat(client.texts()).containsExactly("c", "a", "b");
        restart();
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).containsExactly("a", "b", "c");
        assertThat(client.deliveries.get(0).deliveriesBefore()).isPositive();
    }

    @Test
    void shouldRememberAHeuristicOutcomeUntilItIsForgotten() {
        prepareBranch();
        client.request(new Resolve(BRANCH, true));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Done());
        broker.saveImage();
        restart();
        client.subscribe(2, other, 10);
        assertThat(client.texts()).containsExactly("x");
        client.request(new Commit(BRANCH, false, List.of(), List.of()));
        broker.settle();
        assertThat(failure().error()).isEqualTo(ErrorCodes.HEURISTIC_COMMIT);
        client.request(new Recover(null));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Recovered(List.of(BRANCH), false));
        client.request(new Forget(BRANCH));
        client.request(new Recover(null));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Recovered(List.of(), false));
        restart();
        client.request(new Recover(null));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Recovered(List.of(), false));
    }

    @Test
    void shouldLetAnAdministratorEndWhatIsNotPrepared() {
        client.work(runs -> new TransactionPart(LOCAL, 0, runs, List.of()), to(queue, "x"));
        client.request(new ListTransactions(null));
        broker.settle();
        final TransactionInfo info = ((TransactionHeader.Transactions) client.lastAnswer())
                .transactions()
                .get(0);
        assertThat(info.transaction()).isEqualTo(LOCAL);
        assertThat(info.state()).isEqualTo(TransactionState.ACTIVE);
        assertThat(info.sends()).isEqualTo(1);
        client.request(new Resolve(LOCAL, false));
        client.work(runs -> new TransactionPart(LOCAL, 0, runs, List.of()), to(queue, "y"));
        client.request(new Commit(LOCAL, true, List.of(), List.of()));
        broker.settle();
        assertThat(failure().error()).isEqualTo(ErrorCodes.TRANSACTION_ROLLED_BACK);
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).isEmpty();
    }

    @Test
    void shouldAnswerReadOnlyForABranchWithoutWork() {
        client.request(new Prepare(BRANCH, List.of(), List.of()));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Prepared(true));
        client.request(new Commit(BRANCH, false, List.of(), List.of()));
        broker.settle();
        assertThat(failure().error()).isEqualTo(ErrorCodes.TRANSACTION_UNKNOWN);
    }

    /** What a prepared branch sends lies in the log alone: it must be kept there, and may be moved. */
    @Test
    void shouldMoveWhatAPreparedBranchSendsOutOfOldSegments() {
        broker.close();
        broker = new CoreFixture(
                new DiskFiles(),
                directory.resolve("cleaned"),
                FlushLevel.WRITTEN,
                new CleanerSettings(5_000, 2, 1 << 30));
        client = broker.client();
        queue = client.open(DestinationKind.QUEUE, "q");
        other = client.open(DestinationKind.QUEUE, "other");
        client.work(runs -> new Prepare(BRANCH, runs, List.of()), to(other, "x"), to(other, "y"));
        broker.settle();
        client.subscribe(1, queue, 1_000_000);
        final String filler = "f".repeat(50_000);
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 12; i++) {
                client.deliveries.clear();
                client.request(new ConsumingHeader.Flow(1, 1, 1 << 20, 0));
                client.send(queue, filler);
                broker.settle();
                final CoreFixture.Delivered last = client.deliveries.get(0);
                client.acknowledge(false, 1, last.lane(), last.offset(), last.offset());
                broker.settle();
            }
            broker.passSeconds(6);
        }
        assertThat(broker.cleaner().movedMessages()).isPositive();
        assertThat(broker.logStart()).isPositive();
        restart();
        client.request(new Commit(BRANCH, false, List.of(), List.of()));
        client.subscribe(2, other, 10);
        assertThat(client.texts()).containsExactly("x", "y");
    }

    @Test
    void shouldDelayWhatABranchSendsUntilItsTime() {
        client.deliverAtEpochMs = broker.nowEpochMs + 60_000;
        client.work(runs -> new Prepare(BRANCH, runs, List.of()), to(queue, "later"));
        client.work(runs -> new TransactionPart(LOCAL, 0, runs, List.of()), to(queue, "large"));
        client.request(new Commit(LOCAL, true, List.of(), List.of()));
        client.request(new Commit(BRANCH, false, List.of(), List.of()));
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).isEmpty();
        restart();
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).isEmpty();
        broker.nowEpochMs += 60_001;
        broker.passSeconds(61);
        assertThat(client.texts()).containsExactly("large", "later");
    }

    @Test
    void shouldCommitThousandsOfMessagesWithOneRecord() {
        final int parts = 40;
        for (int part = 0; part < parts; part++) {
            final CoreFixture.Outgoing[] messages = new CoreFixture.Outgoing[100];
            for (int i = 0; i < messages.length; i++) {
                messages[i] = to(i % 3 == 0 ? other : queue, "m" + (part * 100 + i));
            }
            client.work(runs -> new TransactionPart(LOCAL, 0, runs, List.of()), messages);
            broker.settle();
        }
        client.request(new Commit(LOCAL, true, List.of(), List.of()));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Done());
        client.subscribe(1, queue, 10_000);
        client.subscribe(2, other, 10_000);
        broker.settle();
        assertThat(client.texts()).hasSize(100 * parts).doesNotHaveDuplicates();
    }

    @Test
    void shouldOnlyRollBackWhatTakesTooMuchOfTheLog() {
        broker.disk = new DiskSettings(8 << 20, 75, 85, 90, 0, 1_000, 1 << 20);
        restart();
        client.open(DestinationKind.QUEUE, "q");
        client.open(DestinationKind.QUEUE, "other");
        final String text = "x".repeat(100_000);
        for (int part = 0; part < 25; part++) {
            client.work(runs -> new TransactionPart(LOCAL, 0, runs, List.of()), to(queue, text));
            broker.settle();
        }
        assertThat(failure().error()).isEqualTo(ErrorCodes.TRANSACTION_ROLLED_BACK);
        assertThat(status(LOCAL)).isEqualTo(TransactionState.ROLLBACK_ONLY);
        commit(LOCAL);
        assertThat(failure().text()).contains("a quarter of the room that the log has");
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).isEmpty();
    }

    @Test
    void shouldEndPreparedBranchesWhenTheDiskIsFull() {
        broker.disk = new DiskSettings(8 << 20, 75, 85, 90, 0, 1_000, 1 << 20);
        restart();
        client.open(DestinationKind.QUEUE, "q");
        client.open(DestinationKind.QUEUE, "other");
        prepareBranch();
        final String text = "x".repeat(100_000);
        for (int message = 0; message < 90; message++) {
            client.send(other, text);
            broker.settle();
        }
        client.work(runs -> new Commit(LOCAL, true, runs, List.of()), to(other, "no room"));
        broker.settle();
        assertThat(failure().error()).isEqualTo(ErrorCodes.RESOURCE_LIMIT);
        client.request(new Commit(BRANCH, false, List.of(), List.of()));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Done());
    }

    /** Queue q has a, b, c; the branch has received a and b and sends x to the other queue. */
    private void prepareBranch() {
        client.send(queue, "a", "b", "c");
        client.subscribe(1, queue, 10);
        client.work(runs -> new Prepare(BRANCH, runs, List.of(ack(1, 0, 1))), to(other, "x"));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Prepared(false));
    }

    private void restart() {
        broker.restart();
        client = broker.client();
    }

    private TransactionState status(final TransactionId id) {
        client.request(new GetTransactionStatus(id));
        broker.settle();
        return ((TransactionStatus) client.lastAnswer()).state();
    }

    private void commit(final TransactionId id, final ConsumerAck... acks) {
        client.request(new Commit(id, true, List.of(), List.of(acks)));
        broker.settle();
    }

    private Failure failure() {
        return (Failure) client.lastAnswer();
    }

    private static ConsumerAck ack(final int consumer, final long first, final long last) {
        return new ConsumerAck(consumer, 0, 0, last + 1, List.of(new OffsetRange(0, first, last)));
    }

    private static CoreFixture.Outgoing to(final int destination, final String text) {
        return new CoreFixture.Outgoing(destination, text);
    }
}
