package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/** XA: branches that sessions of two connections work in. */
class XaJoinTest extends Conformance {

    @Override
    protected void cases(final Cases cases) {
        cases.section("XAResource.isSameRM")
                .each(
                        "work of two connections is one branch, one phase: %s",
                        List.of(true, false), (scene, onePhase) -> {
                            scene.send(scene.queue("in"), "a");
                            final XASession receiving = Xa.session(scene);
                            final XASession sending = Xa.session(scene);
                            final XAResource first = receiving.getXAResource();
                            final XAResource second = sending.getXAResource();
                            assertThat(first.isSameRM(second)).isTrue();
                            final Xa.Branch branch = Xa.Branch.next();
                            first.start(branch, XAResource.TMNOFLAGS);
                            second.start(branch, XAResource.TMJOIN);
                            assertThat(Scene.text(receiving.createConsumer(scene.queue("in"))))
                                    .isEqualTo("a");
                            Xa.send(sending, scene.queue("out"), "b");
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
                    final XASession one = Xa.session(scene);
                    final XASession two = Xa.session(scene);
                    final MessageConsumer fromOne = one.createConsumer(scene.queue("one"));
                    final MessageConsumer fromTwo = two.createConsumer(scene.queue("two"));
                    final Xa.Branch branch = Xa.join(one, two);
                    assertThat(Scene.text(fromOne)).isEqualTo("1");
                    assertThat(Scene.text(fromTwo)).isEqualTo("2");
                    Xa.send(one, scene.queue("out"), "never");
                    Xa.send(two, scene.queue("out"), "never");
                    Xa.end(branch, one, two);
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
            final XAConnection leaving = Xa.connection(scene);
            final XASession gone = leaving.createXASession();
            final XASession stays = Xa.session(scene);
            final Xa.Branch branch = Xa.join(gone, stays);
            Xa.send(gone, scene.queue(), "never");
            Xa.send(stays, scene.queue(), "never");
            Xa.end(branch, gone, stays);
            leaving.close();
            Xa.expect(XAException.XA_RBROLLBACK, () -> stays.getXAResource().prepare(branch));
            Scene.expectNone(scene.session().createConsumer(scene.queue()));
        });
        cases.promise("a prepared branch of two connections survives the end of both", scene -> {
            final XAConnection one = Xa.connection(scene);
            final XAConnection two = Xa.connection(scene);
            final XASession first = one.createXASession();
            final XASession second = two.createXASession();
            final Xa.Branch branch = Xa.join(first, second);
            Xa.send(first, scene.queue(), "1");
            Xa.send(second, scene.queue(), "2");
            Xa.end(branch, first, second);
            assertThat(second.getXAResource().prepare(branch)).isEqualTo(XAResource.XA_OK);
            one.close();
            two.close();
            Xa.session(scene).getXAResource().commit(branch, false);
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
            assertThat(first.isSameRM(Xa.session(scene).getXAResource())).isFalse();
            assertThat(first.isSameRM(one.createXASession().getXAResource())).isTrue();
            final Xa.Branch branch = Xa.Branch.next();
            first.start(branch, XAResource.TMNOFLAGS);
            Xa.expect(XAException.XAER_NOTA, () -> second.start(branch, XAResource.TMJOIN));
        });
        cases.section("XAResource.setTransactionTimeout")
                .promise("the broker gives back what a branch holds that takes too long", scene -> {
                    scene.send(scene.queue(), "a");
                    final XASession session = Xa.session(scene);
                    final XAResource resource = session.getXAResource();
                    resource.setTransactionTimeout(1);
                    final Xa.Branch branch = Xa.Branch.next();
                    resource.start(branch, XAResource.TMNOFLAGS);
                    final MessageConsumer consumer = session.createConsumer(scene.queue());
                    assertThat(Scene.text(consumer)).isEqualTo("a");
                    // Now the broker holds it for the branch, and nobody comes back for that.
                    consumer.close();
                    assertThat(Scene.text(scene.session().createConsumer(scene.queue())))
                            .isEqualTo("a");
                    Xa.expect(XAException.XA_RBTIMEOUT, () -> resource.end(branch, XAResource.TMSUCCESS));
                    resource.rollback(branch);
                });
    }
}
