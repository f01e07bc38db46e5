package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.util.List;

/** Durable, shared and other subscriptions of topics: who gets what, what stays, what is refused. */
class SubscriptionsTest extends Conformance {

    /** A way to make a consumer of a named subscription. */
    private enum Way {
        DURABLE_SUBSCRIBER(true, false) {
            @Override
            MessageConsumer consumer(final Session session, final Topic topic, final String name) throws JMSException {
                return session.createDurableSubscriber(topic, name);
            }
        },
        DURABLE_CONSUMER(true, false) {
            @Override
            MessageConsumer consumer(final Session session, final Topic topic, final String name) throws JMSException {
                return session.createDurableConsumer(topic, name);
            }
        },
        SHARED_DURABLE_CONSUMER(true, true) {
            @Override
            MessageConsumer consumer(final Session session, final Topic topic, final String name) throws JMSException {
                return session.createSharedDurableConsumer(topic, name);
            }
        },
        SHARED_CONSUMER(false, true) {
            @Override
            MessageConsumer consumer(final Session session, final Topic topic, final String name) throws JMSException {
                return session.createSharedConsumer(topic, name);
            }
        };

        final boolean durable;
        final boolean shared;

        Way(final boolean durable, final boolean shared) {
            this.durable = durable;
            this.shared = shared;
        }

        abstract MessageConsumer consumer(Session session, Topic topic, String name) throws JMSException;

        static List<Way> durable() {
            return List.of(DURABLE_SUBSCRIBER, DURABLE_CONSUMER, SHARED_DURABLE_CONSUMER);
        }

        static List<Way> unshared() {
            return List.of(DURABLE_SUBSCRIBER, DURABLE_CONSUMER);
        }

        static List<Way> shared() {
            return List.of(SHARED_DURABLE_CONSUMER, SHARED_CONSUMER);
        }
    }

    private static Session sessionOf(final Scene scene, final String clientId) throws JMSException {
        return scene.newConnection(scene.factory("jms.clientID=" + scene.name(clientId)))
                .createSession();
    }

    @Override
    protected void cases(final Cases cases) {
        beginning(cases);
        staying(cases);
        changing(cases);
        sharing(cases);
        unsubscribing(cases);
        refusing(cases);
        simplified(cases);
    }

    private static void beginning(final Cases cases) {
        cases.section("4.2.1")
                .each(
                        "%s gets what is sent after it was made, and nothing that was sent before",
                        List.of(Way.values()), (scene, way) -> {
                            scene.send(scene.topic(), "before");
                            final MessageConsumer consumer =
                                    way.consumer(sessionOf(scene, "c"), scene.topic(), scene.name("s"));
                            scene.send(scene.topic(), "after");
                            assertThat(Scene.text(consumer)).isEqualTo("after");
                            Scene.expectNone(consumer);
                        });
        cases.section("4.2.1").promise("each unshared subscription gets every message", scene -> {
            final MessageConsumer first = scene.session().createConsumer(scene.topic());
            final MessageConsumer second = scene.session().createConsumer(scene.topic());
            scene.send(scene.topic(), "a", "b");
            assertThat(Scene.texts(first, 2)).containsExactly("a", "b");
            assertThat(Scene.texts(second, 2)).containsExactly("a", "b");
        });
        cases.section("4.2.1")
                .promise("a subscription that is neither durable nor shared ends with its consumer", scene -> {
                    scene.session().createConsumer(scene.topic()).close();
                    scene.send(scene.topic(), "unseen");
                    final MessageConsumer next = scene.session().createConsumer(scene.topic());
                    Scene.expectNone(next);
                });
    }

