package io.ansermq.jms.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionUriTest {

    @ParameterizedTest
    @CsvSource({
        "anser://h:1, false, false, false, h:1",
        "'anser+tls://h:1,i', false, false, true, 'h:1,i'",
        "anser://h, false, false, false, h",
        "anser://h:1/, false, false, false, h:1",
        "' anser://h:1 ', false, false, false, h:1",
        "'anser://a:1,b:2', false, false, false, 'a:1,b:2'",
        "anser://[::1]:10911, false, false, false, [::1]:10911",
        "'(anser+tls://a:1,anser+tls://b:2)', false, true, true, 'a:1,b:2'",
        "failover:(anser://a:1), false, true, false, a:1",
        "vm://local, true, false, false, local",
        "vm://local?, true, false, false, local",
    })
    void shouldReadAddresses(
            final String uri, final boolean embedded, final boolean failover, final boolean tls, final String address) {
        assertThat(ConnectionUri.parse(uri))
                .isEqualTo(new ConnectionUri(embedded, failover, tls, address, Map.of(), Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "anser://h, 0",
        "failover:(anser://h), -1",
        "(anser://h), -1",
        "anser://h?reconnectAttempts=3, 3",
        "failover:(anser://h)?failover.maxReconnectAttempts=0, 0",
        "failover:(anser://h)?maxReconnectAttempts=7&failover.nested.sendTimeout=1s, 7",
    })
    void shouldReconnectWhenTheAddressAsksForIt(final String uri, final int attempts) {
        final OptionValues values = new OptionValues();
        final ConnectionUri parsed = ConnectionUri.parse(uri);
        values.setAll(parsed.options());

        assertThat(ConnectionSettings.of(parsed, values, null, null).reconnect().attempts())
                .isEqualTo(attempts);
    }

    @Test
    void shouldReadOptionsUnderAllTheirNames() {
        final ConnectionUri uri = ConnectionUri.parse("anser://h?user=ann&jms.clientID=me&jms.prefetchPolicy.all=5"
                + "&consumerWindowSize=64KiB&callTimeout=2m&transport.connectTimeout=250&&");

        assertThat(uri.options())
                .containsOnly(
                        Map.entry(Option.USER_NAME, "ann"),
                        Map.entry(Option.CLIENT_ID, "me"),
                        Map.entry(Option.PREFETCH, "5"),
                        Map.entry(Option.PREFETCH_BYTES, "64KiB"),
                        Map.entry(Option.REQUEST_TIMEOUT, "2m"),
                        Map.entry(Option.CONNECT_TIMEOUT, "250"));
    }

    @Test
    void shouldGiveTheBrokerItsOptions() {
        final ConnectionUri uri =
                ConnectionUri.parse("vm://local?create=false&broker.data=%2Ftmp%2Fx&broker.flush=sync");

        assertThat(uri.options()).containsOnly(Map.entry(Option.CREATE, "false"));
        assertThat(uri.brokerOptions()).containsOnly(Map.entry("data", "/tmp/x"), Map.entry("flush", "sync"));
    }

    @ParameterizedTest
    @CsvSource({"a%26b%25c, a&b%c", "a+b, a+b", "%C3%BC, ü", "100%, 100%", "%zz, %zz", "a=b, a=b"})
    void shouldDecodeValues(final String written, final String expected) {
        assertThat(ConnectionUri.parse("anser://h?password=" + written).options())
                .containsEntry(Option.PASSWORD, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp://h:1|anser://host:port",
                "h:1|anser://host:port",
                "''|anser://host:port",
                "anser://|no host",
                "vm://?create=false|no broker",
                "failover:(vm://h)|anser://host:port",
                "failover:(anser://h:1)?maxReconnectAttempts=-2|'maxReconnectAttempts'",
                "failover:(anser://h:1)?reconnectBackOffMultiplier=0.5|a number from 1 on",
                "anser://h?noSuchOption=1|'noSuchOption'",
                "anser://h?prefech=1|did you mean 'prefetch'",
                "anser://h?Sendtimeout=1|did you mean 'sendTimeout'",
                "anser://h?prefetch=-1|'prefetch'",
                "anser://h?prefetch=many|a number from 0 on",
                "anser://h?prefetch=|'prefetch'",
                "anser://h?strictAck=yes|true or false",
                "anser://h?sendTimeout=soon|500ms",
                "anser://h?sendTimeout=99999999h|'sendTimeout'",
                "anser://h?prefetchBytes=1XB|64KiB",
                "anser://h?type=WHAT|QUEUE_CF",
                "anser://h?broker.data=x|vm://",
                "anser://h?create=false|vm://",
            })
    void shouldNameWhatIsWrong(final String uri, final String named) {
        assertThatThrownBy(() -> ConnectionUri.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"anser://h?password=secret&wrong=1", "tcp://h?password=secret", "anser://h?password=secret"})
    void shouldKeepSecrets(final String uri) {
        try {
            assertThat(ConnectionUri.parse(uri).toString()).isEqualTo("anser://h");
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageNotContaining("secret");
        }
    }
}
