package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.protocol.TransactionId;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.TopicSession;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** XA: branches of a transaction manager, by the rules of the XA specification and of {@link XAResource}. */
class XaTest extends Conformance {

    private static final AtomicInteger BRANCHES = new AtomicInteger();

    /** A branch that no other case uses. */
    private record Branch(int number) implements Xid {
        static Branch next() {
            return new Branch(BRANCHES.incrementAndGet());
        }

        @Override
        public int getFormatId() {
            return 4711;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {(byte) (number >> 8), (byte) number};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {-1, 0, 1};
        }

        TransactionId id() {
            return TransactionId.xa(getFormatId(), getGlobalTransactionId(), getBranchQualifier());
        }

        boolean is(final Xid other) {
            return other.getFormatId() == getFormatId()
                    && Arrays.equals(other.getGlobalTransactionId(), getGlobalTransactionId())
                    && Arrays.equals(other.getBranchQualifier(), getBranchQualifier());
        }
    }

    @Override
    protected void cases(final Cases cases) {
        table(cases);
        outcomes(cases);
        sessions(cases);
        recovery(cases);
        objects(cases);
    }

    private static XASession session(final Scene scene) throws JMSException {
        return connection(scene).createXASession();
    }

    private static XAConnection connection(final Scene scene) throws JMSException {
        final XAConnection connection = scene.closeLater(scene.factory().createXAConnection());
        connection.start();
        return connection;
    }

    // ---- The table: in each state, what each call with each flag answers

    /** Where a branch stands when the call is made. */
    private enum State {
        NONE,
        ACTIVE,
        ACTIVE_IN_ANOTHER_SESSION,
        ACTIVE_ON_ANOTHER_CONNECTION,
        SUSPENDED,
        IDLE,
        IDLE_ON_ANOTHER_CONNECTION,
        ROLLBACK_ONLY,
        PREPARED,
        PREPARED_ON_ANOTHER_CONNECTION,
        PREPARED_BEFORE,
        COMMITTED,
        ROLLED_BACK,
        HEURISTICALLY_COMMITTED,
        HEURISTICALLY_ROLLED_BACK
    }

    private interface Call {
        int on(XAResource resource, Xid xid) throws XAException;
    }

    private static final int OK = 0;

    private static Map<String, Call> calls() {
        final Map<String, Call> calls = new TreeMap<>();
        calls.put("start(TMNOFLAGS)", (resource, xid) -> start(resource, xid, XAResource.TMNOFLAGS));
        calls.put("start(TMJOIN)", (resource, xid) -> start(resource, xid, XAResource.TMJOIN));
        calls.put("start(TMRESUME)", (resource, xid) -> start(resource, xid, XAResource.TMRESUME));
        calls.put("start(TMFAIL)", (resource, xid) -> start(resource, xid, XAResource.TMFAIL));
        calls.put("end(TMSUCCESS)", (resource, xid) -> end(resource, xid, XAResource.TMSUCCESS));
        calls.put("end(TMFAIL)", (resource, xid) -> end(resource, xid, XAResource.TMFAIL));
        calls.put("end(TMSUSPEND)", (resource, xid) -> end(resource, xid, XAResource.TMSUSPEND));
        calls.put("end(TMNOFLAGS)", (resource, xid) -> end(resource, xid, XAResource.TMNOFLAGS));
        calls.put("prepare", XAResource::prepare);
        calls.put("commit(one phase)", (resource, xid) -> {
            resource.commit(xid, true);
            return OK;
        });
        calls.put("commit(two phases)", (resource, xid) -> {
            resource.commit(xid, false);
            return OK;
        });
        calls.put("rollback", (resource, xid) -> {
            resource.rollback(xid);
            return OK;
        });
        calls.put("forget", (resource, xid) -> {
            resource.forget(xid);
            return OK;
        });
        return calls;
    }

    private static int start(final XAResource resource, final Xid xid, final int flags) throws XAException {
        resource.start(xid, flags);
        return OK;
    }

    private static int end(final XAResource resource, final Xid xid, final int flags) throws XAException {
        resource.end(xid, flags);
        return OK;
    }

    private static final int PROTO = XAException.XAER_PROTO;
    private static final int NOTA = XAException.XAER_NOTA;
    private static final int INVAL = XAException.XAER_INVAL;
    private static final int DUPID = XAException.XAER_DUPID;
    private static final int RB = XAException.XA_RBROLLBACK;