    private static void staying(final Cases cases) {
        cases.section("4.2.2")
                .each(
                        "%s gets later what was sent while it had no consumer",
                        Way.durable(), (scene, way) -> {
                            final Session session = sessionOf(scene, "c");
                            way.consumer(session, scene.topic(), "s").close();
                            scene.send(scene.topic(), "a", "b", "c");
                            final MessageConsumer again = way.consumer(session, scene.topic(), "s");
                            assertThat(Scene.texts(again, 3)).containsExactly("a", "b", "c");
                            again.close();
                            session.unsubscribe("s");
                        });
        cases.each(
                "%s stays when its connection is closed",
                Way.durable(), (scene, way) -> {
                    final Connection first = scene.newConnection(scene.factory("jms.clientID=" + scene.name("c")));
                    way.consumer(first.createSession(), scene.topic(), "s");
                    first.close();
                    scene.send(scene.topic(), "a");
                    final Session session = sessionOf(scene, "c");
                    assertThat(Scene.text(way.consumer(session, scene.topic(), "s")))
                            .isEqualTo("a");
                });
        cases.each(
                "%s goes on behind what was acknowledged",
                Way.durable(), (scene, way) -> {
                    final Session session = sessionOf(scene, "c");
                    final MessageConsumer first = way.consumer(session, scene.topic(), "s");
                    scene.send(scene.topic(), "a", "b", "c");
                    assertThat(Scene.text(first)).isEqualTo("a");
                    first.close();
                    final MessageConsumer second = way.consumer(session, scene.topic(), "s");
                    assertThat(Scene.texts(second, 2)).containsExactly("b", "c");
                    second.close();
                    session.unsubscribe("s");
                });
        cases.section("4.2.3")
                .promise("a shared subscription that is not durable ends with its last consumer", scene -> {
                    final MessageConsumer first = scene.session().createSharedConsumer(scene.topic(), scene.name("s"));
                    final MessageConsumer second = scene.session().createSharedConsumer(scene.topic(), scene.name("s"));
                    first.close();
                    scene.send(scene.topic(), "a");
                    second.close();
                    scene.send(scene.topic(), "b");
                    final MessageConsumer third = scene.session().createSharedConsumer(scene.topic(), scene.name("s"));
                    scene.send(scene.topic(), "c");
                    assertThat(Scene.text(third)).isEqualTo("c");
                    Scene.expectNone(third);
                });
    }

    private static void changing(final Cases cases) {
        cases.section("Session.createDurableConsumer")
                .each(
                        "%s on another topic drops what the subscription had",
                        Way.durable(), (scene, way) -> {
                            final Session session = sessionOf(scene, "c");
                            way.consumer(session, scene.topic("one"), "s").close();
                            scene.send(scene.topic("one"), "dropped");
                            final MessageConsumer moved = way.consumer(session, scene.topic("two"), "s");
                            scene.send(scene.topic("one"), "not for it any more");
                            scene.send(scene.topic("two"), "for it");
                            assertThat(Scene.text(moved)).isEqualTo("for it");
                            Scene.expectNone(moved);
                            moved.close();
                            way.consumer(session, scene.topic("one"), "s").close();
                            session.unsubscribe("s");
                        });
    }

