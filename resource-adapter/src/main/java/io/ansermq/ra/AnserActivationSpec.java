package io.ansermq.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import java.beans.IntrospectionException;
import java.beans.PropertyDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a message-driven bean receives: its activation properties. The names are those of the specification; others are for
 * those who come from another adapter. Where it connects to is as the adapter has it, unless set here.
 *
 * <p>One for each endpoint; configured by a server's one thread, then read.
 */
public final class AnserActivationSpec extends CompatibleProperties
        implements ActivationSpec, ResourceAdapterAssociation {
    private static final long serialVersionUID = 1;

    private static final String DESTINATION = "Destination";
    private static final String DESTINATION_LOOKUP = "DestinationLookup";
    private static final String DESTINATION_TYPE = "DestinationType";
    private static final String CONNECTION_FACTORY_LOOKUP = "ConnectionFactoryLookup";
    private static final String MESSAGE_SELECTOR = "MessageSelector";
    private static final String ACKNOWLEDGE_MODE = "AcknowledgeMode";
    private static final String SUBSCRIPTION_DURABILITY = "SubscriptionDurability";
    private static final String SUBSCRIPTION_NAME = "SubscriptionName";
    private static final String SHARE_SUBSCRIPTIONS = "ShareSubscriptions";
    private static final String NO_LOCAL = "NoLocal";
    private static final String MAX_SESSION = "MaxSession";
    private static final String MAX_MESSAGES = "MaxMessages";
    private static final String USE_JNDI = "UseJNDI";

    private static final String QUEUE_TYPE = "jakarta.jms.Queue";
    private static final String TOPIC_TYPE = "jakarta.jms.Topic";

    /** Redelivery is the broker's business. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "MaximumRedeliveries",
            "InitialRedeliveryDelay",
            "MaximumRedeliveryDelay",
            "BackOffMultiplier",
            "UseExponentialBackOff",
            "EndpointExceptionRedeliveryAttempts",
            "EndpointExceptionRedeliveryInterval",
            "UseDLQ",
            "DLQMaxResent");

    private static final int DEFAULT_MAX_SESSION = 15;

    private transient @Nullable AnserResourceAdapter adapter;

    /** For servers. */
    public AnserActivationSpec() {}

    // ---- What they mean

    /** The JNDI name of the destination, or null. */
    @Nullable
    String lookup() {
        final String lookup = get(DESTINATION_LOOKUP);
        return lookup == null && Boolean.TRUE.equals(getUseJNDI()) ? get(DESTINATION) : lookup;
    }

    /** Whether the destination, which is named, is a topic. */
    boolean isTopic() {
        return TOPIC_TYPE.equals(get(DESTINATION_TYPE));
    }

    boolean isDurable() {
        return "durable".equals(lower(SUBSCRIPTION_DURABILITY));
    }

    boolean isShared() {
        return Boolean.TRUE.equals(getShareSubscriptions());
    }

    boolean isDupsOk() {
        return "dups-ok-acknowledge".equals(lower(ACKNOWLEDGE_MODE));
    }

    int maxSessionOrDefault() {
        final Integer set = getMaxSession();
        return set == null ? DEFAULT_MAX_SESSION : set;
    }

    int maxMessagesOrDefault() {
        final Integer set = getMaxMessagesPerSessions();
        return set == null ? 1 : set;
    }

    /** What is set of the properties that mean nothing here. */
    List<String> withoutEffect() {
        return WITHOUT_EFFECT.stream()
                .filter(each -> get(each) != null)
                .sorted()
                .toList();
    }

    private @Nullable String lower(final String name) {
        final String value = get(name);
        return value == null ? null : value.toLowerCase(Locale.ROOT);
    }

    // ---- Validation

    /** Checks what can be checked without a broker; an exception has the descriptors of all that is wrong. */
    @Override
    public void validate() throws InvalidPropertyException {
        final List<String> wrong = new ArrayList<>();
        final List<String> texts = new ArrayList<>();
        final Checks checks = (holds, property, text) -> {
            if (!holds) {
                wrong.add(property);
                texts.add(text);
            }
        };
        checkDestination(checks);
        checkSubscription(checks);
        final String ack = lower(ACKNOWLEDGE_MODE);
        checks.that(
                ack == null || ack.equals("auto-acknowledge") || ack.equals("dups-ok-acknowledge"),
                "acknowledgeMode",
                "acknowledgeMode is '" + get(ACKNOWLEDGE_MODE)
                        + "', but should be Auto-acknowledge or Dups-ok-acknowledge");
        checks.that(isPositive(MAX_SESSION), "maxSession", "maxSession must be a number of at least 1");
        checks.that(isPositive(MAX_MESSAGES), "maxMessagesPerSessions", "maxMessagesPerSessions must be at least 1");
        checks.that(
                !Boolean.TRUE.equals(getNoLocal()),
                "noLocal",
                "noLocal has no meaning for an endpoint, which sends nothing over its connection");
        if (!wrong.isEmpty()) {
            final InvalidPropertyException invalid = new InvalidPropertyException(String.join("; ", texts));
            invalid.setInvalidPropertyDescriptors(
                    wrong.stream().map(AnserActivationSpec::descriptor).toArray(PropertyDescriptor[]::new));
            throw invalid;
        }
    }

    @FunctionalInterface
    private interface Checks {
        void that(boolean holds, String property, String text);
    }

    private void checkDestination(final Checks checks) {
        final String type = get(DESTINATION_TYPE);
        checks.that(
                type == null || type.equals(QUEUE_TYPE) || type.equals(TOPIC_TYPE),
                "destinationType",
                "destinationType is '" + type + "', but should be " + QUEUE_TYPE + " or " + TOPIC_TYPE);
        checks.that(
                get(DESTINATION) != null || get(DESTINATION_LOOKUP) != null,
                "destination",
                "set destination, the name of the queue or topic, or destinationLookup, its JNDI name");
        checks.that(
                type != null || lookup() != null || get(DESTINATION) == null,
                "destinationType",
                "destinationType must say whether the destination is a " + QUEUE_TYPE + " or a " + TOPIC_TYPE);
    }

    private void checkSubscription(final Checks checks) {
        final String durability = lower(SUBSCRIPTION_DURABILITY);
        checks.that(
                durability == null || durability.equals("durable") || durability.equals("nondurable"),
                "subscriptionDurability",
                "subscriptionDurability is '" + get(SUBSCRIPTION_DURABILITY)
                        + "', but should be Durable or NonDurable");
        checks.that(
                !(isDurable() || isShared()) || get(SUBSCRIPTION_NAME) != null,
                "subscriptionName",
                "a durable or shared subscription needs a subscriptionName");
        checks.that(
                !(isDurable() || isShared()) || !QUEUE_TYPE.equals(get(DESTINATION_TYPE)),
                isDurable() ? "subscriptionDurability" : "shareSubscriptions",
                "subscriptions are of topics, and the destination is a queue");
        checks.that(
                !isDurable() || isShared() || over(adapter).clientId() != null,
                "clientId",
                "a durable subscription that is not shared needs a clientId");
    }

    private boolean isPositive(final String name) {
        final String value = get(name);
        try {
            return value == null || Integer.parseInt(value) >= 1;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static PropertyDescriptor descriptor(final String property) {
        try {
            return new PropertyDescriptor(property, AnserActivationSpec.class);
        } catch (IntrospectionException e) {
            throw new AssertionError(e);
        }
    }

    // ---- Properties

    /** See {@link #setDestination}; null when not set. */
    public @Nullable String getDestination() {
        return get(DESTINATION);
    }

    /** The name of the queue or topic in the broker; with {@link #setUseJNDI} a JNDI name. */
    public void setDestination(final @Nullable String value) {
        set(DESTINATION, value);
    }

    /** See {@link #setDestinationLookup}; null when not set. */
    public @Nullable String getDestinationLookup() {
        return get(DESTINATION_LOOKUP);
    }

    /** The JNDI name of the queue or topic; goes before {@link #setDestination}. */
    public void setDestinationLookup(final @Nullable String value) {
        set(DESTINATION_LOOKUP, value);
    }

    /** See {@link #setDestinationType}; null when not set. */
    public @Nullable String getDestinationType() {
        return get(DESTINATION_TYPE);
    }

    /** {@code jakarta.jms.Queue} or {@code jakarta.jms.Topic}; not needed with a lookup. */
    public void setDestinationType(final @Nullable String value) {
        set(DESTINATION_TYPE, value);
    }

    /** See {@link #setConnectionFactoryLookup}; null when not set. */
    public @Nullable String getConnectionFactoryLookup() {
        return get(CONNECTION_FACTORY_LOOKUP);
    }

    /** The JNDI name of a connection factory of ours whose address and user count before those of the adapter. */
    public void setConnectionFactoryLookup(final @Nullable String value) {
        set(CONNECTION_FACTORY_LOOKUP, value);
    }

    /** See {@link #setMessageSelector}; null when not set. */
    public @Nullable String getMessageSelector() {
        return get(MESSAGE_SELECTOR);
    }

    /** Which messages. */
    public void setMessageSelector(final @Nullable String value) {
        set(MESSAGE_SELECTOR, value);
    }

    /** See {@link #setAcknowledgeMode}; null when not set. */
    public @Nullable String getAcknowledgeMode() {
        return get(ACKNOWLEDGE_MODE);
    }

    /** {@code Auto-acknowledge} or {@code Dups-ok-acknowledge}, for deliveries without a transaction. */
    public void setAcknowledgeMode(final @Nullable String value) {
        set(ACKNOWLEDGE_MODE, value);
    }

    /** See {@link #setSubscriptionDurability}; null when not set. */
    public @Nullable String getSubscriptionDurability() {
        return get(SUBSCRIPTION_DURABILITY);
    }

    /** {@code Durable} or {@code NonDurable}, of topics. */
    public void setSubscriptionDurability(final @Nullable String value) {
        set(SUBSCRIPTION_DURABILITY, value);
    }

    /** See {@link #setSubscriptionName}; null when not set. */
    public @Nullable String getSubscriptionName() {
        return get(SUBSCRIPTION_NAME);
    }

    /** The name of a durable or shared subscription. */
    public void setSubscriptionName(final @Nullable String value) {
        set(SUBSCRIPTION_NAME, value);
    }

    /** See {@link #setShareSubscriptions}; null when not set. */
    public @Nullable Boolean getShareSubscriptions() {
        return flag(SHARE_SUBSCRIPTIONS);
    }

    /** Whether several servers share the subscription, so that each message goes to one of them. */
    public void setShareSubscriptions(final @Nullable Boolean value) {
        set(SHARE_SUBSCRIPTIONS, value);
    }

    /** See {@link #setNoLocal}; null when not set. */
    public @Nullable Boolean getNoLocal() {
        return flag(NO_LOCAL);
    }

    /** Accepted while it is false: a message-driven bean sends nothing over its connection. */
    public void setNoLocal(final @Nullable Boolean value) {
        set(NO_LOCAL, value);
    }

    /** See {@link #setMaxSession}; null when not set. */
    public @Nullable Integer getMaxSession() {
        return integer(MAX_SESSION);
    }

    /** How many messages are delivered at the same time; 15 when not set. */
    public void setMaxSession(final @Nullable Integer value) {
        set(MAX_SESSION, value);
    }

    /** See {@link #setMaxSessions}; null when not set. */
    public @Nullable Integer getMaxSessions() {
        return integer(MAX_SESSION);
    }

    /** The same as {@link #setMaxSession}. */
    public void setMaxSessions(final @Nullable Integer value) {
        set(MAX_SESSION, value);
    }

    /** See {@link #setMaxConcurrency}; null when not set. */
    public @Nullable Integer getMaxConcurrency() {
        return integer(MAX_SESSION);
    }

    /** The same as {@link #setMaxSession}. */
    public void setMaxConcurrency(final @Nullable Integer value) {
        set(MAX_SESSION, value);
    }

    /** See {@link #setEndpointPoolMaxSize}; null when not set. */
    public @Nullable Integer getEndpointPoolMaxSize() {
        return integer(MAX_SESSION);
    }

    /** The same as {@link #setMaxSession}. */
    public void setEndpointPoolMaxSize(final @Nullable Integer value) {
        set(MAX_SESSION, value);
    }

    /** See {@link #setMaxMessagesPerSessions}; null when not set. */
    public @Nullable Integer getMaxMessagesPerSessions() {
        return integer(MAX_MESSAGES);
    }

    /** Messages that one delivery without a transaction takes from the server at a time; 1 when not set. */
    public void setMaxMessagesPerSessions(final @Nullable Integer value) {
        set(MAX_MESSAGES, value);
    }

    /** See {@link #setUseJNDI}; null when not set. */
    public @Nullable Boolean getUseJNDI() {
        return flag(USE_JNDI);
    }

    /** Whether {@link #setDestination} is a JNDI name. */
    public void setUseJNDI(final @Nullable Boolean value) {
        set(USE_JNDI, value);
    }

    /** See {@link #setUseJndi}; null when not set. */
    public @Nullable Boolean getUseJndi() {
        return flag(USE_JNDI);
    }

    /** The same as {@link #setUseJNDI}. */
    public void setUseJndi(final @Nullable Boolean value) {
        set(USE_JNDI, value);
    }

    // ---- Redelivery, which is the broker's

    /** Accepted without effect. */
    public @Nullable Integer getMaximumRedeliveries() {
        return integer("MaximumRedeliveries");
    }

    /** Accepted without effect, and said so in the log: the broker's {@code max-deliveries}, {@code redelivery-delay} and so on count. */
    public void setMaximumRedeliveries(final @Nullable Integer value) {
        set("MaximumRedeliveries", value);
    }

    /** Accepted without effect. */
    public @Nullable Long getInitialRedeliveryDelay() {
        return number("InitialRedeliveryDelay");
    }

    /** Accepted without effect, and said so in the log: the broker's {@code max-deliveries}, {@code redelivery-delay} and so on count. */
    public void setInitialRedeliveryDelay(final @Nullable Long value) {
        set("InitialRedeliveryDelay", value);
    }

    /** Accepted without effect. */
    public @Nullable Long getMaximumRedeliveryDelay() {
        return number("MaximumRedeliveryDelay");
    }

    /** Accepted without effect, and said so in the log: the broker's {@code max-deliveries}, {@code redelivery-delay} and so on count. */
    public void setMaximumRedeliveryDelay(final @Nullable Long value) {
        set("MaximumRedeliveryDelay", value);
    }

    /** Accepted without effect. */
    public @Nullable Double getBackOffMultiplier() {
        return decimal("BackOffMultiplier");
    }

    /** Accepted without effect, and said so in the log: the broker's {@code max-deliveries}, {@code redelivery-delay} and so on count. */
    public void setBackOffMultiplier(final @Nullable Double value) {
        set("BackOffMultiplier", value);
    }

    /** Accepted without effect. */
    public @Nullable Boolean getUseExponentialBackOff() {
        return flag("UseExponentialBackOff");
    }

    /** Accepted without effect, and said so in the log: the broker's {@code max-deliveries}, {@code redelivery-delay} and so on count. */
    public void setUseExponentialBackOff(final @Nullable Boolean value) {
        set("UseExponentialBackOff", value);
    }

    /** Accepted without effect. */
    public @Nullable Integer getEndpointExceptionRedeliveryAttempts() {
        return integer("EndpointExceptionRedeliveryAttempts");
    }

    /** Accepted without effect, and said so in the log: the broker's {@code max-deliveries}, {@code redelivery-delay} and so on count. */
    public void setEndpointExceptionRedeliveryAttempts(final @Nullable Integer value) {
        set("EndpointExceptionRedeliveryAttempts", value);
    }

    /** Accepted without effect. */
    public @Nullable Integer getEndpointExceptionRedeliveryInterval() {
        return integer("EndpointExceptionRedeliveryInterval");
    }

    /** Accepted without effect, and said so in the log: the broker's {@code max-deliveries}, {@code redelivery-delay} and so on count. */
    public void setEndpointExceptionRedeliveryInterval(final @Nullable Integer value) {
        set("EndpointExceptionRedeliveryInterval", value);
    }

    /** Accepted without effect. */
    public @Nullable Boolean getUseDLQ() {
        return flag("UseDLQ");
    }

    /** Accepted without effect, and said so in the log: the broker's {@code max-deliveries}, {@code redelivery-delay} and so on count. */
    public void setUseDLQ(final @Nullable Boolean value) {
        set("UseDLQ", value);
    }

    /** Accepted without effect. */
    public @Nullable Integer getDLQMaxResent() {
        return integer("DLQMaxResent");
    }

    /** Accepted without effect, and said so in the log: the broker's {@code max-deliveries}, {@code redelivery-delay} and so on count. */
    public void setDLQMaxResent(final @Nullable Integer value) {
        set("DLQMaxResent", value);
    }

    // ---- Association

    @Override
    public @Nullable ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    /** Once: section 5.3.3 of the specification. */
    @Override
    public void setResourceAdapter(final ResourceAdapter ra) throws ResourceException {
        if (adapter != null) {
            throw new IllegalStateException("the activation belongs to a resource adapter already");
        }
        if (!(ra instanceof AnserResourceAdapter ours)) {
            throw new InvalidPropertyException("not our resource adapter: " + ra);
        }
        adapter = ours;
    }

    /** What counts: own connection properties over the adapter's. */
    ConnectionSettings effective() {
        return over(adapter);
    }

    /** What counts when a connection factory was named: its properties over the adapter's, own ones over both. */
    ConnectionSettings effective(final AnserManagedConnectionFactory named) {
        return over(named.effective());
    }

    @Override
    public boolean equals(final @Nullable Object other) {
        return other instanceof AnserActivationSpec that && sameValues(that) && Objects.equals(adapter, that.adapter);
    }

    @Override
    public int hashCode() {
        return hashOfValues();
    }

    /** What it receives. */
    @Override
    public String toString() {
        final String lookup = lookup();
        return lookup == null
                ? (isTopic() ? "topic " : "queue ") + get(DESTINATION)
                : "destination " + lookup + " of JNDI";
    }
}
