package io.ansermq.tck.transactions;

import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.transactions.Watched.Course;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import javax.transaction.xa.XAResource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * An application in a process of its own: a transaction manager, a database, a broker somewhere else. It does what it reads
 * line by line and answers each with a line:
 *
 * <pre>
 *   transaction NAME ORDER OUTCOME PHASE VICTIM   -> "phase", when the server is to be killed (any line lets it go on);
 *                                                    "ended WHAT"
 *   recover                                       -> "recovered"
 *   compare                                       -> "same N rows", or what differs
 * </pre>
 *
 * <p>A transaction receives a message, sends one of the same text to another queue, over another connection in one of two
 * orders, and inserts it as a row.
 */
public final class XaWorker {
    static final String IN = "in";
    static final String OUT = "out";

    /** Which resource is asked first, and whether one connection does both. */
    enum Order {
        BROKER_FIRST,
        DATABASE_FIRST,
        TWO_CONNECTIONS
    }

    enum Outcome {
        COMMIT,
        /** By the application. */
        ROLLBACK,
        BROKER_AGAINST,
        DATABASE_AGAINST
    }

    enum Victim {
        NOBODY,
        /** The server, and it is there again before the transaction goes on. */
        SERVER,
        /** The server, and it is there again when the transaction has ended. */
        SERVER_FOR_LONGER,
        /** The server, at any moment from the phase on. */
        SERVER_MEANWHILE,
        MANAGER
    }

    private static final int PATIENCE_MS = 20_000;
    private static final int RECOVERIES = 10;

    private final BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private final AnserConnectionFactory broker;
    private final JdbcDataSource database = new JdbcDataSource();
    private final Narayana narayana;

    private XaWorker(final String uri, final Path directory) throws SQLException {
        broker = new AnserConnectionFactory(uri);
        // The process is killed here, not the machine: what H2 has written is enough.
        database.setURL("jdbc:h2:file:" + directory.resolve("database") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
        narayana = Narayana.with(
                directory.resolve("manager"),
                helper(() -> List.of(database.getXAConnection().getXAResource())),
                helper(new RecoveryConnection()));
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS DONE(TEXT VARCHAR(100) PRIMARY KEY)");
        }
    }

    /** Arguments: the broker's URI, a directory. */
    public static void main(final String[] arguments) throws Exception {
        final XaWorker worker = new XaWorker(arguments[0], Path.of(arguments[1]));
        say("ready");
        worker.work();
    }

    private void work() throws Exception {
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            final String[] words = line.split(" ");
            switch (words[0]) {
                case "transaction" ->
                    say("ended "
                            + transaction(
                                    words[1],
                                    Order.valueOf(words[2]),
                                    Outcome.valueOf(words[3]),
                                    Phase.valueOf(words[4]),
                                    Victim.valueOf(words[5])));
                case "recover" -> say(recover());
                case "compare" -> say(compare());
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    private static void say(final String line) {
        System.out.println(line);
        System.out.flush();
    }

    // ---- One transaction

    private String transaction(
            final String name, final Order order, final Outcome outcome, final Phase phase, final Victim victim)
            throws Exception {
        try (JMSContext context = broker.createContext()) {
            context.createProducer().send(context.createQueue(IN), name);
        }
        final Course course = new Course(reached -> {
            if (reached == phase) {
                interrupt(victim);
            }
        });
        final TransactionManager manager = narayana.manager();
        final javax.sql.XAConnection rows = database.getXAConnection();
        try (XAConnection receiving = broker.createXAConnection();
                XAConnection sending = order == Order.TWO_CONNECTIONS ? broker.createXAConnection() : receiving) {
            receiving.start();
            final XASession in = receiving.createXASession();
            final XASession out = sending == receiving ? in : sending.createXASession();
            final XAResource first = new Watched(in.getXAResource(), course, outcome == Outcome.BROKER_AGAINST);
            final XAResource second = new Watched(out.getXAResource(), course, outcome == Outcome.BROKER_AGAINST);
            final XAResource third = new Watched(rows.getXAResource(), course, outcome == Outcome.DATABASE_AGAINST);
            manager.begin();
            if (order == Order.DATABASE_FIRST) {
                manager.getTransaction().enlistResource(third);
            }
            manager.getTransaction().enlistResource(first);
            if (in != out) {
                manager.getTransaction().enlistResource(second);
            }
            if (order != Order.DATABASE_FIRST) {
                manager.getTransaction().enlistResource(third);
            }
            final Message message = in.createConsumer(in.createQueue(IN)).receive(PATIENCE_MS);
            if (message == null) {
                throw new IllegalStateException("there must be a message in the queue");
            }
            final String text = message.getBody(String.class);
            out.createProducer(out.createQueue(OUT)).send(out.createTextMessage(text));
            insert(rows.getConnection(), text);
            course.reach(Phase.WORKED);
            if (outcome == Outcome.ROLLBACK) {
                manager.rollback();
                return "ROLLED_BACK " + text;
            }
            manager.commit();
            return "COMMITTED " + text;
        } catch (RollbackException e) {
            return "ROLLED_BACK " + name;
        } catch (JMSException | JMSRuntimeException e) {
            if (manager.getStatus() != Status.STATUS_NO_TRANSACTION) {
                manager.rollback();
            }
            return "FAILED " + e.getMessage();
        } finally {
            rows.close();
        }
    }

    private static void insert(final Connection connection, final String text) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO DONE VALUES(?)")) {
            insert.setString(1, text);
            insert.executeUpdate();
        }
    }

