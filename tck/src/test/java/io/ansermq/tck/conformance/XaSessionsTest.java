package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
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
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/** XA: sessions, listeners, server sessions and contexts that work in branches. */
class XaSessionsTest extends Conformance {

    @Override
    protected void cases(final Cases cases) {
        sessions(cases);
        objects(cases);
    }

    private static void sessions(final Cases cases) {
        cases.section("8.8")
                .promise("a branch keeps what a consumer received that was closed before its end", scene -> {
                    scene.send(scene.queue(), "a", "b");
                    final XASession session = Xa.session(scene);
                    final XAResource resource = session.getXAResource();
                    final Xa.Branch branch = Xa.Branch.next();
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
                    final XASession session = Xa.session(scene);
                    Xa.send(session, scene.queue(), "a");
                    assertThat(Scene.text(session.createConsumer(scene.queue())))
                            .isEqualTo("a");
                    session.close();
                    Scene.expectNone(scene.session().createConsumer(scene.queue()));
                });
        cases.promise("a listener's messages belong to the branch of its session", scene -> {
            final XASession session = Xa.session(scene);
            final XAResource resource = session.getXAResource();
            final Xa.Branch branch = Xa.Branch.next();
            resource.start(branch, XAResource.TMNOFLAGS);
            final CountDownLatch seen = new CountDownLatch(2);
            session.createConsumer(scene.queue()).setMessageListener(message -> seen.countDown());
            scene.send(scene.queue(), "a", "b");
            assertThat(seen.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
            resource.end(branch, XAResource.TMSUCCESS);
            resource.prepare(branch);
            resource.commit(branch, false);
            session.close();
            Scene.expectNone(scene.session().createConsumer(scene.queue()));
        });
        cases.section("8.2").promise("what a server session runs belongs to the branch that it runs in", scene -> {
            final XAConnection connection = Xa.connection(scene);
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
            final XASession session = Xa.session(scene);
            assertThatThrownBy(session::commit).isInstanceOf(TransactionInProgressException.class);
            assertThatThrownBy(session::rollback).isInstanceOf(TransactionInProgressException.class);
            assertThat(session.getTransacted()).isTrue();
            assertThat(session.getSession()).isNotNull();
        });
    }

    private static void objects(final Cases cases) {
        cases.section("XAJMSContext").promise("a context works in branches, and does not commit itself", scene -> {
            final XAJMSContext context = scene.closeLater(scene.factory().createXAContext());
            final XAResource resource = context.getXAResource();
            final Xa.Branch branch = Xa.Branch.next();
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
                    Xa.send(session, out, "answer to " + heard);
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
            final Xa.Branch branch = Xa.Branch.next();
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
}