    private static final int HC = XAException.XA_HEURCOM;
    private static final int HR = XAException.XA_HEURRB;

    /** Columns in the order of {@link State}: nothing of the table is left out. */
    private static final String TABLE = """
            call               | none  active sess.  conn.  susp.  idle   idle-c rbonly prep.  prep-c before comm.  rb     heurc  heurr
            start(TMNOFLAGS)   | OK    PROTO  DUPID  DUPID  DUPID  DUPID  DUPID  DUPID  DUPID  DUPID  OK     OK     OK     OK     OK
            start(TMJOIN)      | NOTA  PROTO  OK     OK     PROTO  OK     OK     RB     PROTO  PROTO  NOTA   NOTA   NOTA   NOTA   NOTA
            start(TMRESUME)    | NOTA  PROTO  PROTO  PROTO  OK     PROTO  PROTO  PROTO  PROTO  PROTO  NOTA   NOTA   NOTA   NOTA   NOTA
            start(TMFAIL)      | INVAL INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL
            end(TMSUCCESS)     | NOTA  OK     PROTO  PROTO  OK     PROTO  PROTO  PROTO  PROTO  PROTO  NOTA   NOTA   NOTA   NOTA   NOTA
            end(TMFAIL)        | NOTA  OK     PROTO  PROTO  OK     PROTO  PROTO  PROTO  PROTO  PROTO  NOTA   NOTA   NOTA   NOTA   NOTA
            end(TMSUSPEND)     | NOTA  OK     PROTO  PROTO  PROTO  PROTO  PROTO  PROTO  PROTO  PROTO  NOTA   NOTA   NOTA   NOTA   NOTA
            end(TMNOFLAGS)     | INVAL INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL  INVAL
            prepare            | NOTA  PROTO  PROTO  PROTO  PROTO  OK     OK     RB     PROTO  PROTO  NOTA   NOTA   NOTA   NOTA   NOTA
            commit(one phase)  | NOTA  PROTO  PROTO  PROTO  PROTO  OK     OK     RB     PROTO  PROTO  NOTA   NOTA   NOTA   NOTA   NOTA
            commit(two phases) | NOTA  PROTO  PROTO  PROTO  PROTO  PROTO  PROTO  PROTO  OK     OK     OK     OK     NOTA   HC     HR
            rollback           | NOTA  PROTO  PROTO  PROTO  PROTO  OK     OK     OK     OK     OK     OK     NOTA   OK     HC     HR
            forget             | NOTA  PROTO  PROTO  PROTO  PROTO  PROTO  PROTO  PROTO  PROTO  PROTO  PROTO  NOTA   NOTA   OK     OK
            """;

    private static final Map<String, Integer> ANSWERS = Map.of(
            "OK", OK, "PROTO", PROTO, "NOTA", NOTA, "INVAL", INVAL, "DUPID", DUPID, "RB", RB, "HC", HC, "HR", HR);

    private static Map<String, int[]> expected() {
        final Map<String, int[]> rows = new TreeMap<>();
        TABLE.lines().skip(1).forEach(line -> {
            final String[] halves = line.split("\\|");
            rows.put(
                    halves[0].trim(),
                    Arrays.stream(halves[1].trim().split(" +"))
                            .mapToInt(ANSWERS::get)
                            .toArray());
        });
        return rows;
    }

    private record Cell(State state, String call, int expected) {
        @Override
        public String toString() {
            return call + " when " + state + " answers " + expected;
        }
    }

    private static void table(final Cases cases) {
        final List<Cell> cells = new ArrayList<>();
        final Map<String, int[]> expected = expected();
        calls().keySet().forEach(call -> {
            for (final State state : State.values()) {
                cells.add(new Cell(state, call, expected.get(call)[state.ordinal()]));
            }
        });
        cases.section("XAResource")
                .each(
                        "%s",
                        cells, (scene, cell) -> {
                            final XAConnection connection = connection(scene);
                            final XASession session = connection.createXASession();
                            final Branch branch = Branch.next();
                            bring(scene, connection, session, branch, cell.state);
                            int answer;
                            try {
                                answer = calls().get(cell.call).on(session.getXAResource(), branch);
                            } catch (XAException e) {
                                answer = e.errorCode;
                            }
                            assertThat(answer).isEqualTo(cell.expected);
                            finish(scene, branch);
                        });
    }

