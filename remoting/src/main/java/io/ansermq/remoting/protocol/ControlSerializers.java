package io.ansermq.remoting.protocol;

import static io.ansermq.remoting.protocol.HeaderFields.readBoolean;
import static io.ansermq.remoting.protocol.HeaderFields.readCount;
import static io.ansermq.remoting.protocol.HeaderFields.readInt;
import static io.ansermq.remoting.protocol.HeaderFields.readKind;
import static io.ansermq.remoting.protocol.HeaderFields.readLong;
import static io.ansermq.remoting.protocol.HeaderFields.readNullableText;
import static io.ansermq.remoting.protocol.HeaderFields.readSubscriptionType;
import static io.ansermq.remoting.protocol.HeaderFields.readText;
import static io.ansermq.remoting.protocol.HeaderFields.writeCount;
import static io.ansermq.remoting.protocol.HeaderFields.writeInt;
import static io.ansermq.remoting.protocol.HeaderFields.writeKind;
import static io.ansermq.remoting.protocol.HeaderFields.writeLong;
import static io.ansermq.remoting.protocol.HeaderFields.writeNullableText;
import static io.ansermq.remoting.protocol.HeaderFields.writeSubscriptionType;
import static io.ansermq.remoting.protocol.HeaderFields.writeText;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.ansermq.remoting.protocol.ConnectionHeader.Challenge;
import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConnectionHeader.Connected;
import io.ansermq.remoting.protocol.ConnectionHeader.DestinationStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Disconnect;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConnectionHeader.GetRoutes;
import io.ansermq.remoting.protocol.ConnectionHeader.GetStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Ping;
import io.ansermq.remoting.protocol.ConnectionHeader.Pong;
import io.ansermq.remoting.protocol.ConnectionHeader.Prove;
import io.ansermq.remoting.protocol.ConnectionHeader.Routes;
import io.ansermq.remoting.protocol.ConnectionHeader.Status;
import io.ansermq.remoting.protocol.ConsumingHeader.Ack;
import io.ansermq.remoting.protocol.ConsumingHeader.AckDone;
import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.Deliver;
import io.ansermq.remoting.protocol.ConsumingHeader.Expired;
import io.ansermq.remoting.protocol.ConsumingHeader.Fetch;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ConsumingHeader.Pull;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
import io.ansermq.remoting.protocol.ConsumingHeader.ReleaseUnseen;
import io.ansermq.remoting.protocol.ConsumingHeader.Skipped;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribed;
import io.ansermq.remoting.protocol.DestinationHeader.CreateTemporary;
import io.ansermq.remoting.protocol.DestinationHeader.DeleteDestination;
import io.ansermq.remoting.protocol.DestinationHeader.DestinationOpened;
import io.ansermq.remoting.protocol.DestinationHeader.OpenDestination;
import io.ansermq.remoting.protocol.DestinationHeader.Unsubscribe;
import io.ansermq.remoting.protocol.SendingHeader.GetPart;
import io.ansermq.remoting.protocol.SendingHeader.Part;
import io.ansermq.remoting.protocol.SendingHeader.PartPut;
import io.ansermq.remoting.protocol.SendingHeader.PutPart;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.remoting.protocol.SendingHeader.SendDone;
import io.ansermq.remoting.protocol.SendingHeader.SendFailed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How each {@link ControlHeader} stands on the wire: its fields in the order of the record, each as
 * {@link HeaderFields} has it. Written by hand, so that a renamed or reordered field cannot change the protocol.
 *
 * <p>Switches and not a table of functions: a table costs a class for each function, twice for every kind, before the first
 * header is read. What {@link ControlHeader} counts as an area of its own has a class of its own, loaded when it is needed.
 */
final class ControlSerializers {

    private ControlSerializers() {}

