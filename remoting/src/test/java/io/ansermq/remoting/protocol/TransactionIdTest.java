package io.ansermq.remoting.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionIdTest {

    @Test
    void shouldBringThePartsOfAnXidBack() {
        final byte[] longest = new byte[TransactionId.MAX_XA_PART_BYTES];
        java.util.Arrays.fill(longest, (byte) -1);
        for (final byte[] global : new byte[][] {{}, {0}, {1, -128, 127}, longest}) {
            for (final byte[] branch : new byte[][] {{}, {7}, longest}) {
                for (final int format : new int[] {0, -1, Integer.MIN_VALUE, 131_077}) {
                    final TransactionId id = TransactionId.xa(format, global, branch);
                    assertThat(id.isValid()).as(id.text()).isTrue();
                    assertThat(id.isXa()).isTrue();
                    assertThat(id.formatId()).isEqualTo(format);
                    assertThat(id.globalId()).isEqualTo(global);
                    assertThat(id.branch()).isEqualTo(branch);
                }
            }
        }
    }

    @Test
    void shouldTellTheSessionOfALocalTransactionFromItsNumber() {
        final TransactionId id = TransactionId.local(-5, 12);
        assertThat(id.isValid()).isTrue();
        assertThat(id.isLocal()).isTrue();
        assertThat(id.sequence()).isEqualTo(12);
        assertThat(id.session()).isEqualTo(TransactionId.local(-5, 13).session());
        assertThat(id.session()).isNotEqualTo(TransactionId.local(-6, 12).session());
        assertThat(TransactionId.half(1L << 47).isValid()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "L",
                "L:",
                "L:1",
                "L::",
                "L:x:1",
                "L:1:x",
                "L:1:",
                "L:12345678901234567:1",
                "L:1:-1",
                "H:",
                "H:-1",
                "H:1:2",
                "X:1:00:00",
                "X:00000000:0:00",
                "X:00000000:00",
                "X:0000000g::",
                "Y:1",
                "L:1:1234567890123456789"
            })
    void shouldKnowWhatIsNoTransaction(final String text) {
        assertThat(new TransactionId(text).isValid()).isFalse();
    }
}
