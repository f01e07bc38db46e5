package io.ansermq.tools.console;

/** What a command hands back to the shell; {@code docs/guide/server.md} lists these numbers. */
public final class ExitCode {
    /** Everything that was asked for was done. */
    public static final int OK = 0;
    /** Something could not be done; one line on the error stream says what and how to go on. */
    public static final int FAILED = 1;
    /** The command line or a properties file is wrong: nothing was begun. */
    public static final int USAGE = 2;
    /** A running broker gave up by itself, because it could no longer keep what it had promised. */
    public static final int BROKER_STOPPED = 3;

    private ExitCode() {}
}
