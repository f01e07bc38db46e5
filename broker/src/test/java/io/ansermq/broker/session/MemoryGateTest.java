package io.ansermq.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryGateTest {

    private final List<String> woken = new ArrayList<>();
    private final MemoryGate gate = new MemoryGate(100);

    @Test
    void shouldBeOpenUpToTheLimit() {
        gate.add(100);
        assertThat(gate.isFull(() -> woken.add("never"))).isFalse();
        gate.remove(100);
        assertThat(woken).isEmpty();
    }

    @Test
    void shouldWakeWhoeverFoundItFullOnceHalfOfItIsFree() {
        gate.add(101);
        assertThat(gate.isFull(() -> woken.add("a"))).isTrue();
        assertThat(gate.isFull(() -> woken.add("b"))).isTrue();
        gate.remove(40);
        assertThat(woken).isEmpty();
        gate.remove(11);
        assertThat(woken).containsExactly("a", "b");
        gate.remove(50);
        assertThat(woken).as("each is woken once").hasSize(2);
    }
}
