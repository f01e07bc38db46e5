package io.ansermq.jms.message;

import static io.ansermq.jms.message.MessageFixture.FACTORY;
import static io.ansermq.jms.message.MessageFixture.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.chrono.JapaneseDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JmsObjectMessageTest {

    record Order(String item, int count) implements Serializable {}

    /** Counts how often anybody makes one of a stream. */
    static final class Hostile implements Serializable {
        static final AtomicInteger MADE = new AtomicInteger();
        private static final long serialVersionUID = 1;

        private void readObject(final ObjectInputStream in) {
            MADE.incrementAndGet();
        }
    }

    static final class Handler implements InvocationHandler, Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public Object invoke(final Object proxy, final Method method, final Object[] arguments) {
            return 0;
        }
    }

    interface Twice extends Serializable {
        int of(int number);
    }

    static Stream<Serializable> harmless() {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("list", new ArrayList<>(List.of(1, 2L, "x")));
        map.put("big", new BigDecimal("1.50"));
        return Stream.of(
                "text",
                1,
                new int[] {1, 2},
                new String[][] {{"a"}},
                (Serializable) map,
                (Serializable) List.of("immutable"),
                (Serializable) Map.of("immutable", Set.of(1)),
                new HashSet<>(List.of("a", "b")),
                new EnumMap<>(Map.of(TimeUnit.DAYS, 1)),
                new ConcurrentHashMap<>(Map.of(1, 2)),
                new Date(1),
                Instant.EPOCH,
                LocalDate.of(2026, 11, 21),
                JapaneseDate.of(2026, 11, 21));
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void shouldReadValuesAndCollectionsWithoutBeingAsked(final Serializable object) throws JMSException {
        assertThat(received(FACTORY.object(object)).getObject())
                .usingRecursiveComparison()
                .isEqualTo(object);
    }

    @Test
    void shouldKeepNull() throws JMSException {
        assertThat(received(FACTORY.object(null)).getObject()).isNull();
        assertThat(received(FACTORY.object()).getObject()).isNull();
    }

    @Test
    void shouldRefuseOtherClassesNamingThemAndTheProperty() throws JMSException {
        final JmsObjectMessage received = received(FACTORY.object(new Order("goose", 2)));

        assertThatThrownBy(received::getObject)
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining(Order.class.getName())
                .hasMessageContaining("deserializationAllowList=");
        assertThatThrownBy(() -> received.getBody(Serializable.class)).isInstanceOf(MessageFormatException.class);
        assertThat(received.isBodyAssignableTo(Serializable.class)).isFalse();
    }

    @Test
    void shouldReadClassesOnTheAllowList() throws JMSException {
        final Order order = new Order("goose", 2);

        assertThat(receivedAllowing(new ArrayList<>(List.of(order)), Order.class.getName())
                        .getObject())
                .isEqualTo(List.of(order));
        assertThat(receivedAllowing(order, "io.ansermq").getObject()).isEqualTo(order);
        assertThat(receivedAllowing(new Order[] {order}, "*").getObject()).isEqualTo(new Order[] {order});
    }

    @Test
    void shouldNeverMakeAnInstanceOfARefusedClass() throws JMSException {
        final ArrayList<Object> hidden = new ArrayList<>(List.of(new HashMap<>(Map.of("deep", new Hostile()))));
        final JmsObjectMessage received = received(FACTORY.object(hidden));

        assertThatThrownBy(received::getObject)
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining(Hostile.class.getName());

        assertThat(Hostile.MADE).hasValue(0);
    }

    /** A method handle in disguise, and a proxy: the usual steps from data to calls. */
    @Test
    void shouldRefuseLambdasAndProxies() throws JMSException {
        final Twice lambda = number -> 2 * number;
        final Twice proxy = (Twice)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Twice.class}, new Handler());

        assertThatThrownBy(received(FACTORY.object(lambda))::getObject)
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("java.lang.invoke.SerializedLambda");
        assertThatThrownBy(receivedAllowing(proxy, "io.ansermq")::getObject)
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("java.lang.reflect.Proxy");
    }

    @Test
    void shouldRefuseDepthThatIsAnAttack() throws JMSException {
        ArrayList<Object> nested = new ArrayList<>();
        for (int i = 0; i < ObjectCodec.MAX_DEPTH + 1; i++) {
            nested = new ArrayList<>(List.of(nested));
        }

        assertThatThrownBy(received(FACTORY.object(nested))::getObject).isInstanceOf(MessageFormatException.class);
    }

    @Test
    void shouldRefuseArraysThatCannotBeInTheBytes() throws IOException, JMSException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new long[0]);
        }
        final byte[] hostile = bytes.toByteArray();
        // The array's length is what the stream ends with.
        hostile[hostile.length - 4] = 0x10;
        final JmsObjectMessage message = FACTORY.object();
        message.receivedBody(hostile, 0, hostile.length);

        assertThatThrownBy(message::getObject).isInstanceOf(MessageFormatException.class);
    }

    @Test
    void shouldRefuseWhatIsNoSerialisedObject() {
        final JmsObjectMessage message = FACTORY.object();
        message.receivedBody(new byte[] {1, 2, 3}, 0, 3);

        assertThatThrownBy(message::getObject).isInstanceOf(MessageFormatException.class);
    }

    @Test
    void shouldTakeASnapshotAndGiveCopies() throws JMSException {
        final ArrayList<String> mine = new ArrayList<>(List.of("before"));
        final JmsObjectMessage message = FACTORY.object();
        message.setObject(mine);
        mine.add("after");

        ((List<?>) message.getObject()).clear();

        assertThat(message.getObject()).isEqualTo(List.of("before"));
    }

    @Test
    void shouldTrustWhatTheApplicationSetItself() throws JMSException {
        final Order order = new Order("goose", 2);

        assertThat(FACTORY.object(order).getObject()).isEqualTo(order);
    }

    @Test
    void shouldSayWhatCannotBeSerialised() {
        assertThatThrownBy(() -> FACTORY.object(new ArrayList<>(List.of(new Object()))))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("java.lang.Object");
    }

    @Test
    void shouldBeReadOnlyWhenReceivedUntilCleared() throws JMSException {
        final JmsObjectMessage received = received(FACTORY.object("old"));

        assertThatThrownBy(() -> received.setObject("new")).isInstanceOf(MessageNotWriteableException.class);
        received.clearBody();
        assertThat(received.getObject()).isNull();
        received.setObject("new");
        assertThat(received.getObject()).isEqualTo("new");
    }

    @Test
    void shouldBeSentOnUnread() throws JMSException {
        assertThat(received(received(FACTORY.object("far"))).getObject()).isEqualTo("far");
    }

    private static JmsObjectMessage receivedAllowing(final Serializable object, final String allowed)
            throws JMSException {
        return (JmsObjectMessage)
                received(FACTORY.object(object), new MessageRules(true, ClassPolicy.parse(allowed, "")));
    }
}
