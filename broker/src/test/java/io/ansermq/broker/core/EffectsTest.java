package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EffectsTest {

    @Test
    void shouldHandOutEffectsInOrderAndOnlyBelowTheCommittedPosition() {
        final Effects effects = new Effects();
        for (int i = 0; i < 5000; i++) {
            effects.add(Effects.Kind.CONTROL, 10L * i).size = i;
        }
        assertThat(effects.peekCommitted(0)).isNull();
        for (int i = 0; i < 5000; i++) {
            assertThat(effects.peekCommitted(10L * i)).isNull();
            assertThat(effects.peekCommitted(10L * i + 1)).isNotNull().satisfies(e -> assertThat(e.position)
                    .isEqualTo(10L * e.size));
            effects.removeFirst();
        }
        assertThat(effects.isEmpty()).isTrue();
    }

    @Test
    void shouldKeepOrderWhenItGrowsWhileItsHeadIsInTheMiddle() {
        final Effects effects = new Effects();
        int added = 0;
        int removed = 0;
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 300; i++) {
                effects.add(Effects.Kind.CONTROL, added++);
            }
            for (int i = 0; i < 150; i++) {
                final Effects.Effect first = effects.peekCommitted(Long.MAX_VALUE);
                assertThat(first).isNotNull();
                assertThat(first.position).isEqualTo(removed++);
                effects.removeFirst();
            }
        }
        assertThat(effects.size()).isEqualTo(added - removed);
    }

    @Test
    void shouldTieAllOfAGroupButItsLastToTheNext() {
        final Effects effects = new Effects();
        for (int i = 0; i < 3000; i++) {
            effects.add(Effects.Kind.CONTROL, i);
            if (i >= 1000 && i % 2 == 0) {
                effects.removeFirst();
            }
        }
        final int from = effects.size();
        for (int i = 0; i < 3; i++) {
            effects.add(Effects.Kind.CONTROL, 3000 + i);
        }
        effects.tie(from);
        for (Effects.Effect e = effects.peekCommitted(Long.MAX_VALUE);
                e != null;
                e = effects.peekCommitted(Long.MAX_VALUE)) {
            assertThat(e.tied).as("effect %d", e.position).isEqualTo(e.position == 3000 || e.position == 3001);
            effects.removeFirst();
        }
    }
}
