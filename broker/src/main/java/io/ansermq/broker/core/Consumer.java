package io.ansermq.broker.core;

/** One consumer of a client with its credit. Owned by the core agent. */
final class Consumer {
    /** Broker-wide number, the lease holder in ledgers. */
    final int id;
    /** The number its client gave it. */
    final int number;

    final ClientLink link;
    final SubscriptionState subscription;

    /** Where its messages come from. Set by the feed it joins. */
    Feed feed;

    private int creditMessages;
    private long creditBytes;
    private long lastTag;
    private long handedTag;
    /** Sizes of the deliveries above {@link #handedTag}, by tag; the credit the client granted bounds their number. */
    private int[] sizes = new int[16];

    Consumer(final int id, final int number, final ClientLink link, final SubscriptionState subscription) {
        this.id = id;
        this.number = number;
        this.link = link;
        this.subscription = subscription;
        feed = subscription.plain;
    }

    /** A consumer may overdraw its bytes by one message, so that a message larger than the window still flows. */
    boolean hasCredit() {
        return creditMessages > 0 && creditBytes > 0;
    }

    void grant(final int messages, final long bytes) {
        creditMessages = (int) Math.min(Integer.MAX_VALUE, (long) creditMessages + messages);
        creditBytes = Math.min(Long.MAX_VALUE / 2, creditBytes + bytes);
    }

    /** Replaces the credit there is: for a consumer that asks for each message. */
    void limit(final int messages, final long bytes) {
        creditMessages = messages;
        creditBytes = bytes;
    }

    /** The tag of the next delivery. */
    long nextTag() {
        return lastTag + 1;
    }

    void delivered(final int bytes) {
        if (lastTag - handedTag == sizes.length) {
            growSizes();
        }
        lastTag++;
        sizes[(int) lastTag & (sizes.length - 1)] = bytes;
        creditMessages--;
        creditBytes -= bytes;
    }

    /** Everything delivered was given back: what the application had not been given yet returns its credit. */
    void released() {
        for (long tag = handedTag + 1; tag <= lastTag; tag++) {
            grant(1, sizes[(int) tag & (sizes.length - 1)]);
        }
        handedTag = lastTag;
    }

    /** What was delivered and not seen was given back, and all credit with it: nothing comes until there is some again. */
    void rest() {
        limit(0, 0);
        handedTag = lastTag;
    }

    private void growSizes() {
        final int[] larger = new int[sizes.length * 2];
        for (long tag = handedTag + 1; tag <= lastTag; tag++) {
            larger[(int) tag & (larger.length - 1)] = sizes[(int) tag & (sizes.length - 1)];
        }
        sizes = larger;
    }

    /** The tag of the last delivery that the application was given, as far as the client told. */
    long handedTag() {
        return handedTag;
    }

    void handed(final long tag) {
        if (tag > handedTag && tag <= lastTag) {
            handedTag = tag;
        }
    }
}
