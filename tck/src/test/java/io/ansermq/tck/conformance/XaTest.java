package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/**
 * XA: branches of a transaction manager, by the rules of the XA specification and of {@link XAResource}: what comes of them.
 */
class XaTest extends Conformance {

    @Override
    protected void cases(final Cases cases) {
        outcomes(cases);
        recovery(cases);
    }

    private static void outcomes(final Cases cases) {
        cases.section("XAResource.commit")
                .each(
                        "a branch happens with its commit, one phase: %s",
                        List.of(true, false), (scene, onePhase) -> {
                            scene.send(scene.queue("in"), "a");
                            final XASession session = Xa.session(scene);
                            final XAResource resource = session.getXAResource();
                            final Xa.Branch branch = Xa.Branch.next();
                            resource.start(branch, XAResource.TMNOFLAGS);
                            assertThat(Scene.text(session.createConsumer(scene.queue("in"))))
                                    .isEqualTo("a");
                            Xa.send(session, scene.queue("out"), "b");
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
                            final XASession session = Xa.session(scene);
                            final XAResource resource = session.getXAResource();
                            final MessageConsumer in = session.createConsumer(scene.queue("in"));
                            final Xa.Branch branch = Xa.Branch.next();
                            resource.start(branch, XAResource.TMNOFLAGS);
                            assertThat(Scene.text(in)).isEqualTo("a");
                            Xa.send(session, scene.queue("out"), "never");
                            resource.end(branch, XAResource.TMSUCCESS);
                            if (prepared) {
                                resource.prepare(branch);
                            }
                            resource.rollback(branch);
                            Scene.expectNone(scene.session().createConsumer(scene.queue("out")));
                            final Xa.Branch second = Xa.Branch.next();
                            resource.start(second, XAResource.TMNOFLAGS);
                            final Message again = Scene.receive(in);
                            assertThat(again.getBody(String.class)).isEqualTo("a");
                            assertThat(again.getJMSRedelivered()).isTrue();
                            assertThat(Scene.text(in)).isEqualTo("b");
                            resource.end(second, XAResource.TMSUCCESS);
                            resource.commit(second, true);
                        });
        cases.section("XAResource.prepare").promise("a branch without work is read only and over", scene -> {
            final XAResource resource = Xa.session(scene).getXAResource();
            final Xa.Branch branch = Xa.Branch.next();
            resource.start(branch, XAResource.TMNOFLAGS);
            resource.end(branch, XAResource.TMSUCCESS);
            assertThat(resource.prepare(branch)).isEqualTo(XAResource.XA_RDONLY);
            Xa.expect(XAException.XAER_NOTA, () -> resource.commit(branch, false));
        });
        cases.section("XAResource.start").promise("work of joined sessions is one branch", scene -> {
            final XAConnection connection = Xa.connection(scene);
            final XASession first = connection.createXASession();
            final XASession second = connection.createXASession();
            assertThat(first.getXAResource().isSameRM(second.getXAResource())).isTrue();
            final Xa.Branch branch = Xa.join(first, second);
            Xa.send(first, scene.queue(), "1");
            Xa.send(second, scene.queue(), "2");
            Xa.end(branch, first, second);
            second.getXAResource().prepare(branch);
            first.getXAResource().commit(branch, false);
            assertThat(Scene.texts(scene.session().createConsumer(scene.queue()), 2))
                    .containsExactly("1", "2");
        });
        cases.promise("a session works in several branches, one after the other", scene -> {
            scene.send(scene.queue("in"), "a", "b", "c");
            final XASession session = Xa.session(scene);
            final XAResource resource = session.getXAResource();
            final MessageConsumer in = session.createConsumer(scene.queue("in"));
            final Xa.Branch one = Xa.Branch.next();
            final Xa.Branch two = Xa.Branch.next();
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
        cases.promise("what a branch has received does not come again when another one is rolled back", scene -> {
            scene.send(scene.queue("in"), "a", "b", "c");
            final XASession session = Xa.session(scene);
            final XAResource resource = session.getXAResource();
            final MessageConsumer in = session.createConsumer(scene.queue("in"));
            final Xa.Branch kept = Xa.Branch.next();
            final Xa.Branch undone = Xa.Branch.next();
            final Xa.Branch last = Xa.Branch.next();
            resource.start(kept, XAResource.TMNOFLAGS);
            assertThat(Scene.text(in)).isEqualTo("a");
            resource.end(kept, XAResource.TMSUCCESS);
            resource.start(undone, XAResource.TMNOFLAGS);
            assertThat(Scene.text(in)).isEqualTo("b");
            resource.end(undone, XAResource.TMSUCCESS);
            resource.rollback(undone);
            resource.start(last, XAResource.TMNOFLAGS);
            assertThat(Scene.texts(in, 2)).containsExactly("b", "c");
            Scene.expectNone(in);
            resource.end(last, XAResource.TMSUCCESS);
            resource.commit(kept, true);
            resource.commit(last, true);
        });
        cases.section("XAResource.setTransactionTimeout")
                .promise("a timeout is what was set, and none by default", scene -> {
                    final XAResource resource = Xa.session(scene).getXAResource();
                    assertThat(resource.getTransactionTimeout()).isZero();
                    assertThat(resource.setTransactionTimeout(30)).isTrue();
                    assertThat(resource.getTransactionTimeout()).isEqualTo(30);
                    assertThat(resource.setTransactionTimeout(0)).isTrue();
                    Xa.expect(XAException.XAER_INVAL, () -> resource.setTransactionTimeout(-1));
                });
        cases.section("XAResource").promise("the resource of a lost connection has failed", scene -> {
            final XAConnection connection = Xa.connection(scene);
            final XAResource resource = connection.createXASession().getXAResource();
            connection.close();
            Xa.expect(XAException.XAER_RMFAIL, () -> resource.start(Xa.Branch.next(), XAResource.TMNOFLAGS));
            Xa.expect(XAException.XAER_RMFAIL, () -> resource.recover(XAResource.TMSTARTRSCAN));
        });
    }

    private static void recovery(final Cases cases) {
        cases.section("XAResource.recover")
                .promise("what is prepared is listed until it is decided, on any connection", scene -> {
                    final XAConnection connection = Xa.connection(scene);
                    final Xa.Branch branch = Xa.Branch.next();
                    final XASession before = connection.createXASession();
                    Xa.work(scene, before, branch);
                    before.getXAResource().end(branch, XAResource.TMSUCCESS);
                    assertThat(before.getXAResource().prepare(branch)).isEqualTo(XAResource.XA_OK);
                    connection.close();
                    final XAResource resource = Xa.session(scene).getXAResource();
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
            final XAResource resource = Xa.session(scene).getXAResource();
            Xa.expect(XAException.XAER_PROTO, () -> resource.recover(XAResource.TMNOFLAGS));
            Xa.expect(XAException.XAER_INVAL, () -> resource.recover(XAResource.TMJOIN));
        });
        cases.promise("what is not prepared ends with its connection", scene -> {
            scene.send(scene.queue("in"), "a");
            final XAConnection connection = Xa.connection(scene);
            final XASession session = connection.createXASession();
            final Xa.Branch branch = Xa.Branch.next();
            session.getXAResource().start(branch, XAResource.TMNOFLAGS);
            final MessageConsumer consumer = session.createConsumer(scene.queue("in"));
            assertThat(Scene.text(consumer)).isEqualTo("a");
            consumer.close();
            session.getXAResource().end(branch, XAResource.TMSUCCESS);
            connection.close();
            assertThat(Scene.text(scene.session().createConsumer(scene.queue("in"))))
                    .isEqualTo("a");
            final XAResource resource = Xa.session(scene).getXAResource();
            Xa.expect(XAException.XAER_NOTA, () -> resource.commit(branch, false));
        });
    }
}
