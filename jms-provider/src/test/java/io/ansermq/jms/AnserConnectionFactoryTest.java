package io.ansermq.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAQueueConnectionFactory;
import jakarta.jms.XATopicConnectionFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.junit.jupiter.api.Test;

class AnserConnectionFactoryTest {

    @Test
    void shouldBeEveryKindOfFactory() {
        assertThat(new AnserConnectionFactory())
                .isInstanceOf(ConnectionFactory.class)
                .isInstanceOf(QueueConnectionFactory.class)
                .isInstanceOf(TopicConnectionFactory.class)
                .isInstanceOf(XAConnectionFactory.class)
                .isInstanceOf(XAQueueConnectionFactory.class)
                .isInstanceOf(XATopicConnectionFactory.class);
    }

    @Test
    void shouldBeginWithTheDefaults() {
        final AnserConnectionFactory factory = new AnserConnectionFactory();

        assertThat(factory.getBrokerURL()).isEqualTo("anser://127.0.0.1:10911");
        assertThat(factory.getUserName()).isNull();
        assertThat(factory.getPassword()).isNull();
        assertThat(factory.getClientID()).isNull();
        assertThat(factory.getConnectTimeout()).isEqualTo(10_000);
        assertThat(factory.getRequestTimeout()).isEqualTo(30_000);
        assertThat(factory.getSendTimeout()).isEqualTo(30_000);
        assertThat(factory.getPrefetch()).isEqualTo(256);
        assertThat(factory.getQueuePrefetch()).isEqualTo(256);
        assertThat(factory.getTopicPrefetch()).isEqualTo(256);
        assertThat(factory.getPrefetchBytes()).isEqualTo(1 << 20);
        assertThat(factory.isStrictAck()).isFalse();
        assertThat(factory.isBlockOnDurableSend()).isTrue();
        assertThat(factory.isBlockOnNonDurableSend()).isFalse();
        assertThat(factory.getDeserializationAllowList()).isEmpty();
        assertThat(factory.getDeserializationDenyList()).isEmpty();
        assertThat(factory.isValidatePropertyNames()).isTrue();
        assertThat(factory.isCreate()).isTrue();
        assertThat(factory.getType()).isEqualTo("CF");
    }

    @Test
    void shouldTakeEveryOptionByItsSetter() {
        final AnserConnectionFactory factory = new AnserConnectionFactory();
        factory.setBrokerURL("vm://x");
        factory.setUser("ann");
        factory.setPassword("secret");
        factory.setClientID("me");
        factory.setConnectTimeout(1);
        factory.setRequestTimeout(2);
        factory.setSendTimeout(3);
        factory.setPrefetch(4);
        factory.setTopicPrefetch(5);
        factory.setPrefetchBytes(6);
        factory.setStrictAck(true);
        factory.setBlockOnDurableSend(false);
        factory.setBlockOnNonDurableSend(true);
        factory.setDeserializationAllowList("a");
        factory.setDeserializationDenyList("b");
        factory.setValidatePropertyNames(false);
        factory.setCreate(false);
        factory.setType("XA_CF");
        factory.setOption("queuePrefetch", "7");

        assertThat(factory.getBrokerURL()).isEqualTo("vm://x");
        assertThat(factory.getUser()).isEqualTo("ann");
        assertThat(factory.getPassword()).isEqualTo("secret");
        assertThat(factory.getClientID()).isEqualTo("me");
        assertThat(factory.getConnectTimeout()).isEqualTo(1);
        assertThat(factory.getRequestTimeout()).isEqualTo(2);
        assertThat(factory.getSendTimeout()).isEqualTo(3);
        assertThat(factory.getPrefetch()).isEqualTo(4);
        assertThat(factory.getTopicPrefetch()).isEqualTo(5);
        assertThat(factory.getPrefetchBytes()).isEqualTo(6);
        assertThat(factory.getQueuePrefetch()).isEqualTo(7);
        assertThat(factory.isStrictAck()).isTrue();
        assertThat(factory.isBlockOnDurableSend()).isFalse();
        assertThat(factory.isBlockOnNonDurableSend()).isTrue();
        assertThat(factory.getDeserializationAllowList()).isEqualTo("a");
        assertThat(factory.getDeserializationDenyList()).isEqualTo("b");
        assertThat(factory.isValidatePropertyNames()).isFalse();
        assertThat(factory.isCreate()).isFalse();
        assertThat(factory.getType()).isEqualTo("XA_CF");
        factory.setUserName(null);
        assertThat(factory.getUserName()).isNull();
    }

    @Test
    void shouldTakeOptionsFromTheUri() {
        final AnserConnectionFactory factory =
                new AnserConnectionFactory("ann", "secret", "anser://h?userName=bob&prefetch=9&strictAck=true");

        assertThat(factory.getUserName()).as("the constructor's argument").isEqualTo("ann");
        assertThat(factory.getPassword()).isEqualTo("secret");
        assertThat(factory.getPrefetch()).isEqualTo(9);
        assertThat(factory.isStrictAck()).isTrue();
        factory.setBrokerURL("anser://i?prefetch=10");
        assertThat(factory.getPrefetch()).isEqualTo(10);
        assertThat(factory.isStrictAck()).as("set before, not set again").isTrue();
    }

    @Test
    void shouldNameWhatIsWrongAtOnce() {
        final AnserConnectionFactory factory = new AnserConnectionFactory();

        assertThatThrownBy(() -> new AnserConnectionFactory("anser://h?noSuchOption=1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("noSuchOption");
        assertThatThrownBy(() -> factory.setBrokerURL("tcp://h"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tcp://h");
        assertThatThrownBy(() -> factory.setPrefetch(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefetch");
        assertThatThrownBy(() -> factory.setOption("prefech", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefetch");
        assertThat(factory.getBrokerURL()).isEqualTo("anser://127.0.0.1:10911");
    }

    @Test
    void shouldBeSerializable() throws IOException, ClassNotFoundException {
        final AnserConnectionFactory factory = new AnserConnectionFactory("ann", "secret", "anser://far:1?prefetch=9");

        final AnserConnectionFactory copy = (AnserConnectionFactory) copy(factory);

        assertThat(copy.getBrokerURL()).isEqualTo(factory.getBrokerURL());
        assertThat(copy.getUserName()).isEqualTo("ann");
        assertThat(copy.getPrefetch()).isEqualTo(9);
    }

    private static Object copy(final Serializable object) throws IOException, ClassNotFoundException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    @Test
    void shouldKeepSecretsOutOfItsText() {
        assertThat(new AnserConnectionFactory("ann", "secret", "anser://h?prefetch=9").toString())
                .isEqualTo("AnserConnectionFactory{anser://h}");
    }
}