    private static void sharing(final Cases cases) {
        cases.section("4.2.3")
                .each(
                        "each message of %s goes to one of its consumers",
                        Way.shared(), (scene, way) -> {
                            final String name = scene.name("s");
                            final MessageConsumer first = way.consumer(scene.session(), scene.topic(), name);
                            final MessageConsumer second =
                                    way.consumer(scene.newConnection().createSession(), scene.topic(), name);
                            final String[] texts = new String[100];
                            for (int i = 0; i < texts.length; i++) {
                                texts[i] = String.valueOf(i);
                            }
                            scene.send(scene.topic(), texts);
                            final List<String> got = Scene.rest(first);
                            got.addAll(Scene.rest(second));
                            assertThat(got).containsExactlyInAnyOrder(texts);
                            first.close();
                            second.close();
                            if (way.durable) {
                                scene.session().unsubscribe(name);
                            }
                        });
        cases.each(
                "what a closed consumer of %s had not consumed goes to the others",
                Way.shared(), (scene, way) -> {
                    final String name = scene.name("s");
                    final MessageConsumer first = way.consumer(scene.session(), scene.topic(), name);
                    final MessageConsumer second =
                            way.consumer(scene.newConnection().createSession(), scene.topic(), name);
                    scene.send(scene.topic(), "a", "b", "c", "d");
                    first.close();
                    assertThat(Scene.texts(second, 4)).containsExactlyInAnyOrder("a", "b", "c", "d");
                    second.close();
                    if (way.durable) {
                        scene.session().unsubscribe(name);
                    }
                });
        cases.each(
                "%s of one name with and without client ID are two",
                Way.shared(), (scene, way) -> {
                    final String name = scene.name("s");
                    final Session identified = sessionOf(scene, "c");
                    final MessageConsumer first = way.consumer(identified, scene.topic(), name);
                    final MessageConsumer second = way.consumer(scene.session(), scene.topic(), name);
                    scene.send(scene.topic(), "a");
                    assertThat(Scene.text(first)).isEqualTo("a");
                    assertThat(Scene.text(second)).isEqualTo("a");
                    first.close();
                    second.close();
                    if (way.durable) {
                        identified.unsubscribe(name);
                        scene.session().unsubscribe(name);
                    }
                });
        cases.promise("a durable and another shared subscription of one name are two", scene -> {
            final String name = scene.name("s");
            final MessageConsumer durable = scene.session().createSharedDurableConsumer(scene.topic(), name, null);
            final MessageConsumer other = scene.session().createSharedConsumer(scene.topic(), name, null);
            scene.send(scene.topic(), "a");
            assertThat(Scene.text(durable)).isEqualTo("a");
            assertThat(Scene.text(other)).isEqualTo("a");
            durable.close();
            scene.session().unsubscribe(name);
        });
    }

