package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** What each call of {@link XAResource} with each flag answers in each state that a branch can be in. */
class XaStatesTest extends Conformance {

    @Override
    protected void cases(final Cases cases) {
        table(cases);
        withoutBranch(cases);
    }

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
                            final XAConnection connection = Xa.connection(scene);
                            final XASession session = connection.createXASession();
                            final Xa.Branch branch = Xa.Branch.next();
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
            final Xa.Branch branch,
            final State state)
            throws Exception {
        final XAResource resource = session.getXAResource();
        switch (state) {
            case NONE -> {}
            case ACTIVE -> Xa.work(scene, session, branch);
            case ACTIVE_IN_ANOTHER_SESSION -> Xa.work(scene, connection.createXASession(), branch);
            case ACTIVE_ON_ANOTHER_CONNECTION -> Xa.work(scene, Xa.session(scene), branch);
            case IDLE_ON_ANOTHER_CONNECTION -> {
                final XAConnection other = Xa.connection(scene);
                bring(scene, other, other.createXASession(), branch, State.IDLE);
            }
            case PREPARED_ON_ANOTHER_CONNECTION -> {
                final XAConnection other = Xa.connection(scene);
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
                Xa.work(scene, session, branch);
                resource.end(branch, XAResource.TMSUSPEND);
            }
            case IDLE -> {
                Xa.work(scene, session, branch);
                resource.end(branch, XAResource.TMSUCCESS);
            }
            case ROLLBACK_ONLY -> {
                Xa.work(scene, session, branch);
                resource.end(branch, XAResource.TMFAIL);
            }
            case PREPARED -> {
                bring(scene, connection, session, branch, State.IDLE);
                assertThat(resource.prepare(branch)).isEqualTo(XAResource.XA_OK);
            }
            case PREPARED_BEFORE -> {
                final XAConnection before = Xa.connection(scene);
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

    /** Leaves nothing behind that does not end with its connection. */
    private static void finish(final Scene scene, final Xa.Branch branch) throws JMSException, XAException {
        final XAResource resource = Xa.session(scene).getXAResource();
        try {
            resource.rollback(branch);
        } catch (XAException e) {
            assertThat(e.errorCode).isIn(NOTA, PROTO, HC, HR);
            if (e.errorCode == HC || e.errorCode == HR) {
                resource.forget(branch);
            }
        }
    }

    private static void withoutBranch(final Cases cases) {
        cases.promise("a null Xid is invalid everywhere", scene -> {
            final XAResource resource = Xa.session(scene).getXAResource();
            calls().forEach((name, call) -> assertThatThrownBy(() -> call.on(resource, null))
                    .as(name)
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(INVAL)));
        });
    }
}
