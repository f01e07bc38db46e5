package io.ansermq.broker.core;

/** A command that is code of its own: what a RocketMQ client asks for. Runs once, on the core agent. */
@FunctionalInterface
public interface CoreTask {
    /** Does it. Must be quick and must not throw for anything that a client said. */
    void run(long nowEpochMs);
}
