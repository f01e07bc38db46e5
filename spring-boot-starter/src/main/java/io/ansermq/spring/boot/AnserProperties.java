package io.ansermq.spring.boot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.jms.JmsPoolConnectionFactoryProperties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/** What stands under {@code spring.anser}. Filled once by Spring Boot, which asks for setters; then only read. */
@ConfigurationProperties("spring.anser")
public class AnserProperties {

    /** Where the broker is; without it a broker inside the JVM when there is one on the class path, else this machine. */
    private @Nullable String brokerUrl;

    private @Nullable String user;
    private @Nullable String password;
    private final Embedded embedded = new Embedded();
    private final Packages packages = new Packages();

    @NestedConfigurationProperty
    private final JmsPoolConnectionFactoryProperties pool = new JmsPoolConnectionFactoryProperties();

    /** Address of the broker: {@code anser://host:port} with any option of the reference. */
    public @Nullable String getBrokerUrl() {
        return brokerUrl;
    }

    public void setBrokerUrl(final @Nullable String brokerUrl) {
        this.brokerUrl = brokerUrl;
    }

    /** Login user; none for an anonymous connection. */
    public @Nullable String getUser() {
        return user;
    }

    public void setUser(final @Nullable String user) {
        this.user = user;
    }

    /** Login password. */
    public @Nullable String getPassword() {
        return password;
    }

    public void setPassword(final @Nullable String password) {
        this.password = password;
    }

    /** The broker inside the JVM. */
    public Embedded getEmbedded() {
        return embedded;
    }

    /** Which classes object messages may contain. */
    public Packages getPackages() {
        return packages;
    }

    /** A pool of connections, by pooled-jms. */
    public JmsPoolConnectionFactoryProperties getPool() {
        return pool;
    }

    /** A broker inside the JVM, for tests and small applications; used when no {@code broker-url} is set. */
    public static class Embedded {

        private boolean enabled = true;
        private String name = "spring";
        private boolean persistent;
        private String dataDirectory = "anser-data";
        private List<String> queues = new ArrayList<>();
        private List<String> topics = new ArrayList<>();
        private Map<String, String> options = new LinkedHashMap<>();

        /** Whether to start one when the broker is on the class path and {@code broker-url} is not set. */
        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(final boolean enabled) {
            this.enabled = enabled;
        }

        /** Its name: others in this JVM reach it as {@code vm://NAME}. */
        public String getName() {
            return name;
        }

        public void setName(final String name) {
            this.name = name;
        }

        /** Whether messages outlive the application. */
        public boolean isPersistent() {
            return persistent;
        }

        public void setPersistent(final boolean persistent) {
            this.persistent = persistent;
        }

        /** Where its files are when it is persistent. */
        public String getDataDirectory() {
            return dataDirectory;
        }

        public void setDataDirectory(final String dataDirectory) {
            this.dataDirectory = dataDirectory;
        }

        /** Queues to create at the start; others are created when they are first named. */
        public List<String> getQueues() {
            return queues;
        }

        public void setQueues(final List<String> queues) {
            this.queues = queues;
        }

        /** Topics to create at the start. */
        public List<String> getTopics() {
            return topics;
        }

        public void setTopics(final List<String> topics) {
            this.topics = topics;
        }

        /** Any option of the server, by its name. */
        public Map<String, String> getOptions() {
            return options;
        }

        public void setOptions(final Map<String, String> options) {
            this.options = options;
        }
    }

    /** Which classes object messages may contain: none unless one of these says so. */
    public static class Packages {

        private boolean trustAll;
        private List<String> trusted = new ArrayList<>();

        /** Whether all are trusted; only when every sender is. */
        public boolean isTrustAll() {
            return trustAll;
        }

        public void setTrustAll(final boolean trustAll) {
            this.trustAll = trustAll;
        }

        /** Classes or packages that are trusted. */
        public List<String> getTrusted() {
            return trusted;
        }

        public void setTrusted(final List<String> trusted) {
            this.trusted = trusted;
        }
    }
}
