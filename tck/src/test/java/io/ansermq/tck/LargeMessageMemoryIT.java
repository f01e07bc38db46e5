package io.ansermq.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.tck.process.ClassPath;
import io.ansermq.tck.process.ClientProcess;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.JavaProcess;
import io.ansermq.tck.process.ServerProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A message of 100 MiB through processes whose memory has no room for a second copy of it: the server's heap and direct
 * memory are smaller than the message, the receiver's heap holds it once, the sender's once besides the application's own.
 */
class LargeMessageMemoryIT {
    private static final Duration DONE_WITHIN = Duration.ofMinutes(3);
    private static final String SIZE_MIB = "100";

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @Test
    void shouldNeedNoSecondCopyOfALargeMessageAnywhere() {
        final ServerProcess server = ServerProcess.with(evidence)
                .jvm("-Xmx64m", "-XX:MaxDirectMemorySize=64m")
                .set("staging-size", "9MiB")
                .start();
        final ClassPath classPath = ClassPath.server().withFirst(ClientProcess.programs(evidence, server.uri()));

        System.out.println(run(classPath, "send", "-Xmx240m"));
        System.out.println(run(classPath, "receive", "-Xmx132m"));
    }

    private String run(final ClassPath classPath, final String what, final String heap) {
        final JavaProcess program = JavaProcess.start(
                evidence,
                what,
                List.of(heap, "-XX:MaxDirectMemorySize=16m"),
                classPath,
                "io.ansermq.tck.program.LargeMessage",
                List.of("large", what, SIZE_MIB));
        assertThat(program.awaitExit(DONE_WITHIN)).as(program::tail).isZero();
        return program.awaitLine("OK", Duration.ZERO);
    }
}
