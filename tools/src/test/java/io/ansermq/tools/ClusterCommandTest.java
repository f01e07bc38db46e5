package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.BrokerOptions;
import io.ansermq.namesrv.BrokerInfo;
import io.ansermq.namesrv.NameServer;
import io.ansermq.tools.console.ExitCode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code anser cluster} with a real name server that takes encrypted connections only. */
class ClusterCommandTest {

    private static final Path CERTIFICATES = Path.of("../remoting/src/test/resources/tls");

    @Test
    void shouldListClustersOverAnEncryptedConnection() throws Exception {
        final BrokerOptions options = BrokerOptions.builder()
                .set("tls", "required")
                .set("tls-key-store", CERTIFICATES.resolve("server.p12").toString())
                .set("tls-key-store-password", "secret")
                .build();
        try (NameServer server = NameServer.start("127.0.0.1", 0, options.encryption())) {
            final var unused = server.register(BrokerInfo.master("shop", "broker-a", "127.0.0.1:10911"), Map.of());
            final String address = "127.0.0.1:" + server.port();
            final String trusting = "?trustStore=" + CERTIFICATES.resolve("authority.pem");

            final CommandRun encrypted = list("anser+tls://" + address + trusting);
            assertThat(encrypted.errors()).isEmpty();
            assertThat(encrypted.output()).containsPattern("shop +broker-a +0 +127.0.0.1:10911");

            assertThat(list("anser+tls://" + address).errors()).contains("TLS");
            assertThat(list(address).exitCode()).isEqualTo(ExitCode.FAILED);
        }
    }

    @Test
    void shouldSayWhatAnAddressLooksLike() {
        assertThat(list("localhost").errorLines()).singleElement().asString().contains("is not host:port");
        assertThat(list("vm://localhost").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    private static CommandRun list(final String nameServer) {
        return CommandRun.of("cluster", "list", "--namesrv", nameServer);
    }
}
