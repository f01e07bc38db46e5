package io.ansermq.broker.rocketmq;

import java.util.Locale;

/** RocketMQ's offset ids: host, port and log position of a message in hexadecimal digits. Stateless. */
final class MessageIds {

    private MessageIds() {}

    /** @param storeHost address and port as the record layout holds them */
    static String of(final long storeHost, final long position) {
        return String.format(Locale.ROOT, "%016X%016X", storeHost, position);
    }
}
