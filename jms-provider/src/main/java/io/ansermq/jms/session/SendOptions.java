package io.ansermq.jms.session;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;

/** What a producer says about each message it sends. Not thread safe. */
final class SendOptions {
    private int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
    private int priority = Message.DEFAULT_PRIORITY;
    private long timeToLiveMs = Message.DEFAULT_TIME_TO_LIVE;
    private long deliveryDelayMs = Message.DEFAULT_DELIVERY_DELAY;
    private boolean disableMessageId;
    private boolean disableMessageTimestamp;

    SendOptions() {}

    /** Options for one send, with what its arguments say instead of what its producer says. */
    SendOptions(final SendOptions producer, final int deliveryMode, final int priority, final long timeToLiveMs)
            throws JMSException {
        deliveryDelayMs = producer.deliveryDelayMs;
        setDeliveryMode(deliveryMode);
        setPriority(priority);
        setTimeToLiveMs(timeToLiveMs);
    }

    int deliveryMode() {
        return deliveryMode;
    }

    void setDeliveryMode(final int mode) throws JMSException {
        if (mode != DeliveryMode.PERSISTENT && mode != DeliveryMode.NON_PERSISTENT) {
            throw new JMSException("delivery mode " + mode + " is neither PERSISTENT nor NON_PERSISTENT");
        }
        deliveryMode = mode;
    }

    int priority() {
        return priority;
    }

    void setPriority(final int newPriority) throws JMSException {
        if (newPriority < 0 || newPriority > 9) {
            throw new JMSException("priority " + newPriority + " is not between 0 and 9");
        }
        priority = newPriority;
    }

    long timeToLiveMs() {
        return timeToLiveMs;
    }

    void setTimeToLiveMs(final long timeMs) throws JMSException {
        if (timeMs < 0) {
            throw new JMSException("a time to live of " + timeMs + " ms is negative; 0 is for ever");
        }
        timeToLiveMs = timeMs;
    }

    long deliveryDelayMs() {
        return deliveryDelayMs;
    }

    void setDeliveryDelayMs(final long delayMs) throws JMSException {
        if (delayMs < 0) {
            throw new JMSException("a delivery delay of " + delayMs + " ms is negative");
        }
        deliveryDelayMs = delayMs;
    }

    /** A hint that is not taken: ids cost next to nothing here, and everything else wants them. */
    boolean disableMessageId() {
        return disableMessageId;
    }

    void setDisableMessageId(final boolean disable) {
        disableMessageId = disable;
    }

    /** A hint that is not taken: a record has a time anyway. */
    boolean disableMessageTimestamp() {
        return disableMessageTimestamp;
    }

    void setDisableMessageTimestamp(final boolean disable) {
        disableMessageTimestamp = disable;
    }
}
