package io.ansermq.tck.servers.app;

import jakarta.annotation.Resource;
import jakarta.ejb.MessageDrivenContext;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A message-driven bean: answers each message in its transaction, with the number of the delivery. What a text begins with says
 * how else it behaves. Configured by ejb-jar.xml, several times under several names.
 */
public class Receiver implements MessageListener {
    private static final CyclicBarrier FOUR = new CyclicBarrier(4);

    @Resource(name = "jms/cf")
    private ConnectionFactory factory;

    @Resource
    private MessageDrivenContext container;

    @Override
    public void onMessage(final Message message) {
        try {
            final String text = message.getBody(String.class);
            final int count = message.getIntProperty("JMSXDeliveryCount");
            try (JMSContext context = factory.createContext()) {
                context.createProducer().send(context.createQueue("replies"), text + " at delivery " + count);
            }
            if (text.startsWith("four")) {
                FOUR.await(30, TimeUnit.SECONDS);
            } else if (text.startsWith("poison") || text.startsWith("throw") && count < 3) {
                throw new IllegalStateException("as asked");
            } else if (text.startsWith("rollback") && count < 3) {
                container.setRollbackOnly();
            }
        } catch (JMSException e) {
            throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
