package io.ansermq.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ReceiptsTest {

    @Test
    void shouldTellWhatCameTwiceFromWhatCame() {
        final Receipts receipts = new Receipts(4);

        receipts.note(0);
        receipts.note(3);
        receipts.note(3);
        receipts.note(3);

        assertThat(receipts.received()).isEqualTo(2);
        assertThat(receipts.doubled()).isEqualTo(2);
        assertThat(receipts.expected()).isEqualTo(4);
    }

    @Test
    void shouldRefuseANumberThatWasNeverSent() {
        final Receipts receipts = new Receipts(4);

        assertThatThrownBy(() -> receipts.note(4)).hasMessageContaining("message 4");
        assertThatThrownBy(() -> receipts.note(-1)).hasMessageContaining("message -1");
    }
}