    /** Brings a branch with work into a state. */
    private static void bring(
            final Scene scene,
            final XAConnection connection,
            final XASession session,
            final Branch branch,
            final State state)
            throws Exception {
        final XAResource resource = session.getXAResource();
        switch (state) {
            case NONE -> {}
            case ACTIVE -> work(scene, session, branch);
            case ACTIVE_IN_ANOTHER_SESSION -> work(scene, connection.createXASession(), branch);
            case ACTIVE_ON_ANOTHER_CONNECTION -> work(scene, session(scene), branch);
            case IDLE_ON_ANOTHER_CONNECTION -> {
                final XAConnection other = connection(scene);
                bring(scene, other, other.createXASession(), branch, State.IDLE);
            }
            case PREPARED_ON_ANOTHER_CONNECTION -> {
                final XAConnection other = connection(scene);
                bring(scene, other, other.createXASession(), branch, State.PREPARED);
            }
            case HEURISTICALLY_COMMITTED, HEURISTICALLY_ROLLED_BACK -> {
                bring(scene, connection, session, branch, State.PREPARED_BEFORE);
                scene.administrator()
                        .transactions()
                        .resolve(branch.id(), state == State.HEURISTICALLY_COMMITTED)
                        .get();
            }
            case SUSPENDED -> {
                work(scene, session, branch);
                resource.end(branch, XAResource.TMSUSPEND);
            }
            case IDLE -> {
                work(scene, session, branch);
                resource.end(branch, XAResource.TMSUCCESS);
            }
            case ROLLBACK_ONLY -> {
                work(scene, session, branch);
                resource.end(branch, XAResource.TMFAIL);
            }
            case PREPARED -> {
                bring(scene, connection, session, branch, State.IDLE);
                assertThat(resource.prepare(branch)).isEqualTo(XAResource.XA_OK);
            }
            case PREPARED_BEFORE -> {
                final XAConnection before = connection(scene);
                bring(scene, before, before.createXASession(), branch, State.PREPARED);
                before.close();
            }
            case COMMITTED -> {
                bring(scene, connection, session, branch, State.PREPARED);
                resource.commit(branch, false);
            }
            case ROLLED_BACK -> {
                bring(scene, connection, session, branch, State.PREPARED);
                resource.rollback(branch);
            }
            default -> throw new AssertionError(state);
        }
    }

    private static void work(final Scene scene, final XASession session, final Branch branch)
            throws JMSException, XAException {
        session.getXAResource().start(branch, XAResource.TMNOFLAGS);
        send(session, scene.queue(), "work");
    }

    private static void send(final Session session, final Queue to, final String text) throws JMSException {
        session.createProducer(to).send(session.createTextMessage(text));
    }

    /** Leaves nothing behind that does not end with its connection. */
    private static void finish(final Scene scene, final Branch branch) throws JMSException, XAException {
        final XAResource resource = session(scene).getXAResource();
        try {
            resource.rollback(branch);
        } catch (XAException e) {
            assertThat(e.errorCode).isIn(NOTA, PROTO, HC, HR);
            if (e.errorCode == HC || e.errorCode == HR) {
                resource.forget(branch);
            }
        }
    }

    // ---- What comes of branches

