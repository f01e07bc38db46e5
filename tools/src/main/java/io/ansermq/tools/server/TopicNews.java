package io.ansermq.tools.server;

import io.ansermq.broker.rocketmq.TopicListener;
import io.ansermq.namesrv.TopicQueues;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Takes what a broker says of its topics to a name server.
 *
 * @param added hears of topics that there are, and how they look
 * @param removed hears of topics that are gone
 */
public record TopicNews(BiConsumer<String, TopicQueues> added, Consumer<String> removed) implements TopicListener {

    @Override
    public void topic(
            final String topic, final int readQueues, final int writeQueues, final int permission, final int sysFlag) {
        added.accept(topic, new TopicQueues(readQueues, writeQueues, permission, sysFlag));
    }

    @Override
    public void gone(final String topic) {
        removed.accept(topic);
    }
}
