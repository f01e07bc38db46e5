package io.ansermq.remoting.protocol;

import java.util.HexFormat;

/**
 * The name of a transaction, the same on the wire, in the log and for people:
 *
 * <pre>
 *   L:session:sequence          of one session of a client: a random number in hex, and a count
 *   X:format:global:branch      of a transaction manager: the parts of an Xid, in hex
 *   H:position                  of one half message of a RocketMQ producer: where it stands in the log
 * </pre>
 *
 * @param text one of these; {@link #isValid} says whether it is
 */
public record TransactionId(String text) {

    /** The longest part of an Xid, in bytes, as {@code javax.transaction.xa.Xid} has it. */
    public static final int MAX_XA_PART_BYTES = 64;

    private static final int MAX_LENGTH = 2 + 8 + 1 + 4 * MAX_XA_PART_BYTES + 1;
    private static final HexFormat HEX = HexFormat.of();

    /** A transaction of a session that is known to nobody else. */
    public static TransactionId local(final long session, final long sequence) {
        return new TransactionId("L:" + Long.toHexString(session) + ':' + sequence);
    }

    /** A branch of a transaction manager's transaction. */
    public static TransactionId xa(final int formatId, final byte[] globalId, final byte[] branch) {
        return new TransactionId(
                "X:" + HEX.toHexDigits(formatId) + ':' + HEX.formatHex(globalId) + ':' + HEX.formatHex(branch));
    }

    /** The transaction that is one half message. */
    public static TransactionId half(final long position) {
        return new TransactionId("H:" + position);
    }

    /** Whether this is a branch of a transaction manager's transaction. */
    public boolean isXa() {
        return text.startsWith("X:");
    }

    /** Whether this is a transaction of a client's session. */
    public boolean isLocal() {
        return text.startsWith("L:");
    }

    /** Of a local transaction: all but the count, which all transactions of its session have in common. */
    public String session() {
        return text.substring(0, text.lastIndexOf(':'));
    }

    /** Of a local transaction: its number in its session. */
    public long sequence() {
        return Long.parseLong(text, text.lastIndexOf(':') + 1, text.length(), 10);
    }

    /** Of a branch: its format. */
    public int formatId() {
        return HexFormat.fromHexDigits(text, 2, 10);
    }

    /** Of a branch: its global part. */
    public byte[] globalId() {
        return HEX.parseHex(text, 11, text.lastIndexOf(':'));
    }

    /** Of a branch: its qualifier. */
    public byte[] branch() {
        return HEX.parseHex(text, text.lastIndexOf(':') + 1, text.length());
    }

    /** Whether the text has one of the three forms. */
    public boolean isValid() {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        final String[] parts = text.split(":", -1);
        return switch (parts[0]) {
            case "L" -> parts.length == 3 && isHex(parts[1], 16) && isNumber(parts[2]);
            case "H" -> parts.length == 2 && isNumber(parts[1]);
            case "X" ->
                parts.length == 4
                        && parts[1].length() == 8
                        && isHex(parts[1], 8)
                        && isBytes(parts[2])
                        && isBytes(parts[3]);
            default -> false;
        };
    }

    private static boolean isBytes(final String hex) {
        return hex.length() % 2 == 0 && isHex(hex, 2 * MAX_XA_PART_BYTES);
    }

    private static boolean isHex(final String digits, final int most) {
        return digits.length() <= most && digits.chars().allMatch(HexFormat::isHexDigit);
    }

    private static boolean isNumber(final String digits) {
        return !digits.isEmpty()
                && digits.length() <= 18
                && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    }

    @Override
    public String toString() {
        return text;
    }
}
