package io.ansermq.tools.console;

import org.jspecify.annotations.Nullable;

/** A command ends here: the text is the one line that its user sees, the code what the shell gets. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(final int exitCode, final String line, final @Nullable Throwable cause) {
        super(line, cause);
        this.exitCode = exitCode;
    }

    /** The command line, or a file that it names, is wrong. */
    public static CommandFailure usage(final String line) {
        return new CommandFailure(ExitCode.USAGE, line, null);
    }

    /** What was asked for could not be done. */
    public static CommandFailure failed(final String line) {
        return new CommandFailure(ExitCode.FAILED, line, null);
    }

    /** The same with the reason, which {@code -Danser.trace=true} shows. */
    public static CommandFailure failed(final String line, final Throwable cause) {
        return new CommandFailure(ExitCode.FAILED, line, cause);
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }
}
