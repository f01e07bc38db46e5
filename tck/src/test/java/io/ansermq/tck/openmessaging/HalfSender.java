package io.ansermq.tck.openmessaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.openmessaging.Message;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.producer.LocalTransactionExecutor;
import io.openmessaging.producer.Producer;

/** A program that stores a half message, says so, and never decides: {@code HalfSender URL PRODUCER_ID QUEUE BODY}. */
public final class HalfSender {
    static final String STORED = "stored";

    private HalfSender() {}

    /** Runs until it is killed. */
    public static void main(final String[] arguments) {
        final MessagingAccessPoint accessPoint = OMS.getMessagingAccessPoint(arguments[0]);
        final Producer producer =
                accessPoint.createProducer(OMS.newKeyValue().put(OMSBuiltinKeys.PRODUCER_ID, arguments[1]));
        producer.startup();
        producer.send(
                producer.createBytesMessage(arguments[2], arguments[3].getBytes(UTF_8)),
                new LocalTransactionExecutor() {
                    @Override
                    public void execute(final Message message, final ExecutionContext context) {
                        System.out.println(STORED);
                        sleepForEver();
                    }

                    @Override
                    public void check(final Message message, final CheckContext context) {
                        sleepForEver();
                    }
                },
                OMS.newKeyValue());
    }

    private static void sleepForEver() {
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
