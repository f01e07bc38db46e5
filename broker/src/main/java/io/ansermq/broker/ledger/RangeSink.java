package io.ansermq.broker.ledger;

/** Takes runs of offsets, one after the other. */
@FunctionalInterface
public interface RangeSink {
    /**
     * Takes one run.
     *
     * @param first its first offset
     * @param last its last offset, included; not below {@code first}
     */
    void range(long first, long last);
}
