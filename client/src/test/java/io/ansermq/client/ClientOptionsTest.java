package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientOptionsTest {

    @Test
    void shouldLeadToTheLocalBrokerByDefault() {
        final ClientOptions options = ClientOptions.builder().build();
        assertThat(options.addresses()).containsExactly(InetSocketAddress.createUnresolved("127.0.0.1", 10911));
        assertThat(options.connectTimeoutMs()).isEqualTo(10_000);
        assertThat(options.requestTimeoutMs()).isEqualTo(30_000);
        assertThat(options.sendTimeoutMs()).isEqualTo(30_000);
        assertThat(options.clientId()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "broker:1234, broker, 1234",
        "broker, broker, 10911",
        "10.0.0.1:1, 10.0.0.1, 1",
        "[::1]:99, ::1, 99",
        "[fe80::1], fe80::1, 10911"
    })
    void shouldReadAnAddress(final String text, final String host, final int port) {
        assertThat(ClientOptions.parse(text)).isEqualTo(InetSocketAddress.createUnresolved(host, port));
    }

    @Test
    void shouldKeepTheOrderOfSeveralAddresses() {
        assertThat(ClientOptions.builder()
                        .addresses("a:1, b:2")
                        .address("c", 3)
                        .build()
                        .addresses())
                .containsExactly(
                        InetSocketAddress.createUnresolved("a", 1),
                        InetSocketAddress.createUnresolved("b", 2),
                        InetSocketAddress.createUnresolved("c", 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:", ":1", "a:0", "a:65536", "a:b", "a:1,", "::1", "[]:1"})
    void shouldNameWhatIsNoAddress(final String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientOptions.builder().addresses(text))
                .withMessageContaining("is not an address");
    }

    @Test
    void shouldRefuseToWaitForNoTime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientOptions.builder().sendTimeoutMs(0))
                .withMessageContaining("sendTimeoutMs");
    }
}
