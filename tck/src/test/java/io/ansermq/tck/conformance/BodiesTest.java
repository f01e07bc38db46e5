package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The bodies of all message types: writing, reading, clearing, and when neither is allowed. */
class BodiesTest extends Conformance {

    /** One type of message. */
    private record Type(String name, Class<? extends Message> api, Maker maker) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Maker {
        /** A message with a body. */
        Message make(Session session) throws JMSException;
    }

    private static final List<Type> ALL = List.of(
            new Type("Message", Message.class, Session::createMessage),
            new Type("TextMessage", TextMessage.class, session -> session.createTextMessage("text")),
            new Type("BytesMessage", BytesMessage.class, session -> {
                final BytesMessage message = session.createBytesMessage();
                message.writeBytes(new byte[] {1, 2, 3});
                return message;
            }),
            new Type("MapMessage", MapMessage.class, session -> {
                final MapMessage message = session.createMapMessage();
                message.setInt("i", 1);
                return message;
            }),
            new Type("StreamMessage", StreamMessage.class, session -> {
                final StreamMessage message = session.createStreamMessage();
                message.writeInt(1);
                return message;
            }),
            new Type("ObjectMessage", ObjectMessage.class, session -> session.createObjectMessage("object")));

    private static final Map<String, Class<?>> BODY_CLASSES = Map.of(
            "TextMessage", String.class,
            "BytesMessage", byte[].class,
            "MapMessage", Map.class,
            "ObjectMessage", Serializable.class);

    @Override
    protected void cases(final Cases cases) {
        readOnly(cases);
        writeOnly(cases);
        clearing(cases);
        bytes(cases);
        streams(cases);
        maps(cases);
        others(cases);
        typed(cases);
    }

    // ---- Read-only, write-only

    private static void readOnly(final Cases cases) {
        cases.section("3.10");
        for (final Type type : ALL) {
            methods(type.api(), BodiesTest::writesBody)
                    .forEach(method ->
                            cases.promise("the body of a received " + type + " refuses " + signature(method), scene -> {
                                final Message received = roundTrip(scene, type);
                                assertThatThrownBy(() -> invoke(received, method))
                                        .isInstanceOf(MessageNotWriteableException.class);
                            }));
        }
        methods(Message.class, method -> method.getName().matches("set\\w+Property"))
                .forEach(method ->
                        cases.promise("the properties of a received message refuse " + signature(method), scene -> {
                            final Message received = roundTrip(scene, ALL.get(0));
                            assertThatThrownBy(() -> invoke(received, method))
                                    .isInstanceOf(MessageNotWriteableException.class);
                        }));
        cases.section("3.9")
                .each(
                        "a %s that was sent may be changed and sent again",
                        ALL, (scene, type) -> {
                            final Session session = scene.session();
                            final Message message = type.maker().make(session);
                            message.setIntProperty("round", 1);
                            session.createProducer(scene.queue()).send(message);
                            message.clearBody();
                            message.setIntProperty("round", 2);
                            session.createProducer(scene.queue()).send(message);

                            final var consumer = session.createConsumer(scene.queue());
                            assertThat(Scene.receive(consumer).getIntProperty("round"))
                                    .isEqualTo(1);
                            assertThat(Scene.receive(consumer).getIntProperty("round"))
                                    .isEqualTo(2);
                        });
    }

    private static boolean writesBody(final Method method) {
        return method.getDeclaringClass() != Message.class
                && (method.getName().startsWith("set") || method.getName().startsWith("write"));
    }

    private static void writeOnly(final Cases cases) {
        cases.section("3.11.2");
        for (final Class<? extends Message> type : List.of(BytesMessage.class, StreamMessage.class)) {
            methods(
                            type,
                            method -> method.getName().startsWith("read")
                                    || method.getName().equals("getBodyLength"))
                    .forEach(method ->
                            cases.promise("a new " + type.getSimpleName() + " refuses " + signature(method), scene -> {
                                final Message message = type == BytesMessage.class
                                        ? scene.session().createBytesMessage()
                                        : scene.session().createStreamMessage();
                                assertThatThrownBy(() -> invoke(message, method))
                                        .isInstanceOf(MessageNotReadableException.class);
                            }));
        }
        cases.promise("reset makes a BytesMessage readable from its start, and no longer writable", scene -> {
            final BytesMessage message = scene.session().createBytesMessage();
            message.writeInt(5);
            message.reset();
            assertThat(message.getBodyLength()).isEqualTo(4);
            assertThat(message.readInt()).isEqualTo(5);
            assertThatThrownBy(() -> message.writeInt(6)).isInstanceOf(MessageNotWriteableException.class);
            message.reset();
            assertThat(message.readInt()).isEqualTo(5);
        });
        cases.promise("reset makes a StreamMessage readable from its start, and no longer writable", scene -> {
            final StreamMessage message = scene.session().createStreamMessage();
            message.writeInt(5);
            message.reset();
            assertThat(message.readInt()).isEqualTo(5);
            assertThatThrownBy(() -> message.writeInt(6)).isInstanceOf(MessageNotWriteableException.class);
            message.reset();
            assertThat(message.readInt()).isEqualTo(5);
        });
    }

