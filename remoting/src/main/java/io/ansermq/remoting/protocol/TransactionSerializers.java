package io.ansermq.remoting.protocol;

import static io.ansermq.remoting.protocol.HeaderFields.readBoolean;
import static io.ansermq.remoting.protocol.HeaderFields.readInt;
import static io.ansermq.remoting.protocol.HeaderFields.readLong;
import static io.ansermq.remoting.protocol.HeaderFields.readNullableText;
import static io.ansermq.remoting.protocol.HeaderFields.readText;
import static io.ansermq.remoting.protocol.HeaderFields.writeCount;
import static io.ansermq.remoting.protocol.HeaderFields.writeInt;
import static io.ansermq.remoting.protocol.HeaderFields.writeLong;
import static io.ansermq.remoting.protocol.HeaderFields.writeNullableText;
import static io.ansermq.remoting.protocol.HeaderFields.writeText;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.TransactionHeader.Commit;
import io.ansermq.remoting.protocol.TransactionHeader.Forget;
import io.ansermq.remoting.protocol.TransactionHeader.GetTransactionStatus;
import io.ansermq.remoting.protocol.TransactionHeader.ListTransactions;
import io.ansermq.remoting.protocol.TransactionHeader.Prepare;
import io.ansermq.remoting.protocol.TransactionHeader.Prepared;
import io.ansermq.remoting.protocol.TransactionHeader.RecordRun;
import io.ansermq.remoting.protocol.TransactionHeader.Recover;
import io.ansermq.remoting.protocol.TransactionHeader.Recovered;
import io.ansermq.remoting.protocol.TransactionHeader.Resolve;
import io.ansermq.remoting.protocol.TransactionHeader.Rollback;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionInfo;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionPart;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionStatus;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionWork;
import io.ansermq.remoting.protocol.TransactionHeader.Transactions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The headers about transactions on the wire; the rules are those of {@link ControlSerializers}. */
final class TransactionSerializers {

    private TransactionSerializers() {}

    /** Writes the fields of a header. */
    static void encode(final Output out, final TransactionHeader header) {
        switch (header.code()) {
            case Commit.CODE -> write(out, (Commit) header);
            case Rollback.CODE -> write(out, (Rollback) header);
            case Prepare.CODE -> writeWork(out, (Prepare) header);
            case Prepared.CODE -> write(out, (Prepared) header);
            case TransactionPart.CODE -> write(out, (TransactionPart) header);
            case GetTransactionStatus.CODE -> write(out, (GetTransactionStatus) header);
            case TransactionStatus.CODE -> write(out, (TransactionStatus) header);
            case Recover.CODE -> write(out, (Recover) header);
            case Recovered.CODE -> write(out, (Recovered) header);
            case Forget.CODE -> write(out, (Forget) header);
            case ListTransactions.CODE -> write(out, (ListTransactions) header);
            case Transactions.CODE -> write(out, (Transactions) header);
            case Resolve.CODE -> write(out, (Resolve) header);
            default -> throw new IllegalArgumentException("a header of the kind " + header.code());
        }
    }

    /** Reads the fields of a header of this kind; null when it is none of these. */
    static @Nullable TransactionHeader decode(final int code, final Input in) {
        return switch (code) {
            case Commit.CODE -> readCommit(in);
            case Rollback.CODE -> new Rollback(readId(in));
            case Prepare.CODE -> new Prepare(readId(in), readRuns(in), readAcks(in));
            case Prepared.CODE -> new Prepared(readBoolean(in));
            case TransactionPart.CODE -> new TransactionPart(readId(in), readInt(in), readRuns(in), readAcks(in));
            case GetTransactionStatus.CODE -> new GetTransactionStatus(readId(in));
            case TransactionStatus.CODE -> new TransactionStatus(readState(in));
            case Recover.CODE -> new Recover(readNullableId(in));
            case Recovered.CODE -> readRecovered(in);
            case Forget.CODE -> new Forget(readId(in));
            case ListTransactions.CODE -> new ListTransactions(readNullableId(in));
            case Transactions.CODE ->
                new Transactions(ControlSerializers.readList(in, 8, TransactionSerializers::readInfo), readBoolean(in));
            case Resolve.CODE -> new Resolve(readId(in), readBoolean(in));
            default -> null;
        };
    }

    private static void write(final Output out, final TransactionId id) {
        writeText(out, id.text());
    }

    private static TransactionId readId(final Input in) {
        return new TransactionId(readText(in));
    }

    private static @Nullable TransactionId readNullableId(final Input in) {
        final String text = readNullableText(in);
        return text == null ? null : new TransactionId(text);
    }

