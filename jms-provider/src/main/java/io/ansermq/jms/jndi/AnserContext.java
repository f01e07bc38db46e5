package io.ansermq.jms.jndi;

import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.naming.Binding;
import javax.naming.CompositeName;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NameClassPair;
import javax.naming.NameNotFoundException;
import javax.naming.NameParser;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.NotContextException;
import javax.naming.OperationNotSupportedException;
import org.jspecify.annotations.Nullable;

/**
 * A tree of names that is made once and then only read. Thread safe; its bindings do not change, its environment is the
 * caller's own copy.
 */
final class AnserContext implements Context {
    private static final String DYNAMIC_QUEUES = "dynamicQueues";
    private static final String DYNAMIC_TOPICS = "dynamicTopics";

    private final String path;
    private final Map<String, Object> bindings = new TreeMap<>();

    /** Makes what any name beneath this context stands for; null where names are bound. */
    private final @Nullable Function<String, Object> maker;

    private final Map<Object, Object> environment;

    private AnserContext(
            final String path, final Map<?, ?> environment, final @Nullable Function<String, Object> maker) {
        this.path = path;
        this.environment = new ConcurrentHashMap<>(environment);
        this.maker = maker;
    }

    /** A context of these names, in which slashes make sub-contexts, and of those for destinations without a binding. */
    static AnserContext root(final Map<String, Object> bindings, final Hashtable<?, ?> environment)
            throws NamingException {
        final AnserContext root = new AnserContext("", environment, null);
        root.bindings.put(DYNAMIC_QUEUES, new AnserContext(DYNAMIC_QUEUES, environment, AnserQueue::new));
        root.bindings.put(DYNAMIC_TOPICS, new AnserContext(DYNAMIC_TOPICS, environment, AnserTopic::new));
        for (final Map.Entry<String, Object> binding : bindings.entrySet()) {
            root.put(new CompositeName(binding.getKey()), binding.getValue());
        }
        return root;
    }

    private void put(final Name name, final Object value) throws NamingException {
        if (name.size() == 1) {
            bindings.put(name.get(0), value);
            return;
        }
        final Object child = bindings.computeIfAbsent(
                name.get(0), key -> new AnserContext(path.isEmpty() ? key : path + "/" + key, environment, null));
        if (!(child instanceof AnserContext context)) {
            throw new NotContextException("'" + name + "' cannot be bound: '" + name.get(0) + "' is bound itself");
        }
        context.put(name.getSuffix(1), value);
    }

    // ---- Looking up

    private Object find(final Name name) throws NamingException {
        if (name.isEmpty() || (name.size() == 1 && name.get(0).isEmpty())) {
            return this;
        }
        if (maker != null) {
            return maker.apply(name.toString());
        }
        final Object bound = bindings.get(name.get(0));
        if (bound != null && name.size() == 1) {
            return bound;
        }
        if (bound instanceof AnserContext context) {
            return context.find(name.getSuffix(1));
        }
        throw notFound(name);
    }

    private NameNotFoundException notFound(final Name name) {
        final NameNotFoundException exception = new NameNotFoundException("'" + name + "' is not bound"
                + (path.isEmpty() ? "" : " in '" + path + "'") + "; bound are " + bindings.keySet());
        exception.setRemainingName(name);
        return exception;
    }

    @Override
    public Object lookup(final Name name) throws NamingException {
        return find(name);
    }

    @Override
    public Object lookup(final String name) throws NamingException {
        return find(new CompositeName(name));
    }

    @Override
    public Object lookupLink(final Name name) throws NamingException {
        return find(name);
    }

    @Override
    public Object lookupLink(final String name) throws NamingException {
        return find(new CompositeName(name));
    }

    @Override
    public NamingEnumeration<NameClassPair> list(final Name name) throws NamingException {
        return pairs(name);
    }

    @Override
    public NamingEnumeration<NameClassPair> list(final String name) throws NamingException {
        return pairs(new CompositeName(name));
    }

    private NamingEnumeration<NameClassPair> pairs(final Name name) throws NamingException {
        final List<NameClassPair> pairs = new ArrayList<>();
        contextAt(name)
                .bindings
                .forEach((key, value) ->
                        pairs.add(new NameClassPair(key, value.getClass().getName())));
        return new Listing<>(pairs);
    }

    @Override
    public NamingEnumeration<Binding> listBindings(final Name name) throws NamingException {
        return bindings(name);
    }

    @Override
    public NamingEnumeration<Binding> listBindings(final String name) throws NamingException {
        return bindings(new CompositeName(name));
    }

    private NamingEnumeration<Binding> bindings(final Name name) throws NamingException {
        final List<Binding> all = new ArrayList<>();
        contextAt(name).bindings.forEach((key, value) -> all.add(new Binding(key, value)));
        return new Listing<>(all);
    }

    private AnserContext contextAt(final Name name) throws NamingException {
        if (find(name) instanceof AnserContext context) {
            return context;
        }
        throw new NotContextException("'" + name + "' is not a context");
    }

    // ---- About names and the context itself

    @Override
    public NameParser getNameParser(final Name name) {
        return CompositeName::new;
    }

    @Override
    public NameParser getNameParser(final String name) {
        return CompositeName::new;
    }

    @Override
    public Name composeName(final Name name, final Name prefix) throws NamingException {
        return ((Name) prefix.clone()).addAll(name);
    }

    @Override
    public String composeName(final String name, final String prefix) throws NamingException {
        return composeName(new CompositeName(name), new CompositeName(prefix)).toString();
    }

    @Override
    public String getNameInNamespace() {
        return path;
    }

    @Override
    public @Nullable Object addToEnvironment(final String name, final Object value) {
        return environment.put(name, value);
    }

    @Override
    public @Nullable Object removeFromEnvironment(final String name) {
        return environment.remove(name);
    }

    @Override
    @SuppressWarnings("JdkObsolete") // as the interface has it
    public Hashtable<?, ?> getEnvironment() {
        return new Hashtable<>(environment);
    }

    @Override
    public void close() {
        // There is nothing to let go of.
    }

    // ---- Binding: the names come from the configuration

    @Override
    public void bind(final Name name, final Object value) throws NamingException {
        throw readOnly();
    }

    @Override
    public void bind(final String name, final Object value) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rebind(final Name name, final Object value) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rebind(final String name, final Object value) throws NamingException {
        throw readOnly();
    }

    @Override
    public void unbind(final Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void unbind(final String name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rename(final Name oldName, final Name newName) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rename(final String oldName, final String newName) throws NamingException {
        throw readOnly();
    }

    @Override
    public Context createSubcontext(final Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public Context createSubcontext(final String name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void destroySubcontext(final Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void destroySubcontext(final String name) throws NamingException {
        throw readOnly();
    }

    private static OperationNotSupportedException readOnly() {
        return new OperationNotSupportedException(
                "this context is read-only: its names come from jndi.properties or the environment");
    }

    private static final class Listing<T> implements NamingEnumeration<T> {
        private final Enumeration<T> elements;

        private Listing(final List<T> elements) {
            this.elements = Collections.enumeration(elements);
        }

        @Override
        public T next() {
            return elements.nextElement();
        }

        @Override
        public boolean hasMore() {
            return elements.hasMoreElements();
        }

        @Override
        public T nextElement() {
            return elements.nextElement();
        }

        @Override
        public boolean hasMoreElements() {
            return elements.hasMoreElements();
        }

        @Override
        public void close() {
            // A list needs no closing.
        }
    }
}
