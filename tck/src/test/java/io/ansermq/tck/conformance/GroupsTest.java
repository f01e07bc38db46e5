package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Message groups: what JMSXGroupID and JMSXGroupSeq mean to this provider. */
class GroupsTest extends Conformance {

    private static void exclusive(final Cases cases) {
        cases.section("4.1.2").promise("the first consumer of an exclusive queue gets all, until it closes", scene -> {
            final Session session = scene.session();
            final Queue queue = session.createQueue("only-one." + scene.name("queue"));
            final MessageConsumer first = scene.session().createConsumer(queue);
            final MessageConsumer second = scene.session().createConsumer(queue);
            final MessageConsumer third = scene.session().createConsumer(queue, "JMSPriority > 0");
            scene.send(queue, "a", "b", "c", "d");
            assertThat(Scene.texts(first, 3)).containsExactly("a", "b", "c");
            Scene.expectNone(second);
            Scene.expectNone(third);
            first.close();
            assertThat(Scene.text(second)).isEqualTo("d");
            second.close();
            scene.send(queue, "e");
            assertThat(Scene.text(third)).isEqualTo("e");
        });
    }

    private static void send(final Scene scene, final int perGroup, final String... groups) throws Exception {
        final Session session = scene.session();
        final MessageProducer producer = session.createProducer(scene.queue());
        for (int i = 0; i < perGroup; i++) {
            for (final String group : groups) {
                final Message message = session.createTextMessage(group + i);
                message.setStringProperty("JMSXGroupID", group);
                message.setIntProperty("JMSXGroupSeq", i + 1);
                producer.send(message);
            }
        }
        session.close();
    }

    @Override
    protected Map<String, String> brokerOptions() {
        return Map.of("exclusive.only-one.*", "true");
    }

    @Override
    protected void cases(final Cases cases) {
        exclusive(cases);
        cases.section("3.5.9")
                .promise("group and sequence number arrive as they were sent", scene -> {
                    send(scene, 2, "g");
                    final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                    for (int i = 1; i <= 2; i++) {
                        final Message message = Scene.receive(consumer);
                        assertThat(message.getStringProperty("JMSXGroupID")).isEqualTo("g");
                        assertThat(message.getIntProperty("JMSXGroupSeq")).isEqualTo(i);
                    }
                })
                .promise("each group goes to one of two consumers, in order", scene -> {
                    final List<MessageConsumer> consumers = List.of(
                            scene.session().createConsumer(scene.queue()),
                            scene.session().createConsumer(scene.queue()));
                    send(scene, 50, "a", "b", "c", "d", "e");
                    final Map<String, Integer> owners = new HashMap<>();
                    final Map<String, List<String>> seen = new HashMap<>();
                    int count = 0;
                    for (int turn = 0; count < 250; turn++) {
                        final Message message = consumers.get(turn % 2).receiveNoWait();
                        if (message != null) {
                            final String group = message.getStringProperty("JMSXGroupID");
                            assertThat(owners.merge(group, turn % 2, (old, now) -> old))
                                    .isEqualTo(turn % 2);
                            seen.computeIfAbsent(group, key -> new ArrayList<>())
                                    .add(((TextMessage) message).getText());
                            count++;
                        }
                    }
                    seen.forEach((group, texts) -> {
                        for (int i = 0; i < 50; i++) {
                            assertThat(texts.get(i)).isEqualTo(group + i);
                        }
                    });
                })
                .promise("a group whose consumer closes goes on with another, in order", scene -> {
                    final Session first = scene.session(Session.CLIENT_ACKNOWLEDGE);
                    final MessageConsumer owner = first.createConsumer(scene.queue());
                    send(scene, 10, "g");
                    final Message one = Scene.receive(owner);
                    one.acknowledge();
                    final MessageConsumer next = scene.session().createConsumer(scene.queue());
                    Scene.expectNone(next);
                    first.close();
                    assertThat(Scene.texts(next, 9))
                            .containsExactly("g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9");
                })
                .promise("a busy group does not hold up others", scene -> {
                    final Session busy =
                            scene.newConnection(scene.factory("prefetch=1")).createSession();
                    final MessageConsumer owner = busy.createConsumer(scene.queue());
                    send(scene, 3, "slow");
                    assertThat(Scene.text(owner)).isEqualTo("slow0");
                    final MessageConsumer other = scene.session().createConsumer(scene.queue());
                    send(scene, 3, "quick");
                    assertThat(Scene.texts(other, 3)).containsExactly("quick0", "quick1", "quick2");
                    assertThat(Scene.texts(owner, 2)).containsExactly("slow1", "slow2");
                });
    }
}