    /** Writes the fields of a header. */
    static void encode(final Output out, final ControlHeader header) {
        switch (header.code()) {
            case Connect.CODE -> write(out, (Connect) header);
            case Connected.CODE -> write(out, (Connected) header);
            case OpenDestination.CODE -> write(out, (OpenDestination) header);
            case DestinationOpened.CODE -> write(out, (DestinationOpened) header);
            case Send.CODE -> write(out, (Send) header);
            case SendDone.CODE -> write(out, (SendDone) header);
            case SendFailed.CODE -> write(out, (SendFailed) header);
            case Subscribe.CODE -> write(out, (Subscribe) header);
            case Subscribed.CODE -> write(out, (Subscribed) header);
            case Deliver.CODE -> write(out, (Deliver) header);
            case Skipped.CODE -> write(out, (Skipped) header);
            case Flow.CODE -> write(out, (Flow) header);
            case Ack.CODE -> write(out, (Ack) header);
            case AckDone.CODE -> write(out, (AckDone) header);
            case Release.CODE -> write(out, (Release) header);
            case CloseConsumer.CODE -> write(out, (CloseConsumer) header);
            case Failure.CODE -> write(out, (Failure) header);
            case Status.CODE -> write(out, (Status) header);
            case GetRoutes.CODE -> write(out, (GetRoutes) header);
            case Routes.CODE -> write(out, (Routes) header);
            case Challenge.CODE -> write(out, (Challenge) header);
            case Prove.CODE -> write(out, (Prove) header);
            case Unsubscribe.CODE -> write(out, (Unsubscribe) header);
            case CreateTemporary.CODE -> writeKind(out, ((CreateTemporary) header).kind());
            case DeleteDestination.CODE -> write(out, (DeleteDestination) header);
            case Fetch.CODE -> write(out, (Fetch) header);
            case PutPart.CODE -> write(out, (PutPart) header);
            case PartPut.CODE -> write(out, (PartPut) header);
            case GetPart.CODE -> write(out, (GetPart) header);
            case Pull.CODE -> write(out, (Pull) header);
            case Expired.CODE -> write(out, (Expired) header);
            case ReleaseUnseen.CODE -> write(out, (ReleaseUnseen) header);
            case Done.CODE, Ping.CODE, Pong.CODE, GetStatus.CODE, Disconnect.CODE, Part.CODE -> {}
            default -> encodeRare(out, header);
        }
    }

    /** Reads the fields of a header of this kind; null when it is none of these. */
    static @Nullable ControlHeader decode(final int code, final Input in) {
        return switch (code) {
            case Connect.CODE -> readConnect(in);
            case Connected.CODE -> readConnected(in);
            case OpenDestination.CODE -> readOpen(in);
            case DestinationOpened.CODE -> readOpened(in);
            case Send.CODE -> readSend(in);
            case SendDone.CODE -> new SendDone(readLong(in));
            case SendFailed.CODE -> readSendFailed(in);
            case Subscribe.CODE -> readSubscribe(in);
            case Subscribed.CODE -> new Subscribed(readInt(in));
            case Deliver.CODE -> readDeliver(in);
            case Skipped.CODE -> new Skipped(readInt(in), readLong(in));
            case Flow.CODE -> readFlow(in);
            case Ack.CODE -> readAck(in);
            case AckDone.CODE -> new AckDone(readInt(in));
            case Release.CODE -> readRelease(in);
            case CloseConsumer.CODE -> readClose(in);
            case Done.CODE -> new Done();
            case Failure.CODE -> readFailure(in);
            case Ping.CODE -> new Ping();
            case Pong.CODE -> new Pong();
            case GetStatus.CODE -> new GetStatus();
            case Status.CODE -> readStatus(in);
            case GetRoutes.CODE -> new GetRoutes(readNullableText(in));
            case Routes.CODE -> new Routes(readTexts(in));
            case Disconnect.CODE -> new Disconnect();
            case Challenge.CODE -> new Challenge(readText(in), readInt(in), readText(in));
            case Prove.CODE -> new Prove(readText(in), readText(in));
            case Unsubscribe.CODE -> new Unsubscribe(readText(in));
            case CreateTemporary.CODE -> new CreateTemporary(readKind(in));
            case DeleteDestination.CODE -> new DeleteDestination(readKind(in), readText(in));
            case Fetch.CODE -> new Fetch(readInt(in));
            case PutPart.CODE -> new PutPart(readInt(in), readLong(in));
            case PartPut.CODE -> new PartPut(readLong(in));
            case GetPart.CODE -> new GetPart(readLong(in), readLong(in));
            case Part.CODE -> new Part();
            case Pull.CODE -> new Pull(readInt(in), readInt(in));
            case Expired.CODE -> new Expired(readInt(in), readInt(in), readLong(in));
            case ReleaseUnseen.CODE -> new ReleaseUnseen(readInt(in), readLong(in));
            default -> decodeRare(code, in);
        };
    }

