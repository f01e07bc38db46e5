package io.ansermq.remoting.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.transport.SilenceWatch.Action;
import org.junit.jupiter.api.Test;

class SilenceWatchTest {

    private static final long START = Long.valueOf(Long.MAX_VALUE - 50); // a clock that overflows

    private final SilenceWatch watch = SilenceWatch.heartbeat(100, START);

    @Test
    void shouldPingAfterAnIntervalWithoutSending() {
        assertThat(watch.untilNextActionNs(START)).isEqualTo(100);
        assertThat(watch.act(START + 99)).isEqualTo(Action.NOTHING);
        assertThat(watch.act(START + 100)).isEqualTo(Action.PING);

        watch.sent(START + 100);

        assertThat(watch.act(START + 199)).isEqualTo(Action.NOTHING);
        assertThat(watch.act(START + 200)).isEqualTo(Action.PING);
    }

    @Test
    void shouldNotPingWhileOtherThingsAreSent() {
        watch.sent(START + 90);

        assertThat(watch.act(START + 100)).isEqualTo(Action.NOTHING);
        assertThat(watch.untilNextActionNs(START + 100)).isEqualTo(90);
    }

    @Test
    void shouldCloseAfterThreeIntervalsWithoutReceiving() {
        watch.received(START + 50);
        watch.sent(START + 340);

        assertThat(watch.act(START + 349)).isEqualTo(Action.NOTHING);
        assertThat(watch.untilNextActionNs(START + 349)).isEqualTo(1);
        assertThat(watch.act(START + 350)).isEqualTo(Action.CLOSE);
        assertThat(watch.untilNextActionNs(START + 400)).isZero();
    }

    @Test
    void shouldOnlyCloseWhenItIsAnIdleTimeout() {
        final SilenceWatch idle = SilenceWatch.idleTimeout(100, START);

        assertThat(idle.act(START + 99)).isEqualTo(Action.NOTHING);
        assertThat(idle.untilNextActionNs(START + 99)).isEqualTo(1);
        assertThat(idle.act(START + 100)).isEqualTo(Action.CLOSE);
        idle.received(START + 100);
        assertThat(idle.act(START + 199)).isEqualTo(Action.NOTHING);
    }
}
