package io.ansermq.store.inspection;

import java.util.List;

/**
 * What is in a store, and what is wrong with it.
 *
 * @param directory the data directory
 * @param segments how many segment files the log has
 * @param start the position of the log's first byte
 * @param tail where the next start goes on
 * @param durable everything below is known to have been forced
 * @param frames how many valid frames there are
 * @param messages how many messages they hold
 * @param otherRecords how many acknowledgements and other records
 * @param images how many state images are whole
 * @param imagePosition where the next start begins to read the log, or -1 without an image
 * @param queues how many queues the newest image knows
 * @param indexEntries how many of their messages the index knows
 * @param findings what is wrong
 * @param notes what is as it should be, but may be of interest
 */
public record VerifyReport(
        String directory,
        int segments,
        long start,
        long tail,
        long durable,
        long frames,
        long messages,
        long otherRecords,
        int images,
        long imagePosition,
        long queues,
        long indexEntries,
        List<Finding> findings,
        List<String> notes) {}
