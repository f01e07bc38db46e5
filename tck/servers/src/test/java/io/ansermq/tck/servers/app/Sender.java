package io.ansermq.tck.servers.app;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBException;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** What applications do with queues in container-managed transactions. */
@Stateless
public class Sender {
    static final String OUT = "app.out";
    static final String SECOND = "app.second";

    @Resource(name = "jms/cf")
    private ConnectionFactory factory;

    @Resource(name = "jms/cf2")
    private ConnectionFactory other;

    @Resource(name = "jms/out")
    private Queue out;

    @Resource
    private SessionContext container;

    @Inject
    @JMSConnectionFactory("jms/cf")
    private JMSContext injected;

    public String send(final String text) {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(out, text);
        }
        return "sent";
    }

    public String sendAndRollBack(final String text) {
        send(text);
        container.setRollbackOnly();
        return "rolled back";
    }

    public String sendAndThrow(final String text) {
        send(text);
        throw new EJBException("as asked");
    }

    public String sendByTwoFactories(final String text, final boolean rollBack) {
        try (JMSContext first = factory.createContext();
                JMSContext second = other.createContext()) {
            first.createProducer().send(first.createQueue(OUT), text);
            second.createProducer().send(second.createQueue(SECOND), text);
        }
        if (rollBack) {
            container.setRollbackOnly();
        }
        return "sent";
    }

    public String sendClassic(final String text) throws JMSException {
        try (Connection connection = factory.createConnection()) {
            final Session session = connection.createSession();
            session.createProducer(session.createQueue(OUT)).send(session.createTextMessage(text));
        }
        return "sent";
    }

    public String sendByInjectedContext(final String text) {
        injected.createProducer().send(out, text);
        return "sent";
    }

    public String receive(final String queue) throws JMSException {
        try (JMSContext context = factory.createContext()) {
            final Message message =
                    context.createConsumer(context.createQueue(queue)).receive(5_000);
            return message == null
                    ? "nothing"
                    : message.getBody(String.class) + " at delivery " + message.getIntProperty("JMSXDeliveryCount");
        }
    }

    public String receiveAndRollBack(final String queue) throws JMSException {
        final String received = receive(queue);
        container.setRollbackOnly();
        return received;
    }

    /** Each of them in a transaction of its own. */
    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public String many(final int count) {
        final Sender self = container.getBusinessObject(Sender.class);
        for (int i = 0; i < count; i++) {
            self.send("m" + i);
        }
        return "sent " + count;
    }

    public void insert(final String text) throws SQLException, NamingException {
        try (var connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO SENT (TEXT) VALUES ('" + text + "')");
        }
    }

    /** How many rows there are of a text; makes the table when it is called with "create". */
    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public int rows(final String text) throws SQLException, NamingException {
        try (var connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            if (text.equals("create")) {
                statement.execute("CREATE TABLE IF NOT EXISTS SENT (TEXT VARCHAR(100))");
            }
            try (ResultSet found = statement.executeQuery("SELECT COUNT(*) FROM SENT WHERE TEXT = '" + text + "'")) {
                found.next();
                return found.getInt(1);
            }
        }
    }

    @SuppressWarnings("BanJNDI") // The name is a constant.
    private static DataSource database() throws NamingException {
        return (DataSource) new InitialContext().lookup("java:comp/env/jdbc/ds");
    }
}
