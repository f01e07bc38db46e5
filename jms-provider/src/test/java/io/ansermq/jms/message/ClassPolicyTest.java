package io.ansermq.jms.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassPolicyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // allow-list | deny-list | class | allowed
                "-|-|java.lang.String|true",
                "-|-|java.util.ArrayList|true",
                "-|-|java.util.Map$Entry|true",
                "-|-|java.util.concurrent.ConcurrentHashMap|true",
                "-|-|java.math.BigDecimal|true",
                "-|-|java.time.chrono.Ser|true",
                "-|-|java.lang.reflect.Proxy|false",
                "-|-|java.lang.invoke.SerializedLambda|false",
                "-|-|java.util.logging.Logger|false",
                "-|-|javax.management.BadAttributeValueExpException|false",
                "-|-|java.net.URL|false",
                "-|-|com.acme.Order|false",
                "-|-|Unpackaged|false",
                "-|-|[I|true",
                "-|-|[[J|true",
                "-|-|[Ljava.lang.String;|true",
                "-|-|[[Lcom.acme.Order;|false",
                "com.acme.Order|-|com.acme.Order|true",
                "com.acme.Order|-|com.acme.Order$Line|true",
                "com.acme.Order|-|[Lcom.acme.Order;|true",
                "com.acme.Order|-|com.acme.OrderBook|false",
                "com.acme|-|com.acme.Order|true",
                "com.acme|-|com.acme.deep.Order|true",
                "com.acme|-|com.acmecorp.Order|false",
                "com.other , com.acme|-|com.acme.Order|true",
                "*|-|any.Thing|true",
                "*|com.acme|com.acme.Order|false",
                "*|com.acme|com.other.Order|true",
                "-|java.util.HashMap|java.util.HashMap|false",
                "-|*|java.lang.String|false",
                "-|*|[I|true",
                "com.acme|com.acme.secret|com.acme.secret.Key|false",
            })
    void shouldAllowWhatIsListed(
            final String allowed, final String denied, final String className, final boolean expected) {
        final ClassPolicy policy = ClassPolicy.parse(allowed == null ? "" : allowed, denied == null ? "" : denied);

        assertThat(policy.allows(className)).isEqualTo(expected);
    }
}