    // ---- Clearing

    private static void clearing(final Cases cases) {
        cases.section("3.11.1")
                .each(
                        "clearing the body of a received %s makes it writable and leaves its properties",
                        ALL, (scene, type) -> {
                            final Message received = roundTrip(scene, type);
                            received.clearBody();
                            assertThat(received.getStringProperty("kept")).isEqualTo("yes");
                            if (received instanceof TextMessage text) {
                                assertThat(text.getText()).isNull();
                                text.setText("new");
                                assertThat(text.getText()).isEqualTo("new");
                            } else if (received instanceof BytesMessage bytes) {
                                bytes.writeInt(1);
                            } else if (received instanceof MapMessage map) {
                                assertThat(map.getMapNames().hasMoreElements()).isFalse();
                                map.setInt("j", 2);
                                assertThat(map.itemExists("j")).isTrue();
                            } else if (received instanceof StreamMessage stream) {
                                stream.writeInt(1);
                            } else if (received instanceof ObjectMessage object) {
                                assertThat(object.getObject()).isNull();
                                object.setObject("new");
                                assertThat(object.getObject()).isEqualTo("new");
                            }
                        });
        cases.section("3.5.7")
                .each(
                        "clearing the properties of a received %s makes them writable and leaves its body",
                        ALL, (scene, type) -> {
                            final Message received = roundTrip(scene, type);
                            received.clearProperties();
                            assertThat(received.propertyExists("kept")).isFalse();
                            received.setIntProperty("mine", 1);
                            assertThat(received.getIntProperty("mine")).isEqualTo(1);
                            assertThat(received.getJMSMessageID()).startsWith("ID:");
                            if (received instanceof TextMessage text) {
                                assertThat(text.getText()).isEqualTo("text");
                            } else if (received instanceof MapMessage map) {
                                assertThat(map.getInt("i")).isEqualTo(1);
                            }
                        });
    }

    // ---- Bytes

