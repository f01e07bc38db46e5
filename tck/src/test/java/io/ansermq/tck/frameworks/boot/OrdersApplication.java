package io.ansermq.tck.frameworks.boot;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.stereotype.Component;

/** Takes orders by one queue and answers with invoices in another; nothing here names AnserMQ. */
@SpringBootApplication
public class OrdersApplication {

    /** Writes an invoice for each order. */
    @Component
    public static class Billing {
        private final JmsTemplate template;

        /** Spring gives it the template. */
        public Billing(final JmsTemplate template) {
            this.template = template;
        }

        /** An order came. */
        @JmsListener(destination = "orders", concurrency = "1-3")
        public void onOrder(final String order) {
            template.convertAndSend("invoices", "invoice for " + order);
        }
    }

    /** Keeps the invoices. */
    @Component
    public static class Archive {
        private final List<String> invoices = new CopyOnWriteArrayList<>();

        /** An invoice came. */
        @JmsListener(destination = "invoices")
        public void onInvoice(final String invoice) {
            invoices.add(invoice);
        }

        /** All that came, in the order of their arrival. */
        public List<String> invoices() {
            return invoices;
        }
    }
}
