package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.consumer.PushConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Which messages come in their order. */
class OrderTest extends Scenario {

    @Test
    void shouldKeepTheOrderOfAStreamKeyThoughPrioritiesDiffer() throws Exception {
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        push.attachQueue(QUEUE, (message, context) -> {
            context.ack();
            got.add(text(message));
        });
        for (int i = 0; i < 50; i++) {
            producer.send(message(Integer.toString(i))
                    .putSysHeaders(BuiltinKeys.STREAM_KEY, "one")
                    .putSysHeaders(BuiltinKeys.PRIORITY, 1 + i % 10));
        }
        push.startup();

        for (int i = 0; i < 50; i++) {
            assertThat(poll(got)).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void shouldPutMessagesOfOneKeyIntoOneStream() throws Exception {
        accessPoint.resourceManager().createQueue(QUEUE, OMS.newKeyValue().put("STREAMS", 4));
        for (int i = 0; i < 40; i++) {
            producer.send(message("key" + i % 5).putSysHeaders(BuiltinKeys.STREAM_KEY, "key" + i % 5));
        }
        final List<String> keysSeen = new ArrayList<>();
        for (final String stream : accessPoint.resourceManager().listStreams(QUEUE)) {
            keysSeen.addAll(stream(stream).stream().distinct().toList());
        }

        assertThat(keysSeen).containsExactlyInAnyOrder("key0", "key1", "key2", "key3", "key4");
    }

    @Test
    void shouldGiveMessagesOfOneKeyToOneConsumerOfAGroupAtATime() {
        final PullConsumer one = pull("group", QUEUE);
        final PullConsumer other = pull("group", QUEUE);
        for (int i = 0; i < 10; i++) {
            producer.send(message(Integer.toString(i)).putSysHeaders(BuiltinKeys.STREAM_KEY, "one"));
        }
        final Message first = one.receive(timeout(NOTHING_MS));
        final PullConsumer owner = first == null ? other : one;
        final PullConsumer idle = first == null ? one : other;
        final List<String> got = new ArrayList<>();
        if (first != null) {
            owner.ack(first.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
            got.add(text(first));
        }
        while (got.size() < 10) {
            got.add(text(nextAcknowledged(owner)));
        }

        assertThat(got).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(idle.receive(timeout(NOTHING_MS))).isNull();
    }
}
