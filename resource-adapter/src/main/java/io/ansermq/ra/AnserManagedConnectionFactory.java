package io.ansermq.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.TransactionSupport;
import jakarta.resource.spi.ValidatingManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import java.io.PrintWriter;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Makes the connections of a pool, and the {@code ConnectionFactory} that applications look up. What is not set here is as the
 * adapter has it.
 *
 * <p>A server configures it, then uses it from any thread.
 */
public class AnserManagedConnectionFactory extends CompatibleProperties
        implements ManagedConnectionFactory,
                ResourceAdapterAssociation,
                ValidatingManagedConnectionFactory,
                TransactionSupport {
    private static final long serialVersionUID = 1;

    private static final String TRANSACTION_LEVEL = "TransactionLevel";
    private static final String ALLOW_LOCAL_TRANSACTIONS = "AllowLocalTransactions";

    /** Tells the three kinds apart; what their factories make differs by the method that is called alone. */
    private final RaDomain domain;

    private transient @Nullable AnserResourceAdapter adapter;
    private transient @Nullable PrintWriter logWriter;

    /** For servers: a factory of {@code ConnectionFactory}. */
    public AnserManagedConnectionFactory() {
        this(RaDomain.ANY);
    }

    AnserManagedConnectionFactory(final RaDomain domain) {
        this.domain = domain;
    }

    // ---- Properties

    /** See {@link #setTransactionLevel}; null when not set. */
    public @Nullable String getTransactionLevel() {
        return get(TRANSACTION_LEVEL);
    }

    /** What connections can do: {@code XATransaction} (when not set), {@code LocalTransaction} or {@code NoTransaction}. */
    public void setTransactionLevel(final @Nullable String value) {
        set(TRANSACTION_LEVEL, value);
    }

    /** See {@link #setUseLocalTx}; null when not set. */
    public @Nullable Boolean getUseLocalTx() {
        final String level = get(TRANSACTION_LEVEL);
        return level == null ? null : "LocalTransaction".equals(level);
    }

    /** True is the transaction level {@code LocalTransaction}, false the default. */
    public void setUseLocalTx(final @Nullable Boolean value) {
        set(TRANSACTION_LEVEL, Boolean.TRUE.equals(value) ? "LocalTransaction" : null);
    }

    /** See {@link #setAllowLocalTransactions}; null when not set. */
    public @Nullable Boolean getAllowLocalTransactions() {
        return flag(ALLOW_LOCAL_TRANSACTIONS);
    }

    /**
     * Whether {@code createSession(true, ...)} outside of a JTA transaction makes a session with {@code commit} and
     * {@code rollback}; else it acknowledges automatically, which is what the specification recommends.
     */
    public void setAllowLocalTransactions(final @Nullable Boolean value) {
        set(ALLOW_LOCAL_TRANSACTIONS, value);
    }

    final boolean allowsLocalTransactions() {
        return Boolean.TRUE.equals(getAllowLocalTransactions());
    }

    @Override
    public TransactionSupportLevel getTransactionSupport() {
        final String level = get(TRANSACTION_LEVEL);
        return switch (level == null ? "xatransaction" : level.toLowerCase(Locale.ROOT)) {
            case "xatransaction" -> TransactionSupportLevel.XATransaction;
            case "localtransaction" -> TransactionSupportLevel.LocalTransaction;
            case "notransaction" -> TransactionSupportLevel.NoTransaction;
            default ->
                throw new IllegalArgumentException("TransactionLevel is '" + level
                        + "', but should be XATransaction, LocalTransaction or NoTransaction");
        };
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
            throw new IllegalStateException("the factory belongs to a resource adapter already");
        }
        if (!(ra instanceof AnserResourceAdapter ours)) {
            throw new InvalidPropertyException("not our resource adapter: " + ra);
        }
        adapter = ours;
    }

    /** What counts: own properties over the adapter's. */
    final ConnectionSettings effective() {
        return over(adapter);
    }

    // ---- Connections

    @Override
    public Object createConnectionFactory(final ConnectionManager manager) {
        return new RaConnectionFactory(this, manager);
    }

    /** A factory without a server, whose connections are not pooled and take part in no transaction. */
    @Override
    public Object createConnectionFactory() {
        return createConnectionFactory(new DirectConnectionManager());
    }

    @Override
    public ManagedConnection createManagedConnection(
            final @Nullable Subject subject, final @Nullable ConnectionRequestInfo request) throws ResourceException {
        final AnserManagedConnection made = AnserManagedConnection.open(this, login(subject, request));
        if (adapter != null && !adapter.opened(made)) {
            made.destroy();
            throw new IllegalStateException("the resource adapter has stopped");
        }
        return made;
    }

    /** One of its connections is destroyed. */
    final void destroyed(final AnserManagedConnection connection) {
        if (adapter != null) {
            adapter.destroyed(connection);
        }
    }

    /** Opens nothing and tells nobody anything: dead connections are passed over. */
    @Override
    public @Nullable ManagedConnection matchManagedConnections(
            @SuppressWarnings("rawtypes") final Set candidates,
            final @Nullable Subject subject,
            final @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        final Login wanted = login(subject, request);
        for (final Object candidate : candidates) {
            if (candidate instanceof AnserManagedConnection ours && ours.isOf(this, wanted)) {
                return ours;
            }
        }
        return null;
    }

    @Override
    @SuppressWarnings("rawtypes") // The interface is older than generics.
    public Set getInvalidConnections(final Set candidates) {
        final Set<Object> invalid = new HashSet<>();
        for (final Object candidate : candidates) {
            if (candidate instanceof AnserManagedConnection ours && !ours.isValid()) {
                invalid.add(ours);
            }
        }
        return invalid;
    }

    /** Who a connection is for: the server's Subject, what the application asked for, what is configured, in this order. */
    final Login login(final @Nullable Subject subject, final @Nullable ConnectionRequestInfo info)
            throws ResourceException {
        if (info != null && !(info instanceof RaConnectionRequest)) {
            throw new ResourceException("not a request of ours: " + info);
        }
        final RaConnectionRequest request = (RaConnectionRequest) info;
        final ConnectionSettings configured = effective();
        final String clientId =
                request != null && request.clientId() != null ? request.clientId() : configured.clientId();
        final PasswordCredential credential = subject == null ? null : credential(subject);
        if (credential != null) {
            return new Login(credential.getUserName(), new String(credential.getPassword()), clientId);
        } else if (request != null && request.user() != null) {
            return new Login(request.user(), request.password(), clientId);
        }
        return new Login(configured.user(), configured.password(), clientId);
    }

    @SuppressWarnings("removal") // Only servers with a security manager need it, and some still allow one.
    private @Nullable PasswordCredential credential(final Subject subject) {
        return AccessController.doPrivileged((PrivilegedAction<@Nullable PasswordCredential>) () -> {
            for (final PasswordCredential each : subject.getPrivateCredentials(PasswordCredential.class)) {
                // A Subject may hold credentials for several factories.
                if (equals(each.getManagedConnectionFactory())
                        && each.getUserName() != null
                        && !each.getUserName().isEmpty()) {
                    return each;
                }
            }
            return null;
        });
    }

    @Override
    public void setLogWriter(final @Nullable PrintWriter out) {
        logWriter = out;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return logWriter;
    }

    // ---- Identity: servers find pools by it

    @Override
    public final boolean equals(final @Nullable Object other) {
        return other instanceof AnserManagedConnectionFactory that
                && domain == that.domain
                && sameValues(that)
                && Objects.equals(adapter, that.adapter);
    }

    /** By the properties alone, which are set before the association. */
    @Override
    public final int hashCode() {
        return hashOfValues();
    }
}
