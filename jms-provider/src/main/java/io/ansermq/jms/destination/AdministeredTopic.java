package io.ansermq.jms.destination;

/**
 * A topic whose name is a bean property, for servers that make their administered objects by setting properties. Set the name
 * before use: it decides about equality. All its properties are one, under the names that users of other providers know.
 */
public final class AdministeredTopic extends AnserTopic {
    private static final long serialVersionUID = 1;

    /** A topic whose name is still to be set. */
    public AdministeredTopic() {
        super(UNNAMED);
    }

    /** The name in the broker; {@link #UNNAMED} until it is set. */
    public String getPhysicalName() {
        return name();
    }

    /**
     * Sets the name in the broker.
     *
     * @throws IllegalArgumentException when it is empty
     */
    public void setPhysicalName(final String name) {
        rename(name);
    }

    /** The same as {@link #getPhysicalName()}. */
    public String getAddress() {
        return name();
    }

    /** The same as {@link #setPhysicalName}. */
    public void setAddress(final String name) {
        rename(name);
    }

    /** The same as {@link #getPhysicalName()}. */
    public String getName() {
        return name();
    }

    /** The same as {@link #setPhysicalName}. */
    public void setName(final String name) {
        rename(name);
    }

    /** The same as {@link #getPhysicalName()}: what {@code @JMSDestinationDefinition} calls it. */
    public String getDestinationName() {
        return name();
    }

    /** The same as {@link #setPhysicalName}. */
    public void setDestinationName(final String name) {
        rename(name);
    }
}
