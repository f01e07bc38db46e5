package io.ansermq.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts a broker inside the JVM for the tests of a class, or for one test method; it and its messages end with them.
 *
 * <p>Tests may have parameters of these types:
 *
 * <ul>
 *   <li>{@code ConnectionFactory}, any of its kinds, or {@code AnserConnectionFactory}: connected to the broker;
 *   <li>{@code JMSContext}: a new one, closed after the test;
 *   <li>{@code java.net.URI}: the broker's address, for code that makes its own factory.
 * </ul>
 *
 * <pre>{@code
 * @AnserBroker
 * class OrdersTest {
 *     @Test
 *     void shouldBillWhatIsOrdered(ConnectionFactory factory, JMSContext context) { ... }
 * }
 * }</pre>
 *
 * <p>Each annotated class, and each annotated method, has a broker of its own.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(AnserBrokerExtension.class)
public @interface AnserBroker {

    /** Options of the server, as {@code name=value}: {@code "max-deliveries=3"}. */
    String[] options() default {};

    /** Whether it listens on a free port of this machine, for code that connects by TCP; else it is {@code vm://}. */
    boolean tcp() default false;
}
