package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The conversion tables, every cell of them, of messages that have been through the broker. */
class ConversionsTest extends Conformance {

    /** What a value may be read as: tables 3-3 and 3-4 of the specification, of which the first is the smaller. */
    private static final Map<String, Set<String>> READABLE = Map.of(
            "boolean", Set.of("boolean", "String"),
            "byte", Set.of("byte", "short", "int", "long", "String"),
            "short", Set.of("short", "int", "long", "String"),
            "char", Set.of("char", "String"),
            "int", Set.of("int", "long", "String"),
            "long", Set.of("long", "String"),
            "float", Set.of("float", "double", "String"),
            "double", Set.of("double", "String"),
            "String", Set.of("boolean", "byte", "short", "int", "long", "float", "double", "String"),
            "byte[]", Set.of("byte[]"));

    /** What a null is read as: as the valueOf methods of the types have it. */
    private static final Map<String, Class<? extends Exception>> NULL_FAILS = Map.of(
            "byte", NumberFormatException.class,
            "short", NumberFormatException.class,
            "char", NullPointerException.class,
            "int", NumberFormatException.class,
            "long", NumberFormatException.class,
            "float", NullPointerException.class,
            "double", NullPointerException.class);

    private static final List<String> NUMBERS = List.of("byte", "short", "int", "long", "float", "double");

    /** How to make a message of one kind, and to write and read it. */
    private record Kind<M extends Message>(String what, Maker<M> maker, List<Accessor<M>> accessors) {

        Accessor<M> accessor(final String type) {
            return accessors.stream()
                    .filter(each -> each.type().equals(type))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private interface Maker<M extends Message> {
        M make(Session session) throws JMSException;
    }

    @Override
    protected void cases(final Cases cases) {
        cases.section("3.5.4");
        add(cases, new Kind<>("property", Session::createMessage, Accessor.PROPERTIES));
        cases.section("3.11.3");
        add(cases, new Kind<>("map entry", Session::createMapMessage, Accessor.MAP));
        add(cases, new Kind<>("stream field", Session::createStreamMessage, Accessor.STREAM));
    }

    private static <M extends Message> void add(final Cases cases, final Kind<M> kind) {
        for (final Accessor<M> write : kind.accessors()) {
            for (final Accessor<M> read : kind.accessors()) {
                if (!READABLE.get(write.type()).contains(read.type())) {
                    cases.promise(
                            "a " + kind.what() + " written as " + write + " is not read as " + read,
                            scene -> refuses(scene, kind, write, read));
                } else if (!write.type().equals("String") || read.type().equals("String")) {
                    cases.promise(
                            "a " + kind.what() + " written as " + write + " is read as " + read,
                            scene -> reads(scene, kind, write, read, Accessor.SAMPLES.get(write.type())));
                }
            }
        }
        cases.each("a " + kind.what() + " of text is read as %s when it says one", NUMBERS, (scene, type) -> {
            final Accessor<M> read = kind.accessor(type);
            reads(scene, kind, kind.accessor("String"), read, "13");
        });
        cases.each("a " + kind.what() + " of text is not read as %s when it says none", NUMBERS, (scene, type) -> {
            final M received = sent(scene, kind, kind.accessor("String"), "thirteen");
            assertThatThrownBy(() -> kind.accessor(type).reader().read(received))
                    .isInstanceOf(NumberFormatException.class);
            assertThat(kind.accessor("String").reader().read(received)).isEqualTo("thirteen");
        });
        cases.each(
                "a " + kind.what() + " of the text '%s' is true only when it says so in any case",
                List.of("true", "TRUE", "false", "yes", ""),
                (scene, text) -> {
                    final M received = sent(scene, kind, kind.accessor("String"), text);
                    assertThat(kind.accessor("boolean").reader().read(received))
                            .isEqualTo(text.equalsIgnoreCase("true"));
                });
        for (final Accessor<M> read : kind.accessors()) {
            cases.promise(
                    "a " + kind.what() + " that is null is read as " + read + " as its valueOf says",
                    scene -> readsNull(scene, kind, read));
        }
    }

    private static <M extends Message> void reads(
            final Scene scene, final Kind<M> kind, final Accessor<M> write, final Accessor<M> read, final Object value)
            throws JMSException {
        final M received = sent(scene, kind, write, value);
        assertThat(String.valueOf(plain(read.reader().read(received)))).isEqualTo(text(read.type(), value));
    }

    /** A number read as a wider type is the same number, and only its text may differ. */
    private static String text(final String readType, final Object value) {
        return switch (readType) {
            case "double" -> String.valueOf(Double.parseDouble(value.toString()));
            case "float" -> String.valueOf(Float.parseFloat(value.toString()));
            default -> String.valueOf(plain(value));
        };
    }

    private static Object plain(final Object value) {
        return value instanceof byte[] bytes ? java.util.Arrays.toString(bytes) : value;
    }

    private static <M extends Message> void refuses(
            final Scene scene, final Kind<M> kind, final Accessor<M> write, final Accessor<M> read)
            throws JMSException {
        final M received = sent(scene, kind, write, Accessor.SAMPLES.get(write.type()));
        assertThatThrownBy(() -> read.reader().read(received)).isInstanceOf(MessageFormatException.class);
        assertThat(plain(write.reader().read(received)))
                .as("the pointer stays where it was")
                .isEqualTo(plain(Accessor.SAMPLES.get(write.type())));
    }

    private static <M extends Message> void readsNull(final Scene scene, final Kind<M> kind, final Accessor<M> read)
            throws JMSException {
        final M received = sent(scene, kind, kind.accessor("String"), null);
        final Class<? extends Exception> failure = NULL_FAILS.get(read.type());
        if (failure == null) {
            assertThat(read.reader().read(received)).isEqualTo(read.type().equals("boolean") ? false : null);
        } else {
            assertThatThrownBy(() -> read.reader().read(received)).isInstanceOf(failure);
        }
    }

    /** A message with one value, as it is received. */
    @SuppressWarnings("unchecked") // What is sent as one kind of message is received as the same.
    private static <M extends Message> M sent(
            final Scene scene, final Kind<M> kind, final Accessor<M> write, final Object value) throws JMSException {
        final Session session = scene.session();
        final M message = kind.maker().make(session);
        write.writer().write(message, value);
        session.createProducer(scene.queue()).send(message);
        final MessageConsumer consumer = session.createConsumer(scene.queue());
        final Message received = Scene.receive(consumer);
        assertThat(received)
                .isInstanceOf(
                        message instanceof MapMessage
                                ? MapMessage.class
                                : message instanceof StreamMessage ? StreamMessage.class : Message.class);
        return (M) received;
    }
}