    /** A later protocol version may append to Connect; it is to be refused with ErrorCodes.VERSION, not as rubbish. */
    static boolean ignoresRest(final ControlHeader header) {
        return header instanceof Connect;
    }

    private static void encodeRare(final Output out, final ControlHeader header) {
        if (header instanceof TransactionHeader transaction) {
            TransactionSerializers.encode(out, transaction);
        } else if (header instanceof ResumeHeader resume) {
            ResumeSerializers.encode(out, resume);
        } else if (header instanceof DeadLetterHeader deadLetter) {
            DeadLetterSerializers.encode(out, deadLetter);
        } else if (header instanceof AdminHeader admin) {
            AdminSerializers.encode(out, admin);
        } else if (header instanceof SharedQueueHeader sharedQueue) {
            SharedQueueSerializers.encode(out, sharedQueue);
        } else {
            throw new IllegalArgumentException("no form for a header of the kind " + header.code());
        }
    }

    private static @Nullable ControlHeader decodeRare(final int code, final Input in) {
        ControlHeader header = TransactionSerializers.decode(code, in);
        header = header != null ? header : ResumeSerializers.decode(code, in);
        header = header != null ? header : DeadLetterSerializers.decode(code, in);
        header = header != null ? header : AdminSerializers.decode(code, in);
        return header != null ? header : SharedQueueSerializers.decode(code, in);
    }

    private static void write(final Output out, final Expired header) {
        writeInt(out, header.consumer());
        writeInt(out, header.lane());
        writeLong(out, header.offset());
    }

    private static void write(final Output out, final ReleaseUnseen header) {
        writeInt(out, header.consumer());
        writeLong(out, header.fromTag());
    }

    private static void write(final Output out, final Connect header) {
        writeInt(out, header.protocolVersion());
        writeText(out, header.clientName());
        writeNullableText(out, header.clientId());
        writeNullableText(out, header.user());
        writeNullableText(out, header.password());
        writeNullableText(out, header.session());
    }

    private static Connect readConnect(final Input in) {
        return new Connect(
                readInt(in),
                readText(in),
                readNullableText(in),
                readNullableText(in),
                readNullableText(in),
                readNullableText(in));
    }

    private static void write(final Output out, final Connected header) {
        writeInt(out, header.protocolVersion());
        writeText(out, header.brokerName());
        writeLong(out, header.connectionId());
        writeInt(out, header.maxMessageBytes());
        writeInt(out, header.sendWindowBytes());
        writeInt(out, header.heartbeatMs());
        writeLong(out, header.incarnation());
        writeNullableText(out, header.serverProof());
        writeLong(out, header.run());
    }

    private static Connected readConnected(final Input in) {
        return new Connected(
                readInt(in),
                readText(in),
                readLong(in),
                readInt(in),
                readInt(in),
                readInt(in),
                readLong(in),
                readNullableText(in),
                readLong(in));
    }

    private static void write(final Output out, final OpenDestination header) {
        writeKind(out, header.kind());
        writeText(out, header.name());
        out.writeBoolean(header.create());
    }

    private static OpenDestination readOpen(final Input in) {
        return new OpenDestination(readKind(in), readText(in), readBoolean(in));
    }

