/**
 * Programs as a user writes them: {@code jakarta.jms} and JNDI, and not one class of ours. Tests run them in JVMs of
 * their own, with the provider and a {@code jndi.properties} on the class path; {@code ProgramsTest} holds the wall.
 *
 * <p>Each prints one line that begins with {@code OK} when all was as it should be, and ends with a stack trace and
 * exit code 1 when not.
 */
@NullMarked
package io.ansermq.tck.program;

import org.jspecify.annotations.NullMarked;
