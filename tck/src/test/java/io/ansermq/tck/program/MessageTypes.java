package io.ansermq.tck.program;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.naming.NamingException;

/** All six message types go out and come back with headers, properties and body as they were. */
final class MessageTypes {
    private static final int PRIORITY = 7;
    private static final long TIME_TO_LIVE_MS = 3_600_000;
    private static final long RECEIVE_MS = 20_000;

    /** Quotes, line ends, a letter of four bytes, and the characters that RocketMQ separates properties with. */
    private static final String AWKWARD = "wild geese: 雁, \uD83E\uDEBF, \"quoted\"\r\n\t\u0001\u0002\u0003=;";

    private static final List<String> OBJECT = new ArrayList<>(List.of("a", AWKWARD));

    private final Session session;
    private final Queue queue;
    private final Queue replies;
    private final MessageProducer producer;
    private final MessageConsumer consumer;

    private MessageTypes(Session session, Queue queue) throws JMSException {
        this.session = session;
        this.queue = queue;
        this.replies = session.createQueue("replies");
        this.producer = session.createProducer(queue);
        this.consumer = session.createConsumer(queue);
    }

    public static void main(String[] arguments) throws JMSException, NamingException {
        final Queue queue = Jndi.letters();
        try (Connection connection = Jndi.connectionFactory().createConnection()) {
            connection.start();
            final MessageTypes types =
                    new MessageTypes(connection.createSession(false, Session.AUTO_ACKNOWLEDGE), queue);
            for (final int deliveryMode : new int[] {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT}) {
                types.message(deliveryMode);
                types.text(deliveryMode);
                types.bytes(deliveryMode);
                types.map(deliveryMode);
                types.stream(deliveryMode);
                types.object(deliveryMode);
            }
        }
        simplified(queue);
        System.out.println("OK all six message types");
    }

    private void message(int deliveryMode) throws JMSException {
        sendAndReceive(session.createMessage(), deliveryMode);
    }

    private void text(int deliveryMode) throws JMSException {
        for (final String text : new String[] {"", "plain", AWKWARD, "long ".repeat(20_000)}) {
            final TextMessage received = (TextMessage) sendAndReceive(session.createTextMessage(text), deliveryMode);
            Expect.equal("text", text, received.getText());
        }
        final TextMessage none = (TextMessage) sendAndReceive(session.createTextMessage(), deliveryMode);
        Expect.equal("text never set", null, none.getText());
    }

