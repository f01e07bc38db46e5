package io.ansermq.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.ledger.GroupOffsets.Key;
import io.ansermq.broker.ledger.GroupOffsets.Unrecorded;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class GroupOffsetsTest {

    private static final Key KEY = new Key("g", "t");
    private final GroupOffsets offsets = new GroupOffsets();

    @Test
    void shouldAnswerWithWhatWasToldLast() {
        assertThat(offsets.offset("g", "t", 0)).isEqualTo(GroupOffsets.NONE);

        offsets.tell("g", "t", 2, 7);
        offsets.tell("g", "t", 2, 5);

        assertThat(offsets.offset("g", "t", 2)).isEqualTo(5);
        assertThat(offsets.offset("g", "t", 1)).isEqualTo(GroupOffsets.NONE);
    }

    @Test
    void shouldRecordAnOffsetOnceHoweverOftenItWasTold() {
        offsets.tell("g", "t", 0, 1);
        offsets.tell("g", "t", 0, 2);

        assertThat(offsets.nextUnrecorded()).isEqualTo(new Unrecorded(KEY, 0, 2));
        offsets.recorded();
        assertThat(offsets.nextUnrecorded()).isNull();
    }

    @Test
    void shouldNotGoBackToARecordThatIsOlderThanWhatWasTold() {
        offsets.tell("g", "t", 0, 9);
        offsets.apply("g", "t", 0, 4);

        assertThat(offsets.offset("g", "t", 0)).isEqualTo(9);
    }

    @Test
    void shouldForget() {
        offsets.apply("g", "t", 0, 4);
        offsets.forget("g", "t");

        assertThat(offsets.offset("g", "t", 0)).isEqualTo(GroupOffsets.NONE);
        assertThat(offsets.keys()).isEmpty();
        assertThat(offsets.nextUnrecorded()).isEqualTo(new Unrecorded(KEY, 0, GroupOffsets.NONE));
    }

    @Test
    void shouldBeTheSameOutOfAnImage() {
        offsets.apply("g", "t", 1, 4);
        final GroupOffsets loaded = new GroupOffsets();
        loaded.load(ByteBuffer.wrap(offsets.encode(KEY)));

        assertThat(loaded.offset("g", "t", 1)).isEqualTo(4);
        assertThat(loaded.offset("g", "t", 0)).isEqualTo(GroupOffsets.NONE);
    }
}