    private static void write(final Output out, final DestinationOpened header) {
        writeInt(out, header.destination());
        writeText(out, header.topic());
    }

    private static DestinationOpened readOpened(final Input in) {
        return new DestinationOpened(readInt(in), readText(in));
    }

    private static void write(final Output out, final Send header) {
        writeLong(out, header.firstSequence());
        writeInt(out, header.count());
        writeInt(out, header.destination());
    }

    private static Send readSend(final Input in) {
        return new Send(readLong(in), readInt(in), readInt(in));
    }

    private static void write(final Output out, final SendDone header) {
        writeLong(out, header.upToSequence());
    }

    private static void write(final Output out, final SendFailed header) {
        writeLong(out, header.firstSequence());
        writeInt(out, header.count());
        writeInt(out, header.error());
        writeText(out, header.text());
    }

    private static SendFailed readSendFailed(final Input in) {
        return new SendFailed(readLong(in), readInt(in), readInt(in), readText(in));
    }

    private static void write(final Output out, final Subscribe header) {
        writeInt(out, header.consumer());
        writeInt(out, header.destination());
        writeSubscriptionType(out, header.type());
        writeNullableText(out, header.name());
        writeNullableText(out, header.selector());
        out.writeBoolean(header.noLocal());
        writeInt(out, header.creditMessages());
        writeInt(out, header.creditBytes());
    }

    private static Subscribe readSubscribe(final Input in) {
        return new Subscribe(
                readInt(in),
                readInt(in),
                readSubscriptionType(in),
                readNullableText(in),
                readNullableText(in),
                readBoolean(in),
                readInt(in),
                readInt(in));
    }

    private static void write(final Output out, final Subscribed header) {
        writeInt(out, header.consumer());
    }

    private static void write(final Output out, final Deliver header) {
        writeInt(out, header.consumer());
        writeLong(out, header.firstTag());
        writeInt(out, header.count());
    }

    private static Deliver readDeliver(final Input in) {
        return new Deliver(readInt(in), readLong(in), readInt(in));
    }

    private static void write(final Output out, final Skipped header) {
        writeInt(out, header.consumer());
        writeLong(out, header.tag());
    }

    private static void write(final Output out, final Flow header) {
        writeInt(out, header.consumer());
        writeInt(out, header.creditMessages());
        writeInt(out, header.creditBytes());
        writeLong(out, header.handedTag());
    }

    private static Flow readFlow(final Input in) {
        return new Flow(readInt(in), readInt(in), readInt(in), readLong(in));
    }

    private static void write(final Output out, final Ack header) {
        out.writeBoolean(header.confirm());
        final List<ConsumerAck> acks = header.acks();
        writeCount(out, acks.size());
        for (int i = 0; i < acks.size(); i++) {
            write(out, acks.get(i));
        }
    }

    private static Ack readAck(final Input in) {
        final boolean confirm = readBoolean(in);
        return new Ack(confirm, readList(in, 5, ControlSerializers::readConsumerAck));
    }

    static void write(final Output out, final ConsumerAck ack) {
        writeInt(out, ack.consumer());
        writeInt(out, ack.creditMessages());
        writeInt(out, ack.creditBytes());
        writeLong(out, ack.handedTag());
        writeRanges(out, ack.ranges());
    }

    static void writeRanges(final Output out, final List<OffsetRange> ranges) {
        writeCount(out, ranges.size());
        for (int i = 0; i < ranges.size(); i++) {
            final OffsetRange range = ranges.get(i);
            writeInt(out, range.lane());
            writeLong(out, range.first());
            writeLong(out, range.last() - range.first());
        }
    }

    static ConsumerAck readConsumerAck(final Input in) {
        return new ConsumerAck(readInt(in), readInt(in), readInt(in), readLong(in), readRanges(in));
    }

    static List<OffsetRange> readRanges(final Input in) {
        return readList(in, 3, ControlSerializers::readOffsetRange);
    }