    private void interrupt(final Victim victim) {
        switch (victim) {
            case NOBODY -> {}
            case MANAGER -> Runtime.getRuntime().halt(9);
            case SERVER_MEANWHILE -> say("phase");
            default -> {
                say("phase");
                try {
                    commands.readLine();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    // ---- Afterwards

    /** Has the recovery manager at work until nothing is in doubt any more, on either side. */
    private String recover() throws Exception {
        for (int i = 0; i < RECOVERIES; i++) {
            narayana.recover();
            if (inDoubt(database.getXAConnection().getXAResource()) == 0 && inDoubtAtBroker() == 0) {
                return "recovered";
            }
        }
        return "still in doubt: " + inDoubtAtBroker() + " at the broker, "
                + inDoubt(database.getXAConnection().getXAResource()) + " at the database";
    }

    private int inDoubtAtBroker() throws Exception {
        try (XAConnection connection = broker.createXAConnection()) {
            return inDoubt(connection.createXASession().getXAResource());
        }
    }

    private static int inDoubt(final XAResource resource) throws Exception {
        return resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN).length;
    }

    /** What is a row is a message of the one queue and not of the other. */
    private String compare() throws SQLException {
        final List<String> rows = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT TEXT FROM DONE ORDER BY TEXT")) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        final List<String> sent = browse(OUT);
        final List<String> left = browse(IN);
        Collections.sort(sent);
        final TreeSet<String> both = new TreeSet<>(left);
        both.retainAll(rows);
        if (!sent.equals(rows)) {
            final TreeSet<String> onlyRows = new TreeSet<>(rows);
            sent.forEach(onlyRows::remove);
            final List<String> onlySent = new ArrayList<>(sent);
            rows.forEach(onlySent::remove);
            return "different: only rows " + onlyRows + ", only messages " + onlySent;
        }
        return both.isEmpty() ? "same " + rows.size() + " rows, " + left.size() + " left" : "not consumed: " + both;
    }

    private List<String> browse(final String queue) {
        final List<String> texts = new ArrayList<>();
        try (JMSContext context = broker.createContext()) {
            final var messages =
                    context.createBrowser(context.createQueue(queue)).getEnumeration();
            while (messages.hasMoreElements()) {
                texts.add(((Message) messages.nextElement()).getBody(String.class));
            }
            return texts;
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- What the recovery manager needs

    private interface Resources {
        List<XAResource> get() throws Exception;
    }

    private static XAResourceRecoveryHelper helper(final Resources resources) {
        return new XAResourceRecoveryHelper() {
            @Override
            public boolean initialise(final String parameter) {
                return true;
            }

            @Override
            public XAResource[] getXAResources() throws Exception {
                return resources.get().toArray(XAResource[]::new);
            }
        };
    }

    /**
     * A connection to the broker that is made anew when it is lost, for the server may have been killed. One that works stays
     * open: the manager goes on with what it was given before when it asks again.
     */
    private final class RecoveryConnection implements Resources {
        private XAConnection connection;

        @Override
        public List<XAResource> get() throws JMSException {
            if (connection != null) {
                try {
                    return List.of(connection.createXASession().getXAResource());
                } catch (JMSException lost) {
                    connection.close();
                }
            }
            connection = broker.createXAConnection();
            return List.of(connection.createXASession().getXAResource());
        }
    }
}
