package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final SerialExecutor executor = new SerialExecutor("test", pool::add);
    private final List<String> done = new ArrayList<>();

    @Test
    void shouldRunTasksInOrderOnOneThreadOfThePool() {
        executor.execute(() -> done.add("a"));
        executor.execute(() -> done.add("b"));
        assertThat(pool).hasSize(1);

        pool.remove().run();
        executor.execute(() -> done.add("c"));
        pool.remove().run();

        assertThat(done).containsExactly("a", "b", "c");
        assertThat(pool).isEmpty();
    }

    @Test
    void shouldNotLeaveAnInterruptionToTheNextTask() {
        executor.execute(() -> Thread.currentThread().interrupt());
        executor.execute(() -> done.add("interrupted: " + Thread.currentThread().isInterrupted()));

        pool.remove().run();

        assertThat(done).containsExactly("interrupted: false");
    }
}
