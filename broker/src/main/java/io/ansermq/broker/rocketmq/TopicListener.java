package io.ansermq.broker.rocketmq;

/** Is told which topics there are, as name servers want to know it. Called by the core agent; must be quick. */
public interface TopicListener {

    /** There is this topic, or it looks like this from now on. */
    void topic(String topic, int readQueues, int writeQueues, int permission, int sysFlag);

    /** There is no such topic any more. */
    void gone(String topic);
}
