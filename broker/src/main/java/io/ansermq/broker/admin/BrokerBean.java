package io.ansermq.broker.admin;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Metric metrics} of a broker as the MBean {@code io.ansermq:type=Broker,name="..."}: an attribute for each of
 * the broker's own, {@code Connections} for {@code anser.connections}, and {@code DestinationTable} for those of the
 * destinations. Read only. Thread safe.
 */
final class BrokerBean implements DynamicMBean, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerBean.class);

    private static final String PREFIX = "anser.";
    private static final String DESTINATION_PREFIX = "anser.destination.";
    private static final String DESTINATIONS = "DestinationTable";

    private final Sampler sampler;
    private final ObjectName name;
    private final Map<String, Metric<Sample>> attributes = new LinkedHashMap<>();
    private final CompositeType row;
    private final TabularType table;

    private BrokerBean(final String brokerName, final Sampler sampler) throws JMException {
        this.sampler = sampler;
        name = new ObjectName("io.ansermq:type=Broker,name=" + ObjectName.quote(brokerName));
        Metric.OF_BROKER.forEach(metric -> attributes.put(attribute(metric.name(), PREFIX), metric));
        row = rowType();
        table = new TabularType("destinations", "figures of destinations", row, new String[] {"Kind", "Name"});
    }

    /**
     * Registers it with the platform's server.
     *
     * @throws IllegalStateException when another broker of this name has one in this JVM
     */
    static BrokerBean register(final String brokerName, final Sampler sampler) {
        try {
            final BrokerBean bean = new BrokerBean(brokerName, sampler);
            ManagementFactory.getPlatformMBeanServer().registerMBean(bean, bean.name);
            return bean;
        } catch (final JMException e) {
            throw new IllegalStateException(
                    "the broker '" + brokerName + "' cannot be shown by JMX: " + e
                            + "; give each broker of a JVM another option name, or set jmx=false",
                    e);
        }
    }

    private static CompositeType rowType() throws OpenDataException {
        final Map<String, OpenType<?>> fields = new LinkedHashMap<>();
        fields.put("Kind", SimpleType.STRING);
        fields.put("Name", SimpleType.STRING);
        Metric.OF_DESTINATION.forEach(
                metric -> fields.put(attribute(metric.name(), DESTINATION_PREFIX), SimpleType.DOUBLE));
        final String[] names = fields.keySet().toArray(new String[0]);
        return new CompositeType(
                "destination",
                "figures of a destination",
                names,
                names,
                fields.values().toArray(new OpenType<?>[0]));
    }

    /** {@code anser.log.end} is {@code LogEnd}. */
    private static String attribute(final String metric, final String prefix) {
        final StringBuilder name = new StringBuilder();
        for (final String word : metric.substring(prefix.length()).split("\\.", -1)) {
            name.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
        }
        return name.toString();
    }

    @Override
    public Object getAttribute(final String attribute) throws AttributeNotFoundException {
        return valueOf(attribute, sampler.take());
    }

    private Object valueOf(final String attribute, final Sample sample) throws AttributeNotFoundException {
        if (attribute.equals(DESTINATIONS)) {
            return tableOf(sample);
        }
        final Metric<Sample> metric = attributes.get(attribute);
        if (metric == null) {
            throw new AttributeNotFoundException(
                    "there is no attribute " + attribute + " but " + attributes.keySet() + " and " + DESTINATIONS);
        }
        return metric.value().applyAsDouble(sample);
    }

    private TabularDataSupport tableOf(final Sample sample) {
        final TabularDataSupport rows = new TabularDataSupport(table);
        for (final Sample.Destination each : sample.destinations()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("Kind", each.figures().kind().name());
            fields.put("Name", each.figures().name());
            Metric.OF_DESTINATION.forEach(metric -> fields.put(
                    attribute(metric.name(), DESTINATION_PREFIX), metric.value().applyAsDouble(each)));
            try {
                rows.put(new CompositeDataSupport(row, fields));
            } catch (final OpenDataException e) {
                throw new IllegalStateException(e);
            }
        }
        return rows;
    }

    /** All from one sample. */
    @Override
    public AttributeList getAttributes(final String[] wanted) {
        final Sample sample = sampler.take();
        final AttributeList list = new AttributeList();
        for (final String each : wanted) {
            try {
                list.add(new Attribute(each, valueOf(each, sample)));
            } catch (final AttributeNotFoundException e) {
                LOG.debug("left out, as the interface has it: {}", e.getMessage());
            }
        }
        return list;
    }

    @Override
    public void setAttribute(final Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " can only be read");
    }

    @Override
    public AttributeList setAttributes(final AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public Object invoke(final String action, final Object[] arguments, final String[] signature)
            throws ReflectionException {
        throw new ReflectionException(
                new NoSuchMethodException(action), "there is no operation " + action + ": use the anser command");
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        final MBeanAttributeInfo[] infos = new MBeanAttributeInfo[attributes.size() + 1];
        int next = 0;
        for (final Map.Entry<String, Metric<Sample>> each : attributes.entrySet()) {
            infos[next++] = new MBeanAttributeInfo(
                    each.getKey(), "double", each.getValue().description(), true, false, false);
        }
        infos[next] = new MBeanAttributeInfo(
                DESTINATIONS, TabularDataSupport.class.getName(), "Figures of the destinations.", true, false, false);
        return new MBeanInfo(BrokerBean.class.getName(), "A broker of AnserMQ", infos, null, null, null);
    }

    @Override
    public void close() {
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
        } catch (final JMException e) {
            throw new IllegalStateException("the MBean " + name + " cannot be taken back", e);
        }
    }
}
