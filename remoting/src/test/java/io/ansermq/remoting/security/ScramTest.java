package io.ansermq.remoting.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.security.Scram.Exchange;
import io.ansermq.remoting.security.Scram.Keys;
import io.ansermq.remoting.security.Scram.Verifier;
import org.junit.jupiter.api.Test;

class ScramTest {

    private final Verifier kept = Scram.verifier("secret", 100);
    private final Exchange exchange = new Exchange("ann", kept.salt(), 100, Scram.nonce(), Scram.nonce());
    private final Keys keys = Scram.keys("secret", kept.salt(), 100);

    /** The example of RFC 7677, section 3: user "user", password "pencil". */
    @Test
    void shouldSayWhatTheExampleOfTheStandardSays() {
        final Keys pencil = Scram.keys("pencil", "W22ZaJ0SNY7soEsUEjb6gQ==", 4096);
        final Verifier verifier = new Verifier(
                "W22ZaJ0SNY7soEsUEjb6gQ==",
                4096,
                "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=",
                "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
        final Exchange example =
                new Exchange("user", verifier.salt(), 4096, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "rOprNGfwEbeRWgbNEkqO");

        assertThat(pencil.proof(example)).isEqualTo("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertThat(Scram.signature(verifier, example)).isEqualTo("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assertThat(Scram.isProof(verifier, example, pencil.proof(example))).isTrue();
    }

    @Test
    void shouldRefuseANonceThatLooksLikeTwoFields() {
        final Exchange tricky = new Exchange("ann", kept.salt(), 100, Scram.nonce(), "a,r=b");
        assertThat(Scram.isProof(kept, tricky, keys.proof(tricky))).isFalse();
    }

    @Test
    void shouldTakeTheProofOfThePasswordAlone() {
        assertThat(Scram.isProof(kept, exchange, keys.proof(exchange))).isTrue();
        assertThat(Scram.isProof(
                        kept, exchange, Scram.keys("Secret", kept.salt(), 100).proof(exchange)))
                .isFalse();
        assertThat(Scram.isProof(kept, exchange, "")).isFalse();
        assertThat(Scram.isProof(kept, exchange, "no base64!")).isFalse();
    }

    @Test
    void shouldNotTakeAProofAgain() {
        final Exchange next = new Exchange("ann", kept.salt(), 100, Scram.nonce(), exchange.clientNonce());
        assertThat(Scram.isProof(kept, next, keys.proof(exchange))).isFalse();
        assertThat(keys.isServer(next, Scram.signature(kept, exchange))).isFalse();
    }

    @Test
    void shouldGiveOnePasswordAnotherSaltEachTime() {
        assertThat(Scram.verifier("secret", 100).storedKey()).isNotEqualTo(kept.storedKey());
    }

    @Test
    void shouldRefuseToComputeForEver() {
        assertThatThrownBy(() -> Scram.keys("x", kept.salt(), Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scram.keys("x", "no base64!", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTakeAnyPassword() {
        for (final String password : new String[] {"", " ", "\u20ac \ud83e\udd86", "x".repeat(10_000)}) {
            final Verifier verifier = Scram.verifier(password, 2);
            final Exchange any = new Exchange("u", verifier.salt(), 2, "a", "b");
            assertThat(Scram.isProof(
                            verifier,
                            any,
                            Scram.keys(password, verifier.salt(), 2).proof(any)))
                    .isTrue();
        }
    }
}