    private static void unsubscribing(final Cases cases) {
        cases.section("Session.unsubscribe")
                .each(
                        "what waited for %s is gone when it is unsubscribed",
                        Way.durable(), (scene, way) -> {
                            final Session session = sessionOf(scene, "c");
                            way.consumer(session, scene.topic(), "s").close();
                            scene.send(scene.topic(), "a");
                            session.unsubscribe("s");
                            final MessageConsumer anew = way.consumer(session, scene.topic(), "s");
                            Scene.expectNone(anew);
                            anew.close();
                            session.unsubscribe("s");
                        });
        cases.promise("an unknown name is an invalid destination", scene -> {
            final Session session = sessionOf(scene, "c");
            assertThatThrownBy(() -> session.unsubscribe("unknown")).isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> session.unsubscribe("")).isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> session.unsubscribe(null)).isInstanceOf(InvalidDestinationException.class);
        });
        cases.promise("the name of another client's subscription is unknown", scene -> {
            final Session owner = sessionOf(scene, "c");
            owner.createDurableConsumer(scene.topic(), "s").close();
            final Session other = sessionOf(scene, "d");
            assertThatThrownBy(() -> other.unsubscribe("s")).isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> scene.session().unsubscribe("s")).isInstanceOf(InvalidDestinationException.class);
            owner.unsubscribe("s");
        });
        cases.each(
                "%s with an active consumer cannot be unsubscribed",
                Way.durable(), (scene, way) -> {
                    final Session session = sessionOf(scene, "c");
                    final MessageConsumer consumer = way.consumer(session, scene.topic(), "s");
                    assertThatThrownBy(() -> session.unsubscribe("s")).isInstanceOf(JMSException.class);
                    scene.send(scene.topic(), "still there");
                    assertThat(Scene.text(consumer)).isEqualTo("still there");
                    consumer.close();
                    session.unsubscribe("s");
                });
        cases.promise("nor can one of which a message is not acknowledged yet", scene -> {
            final Connection connection = scene.newConnection(scene.factory("jms.clientID=" + scene.name("c")));
            final Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createDurableConsumer(scene.topic(), "s");
            scene.send(scene.topic(), "a");
            final Message message = Scene.receive(consumer);
            consumer.close();
            assertThatThrownBy(() -> session.unsubscribe("s")).isInstanceOf(JMSException.class);
            message.acknowledge();
            session.close();
            connection.createSession().unsubscribe("s");
        });
        cases.promise("nor can one of which a message belongs to a transaction", scene -> {
            final Connection connection = scene.newConnection(scene.factory("jms.clientID=" + scene.name("c")));
            final Session session = connection.createSession(Session.SESSION_TRANSACTED);
            final MessageConsumer consumer = session.createDurableConsumer(scene.topic(), "s");
            scene.send(scene.topic(), "a");
            Scene.receive(consumer);
            consumer.close();
            assertThatThrownBy(() -> session.unsubscribe("s")).isInstanceOf(IllegalStateException.class);
            session.commit();
            session.unsubscribe("s");
        });
    }

    private static void refusing(final Cases cases) {
        cases.section("Session.createDurableConsumer")
                .each(
                        "%s refuses a second active consumer",
                        Way.unshared(), (scene, way) -> {
                            final Session session = sessionOf(scene, "c");
                            final MessageConsumer first = way.consumer(session, scene.topic(), "s");
                            assertThatThrownBy(() -> way.consumer(session, scene.topic(), "s"))
                                    .isInstanceOf(JMSException.class);
                            assertThatThrownBy(() -> way.consumer(session, scene.topic("other"), "s"))
                                    .isInstanceOf(JMSException.class);
                            scene.send(scene.topic(), "a");
                            assertThat(Scene.text(first)).isEqualTo("a");
                            first.close();
                            session.unsubscribe("s");
                        });
        cases.each(
                "%s needs a client ID",
                Way.unshared(),
                (scene, way) -> assertThatThrownBy(() -> way.consumer(scene.session(), scene.topic(), "s"))
                        .isInstanceOf(IllegalStateException.class));
        cases.promise("a shared and an unshared durable subscription of one name cannot be", scene -> {
            final Session session = sessionOf(scene, "c");
            session.createDurableConsumer(scene.topic(), "s").close();
            assertThatThrownBy(() -> session.createSharedDurableConsumer(scene.topic(), "s"))
                    .isInstanceOf(JMSException.class);
            session.unsubscribe("s");
            session.createSharedDurableConsumer(scene.topic(), "s").close();
            assertThatThrownBy(() -> session.createDurableConsumer(scene.topic(), "s"))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createDurableSubscriber(scene.topic(), "s"))
                    .isInstanceOf(JMSException.class);
            session.unsubscribe("s");
        });
        cases.section("Session.createSharedConsumer")
                .each(
                        "%s with active consumers cannot move to another topic",
                        Way.shared(), (scene, way) -> {
                            final String name = scene.name("s");
                            final MessageConsumer consumer = way.consumer(scene.session(), scene.topic(), name);
                            assertThatThrownBy(() -> way.consumer(scene.session(), scene.topic("other"), name))
                                    .isInstanceOf(JMSException.class);
                            consumer.close();
                            way.consumer(scene.session(), scene.topic("other"), name)
                                    .close();
                            if (way.durable) {
                                scene.session().unsubscribe(name);
                            }
                        });
        cases.section("Session.createSharedConsumer")
                .each(
                        "%s of no topic is an invalid destination",
                        List.of(Way.values()), (scene, way) -> {
                            final Session session = sessionOf(scene, "c");
                            assertThatThrownBy(() -> way.consumer(session, null, "s"))
                                    .isInstanceOf(InvalidDestinationException.class);
                        });
        cases.section("Session.createDurableConsumer")
                .each(
                        "%s needs a name",
                        List.of(Way.values()), (scene, way) -> {
                            final Session session = sessionOf(scene, "c");
                            assertThatThrownBy(() -> way.consumer(session, scene.topic(), null))
                                    .isInstanceOf(JMSException.class);
                            assertThatThrownBy(() -> way.consumer(session, scene.topic(), ""))
                                    .isInstanceOf(JMSException.class);
                        });
        cases.each(
                "a name of 128 characters of every kind is possible for %s",
                List.of(Way.values()), (scene, way) -> {
                    final Session session = sessionOf(scene, "c");
                    final String name = "aZ09_.-".repeat(19).substring(0, 128);
                    way.consumer(session, scene.topic(), name).close();
                    if (way.durable) {
                        session.unsubscribe(name);
                    }
                });
        cases.section("TopicSubscriber").promise("a subscriber knows its topic", scene -> {
            final Session session = sessionOf(scene, "c");
            final TopicSubscriber subscriber = session.createDurableSubscriber(scene.topic(), "s", null, false);
            assertThat(subscriber.getTopic()).isEqualTo(scene.topic());
            assertThat(subscriber.getNoLocal()).isFalse();
            subscriber.close();
            session.unsubscribe("s");
        });
        cases.section("TopicSession").promise("the legacy API makes and ends durable subscriptions", scene -> {
            final var connection = scene.closeLater(scene.factory().createTopicConnection());
            connection.setClientID(scene.name("c"));
            final TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            session.createDurableSubscriber(scene.topic(), "s").close();
            session.createDurableSubscriber(scene.topic(), "s", "", false).close();
            session.unsubscribe("s");
        });
    }

    private static void simplified(final Cases cases) {
        cases.section("JMSContext.createDurableConsumer")
                .promise("durable consumers of a context work alike", scene -> {
                    final JMSContext context = scene.closeLater(
                            scene.factory("jms.clientID=" + scene.name("c")).createContext());
                    context.createDurableConsumer(scene.topic(), "s").close();
                    scene.send(scene.topic(), "a");
                    final JMSConsumer consumer = context.createDurableConsumer(scene.topic(), "s", null, false);
                    assertThat(consumer.receiveBody(String.class, Scene.PATIENCE_MS))
                            .isEqualTo("a");
                    assertThatThrownBy(() -> context.createDurableConsumer(scene.topic(), "s"))
                            .isInstanceOf(JMSRuntimeException.class);
                    assertThatThrownBy(() -> context.unsubscribe("s")).isInstanceOf(JMSRuntimeException.class);
                    consumer.close();
                    context.unsubscribe("s");
                    assertThatThrownBy(() -> context.unsubscribe("s"))
                            .isInstanceOf(InvalidDestinationRuntimeException.class);
                });
        cases.promise("without client ID a durable consumer is an illegal state", scene -> assertThatThrownBy(
                        () -> scene.context().createDurableConsumer(scene.topic(), "s"))
                .isInstanceOf(IllegalStateRuntimeException.class));
        cases.section("JMSContext.createSharedConsumer").promise("shared consumers of a context share", scene -> {
            final String name = scene.name("s");
            final JMSConsumer first = scene.context().createSharedConsumer(scene.topic(), name);
            final JMSConsumer second = scene.context().createSharedConsumer(scene.topic(), name, null);
            scene.send(scene.topic(), "a");
            final String got = first.receiveBodyNoWait(String.class);
            if (got == null) {
                assertThat(second.receiveBody(String.class, Scene.PATIENCE_MS)).isEqualTo("a");
            }
            assertThat(first.receiveNoWait()).isNull();
            assertThat(second.receiveNoWait()).isNull();
        });
        cases.section("JMSContext.createSharedDurableConsumer")
                .promise("shared durable consumers of a context stay", scene -> {
                    final String name = scene.name("s");
                    final JMSContext context = scene.context();
                    context.createSharedDurableConsumer(scene.topic(), name).close();
                    scene.send(scene.topic(), "a");
                    final JMSConsumer consumer = scene.context().createSharedDurableConsumer(scene.topic(), name, null);
                    assertThat(consumer.receiveBody(String.class, Scene.PATIENCE_MS))
                            .isEqualTo("a");
                    consumer.close();
                    context.unsubscribe(name);
                });
    }
}
