package io.ansermq.remoting.protocol;

/**
 * The control headers of AnserMQ's own client protocol: what stands between the frame length and the body of a
 * {@link RemotingCommand} whose serialisation type is {@link SerializeType#KRYO}.
 *
 * <p>Each header is an immutable value with a fixed code, which is its Kryo registration id as well; nothing a peer
 * sends ever names a class. Message bodies are never in a header: they follow it as records in the RocketMQ layout
 * ({@link MessageLayout}), back to back.
 *
 * <p>Direction is noted as C (client) and B (broker). Requests that have an answer carry an opaque number which the
 * answer repeats; {@link SendingHeader.Send}, {@link SendingHeader.SendDone}, {@link SendingHeader.SendFailed}, {@link ConsumingHeader.Deliver}, {@link ConsumingHeader.Flow} and unconfirmed
 * {@link ConsumingHeader.Ack} are one-way, so their opaque number is 0.
 */
public sealed interface ControlHeader
        permits AdminHeader,
                ConnectionHeader,
                ConsumingHeader,
                DeadLetterHeader,
                DestinationHeader,
                ResumeHeader,
                SendingHeader,
                SharedQueueHeader,
                TransactionHeader {

    /** The code of this header on the wire, 0x5001 and up. Never reused for another meaning. */
    int code();

    /** What a destination is to Jakarta Messaging. */
    enum DestinationKind {
        QUEUE,
        TOPIC
    }
}