    private static OffsetRange readOffsetRange(final Input in) {
        final int lane = readInt(in);
        final long first = readLong(in);
        final long last = first + readLong(in);
        if (last < 0) {
            throw new MalformedFrameException("a range of offsets without end");
        }
        return new OffsetRange(lane, first, last);
    }

    private static void write(final Output out, final AckDone header) {
        writeInt(out, header.refused());
    }

    private static void write(final Output out, final Release header) {
        writeInt(out, header.consumer());
        writeLong(out, header.handedTag());
    }

    private static Release readRelease(final Input in) {
        return new Release(readInt(in), readLong(in));
    }

    private static void write(final Output out, final CloseConsumer header) {
        writeInt(out, header.consumer());
        writeLong(out, header.handedTag());
    }

    private static CloseConsumer readClose(final Input in) {
        return new CloseConsumer(readInt(in), readLong(in));
    }

    private static void write(final Output out, final Failure header) {
        writeInt(out, header.error());
        writeText(out, header.text());
    }

    private static Failure readFailure(final Input in) {
        return new Failure(readInt(in), readText(in));
    }

    private static void write(final Output out, final Status header) {
        writeCount(out, header.figures().size());
        header.figures().forEach((name, figure) -> {
            writeText(out, name);
            writeText(out, figure);
        });
        writeCount(out, header.destinations().size());
        header.destinations().forEach(destination -> write(out, destination));
    }

    private static Status readStatus(final Input in) {
        final int count = readCount(in, 2);
        final Map<String, String> figures = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            figures.put(readText(in), readText(in));
        }
        return new Status(
                Collections.unmodifiableMap(figures), readList(in, 7, ControlSerializers::readDestinationStatus));
    }

    private static void write(final Output out, final DestinationStatus status) {
        writeKind(out, status.kind());
        writeText(out, status.name());
        writeLong(out, status.backlog());
        writeLong(out, status.inFlight());
        writeInt(out, status.consumers());
        writeLong(out, status.messagesIn());
        writeLong(out, status.messagesOut());
    }

    private static DestinationStatus readDestinationStatus(final Input in) {
        return new DestinationStatus(
                readKind(in), readText(in), readLong(in), readLong(in), readInt(in), readLong(in), readLong(in));
    }

    private static void write(final Output out, final GetRoutes header) {
        writeNullableText(out, header.topic());
    }

    private static void write(final Output out, final Routes header) {
        writeCount(out, header.brokers().size());
        header.brokers().forEach(broker -> writeText(out, broker));
    }

    private static List<String> readTexts(final Input in) {
        return readList(in, 1, HeaderFields::readText);
    }

    private static void write(final Output out, final Challenge header) {
        writeText(out, header.salt());
        writeInt(out, header.iterations());
        writeText(out, header.nonce());
    }

    private static void write(final Output out, final Prove header) {
        writeText(out, header.nonce());
        writeText(out, header.proof());
    }

    private static void write(final Output out, final Unsubscribe header) {
        writeText(out, header.name());
    }

    private static void write(final Output out, final DeleteDestination header) {
        writeKind(out, header.kind());
        writeText(out, header.name());
    }

    private static void write(final Output out, final Fetch header) {
        writeInt(out, header.consumer());
    }

    private static void write(final Output out, final PutPart header) {
        writeInt(out, header.upload());
        writeLong(out, header.key());
    }

    private static void write(final Output out, final PartPut header) {
        writeLong(out, header.position());
    }

    private static void write(final Output out, final GetPart header) {
        writeLong(out, header.position());
        writeLong(out, header.key());
    }

    private static void write(final Output out, final Pull header) {
        writeInt(out, header.consumer());
        writeInt(out, header.creditBytes());
    }

    /** A count and that many elements, each of at least {@code leastBytes}. */
    static <T> List<T> readList(final Input in, final int leastBytes, final Function<Input, T> element) {
        final int count = readCount(in, leastBytes);
        if (count == 0) {
            return List.of();
        }
        final List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.apply(in));
        }
        return Collections.unmodifiableList(list);
    }
}
