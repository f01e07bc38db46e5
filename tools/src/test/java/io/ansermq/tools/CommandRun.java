package io.ansermq.tools;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** One run of the {@code anser} command inside this JVM: what it printed and its exit code. */
record CommandRun(int exitCode, String output, String errors) {

    static CommandRun of(final String... arguments) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exitCode = Anser.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    /** The lines of the error stream. */
    List<String> errorLines() {
        return errors.lines().toList();
    }
}
