package io.ansermq.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/** Where the broker is and who connects; a bean of this type takes the place of the properties (Testcontainers, Compose). */
public interface AnserConnectionDetails extends ConnectionDetails {

    /** Address of the broker. */
    String brokerUrl();

    /** Login user; null for an anonymous connection. */
    @Nullable
    String user();

    /** Login password. */
    @Nullable
    String password();
}
