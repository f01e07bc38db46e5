package io.ansermq.tck.transactions;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A resource that tells of each phase before it is entered. Used by one thread. */
final class Watched implements XAResource {

    /** The phases that a transaction has reached; one for all its resources. */
    static final class Course {
        private final Consumer<Phase> hook;
        private final Set<Phase> reached = EnumSet.noneOf(Phase.class);

        Course(final Consumer<Phase> hook) {
            this.hook = hook;
        }

        void reach(final Phase phase) {
            if (reached.add(phase)) {
                hook.accept(phase);
            }
        }

        private void before(final Phase first, final Phase second) {
            reach(reached.contains(first) ? second : first);
        }
    }

    private final XAResource resource;
    private final Course course;
    private final boolean against;

    /** With {@code against}, the resource does not agree to the commit. */
    Watched(final XAResource resource, final Course course, final boolean against) {
        this.resource = resource;
        this.course = course;
        this.against = against;
    }

    @Override
    public int prepare(final Xid xid) throws XAException {
        course.before(Phase.BEFORE_FIRST_PREPARE, Phase.BETWEEN_PREPARES);
        if (against) {
            resource.rollback(xid);
            throw new XAException(XAException.XA_RBINTEGRITY);
        }
        return resource.prepare(xid);
    }

    @Override
    public void commit(final Xid xid, final boolean onePhase) throws XAException {
        final boolean second = course.reached.contains(Phase.BEFORE_FIRST_COMMIT);
        course.before(Phase.BEFORE_FIRST_COMMIT, Phase.BETWEEN_COMMITS);
        resource.commit(xid, onePhase);
        if (second) {
            course.reach(Phase.AFTER_COMMITS);
        }
    }

    @Override
    public void rollback(final Xid xid) throws XAException {
        course.before(Phase.BEFORE_FIRST_ROLLBACK, Phase.BETWEEN_ROLLBACKS);
        resource.rollback(xid);
    }

    @Override
    public void start(final Xid xid, final int flags) throws XAException {
        resource.start(xid, flags);
    }

    @Override
    public void end(final Xid xid, final int flags) throws XAException {
        resource.end(xid, flags);
    }

    @Override
    public void forget(final Xid xid) throws XAException {
        resource.forget(xid);
    }

    @Override
    public boolean isSameRM(final XAResource other) throws XAException {
        return resource.isSameRM(other instanceof Watched watched ? watched.resource : other);
    }

    @Override
    public Xid[] recover(final int flag) throws XAException {
        return resource.recover(flag);
    }

    @Override
    public boolean setTransactionTimeout(final int seconds) throws XAException {
        return resource.setTransactionTimeout(seconds);
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return resource.getTransactionTimeout();
    }
}
