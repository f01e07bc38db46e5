package io.ansermq.ra;

import jakarta.resource.spi.ManagedConnectionMetaData;
import org.jspecify.annotations.Nullable;

/**
 * What a server may know of a connection.
 *
 * @param user whose connection it is, or null for nobody
 */
record RaMetaData(@Nullable String user) implements ManagedConnectionMetaData {
    @Override
    public String getEISProductName() {
        return "AnserMQ";
    }

    @Override
    public String getEISProductVersion() {
        final String version = RaMetaData.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The broker knows no limit for one client. */
    @Override
    public int getMaxConnections() {
        return 0;
    }

    @Override
    public @Nullable String getUserName() {
        return user;
    }
}