    private static void bytes(final Cases cases) {
        cases.section("BytesMessage").promise("every primitive comes back as it was written", scene -> {
            final Session session = scene.session();
            final BytesMessage message = session.createBytesMessage();
            message.writeBoolean(true);
            message.writeByte((byte) -1);
            message.writeByte((byte) 255);
            message.writeShort((short) -2);
            message.writeShort((short) 65_534);
            message.writeChar('ß');
            message.writeInt(Integer.MIN_VALUE);
            message.writeLong(Long.MAX_VALUE);
            message.writeFloat(1.5f);
            message.writeDouble(-2.25);
            message.writeUTF("Gänse 雁");
            message.writeBytes(new byte[] {1, 2, 3});
            message.writeBytes(new byte[] {9, 4, 5, 9}, 1, 2);
            session.createProducer(scene.queue()).send(message);

            final BytesMessage received = (BytesMessage) Scene.receive(session.createConsumer(scene.queue()));
            assertThat(received.readBoolean()).isTrue();
            assertThat(received.readByte()).isEqualTo((byte) -1);
            assertThat(received.readUnsignedByte()).isEqualTo(255);
            assertThat(received.readShort()).isEqualTo((short) -2);
            assertThat(received.readUnsignedShort()).isEqualTo(65_534);
            assertThat(received.readChar()).isEqualTo('ß');
            assertThat(received.readInt()).isEqualTo(Integer.MIN_VALUE);
            assertThat(received.readLong()).isEqualTo(Long.MAX_VALUE);
            assertThat(received.readFloat()).isEqualTo(1.5f);
            assertThat(received.readDouble()).isEqualTo(-2.25);
            assertThat(received.readUTF()).isEqualTo("Gänse 雁");
            final byte[] rest = new byte[10];
            assertThat(received.readBytes(rest, 3)).isEqualTo(3);
            assertThat(rest).startsWith(1, 2, 3);
            assertThat(received.readBytes(rest)).isEqualTo(2);
            assertThat(rest).startsWith(4, 5);
            assertThat(received.readBytes(rest)).isEqualTo(-1);
        });
        final Map<String, Object> objects = new HashMap<>(Accessor.SAMPLES);
        cases.each(
                "writeObject takes a %s",
                new ArrayList<>(objects.keySet()), (scene, type) -> {
                    final BytesMessage message = scene.session().createBytesMessage();
                    message.writeObject(objects.get(type));
                    message.reset();
                    assertThat(message.getBodyLength()).isPositive();
                });
        cases.promise("writeObject refuses what is no primitive, text or bytes", scene -> {
            final BytesMessage message = scene.session().createBytesMessage();
            assertThatThrownBy(() -> message.writeObject(new ArrayList<>())).isInstanceOf(MessageFormatException.class);
            assertThatThrownBy(() -> message.writeObject(null)).isInstanceOf(NullPointerException.class);
        });
        cases.promise("readBytes refuses a length that the array does not have, and reads nothing", scene -> {
            final BytesMessage message = scene.session().createBytesMessage();
            message.writeBytes(new byte[] {1, 2, 3});
            message.reset();
            for (final int length : new int[] {-1, 3}) {
                assertThatThrownBy(() -> message.readBytes(new byte[2], length))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThat(message.readByte()).isEqualTo((byte) 1);
        });
        methods(BytesMessage.class, method -> method.getName().startsWith("read") && method.getParameterCount() == 0)
                .forEach(method ->
                        cases.promise("at the end of a BytesMessage, " + signature(method) + " says so", scene -> {
                            final Session session = scene.session();
                            session.createProducer(scene.queue()).send(session.createBytesMessage());
                            final Message received = Scene.receive(session.createConsumer(scene.queue()));
                            assertThatThrownBy(() -> invoke(received, method)).isInstanceOf(MessageEOFException.class);
                        }));
    }

    // ---- Streams

    private static void streams(final Cases cases) {
        cases.section("StreamMessage");
        cases.each(
                "writeObject takes a %s",
                new ArrayList<>(Accessor.SAMPLES.keySet()), (scene, type) -> {
                    final Session session = scene.session();
                    final StreamMessage message = session.createStreamMessage();
                    message.writeObject(Accessor.SAMPLES.get(type));
                    message.writeObject(null);
                    session.createProducer(scene.queue()).send(message);

                    final StreamMessage received = (StreamMessage) Scene.receive(session.createConsumer(scene.queue()));
                    assertThat(received.readObject()).isEqualTo(Accessor.SAMPLES.get(type));
                    assertThat(received.readObject()).isNull();
                });
        cases.promise("writeObject refuses what is no primitive, text or bytes", scene -> assertThatThrownBy(
                        () -> scene.session().createStreamMessage().writeObject(new ArrayList<>()))
                .isInstanceOf(MessageFormatException.class));
        methods(StreamMessage.class, method -> method.getName().startsWith("read"))
                .forEach(method ->
                        cases.promise("at the end of a StreamMessage, " + signature(method) + " says so", scene -> {
                            final Session session = scene.session();
                            session.createProducer(scene.queue()).send(session.createStreamMessage());
                            final Message received = Scene.receive(session.createConsumer(scene.queue()));
                            assertThatThrownBy(() -> invoke(received, method)).isInstanceOf(MessageEOFException.class);
                        }));
        cases.promise("a field of bytes is read in parts, until less than the array is left", scene -> {
            final StreamMessage message = scene.session().createStreamMessage();
            message.writeBytes(new byte[] {1, 2, 3, 4, 5});
            message.writeInt(7);
            message.reset();
            final byte[] part = new byte[3];
            assertThat(message.readBytes(part)).isEqualTo(3);
            assertThat(part).containsExactly(1, 2, 3);
            assertThatThrownBy(message::readInt)
                    .as("the field is not at its end")
                    .isInstanceOf(MessageFormatException.class);
            assertThat(message.readBytes(part)).isEqualTo(2);
            assertThat(message.readInt()).isEqualTo(7);
        });
        cases.promise("a field of bytes that just fits is over only with a further call that returns -1", scene -> {
            final StreamMessage message = scene.session().createStreamMessage();
            message.writeBytes(new byte[] {9, 1, 2, 9}, 1, 2);
            message.writeBytes(new byte[0]);
            message.writeBytes(null);
            message.reset();
            final byte[] part = new byte[2];
            assertThat(message.readBytes(part)).isEqualTo(2);
            assertThat(message.readBytes(part)).isEqualTo(-1);
            assertThat(message.readBytes(part)).as("empty").isEqualTo(0);
            assertThat(message.readBytes(part)).as("null").isEqualTo(-1);
        });
        cases.section("3.11.3").promise("a failed read of a stream leaves the pointer where it was", scene -> {
            final StreamMessage message = scene.session().createStreamMessage();
            message.writeString("a");
            message.writeString("7");
            message.reset();
            assertThatThrownBy(message::readInt).isInstanceOf(NumberFormatException.class);
            assertThatThrownBy(message::readChar).isInstanceOf(MessageFormatException.class);
            assertThat(message.readString()).isEqualTo("a");
            assertThat(message.readInt()).isEqualTo(7);
        });
    }

    // ---- Maps

    private static void maps(final Cases cases) {
        cases.section("MapMessage");
        cases.each(
                "setObject takes a %s",
                new ArrayList<>(Accessor.SAMPLES.keySet()), (scene, type) -> {
                    final Session session = scene.session();
                    final MapMessage message = session.createMapMessage();
                    message.setObject("o", Accessor.SAMPLES.get(type));
                    message.setObject("n", null);
                    message.setBytes("part", new byte[] {9, 1, 2, 9}, 1, 2);
                    session.createProducer(scene.queue()).send(message);

                    final MapMessage received = (MapMessage) Scene.receive(session.createConsumer(scene.queue()));
                    assertThat(received.getObject("o")).isEqualTo(Accessor.SAMPLES.get(type));
                    assertThat(received.getObject("n")).isNull();
                    assertThat(received.itemExists("n")).isTrue();
                    assertThat(received.itemExists("absent")).isFalse();
                    assertThat(received.getObject("absent")).isNull();
                    assertThat(received.getBytes("part")).containsExactly(1, 2);
                    assertThat(Scene.names(received.getMapNames())).hasSize(3);
                });
        cases.promise("setObject refuses what is no primitive, text or bytes", scene -> assertThatThrownBy(
                        () -> scene.session().createMapMessage().setObject("o", new ArrayList<>()))
                .isInstanceOf(MessageFormatException.class));
        methods(
                        MapMessage.class,
                        method -> method.getDeclaringClass() == MapMessage.class
                                && method.getName().startsWith("set"))
                .forEach(method -> {
                    for (final String name : new String[] {"", null}) {
                        cases.promise(
                                signature(method) + " refuses the name " + (name == null ? "null" : "''"), scene -> {
                                    final MapMessage message = scene.session().createMapMessage();
                                    final Object[] arguments = arguments(method);
                                    arguments[0] = name;
                                    assertThatThrownBy(() -> invoke(message, method, arguments))
                                            .isInstanceOf(IllegalArgumentException.class);
                                });
                    }
                });
    }

    // ---- Text, object

    private static void others(final Cases cases) {
        final List<String> texts =
                List.of("", "plain", "Gänse 雁 \uD83E\uDEBF", "a\u0001b\u0002c\u0003=;\r\n\t", "x".repeat(200_000));
        for (int i = 0; i < texts.size(); i++) {
            final String text = texts.get(i);
            cases.section("TextMessage").promise("text number " + i + " comes back as it was sent", scene -> {
                scene.send(scene.queue(), text);
                assertThat(Scene.text(scene.session().createConsumer(scene.queue())))
                        .isEqualTo(text);
            });
        }
        cases.promise("a text that was never set is null at the other end", scene -> {
            final Session session = scene.session();
            session.createProducer(scene.queue()).send(session.createTextMessage());
            assertThat(Scene.text(session.createConsumer(scene.queue()))).isNull();
        });
        cases.section("ObjectMessage").promise("the object is copied when it is set", scene -> {
            final Session session = scene.session();
            final ArrayList<String> object = new ArrayList<>(List.of("a"));
            final ObjectMessage message = session.createObjectMessage(object);
            object.add("later");
            session.createProducer(scene.queue()).send(message);
            final ObjectMessage received = (ObjectMessage) Scene.receive(session.createConsumer(scene.queue()));
            assertThat(received.getObject()).isEqualTo(List.of("a"));
        });
        cases.promise("an object that was never set is null at the other end", scene -> {
            final Session session = scene.session();
            final ObjectMessage message = session.createObjectMessage();
            session.createProducer(scene.queue()).send(message);
            final ObjectMessage received = (ObjectMessage) Scene.receive(session.createConsumer(scene.queue()));
            assertThat(received.getObject()).isNull();
        });
        cases.promise("what cannot be serialised is refused when it is set", scene -> {
            final ObjectMessage message = scene.session().createObjectMessage();
            final ArrayList<Object> object = new ArrayList<>(List.of(new Object()));
            assertThatThrownBy(() -> message.setObject(object)).isInstanceOf(MessageFormatException.class);
        });
    }

    // ---- getBody

    private static void typed(final Cases cases) {
        cases.section("Message.getBody");
        for (final Type type : ALL) {
            for (final Class<?> as :
                    List.of(String.class, byte[].class, Map.class, Serializable.class, Integer.class)) {
                cases.promise("the body of a " + type + " as " + as.getSimpleName(), scene -> {
                    final Message received = roundTrip(scene, type);
                    final boolean assignable = isAssignable(type.name(), as);
                    assertThat(received.isBodyAssignableTo(as)).isEqualTo(assignable);
                    if (assignable && !type.name().equals("Message")) {
                        assertThat(received.getBody(as)).isInstanceOf(as);
                    } else if (assignable) {
                        assertThat(received.getBody(as)).isNull();
                    } else {
                        assertThatThrownBy(() -> received.getBody(as)).isInstanceOf(MessageFormatException.class);
                    }
                });
            }
        }
        cases.promise("getBody resets a BytesMessage before and after use", scene -> {
            final BytesMessage message = scene.session().createBytesMessage();
            message.writeInt(1);
            assertThat(message.getBody(byte[].class)).containsExactly(0, 0, 0, 1);
            assertThat(message.readInt()).isEqualTo(1);
        });
        cases.promise("after getBody of a BytesMessage reading starts over", scene -> {
            final BytesMessage received = (BytesMessage) roundTrip(scene, ALL.get(2));
            received.readByte();
            assertThat(received.getBody(byte[].class)).containsExactly(1, 2, 3);
            assertThat(received.readByte()).isEqualTo((byte) 1);
        });
        cases.section("Message.isBodyAssignableTo")
                .each(
                        "a message without a body is assignable to %s",
                        List.of(String.class, byte[].class, Map.class), (scene, as) -> {
                            final JMSContext context = scene.context();
                            assertThat(context.createMessage().isBodyAssignableTo(as))
                                    .isTrue();
                            assertThat(context.createMessage().getBody(as)).isNull();
                        });
    }

    private static boolean isAssignable(final String type, final Class<?> as) {
        if (type.equals("Message")) {
            return true;
        }
        if (type.equals("StreamMessage")) {
            return false;
        }
        final Class<?> body = type.equals("ObjectMessage") ? String.class : BODY_CLASSES.get(type);
        return as.isAssignableFrom(body);
    }

    // ---- Reflection

    private static List<Method> methods(final Class<?> type, final Predicate<Method> wanted) {
        return Arrays.stream(type.getMethods())
                .filter(wanted)
                .filter(method -> !Set.of("reset").contains(method.getName()))
                .sorted(Comparator.comparing(BodiesTest::signature))
                .toList();
    }

    private static String signature(final Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static void invoke(final Object object, final Method method) throws Throwable {
        invoke(object, method, arguments(method));
    }

    private static void invoke(final Object object, final Method method, final Object[] arguments) throws Throwable {
        try {
            method.setAccessible(true);
            method.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object[] arguments(final Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(type -> type == Object.class || type == Serializable.class
                        ? "object"
                        : type == int.class && method.getName().endsWith("ytes")
                                ? 0
                                : Accessor.SAMPLES.get(type.getSimpleName()))
                .toArray();
    }

    private static Message roundTrip(final Scene scene, final Type type) throws JMSException {
        final Session session = scene.session();
        final Message message = type.maker().make(session);
        message.setStringProperty("kept", "yes");
        session.createProducer(scene.queue()).send(message);
        final Message received = Scene.receive(session.createConsumer(scene.queue()));
        assertThat(received).isInstanceOf(type.api());
        return received;
    }
}
