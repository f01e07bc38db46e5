package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerUriTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anser://a:1|false|false|a:1",
                "anser://a|false|false|a",
                "anser+tls://a:1,b:2|false|true|a:1,b:2",
                "anser://a:1,anser://b:2|false|false|a:1,b:2",
                "(anser://a:1,anser://b:2)|true|false|a:1,b:2",
                "(a:1,b:2)|true|false|a:1,b:2",
                "failover:(anser://a:1,anser://b:2)|true|false|a:1,b:2",
                "failover:( anser://a:1 , anser://b:2/ )|true|false|a:1,b:2",
                "failover://(anser+tls://a:1)|true|true|a:1",
                "failover:anser://a:1,anser://b:2|true|false|a:1,b:2",
                "failover:(anser://[::1]:7)|true|false|[::1]:7",
            })
    void shouldReadEveryForm(final String text, final boolean failover, final boolean encrypted, final String servers) {
        final ServerUri uri = ServerUri.parse(text);

        assertThat(ServerUri.isOne(text)).isTrue();
        assertThat(uri.failover()).isEqualTo(failover);
        assertThat(uri.encrypted()).isEqualTo(encrypted);
        assertThat(String.join(",", uri.servers())).isEqualTo(servers);
        assertThat(uri.options()).isEmpty();
        assertThat(ServerUri.parse(uri.toString())).isEqualTo(uri);
    }

    @Test
    void shouldGatherOptionsFromWhereverTheyStand() {
        final ServerUri uri = ServerUri.parse(
                "failover:(anser://a:1?x=1&y=%26,anser://b:2?x=1)?failover.nested.z=a+b&failover.reconnectDelay=5");

        assertThat(uri.options())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("x", "1", "y", "&", "z", "a+b", "failover.reconnectDelay", "5"));
        assertThat(uri.addresses())
                .containsExactly(
                        InetSocketAddress.createUnresolved("a", 1), InetSocketAddress.createUnresolved("b", 2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp://a:1|is no address",
                "failover:(tcp://a:1)|is no address",
                "a:1|is no address",
                "anser://|names no host",
                "failover:()|names no host",
                "(anser://a:1,)|names no host",
                "(anser://a:1|closing parenthesis",
                "(anser://a:1)x=y|behind the parentheses",
                "(anser://a:1,anser+tls://b:1)|mixes",
                "(anser://a:1?x=1,anser://b:1?x=2)|two values",
                "anser://a:0|is not an address",
            })
    void shouldSayWhatIsWrong(final String text, final String said) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerUri.parse(text))
                .withMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(anser://a:1?password=secret,b:x)",
                "tcp://a?password=secret",
                "(anser://a:1)?password=secret&password=b"
            })
    void shouldNeverShowAnOption(final String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerUri.parse(text))
                .satisfies(e -> assertThat(e).hasMessageNotContaining("secret"));
    }
}