    private static void writeNullable(final Output out, final @Nullable TransactionId id) {
        writeNullableText(out, id == null ? null : id.text());
    }

    private static void write(final Output out, final Commit header) {
        write(out, header.transaction());
        out.writeBoolean(header.onePhase());
        writeRunsAndAcks(out, header);
    }

    private static Commit readCommit(final Input in) {
        return new Commit(readId(in), readBoolean(in), readRuns(in), readAcks(in));
    }

    private static void write(final Output out, final TransactionPart header) {
        write(out, header.transaction());
        writeInt(out, header.timeoutMs());
        writeRunsAndAcks(out, header);
    }

    private static void writeWork(final Output out, final TransactionWork header) {
        write(out, header.transaction());
        writeRunsAndAcks(out, header);
    }

    private static void writeRunsAndAcks(final Output out, final TransactionWork header) {
        final List<RecordRun> runs = header.runs();
        writeCount(out, runs.size());
        for (int i = 0; i < runs.size(); i++) {
            writeInt(out, runs.get(i).destination());
            writeInt(out, runs.get(i).count());
        }
        final List<ConsumerAck> acks = header.acks();
        writeCount(out, acks.size());
        for (int i = 0; i < acks.size(); i++) {
            ControlSerializers.write(out, acks.get(i));
        }
    }

    private static List<RecordRun> readRuns(final Input in) {
        return ControlSerializers.readList(in, 2, run -> new RecordRun(readInt(run), readInt(run)));
    }

    private static List<ConsumerAck> readAcks(final Input in) {
        return ControlSerializers.readList(in, 5, ControlSerializers::readConsumerAck);
    }

    private static void write(final Output out, final Rollback header) {
        write(out, header.transaction());
    }

    private static void write(final Output out, final Prepared header) {
        out.writeBoolean(header.readOnly());
    }

    private static void write(final Output out, final GetTransactionStatus header) {
        write(out, header.transaction());
    }

    private static void write(final Output out, final TransactionStatus header) {
        out.writeByte(code(header.state()));
    }

    private static void write(final Output out, final Recover header) {
        writeNullable(out, header.after());
    }

    private static void write(final Output out, final Recovered header) {
        writeCount(out, header.transactions().size());
        header.transactions().forEach(id -> write(out, id));
        out.writeBoolean(header.more());
    }

    private static Recovered readRecovered(final Input in) {
        return new Recovered(ControlSerializers.readList(in, 1, TransactionSerializers::readId), readBoolean(in));
    }

    private static void write(final Output out, final Forget header) {
        write(out, header.transaction());
    }

    private static void write(final Output out, final ListTransactions header) {
        writeNullable(out, header.after());
    }

    private static void write(final Output out, final Transactions header) {
        writeCount(out, header.transactions().size());
        header.transactions().forEach(info -> write(out, info));
        out.writeBoolean(header.more());
    }

    private static void write(final Output out, final TransactionInfo info) {
        write(out, info.transaction());
        out.writeByte(code(info.state()));
        writeLong(out, info.sinceEpochMs());
        writeLong(out, info.sends());
        writeLong(out, info.sendBytes());
        writeLong(out, info.acknowledgements());
        writeLong(out, info.oldestPosition());
    }

    private static TransactionInfo readInfo(final Input in) {
        return new TransactionInfo(
                readId(in), readState(in), readLong(in), readLong(in), readLong(in), readLong(in), readLong(in));
    }

    private static void write(final Output out, final Resolve header) {
        write(out, header.transaction());
        out.writeBoolean(header.commit());
    }

    private static TransactionState readState(final Input in) {
        final int code = in.readByte();
        return switch (code) {
            case 0 -> TransactionState.UNKNOWN;
            case 1 -> TransactionState.ACTIVE;
            case 2 -> TransactionState.ROLLBACK_ONLY;
            case 3 -> TransactionState.PREPARED;
            case 4 -> TransactionState.COMMITTED;
            case 5 -> TransactionState.ROLLED_BACK;
            case 6 -> TransactionState.HEURISTICALLY_COMMITTED;
            case 7 -> TransactionState.HEURISTICALLY_ROLLED_BACK;
            default -> throw new MalformedFrameException("a transaction is in the unknown state " + code);
        };
    }

    private static int code(final TransactionState state) {
        return switch (state) {
            case UNKNOWN -> 0;
            case ACTIVE -> 1;
            case ROLLBACK_ONLY -> 2;
            case PREPARED -> 3;
            case COMMITTED -> 4;
            case ROLLED_BACK -> 5;
            case HEURISTICALLY_COMMITTED -> 6;
            case HEURISTICALLY_ROLLED_BACK -> 7;
        };
    }
}
