/**
 * What all commands share on their way to the person at the terminal: one-line failures with exit codes, "did you mean",
 * a progress line, plain text tables and JSON.
 */
@NullMarked
package io.ansermq.tools.console;

import org.jspecify.annotations.NullMarked;
