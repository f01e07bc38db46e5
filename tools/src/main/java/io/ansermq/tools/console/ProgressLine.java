package io.ansermq.tools.console;

import java.io.PrintWriter;

/**
 * Shows how far something is: one line that is drawn again and again on a terminal, a line per call elsewhere. Not
 * thread safe.
 */
public final class ProgressLine {

    private static final String REDRAW = "\r\u001B[K";
    /** Set by the launcher: Java 17 itself cannot tell what its output is when the input is no terminal. */
    private static final String TERMINAL_PROPERTY = "anser.terminal";

    private final PrintWriter out;
    private final boolean redraw;
    private boolean drawn;

    /** Redraws only when told so. */
    public ProgressLine(final PrintWriter out, final boolean redraw) {
        this.out = out;
        this.redraw = redraw;
    }

    /** Whether what is printed is seen at a terminal. */
    public static boolean onTerminal() {
        return Boolean.getBoolean(TERMINAL_PROPERTY);
    }

    /** Shows the next state in place of the last one. */
    public void show(final String line) {
        if (redraw) {
            out.print(REDRAW + line);
            drawn = true;
        } else {
            out.println(line);
        }
        out.flush();
    }

    /** Leaves the last state as it stands; what is printed next begins a line of its own. */
    public void end() {
        if (drawn) {
            out.println();
            drawn = false;
        }
        out.flush();
    }
}
