package io.ansermq.store.inspection;

import java.util.List;

/**
 * What was saved of a store, and what was not.
 *
 * @param from the damaged directory
 * @param to the new one
 * @param messages how many messages the copied log holds
 * @param imagesKept how many state images were copied
 * @param lost what is missing in the copy, in the order of the log
 * @param notes what else the next start will do differently
 */
public record SalvageReport(
        String from, String to, long messages, int imagesKept, List<LostRange> lost, List<String> notes) {
    /**
     * A range of the log that was lost.
     *
     * @param segment the file that it stood in, or "log" when that is missing too
     * @param position where it starts in the log
     * @param end where it ends
     * @param messages the messages in it, as far as they can be made out
     * @param otherBytes the rest: damaged beyond recognition, or acknowledgements and other records
     */
    public record LostRange(String segment, long position, long end, List<LostMessage> messages, long otherBytes) {}

    /**
     * A message that was lost, as the damaged bytes describe it.
     *
     * @param topic the topic text of its destination
     * @param queueId its lane
     * @param offset its offset in the lane
     * @param position where it stood in the log
     * @param size its length
     */
    public record LostMessage(String topic, int queueId, long offset, long position, int size) {}
}
