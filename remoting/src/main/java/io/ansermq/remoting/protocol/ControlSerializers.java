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

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
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
import io.ansermq.remoting.protocol.ConsumingHeader.Fetch;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ConsumingHeader.Pull;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
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
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * How each {@link ControlHeader} stands on the wire: its fields in the order of the record, each as
 * {@link HeaderFields} has it. Written by hand, so that a renamed or reordered field cannot change the protocol.
 */
final class ControlSerializers {

    private ControlSerializers() {}

    /** Registers the control headers that every connection needs, each under its code. */
    static void register(final Kryo kryo) {
        // A later protocol version may append to Connect; it is to be refused with ErrorCodes.VERSION, not as rubbish.
        add(
                kryo,
                Connect.CODE,
                new Form<>(Connect.class, ControlSerializers::write, ControlSerializers::readConnect, true));
        add(kryo, Connected.CODE, Connected.class, ControlSerializers::write, ControlSerializers::readConnected);
        add(kryo, OpenDestination.CODE, OpenDestination.class, ControlSerializers::write, ControlSerializers::readOpen);
        add(
                kryo,
                DestinationOpened.CODE,
                DestinationOpened.class,
                ControlSerializers::write,
                ControlSerializers::readOpened);
        add(kryo, Send.CODE, Send.class, ControlSerializers::write, ControlSerializers::readSend);
        add(kryo, SendDone.CODE, SendDone.class, ControlSerializers::write, in -> new SendDone(readLong(in)));
        add(kryo, SendFailed.CODE, SendFailed.class, ControlSerializers::write, ControlSerializers::readSendFailed);
        add(kryo, Subscribe.CODE, Subscribe.class, ControlSerializers::write, ControlSerializers::readSubscribe);
        add(kryo, Subscribed.CODE, Subscribed.class, ControlSerializers::write, in -> new Subscribed(readInt(in)));
        add(kryo, Deliver.CODE, Deliver.class, ControlSerializers::write, ControlSerializers::readDeliver);
        add(kryo, Skipped.CODE, Skipped.class, ControlSerializers::write, in -> new Skipped(readInt(in), readLong(in)));
        add(kryo, Flow.CODE, Flow.class, ControlSerializers::write, ControlSerializers::readFlow);
        add(kryo, Ack.CODE, Ack.class, ControlSerializers::write, ControlSerializers::readAck);
        add(kryo, AckDone.CODE, AckDone.class, ControlSerializers::write, in -> new AckDone(readInt(in)));
        add(kryo, Release.CODE, Release.class, ControlSerializers::write, ControlSerializers::readRelease);
        add(kryo, CloseConsumer.CODE, CloseConsumer.class, ControlSerializers::write, ControlSerializers::readClose);
        add(kryo, Done.CODE, Done.class, ControlSerializers::nothing, in -> new Done());
        add(kryo, Failure.CODE, Failure.class, ControlSerializers::write, ControlSerializers::readFailure);
        add(kryo, Ping.CODE, Ping.class, ControlSerializers::nothing, in -> new Ping());
        add(kryo, Pong.CODE, Pong.class, ControlSerializers::nothing, in -> new Pong());
        add(kryo, GetStatus.CODE, GetStatus.class, ControlSerializers::nothing, in -> new GetStatus());
        add(kryo, Status.CODE, Status.class, ControlSerializers::write, ControlSerializers::readStatus);
        add(
                kryo,
                GetRoutes.CODE,
                GetRoutes.class,
                ControlSerializers::write,
                in -> new GetRoutes(readNullableText(in)));
        add(kryo, Routes.CODE, Routes.class, ControlSerializers::write, in -> new Routes(readTexts(in)));
        add(kryo, Disconnect.CODE, Disconnect.class, ControlSerializers::nothing, in -> new Disconnect());
        add(
                kryo,
                Challenge.CODE,
                Challenge.class,
                ControlSerializers::write,
                in -> new Challenge(readText(in), readInt(in), readText(in)));
        add(kryo, Prove.CODE, Prove.class, ControlSerializers::write, in -> new Prove(readText(in), readText(in)));
        add(kryo, Unsubscribe.CODE, Unsubscribe.class, ControlSerializers::write, in -> new Unsubscribe(readText(in)));
        add(
                kryo,
                CreateTemporary.CODE,
                CreateTemporary.class,
                (out, header) -> writeKind(out, header.kind()),
                in -> new CreateTemporary(readKind(in)));
        add(
                kryo,
                DeleteDestination.CODE,
                DeleteDestination.class,
                ControlSerializers::write,
                in -> new DeleteDestination(readKind(in), readText(in)));
        add(kryo, Fetch.CODE, Fetch.class, ControlSerializers::write, in -> new Fetch(readInt(in)));
        add(kryo, PutPart.CODE, PutPart.class, ControlSerializers::write, in -> new PutPart(readInt(in), readLong(in)));
        add(kryo, PartPut.CODE, PartPut.class, ControlSerializers::write, in -> new PartPut(readLong(in)));
        add(
                kryo,
                GetPart.CODE,
                GetPart.class,
                ControlSerializers::write,
                in -> new GetPart(readLong(in), readLong(in)));
        add(kryo, Part.CODE, Part.class, ControlSerializers::nothing, in -> new Part());
        add(kryo, Pull.CODE, Pull.class, ControlSerializers::write, in -> new Pull(readInt(in), readInt(in)));
    }

    /** Registers the headers that many a process never sees: making their forms takes time that each start would pay. */
    static void registerRare(final Kryo kryo) {
        TransactionSerializers.register(kryo);
        DeadLetterSerializers.register(kryo);
        ResumeSerializers.register(kryo);
        AdminSerializers.register(kryo);
        SharedQueueSerializers.register(kryo);
    }

    private static void nothing(final Output out, final ControlHeader header) {}

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

    static <T extends ControlHeader> void add(
            final Kryo kryo,
            final int code,
            final Class<T> type,
            final BiConsumer<Output, T> writer,
            final Function<Input, T> reader) {
        add(kryo, code, new Form<>(type, writer, reader, false));
    }

    private static void add(final Kryo kryo, final int code, final Form<?> form) {
        kryo.register(form.type, form, code);
    }

    /** The wire form of one kind of header. Thread safe. */
    static final class Form<T extends ControlHeader> extends Serializer<T> {
        private final Class<T> type;
        private final BiConsumer<Output, T> writer;
        private final Function<Input, T> reader;
        private final boolean ignoresRest;

        private Form(
                final Class<T> type,
                final BiConsumer<Output, T> writer,
                final Function<Input, T> reader,
                final boolean ignoresRest) {
            super(false, true);
            this.type = type;
            this.writer = writer;
            this.reader = reader;
            this.ignoresRest = ignoresRest;
        }

        /** The name that errors call this kind by. */
        String name() {
            return type.getSimpleName();
        }

        /** Whether bytes behind the fields are no error. */
        boolean ignoresRest() {
            return ignoresRest;
        }

        void encode(final Output out, final ControlHeader header) {
            writer.accept(out, type.cast(header));
        }

        T decode(final Input in) {
            return reader.apply(in);
        }

        @Override
        public void write(final Kryo kryo, final Output out, final T header) {
            writer.accept(out, header);
        }

        @Override
        public T read(final Kryo kryo, final Input in, final Class<? extends T> ofType) {
            return reader.apply(in);
        }
    }
}
