package io.ansermq.broker.rocketmq;

/** A request that is answered with an error: RocketMQ's code and what is wrong. Carries no stack trace. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;

    RefusedException(final int code, final String text) {
        super(text, null, false, false);
        this.code = code;
    }

    int code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
