package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.List;

/** Acknowledging and recovering are per session, over all its consumers, and cumulative. */
class AcknowledgeTest extends Conformance {

    @Override
    protected void cases(final Cases cases) {
        cases.section("6.2.10").promise("recover restarts with the first unacknowledged message, in order", scene -> {
            scene.send(scene.queue(), "a", "b", "c");
            final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createConsumer(scene.queue());
            Scene.receive(consumer).acknowledge();
            assertThat(Scene.texts(consumer, 2)).containsExactly("b", "c");

            session.recover();

            final Message again = Scene.receive(consumer);
            assertThat(again.getJMSRedelivered()).isTrue();
            assertThat(again.getBody(String.class)).isEqualTo("b");
            assertThat(Scene.text(consumer)).isEqualTo("c");
            again.acknowledge();
            Scene.expectNone(consumer);
        });
        cases.each(
                "acknowledging message %s of three acknowledges all that were consumed",
                List.of(0, 1, 2), (scene, index) -> {
                    scene.send(scene.queue(), "a", "b", "c");
                    final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
                    final MessageConsumer consumer = session.createConsumer(scene.queue());
                    final List<Message> messages =
                            List.of(Scene.receive(consumer), Scene.receive(consumer), Scene.receive(consumer));

                    messages.get(index).acknowledge();

                    session.recover();
                    Scene.expectNone(consumer);
                });
    }
}