    private void bytes(int deliveryMode) throws JMSException {
        final byte[] block = new byte[100_000];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) i;
        }
        final BytesMessage sent = session.createBytesMessage();
        sent.writeBoolean(true);
        sent.writeByte((byte) -1);
        sent.writeShort((short) -2);
        sent.writeChar('雁');
        sent.writeInt(-3);
        sent.writeLong(-4);
        sent.writeFloat(1.5f);
        sent.writeDouble(-2.5);
        sent.writeUTF(AWKWARD);
        sent.writeBytes(block);
        final BytesMessage received = (BytesMessage) sendAndReceive(sent, deliveryMode);
        Expect.equal("boolean", true, received.readBoolean());
        Expect.equal("byte", (byte) -1, received.readByte());
        Expect.equal("short", (short) -2, received.readShort());
        Expect.equal("char", '雁', received.readChar());
        Expect.equal("int", -3, received.readInt());
        Expect.equal("long", -4L, received.readLong());
        Expect.equal("float", 1.5f, received.readFloat());
        Expect.equal("double", -2.5, received.readDouble());
        Expect.equal("UTF", AWKWARD, received.readUTF());
        final byte[] back = new byte[block.length];
        Expect.equal("bytes read", block.length, received.readBytes(back));
        Expect.equal("bytes", block, back);
        Expect.equal("bytes after the end", -1, received.readBytes(back));
    }

    private void map(int deliveryMode) throws JMSException {
        final MapMessage sent = session.createMapMessage();
        sent.setBoolean("boolean", true);
        sent.setByte("byte", (byte) 1);
        sent.setShort("short", (short) 2);
        sent.setChar("char", 'c');
        sent.setInt("int", 3);
        sent.setLong("long", 4);
        sent.setFloat("float", 5.5f);
        sent.setDouble("double", 6.5);
        sent.setString("string", AWKWARD);
        sent.setString("null", null);
        sent.setBytes("bytes", new byte[] {7, 8});
        final MapMessage received = (MapMessage) sendAndReceive(sent, deliveryMode);
        final Set<String> names = new TreeSet<>();
        for (final String name : names(received.getMapNames())) {
            names.add(name);
            Expect.equal("map entry " + name, sent.getObject(name), received.getObject(name));
        }
        Expect.equal("map names", 11, names.size());
        Expect.that(received.itemExists("null"), "an entry with a null value exists");
    }

    private void stream(int deliveryMode) throws JMSException {
        final Object[] values = {
            true, (byte) 1, (short) 2, 'c', 3, 4L, 5.5f, 6.5, AWKWARD, null, new byte[] {7, 8}, new byte[0]
        };
        final StreamMessage sent = session.createStreamMessage();
        for (final Object value : values) {
            sent.writeObject(value);
        }
        final StreamMessage received = (StreamMessage) sendAndReceive(sent, deliveryMode);
        for (final Object value : values) {
            Expect.equal("stream element", value, received.readObject());
        }
        try {
            throw new AssertionError("there is more in the stream: " + received.readObject());
        } catch (MessageEOFException expected) {
            // The end, as it should be.
        }
    }

    private void object(int deliveryMode) throws JMSException {
        final ObjectMessage received = (ObjectMessage)
                sendAndReceive(session.createObjectMessage((java.io.Serializable) OBJECT), deliveryMode);
        Expect.equal("object", OBJECT, received.getObject());
        final ObjectMessage none = (ObjectMessage) sendAndReceive(session.createObjectMessage(), deliveryMode);
        Expect.equal("object never set", null, none.getObject());
    }

    private Message sendAndReceive(Message sent, int deliveryMode) throws JMSException {
        sent.setJMSCorrelationID("correlation " + AWKWARD);
        sent.setJMSReplyTo(replies);
        sent.setJMSType("letter");
        setProperties(sent);
        producer.send(sent, deliveryMode, PRIORITY, TIME_TO_LIVE_MS);
        final Message received = Expect.present("message", consumer.receive(RECEIVE_MS));
        compareHeaders(sent, received, deliveryMode);
        compareProperties(sent, received);
        return received;
    }

    private static void setProperties(Message message) throws JMSException {
        message.setBooleanProperty("aBoolean", true);
        message.setByteProperty("aByte", Byte.MIN_VALUE);
        message.setShortProperty("aShort", Short.MIN_VALUE);
        message.setIntProperty("anInt", Integer.MIN_VALUE);
        message.setLongProperty("aLong", Long.MIN_VALUE);
        message.setFloatProperty("aFloat", Float.MIN_VALUE);
        message.setDoubleProperty("aDouble", Double.MIN_VALUE);
        message.setStringProperty("aString", AWKWARD);
        message.setStringProperty("anEmptyString", "");
        message.setObjectProperty("anObject", 17L);
        // Plain user data in JMS, words of its own in RocketMQ.
        message.setStringProperty("TAGS", "user tags");
        message.setStringProperty("KEYS", "user keys");
        message.setIntProperty("DELAY", 3);
    }

    private void compareHeaders(Message sent, Message received, int deliveryMode) throws JMSException {
        Expect.that(sent.getJMSMessageID().startsWith("ID:"), "JMSMessageID begins with ID:");
        Expect.equal("JMSMessageID", sent.getJMSMessageID(), received.getJMSMessageID());
        Expect.equal("JMSTimestamp", sent.getJMSTimestamp(), received.getJMSTimestamp());
        Expect.equal("JMSExpiration", sent.getJMSTimestamp() + TIME_TO_LIVE_MS, received.getJMSExpiration());
        Expect.equal("sender's JMSExpiration", sent.getJMSExpiration(), received.getJMSExpiration());
        Expect.equal("JMSPriority", PRIORITY, received.getJMSPriority());
        Expect.equal("JMSDeliveryMode", deliveryMode, received.getJMSDeliveryMode());
        Expect.equal(
                "JMSDestination",
                queue.getQueueName(),
                ((Queue) Expect.present("JMSDestination", received.getJMSDestination())).getQueueName());
        Expect.equal(
                "JMSReplyTo",
                replies.getQueueName(),
                ((Queue) Expect.present("JMSReplyTo", received.getJMSReplyTo())).getQueueName());
        Expect.equal("JMSType", "letter", received.getJMSType());
        Expect.equal("JMSCorrelationID", "correlation " + AWKWARD, received.getJMSCorrelationID());
        Expect.equal("JMSRedelivered", false, received.getJMSRedelivered());
        Expect.equal("JMSXDeliveryCount", 1, received.getIntProperty("JMSXDeliveryCount"));
    }

    private static void compareProperties(Message sent, Message received) throws JMSException {
        Expect.equal("properties", properties(sent), properties(received));
    }

    private static Map<String, Object> properties(Message message) throws JMSException {
        final Map<String, Object> properties = new TreeMap<>();
        for (final String name : names(message.getPropertyNames())) {
            if (!name.startsWith("JMSX")) {
                properties.put(name, message.getObjectProperty(name));
            }
        }
        return properties;
    }

    private static List<String> names(Enumeration<?> names) {
        final List<String> list = new ArrayList<>();
        names.asIterator().forEachRemaining(name -> list.add((String) name));
        return list;
    }

    private static void simplified(Queue queue) throws NamingException {
        try (JMSContext context = Jndi.connectionFactory().createContext()) {
            final JMSConsumer consumer = context.createConsumer(queue);
            context.createProducer().setPriority(2).setProperty("n", 5).send(queue, AWKWARD);
            context.createProducer().send(queue, new byte[] {1, 2, 3});
            context.createProducer().send(queue, Map.of("k", 9));
            context.createProducer().send(queue, (java.io.Serializable) OBJECT);
            Expect.equal("body", AWKWARD, receiveOne(consumer, String.class, "n", 5));
            Expect.equal("body", new byte[] {1, 2, 3}, consumer.receiveBody(byte[].class, RECEIVE_MS));
            Expect.equal("body", Map.of("k", 9), consumer.receiveBody(Map.class, RECEIVE_MS));
            Expect.equal("body", OBJECT, consumer.receiveBody(java.io.Serializable.class, RECEIVE_MS));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T receiveOne(JMSConsumer consumer, Class<T> type, String property, int value)
            throws JMSException {
        final Message message = Expect.present("message", consumer.receive(RECEIVE_MS));
        Expect.equal("property " + property, value, message.getObjectProperty(property));
        return message.getBody(type);
    }
}
