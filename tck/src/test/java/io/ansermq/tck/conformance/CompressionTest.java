package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import java.util.SplittableRandom;

/** Compressed bodies: nobody sees them but the network and the disk. */
class CompressionTest extends Conformance {
    private static final List<String> KINDS = List.of("none", "zlib", "lz4", "zstd", "ZSTD");
    private static final long SEED = 42;

    @Override
    protected void cases(final Cases cases) {
        cases.section("TextMessage")
                .each(
                        "a text that was compressed with %s arrives as it was",
                        KINDS, (scene, kind) -> {
                            final String text = "wild geese fly in a wedge. ".repeat(2_000);
                            final Session session = scene.newConnection(scene.factory("compression=" + kind))
                                    .createSession();
                            final TextMessage message = session.createTextMessage(text);
                            session.createProducer(scene.queue()).send(message);
                            assertThat(message.getText()).as("at the sender").isEqualTo(text);
                            final TextMessage received =
                                    (TextMessage) Scene.receive(scene.session().createConsumer(scene.queue()));
                            assertThat(received.getText()).isEqualTo(text);
                        });
        cases.section("BytesMessage")
                .each(
                        "a long body that was compressed with %s and stored in parts arrives as it was",
                        KINDS, (scene, kind) -> {
                            final byte[] body = new byte[3 << 20];
                            new SplittableRandom(SEED).nextBytes(body);
                            java.util.Arrays.fill(body, 0, 1 << 20, (byte) 7);
                            final Session session = scene.newConnection(scene.factory("compression=" + kind))
                                    .createSession();
                            final BytesMessage message = session.createBytesMessage();
                            message.writeBytes(body);
                            session.createProducer(scene.queue()).send(message);
                            final Message received =
                                    Scene.receive(scene.session().createConsumer(scene.queue()));
                            assertThat(received.getBody(byte[].class)).isEqualTo(body);
                        });
        cases.section("MapMessage").promise("a short body is not compressed, and arrives all the same", scene -> {
            final Session session = scene.newConnection(scene.factory("compression=zlib&minCompressedSize=1"))
                    .createSession();
            final var message = session.createMapMessage();
            message.setString("a", "x".repeat(1_000));
            session.createProducer(scene.queue()).send(message);
            final Message received = Scene.receive(session.createConsumer(scene.queue()));
            assertThat(((jakarta.jms.MapMessage) received).getString("a")).hasSize(1_000);
        });
        cases.section("ConnectionFactory")
                .promise("another kind of compression is refused, naming those there are", scene -> assertThatThrownBy(
                                () -> scene.factory("compression=rar"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("zstd"));
    }
}