    private static void outcomes(final Cases cases) {
        cases.section("XAResource.commit")
                .each(
                        "a branch happens with its commit, one phase: %s",
                        List.of(true, false), (scene, onePhase) -> {
                            scene.send(scene.queue("in"), "a");
                            final XASession session = session(scene);
                            final XAResource resource = session.getXAResource();
                            final Branch branch = Branch.next();
                            resource.start(branch, XAResource.TMNOFLAGS);
                            assertThat(Scene.text(session.createConsumer(scene.queue("in"))))
                                    .isEqualTo("a");
                            send(session, scene.queue("out"), "b");
                            resource.end(branch, XAResource.TMSUCCESS);
                            final MessageConsumer out = scene.session().createConsumer(scene.queue("out"));
                            Scene.expectNone(out);
                            if (!onePhase) {
                                assertThat(resource.prepare(branch)).isEqualTo(XAResource.XA_OK);
                                Scene.expectNone(out);
                            }
                            resource.commit(branch, onePhase);
                            assertThat(Scene.text(out)).isEqualTo("b");
                            session.close();
                            Scene.expectNone(scene.session().createConsumer(scene.queue("in")));
                        });
        cases.section("XAResource.rollback")
                .each(
                        "a branch that is rolled back never was, prepared: %s",
                        List.of(true, false), (scene, prepared) -> {
                            scene.send(scene.queue("in"), "a", "b");
                            final XASession session = session(scene);
                            final XAResource resource = session.getXAResource();
                            final MessageConsumer in = session.createConsumer(scene.queue("in"));
                            final Branch branch = Branch.next();
                            resource.start(branch, XAResource.TMNOFLAGS);
                            assertThat(Scene.text(in)).isEqualTo("a");
                            send(session, scene.queue("out"), "never");
                            resource.end(branch, XAResource.TMSUCCESS);
                            if (prepared) {
                                resource.prepare(branch);
                            }
                            resource.rollback(branch);
                            Scene.expectNone(scene.session().createConsumer(scene.queue("out")));
                            final Branch second = Branch.next();
                            resource.start(second, XAResource.TMNOFLAGS);
                            final Message again = Scene.receive(in);
                            assertThat(again.getBody(String.class)).isEqualTo("a");
                            assertThat(again.getJMSRedelivered()).isTrue();
                            assertThat(Scene.text(in)).isEqualTo("b");
                            resource.end(second, XAResource.TMSUCCESS);
                            resource.commit(second, true);
                        });
        cases.section("XAResource.prepare").promise("a branch without work is read only and over", scene -> {
            final XAResource resource = session(scene).getXAResource();
            final Branch branch = Branch.next();
            resource.start(branch, XAResource.TMNOFLAGS);
            resource.end(branch, XAResource.TMSUCCESS);
            assertThat(resource.prepare(branch)).isEqualTo(XAResource.XA_RDONLY);
            assertThatThrownBy(() -> resource.commit(branch, false))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(NOTA));
        });
        cases.section("XAResource.start").promise("work of joined sessions is one branch", scene -> {
            final XAConnection connection = connection(scene);
            final XASession first = connection.createXASession();
            final XASession second = connection.createXASession();
            assertThat(first.getXAResource().isSameRM(second.getXAResource())).isTrue();
            final Branch branch = Branch.next();
            first.getXAResource().start(branch, XAResource.TMNOFLAGS);
            second.getXAResource().start(branch, XAResource.TMJOIN);
            send(first, scene.queue(), "1");
            send(second, scene.queue(), "2");
            first.getXAResource().end(branch, XAResource.TMSUCCESS);
            second.getXAResource().end(branch, XAResource.TMSUCCESS);
            second.getXAResource().prepare(branch);
            first.getXAResource().commit(branch, false);
            assertThat(Scene.texts(scene.session().createConsumer(scene.queue()), 2))
                    .containsExactly("1", "2");
        });
        joins(cases);
        cases.promise("a session works in several branches, one after the other", scene -> {
            scene.send(scene.queue("in"), "a", "b", "c");
            final XASession session = session(scene);
            final XAResource resource = session.getXAResource();
            final MessageConsumer in = session.createConsumer(scene.queue("in"));
            final Branch one = Branch.next();
            final Branch two = Branch.next();
            resource.start(one, XAResource.TMNOFLAGS);
            assertThat(Scene.text(in)).isEqualTo("a");
            resource.end(one, XAResource.TMSUSPEND);
            resource.start(two, XAResource.TMNOFLAGS);
            assertThat(Scene.text(in)).isEqualTo("b");
            resource.end(two, XAResource.TMSUCCESS);
            resource.start(one, XAResource.TMRESUME);
            assertThat(Scene.text(in)).isEqualTo("c");
            resource.end(one, XAResource.TMSUCCESS);
            resource.rollback(two);
            resource.commit(one, true);
            session.close();
            final MessageConsumer rest = scene.session().createConsumer(scene.queue("in"));
            assertThat(Scene.text(rest)).isEqualTo("b");
            Scene.expectNone(rest);
        });
        cases.section("XAResource.setTransactionTimeout")
                .promise("a timeout is what was set, and none by default", scene -> {
                    final XAResource resource = session(scene).getXAResource();
                    assertThat(resource.getTransactionTimeout()).isZero();
                    assertThat(resource.setTransactionTimeout(30)).isTrue();
                    assertThat(resource.getTransactionTimeout()).isEqualTo(30);
                    assertThat(resource.setTransactionTimeout(0)).isTrue();
                    assertThatThrownBy(() -> resource.setTransactionTimeout(-1))
                            .isInstanceOfSatisfying(XAException.class, e -> assertThat(e.errorCode)
                                    .isEqualTo(INVAL));
                });
        cases.section("XAResource").promise("the resource of a lost connection has failed", scene -> {
            final XAConnection connection = connection(scene);
            final XAResource resource = connection.createXASession().getXAResource();
            connection.close();
            assertThatThrownBy(() -> resource.start(Branch.next(), XAResource.TMNOFLAGS))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
            assertThatThrownBy(() -> resource.recover(XAResource.TMSTARTRSCAN))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
        });
        cases.promise("a null Xid is invalid everywhere", scene -> {
            final XAResource resource = session(scene).getXAResource();
            calls().forEach((name, call) -> assertThatThrownBy(() -> call.on(resource, null))
                    .as(name)
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(INVAL)));
        });
    }

    /** Branches that sessions of two connections work in. */
    private static void joins(final Cases cases) {
        cases.section("XAResource.isSameRM")
                .each(
                        "work of two connections is one branch, one phase: %s",
                        List.of(true, false), (scene, onePhase) -> {
                            scene.send(scene.queue("in"), "a");
                            final XASession receiving = session(scene);
                            final XASession sending = session(scene);
                            final XAResource first = receiving.getXAResource();
                            final XAResource second = sending.getXAResource();
                            assertThat(first.isSameRM(second)).isTrue();
                            final Branch branch = Branch.next();
                            first.start(branch, XAResource.TMNOFLAGS);
                            second.start(branch, XAResource.TMJOIN);
                            assertThat(Scene.text(receiving.createConsumer(scene.queue("in"))))
                                    .isEqualTo("a");
                            send(sending, scene.queue("out"), "b");
                            second.end(branch, XAResource.TMSUCCESS);
                            first.end(branch, XAResource.TMSUCCESS);
                            final MessageConsumer out = scene.session().createConsumer(scene.queue("out"));
                            if (!onePhase) {
                                assertThat(first.prepare(branch)).isEqualTo(XAResource.XA_OK);
                            }
                            Scene.expectNone(out);
                            first.commit(branch, onePhase);
                            assertThat(Scene.text(out)).isEqualTo("b");
                            receiving.close();
                            Scene.expectNone(scene.session().createConsumer(scene.queue("in")));
                        });
        cases.each(
                "a branch of two connections is rolled back as a whole, prepared: %s",
                List.of(true, false), (scene, prepared) -> {
                    scene.send(scene.queue("one"), "1");
                    scene.send(scene.queue("two"), "2");
                    final XASession one = session(scene);
                    final XASession two = session(scene);
                    final MessageConsumer fromOne = one.createConsumer(scene.queue("one"));
                    final MessageConsumer fromTwo = two.createConsumer(scene.queue("two"));
                    final Branch branch = Branch.next();
                    one.getXAResource().start(branch, XAResource.TMNOFLAGS);
                    two.getXAResource().start(branch, XAResource.TMJOIN);
                    assertThat(Scene.text(fromOne)).isEqualTo("1");
                    assertThat(Scene.text(fromTwo)).isEqualTo("2");
                    send(one, scene.queue("out"), "never");
                    send(two, scene.queue("out"), "never");
                    one.getXAResource().end(branch, XAResource.TMSUCCESS);
                    two.getXAResource().end(branch, XAResource.TMSUCCESS);
                    if (prepared) {
                        assertThat(two.getXAResource().prepare(branch)).isEqualTo(XAResource.XA_OK);
                    }
                    one.getXAResource().rollback(branch);
                    Scene.expectNone(scene.session().createConsumer(scene.queue("out")));
                    one.close();
                    two.close();
                    for (final String queue : List.of("one", "two")) {
                        final Message again = Scene.receive(scene.session().createConsumer(scene.queue(queue)));
                        assertThat(again.getJMSRedelivered()).isTrue();
                    }
                });
        cases.promise("a branch of two connections can only be rolled back when one of them has ended", scene -> {
            final XAConnection leaving = connection(scene);
            final XASession gone = leaving.createXASession();
            final XASession stays = session(scene);
            final Branch branch = Branch.next();
            gone.getXAResource().start(branch, XAResource.TMNOFLAGS);
            stays.getXAResource().start(branch, XAResource.TMJOIN);
            send(gone, scene.queue(), "never");
            send(stays, scene.queue(), "never");
            gone.getXAResource().end(branch, XAResource.TMSUCCESS);
            stays.getXAResource().end(branch, XAResource.TMSUCCESS);
            leaving.close();
            assertThatThrownBy(() -> stays.getXAResource().prepare(branch))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(RB));
            Scene.expectNone(scene.session().createConsumer(scene.queue()));
        });
        cases.promise("a prepared branch of two connections survives the end of both", scene -> {
            final XAConnection one = connection(scene);
            final XAConnection two = connection(scene);
            final XASession first = one.createXASession();
            final XASession second = two.createXASession();
            final Branch branch = Branch.next();
            first.getXAResource().start(branch, XAResource.TMNOFLAGS);
            second.getXAResource().start(branch, XAResource.TMJOIN);
            send(first, scene.queue(), "1");
            send(second, scene.queue(), "2");
            first.getXAResource().end(branch, XAResource.TMSUCCESS);
            second.getXAResource().end(branch, XAResource.TMSUCCESS);
            assertThat(second.getXAResource().prepare(branch)).isEqualTo(XAResource.XA_OK);
            one.close();
            two.close();
            session(scene).getXAResource().commit(branch, false);
            assertThat(Scene.texts(scene.session().createConsumer(scene.queue()), 2))
                    .containsExactlyInAnyOrder("1", "2");
        });
        cases.promise("with shareBranches=false each connection is a resource manager of its own", scene -> {
            final XAConnection one =
                    scene.closeLater(scene.factory("shareBranches=false").createXAConnection());
            final XAConnection two =
                    scene.closeLater(scene.factory("shareBranches=false").createXAConnection());
            final XAResource first = one.createXASession().getXAResource();
            final XAResource second = two.createXASession().getXAResource();
            assertThat(first.isSameRM(second)).isFalse();
            assertThat(first.isSameRM(session(scene).getXAResource())).isFalse();
            assertThat(first.isSameRM(one.createXASession().getXAResource())).isTrue();
            final Branch branch = Branch.next();
            first.start(branch, XAResource.TMNOFLAGS);
            assertThatThrownBy(() -> second.start(branch, XAResource.TMJOIN))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(NOTA));
        });
        cases.section("XAResource.setTransactionTimeout")
                .promise("the broker gives back what a branch holds that takes too long", scene -> {
                    scene.send(scene.queue(), "a");
                    final XASession session = session(scene);
                    final XAResource resource = session.getXAResource();
                    resource.setTransactionTimeout(1);
                    final Branch branch = Branch.next();
                    resource.start(branch, XAResource.TMNOFLAGS);
                    final MessageConsumer consumer = session.createConsumer(scene.queue());
                    assertThat(Scene.text(consumer)).isEqualTo("a");
                    // Now the broker holds it for the branch, and nobody comes back for that.
                    consumer.close();
                    assertThat(Scene.text(scene.session().createConsumer(scene.queue())))
                            .isEqualTo("a");
                    assertThatThrownBy(() -> resource.end(branch, XAResource.TMSUCCESS))
                            .isInstanceOfSatisfying(XAException.class, e -> assertThat(e.errorCode)
                                    .isEqualTo(XAException.XA_RBTIMEOUT));
                    resource.rollback(branch);
                });
    }

    /** One server session, whose first branch is rolled back and whose others are prepared and committed. */
    private static final class BranchPool implements ServerSessionPool, ServerSession {
        private final XASession session;
        private final BlockingQueue<BranchPool> free = new LinkedBlockingQueue<>(List.of(this));
        private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        private volatile String heard = "";
        private boolean rolledBack;

        BranchPool(final XASession session, final Queue out) throws JMSException {
            this.session = session;
            session.setMessageListener(message -> {
                try {
                    heard = message.getBody(String.class) + (message.getJMSRedelivered() ? " again" : "");
                    send(session, out, "answer to " + heard);
                } catch (JMSException e) {
                    heard = e.toString();
                }
            });
        }

        @Override
        public ServerSession getServerSession() throws JMSException {
            try {
                return free.take();
            } catch (InterruptedException e) {
                throw new JMSException("interrupted");
            }
        }

        @Override
        public Session getSession() {
            return session;
        }

        @Override
        public void start() {
            final Thread thread = new Thread(this::run, "server session");
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            final XAResource resource = session.getXAResource();
            final Branch branch = Branch.next();
            try {
                resource.start(branch, XAResource.TMNOFLAGS);
                session.run();
                resource.end(branch, XAResource.TMSUCCESS);
                if (rolledBack) {
                    resource.prepare(branch);
                    resource.commit(branch, false);
                    ended.add(heard + " committed");
                } else {
                    rolledBack = true;
                    resource.rollback(branch);
                    ended.add(heard + " rolled back");
                }
            } catch (XAException e) {
                ended.add(e.toString());
            }
            free.add(this);
        }

        List<String> ended(final int count) throws InterruptedException {
            final List<String> texts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                texts.add(ended.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS));
            }
            return texts;
        }
    }

    private static void sessions(final Cases cases) {
        cases.section("8.8")
                .promise("a branch keeps what a consumer received that was closed before its end", scene -> {
                    scene.send(scene.queue(), "a", "b");
                    final XASession session = session(scene);
                    final XAResource resource = session.getXAResource();
                    final Branch branch = Branch.next();
                    resource.start(branch, XAResource.TMNOFLAGS);
                    final MessageConsumer consumer = session.createConsumer(scene.queue());
                    assertThat(Scene.text(consumer)).isEqualTo("a");
                    consumer.close();
                    session.close();
                    resource.end(branch, XAResource.TMSUCCESS);
                    assertThat(resource.prepare(branch)).isEqualTo(XAResource.XA_OK);
                    resource.commit(branch, false);
                    final MessageConsumer rest = scene.session().createConsumer(scene.queue());
                    assertThat(Scene.text(rest)).isEqualTo("b");
                    Scene.expectNone(rest);
                });
        cases.section("XASession")
                .promise("outside of branches a session sends at once and acknowledges by itself", scene -> {
                    final XASession session = session(scene);
                    send(session, scene.queue(), "a");
                    assertThat(Scene.text(session.createConsumer(scene.queue())))
                            .isEqualTo("a");
                    session.close();
                    Scene.expectNone(scene.session().createConsumer(scene.queue()));
                });
        cases.promise("a listener's messages belong to the branch of its session", scene -> {
            final XASession session = session(scene);
            final XAResource resource = session.getXAResource();
            final Branch branch = Branch.next();
            resource.start(branch, XAResource.TMNOFLAGS);
            final java.util.concurrent.CountDownLatch seen = new java.util.concurrent.CountDownLatch(2);
            session.createConsumer(scene.queue()).setMessageListener(message -> seen.countDown());
            scene.send(scene.queue(), "a", "b");
            assertThat(seen.await(Scene.PATIENCE_MS, java.util.concurrent.TimeUnit.MILLISECONDS))
                    .isTrue();
            resource.end(branch, XAResource.TMSUCCESS);
            resource.prepare(branch);
            resource.commit(branch, false);
            session.close();
            Scene.expectNone(scene.session().createConsumer(scene.queue()));
        });
        cases.section("8.2").promise("what a server session runs belongs to the branch that it runs in", scene -> {
            final XAConnection connection = connection(scene);
            final BranchPool pool = new BranchPool(connection.createXASession(), scene.queue("out"));
            final ConnectionConsumer consumer = connection.createConnectionConsumer(scene.queue("in"), null, pool, 1);
            scene.send(scene.queue("in"), "a");
            assertThat(pool.ended(2)).containsExactly("a rolled back", "a again committed");
            scene.send(scene.queue("in"), "b");
            assertThat(pool.ended(1)).containsExactly("b committed");
            consumer.close();
            connection.close();
            assertThat(Scene.rest(scene.session().createConsumer(scene.queue("out"))))
                    .containsExactly("answer to a again", "answer to b");
            Scene.expectNone(scene.session().createConsumer(scene.queue("in")));
        });
        cases.section("XASession.commit").promise("commit and rollback are the transaction manager's", scene -> {
            final XASession session = session(scene);
            assertThatThrownBy(session::commit).isInstanceOf(TransactionInProgressException.class);
            assertThatThrownBy(session::rollback).isInstanceOf(TransactionInProgressException.class);
            assertThat(session.getTransacted()).isTrue();
            assertThat(session.getSession()).isNotNull();
        });
    }

    private static void recovery(final Cases cases) {
        cases.section("XAResource.recover")
                .promise("what is prepared is listed until it is decided, on any connection", scene -> {
                    final XAConnection connection = connection(scene);
                    final Branch branch = Branch.next();
                    bring(scene, connection, connection.createXASession(), branch, State.PREPARED);
                    connection.close();
                    final XAResource resource = session(scene).getXAResource();
                    assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                            .anyMatch(branch::is);
                    assertThat(resource.recover(XAResource.TMSTARTRSCAN)).anyMatch(branch::is);
                    assertThat(resource.recover(XAResource.TMNOFLAGS)).isEmpty();
                    assertThat(resource.recover(XAResource.TMENDRSCAN)).isEmpty();
                    resource.commit(branch, false);
                    assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                            .noneMatch(branch::is);
                    assertThat(Scene.text(scene.session().createConsumer(scene.queue())))
                            .isEqualTo("work");
                });
        cases.promise("a scan has a start, and other flags are invalid", scene -> {
            final XAResource resource = session(scene).getXAResource();
            assertThatThrownBy(() -> resource.recover(XAResource.TMNOFLAGS))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(PROTO));
            assertThatThrownBy(() -> resource.recover(XAResource.TMJOIN))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(INVAL));
        });
        cases.promise("what is not prepared ends with its connection", scene -> {
            scene.send(scene.queue("in"), "a");
            final XAConnection connection = connection(scene);
            final XASession session = connection.createXASession();
            final Branch branch = Branch.next();
            session.getXAResource().start(branch, XAResource.TMNOFLAGS);
            final MessageConsumer consumer = session.createConsumer(scene.queue("in"));
            assertThat(Scene.text(consumer)).isEqualTo("a");
            consumer.close();
            session.getXAResource().end(branch, XAResource.TMSUCCESS);
            connection.close();
            assertThat(Scene.text(scene.session().createConsumer(scene.queue("in"))))
                    .isEqualTo("a");
            final XAResource resource = session(scene).getXAResource();
            assertThatThrownBy(() -> resource.commit(branch, false))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(NOTA));
        });
    }

    private static void objects(final Cases cases) {
        cases.section("XAJMSContext").promise("a context works in branches, and does not commit itself", scene -> {
            final XAJMSContext context = scene.closeLater(scene.factory().createXAContext());
            final XAResource resource = context.getXAResource();
            final Branch branch = Branch.next();
            resource.start(branch, XAResource.TMNOFLAGS);
            context.createProducer().send(scene.queue(), "a");
            assertThatThrownBy(context::commit).isInstanceOf(TransactionInProgressRuntimeException.class);
            assertThatThrownBy(context::rollback).isInstanceOf(TransactionInProgressRuntimeException.class);
            assertThat(context.getTransacted()).isTrue();
            resource.end(branch, XAResource.TMSUCCESS);
            final JMSConsumer consumer = context.getContext().createConsumer(scene.queue());
            assertThat(consumer.receiveNoWait()).isNull();
            resource.commit(branch, true);
            assertThat(consumer.receiveBody(String.class, Scene.PATIENCE_MS)).isEqualTo("a");
            scene.closeLater(scene.factory().createXAContext(null, null)).getXAResource();
        });
        cases.section("XAQueueConnection").promise("the legacy interfaces make sessions of their kind", scene -> {
            final XAQueueConnection queues = scene.closeLater(scene.factory().createXAQueueConnection());
            final XATopicConnection topics = scene.closeLater(scene.factory().createXATopicConnection());
            final QueueSession queueSession = queues.createXAQueueSession().getQueueSession();
            final TopicSession topicSession = topics.createXATopicSession().getTopicSession();
            assertThat(queueSession.getTransacted()).isTrue();
            assertThat(topicSession.getTransacted()).isTrue();
            assertThat(queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE)
                            .getTransacted())
                    .isFalse();
            assertThat(topics.createTopicSession(true, 0).getTransacted()).isTrue();
            assertThat(queues.createSession(false, Session.AUTO_ACKNOWLEDGE).getTransacted())
                    .isFalse();
            scene.closeLater(scene.factory().createXAConnection(null, null)).createXASession();
            scene.closeLater(scene.factory().createXAQueueConnection(null, null))
                    .createXAQueueSession();
            scene.closeLater(scene.factory().createXATopicConnection(null, null))
                    .createXATopicSession();
        });
    }
}
