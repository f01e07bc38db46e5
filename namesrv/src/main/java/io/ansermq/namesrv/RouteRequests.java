package io.ansermq.namesrv;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a name server answers: {@code GetRoutes} of our protocol, and of RocketMQ's the registration of brokers and the
 * route of a topic. Owned by the name server's loop.
 */
final class RouteRequests {

    // RocketMQ's request codes.
    static final int REGISTER_BROKER = 103;
    static final int UNREGISTER_BROKER = 104;
    static final int GET_ROUTEINFO_BY_TOPIC = 105;

    static final int QUERY_DATA_VERSION = 322;
    static final int GET_BROKER_MEMBER_GROUP = 901;
    static final int BROKER_HEARTBEAT = 904;

    /** A field of our own in registrations: a topic that the broker does not serve any longer. */
    static final String GONE_TOPIC = "goneTopic";

    // RocketMQ's response codes.
    static final int SUCCESS = 0;
    static final int SYSTEM_ERROR = 1;
    static final int REQUEST_CODE_NOT_SUPPORTED = 3;
    static final int NO_PERMISSION = 16;
    static final int TOPIC_NOT_EXIST = 17;

    /** RocketMQ 4.9.4: the first version whose clients read a route that is strict JSON. */
    static final int VERSION_4_9_4 = 401;

    /** How long a broker may be silent when it does not say; RocketMQ's figure. */
    private static final long DEFAULT_TIMEOUT_MS = 120_000;

    private static final Logger LOG = LoggerFactory.getLogger(RouteRequests.class);

    private final RouteTable table;
    private final AdminAnswers admin;

    RouteRequests(final RouteTable table) {
        this.table = table;
        this.admin = new AdminAnswers(table);
    }

    /**
     * Carries out a request and makes the answer to it; leaves the request's body to the caller.
     *
     * @param peer the connection it came by; a broker that registers goes with it
     */
    RemotingCommand answer(final RemotingCommand request, final Connection peer, final long nowNs) {
        final ControlHeader control = request.control();
        if (control != null) {
            return RemotingCommand.control(answer(control), request.opaque());
        }
        try {
            return switch (request.code()) {
                case REGISTER_BROKER -> register(request, peer, nowNs);
                case UNREGISTER_BROKER -> unregister(request);
                case GET_ROUTEINFO_BY_TOPIC -> route(request);
                case BROKER_HEARTBEAT -> heartbeat(request, nowNs);
                // A broker that asks whether its topics are known is told that they are not, and registers them.
                case QUERY_DATA_VERSION ->
                    RemotingCommand.response(request, SUCCESS, null, Map.of("changed", "true"), Unpooled.EMPTY_BUFFER);
                case GET_BROKER_MEMBER_GROUP -> members(request);
                default -> other(request);
            };
        } catch (final IllegalArgumentException | IllegalStateException e) {
            if (request.code() == REGISTER_BROKER) {
                LOG.warn("the broker at {} could not register: {}", peer.remote(), printable(e.getMessage()));
            }
            return refuse(request, SYSTEM_ERROR, e.getMessage());
        }
    }

    private RemotingCommand other(final RemotingCommand request) {
        final RemotingCommand answer = admin.answer(request);
        return answer != null
                ? answer
                : refuse(
                        request,
                        REQUEST_CODE_NOT_SUPPORTED,
                        "request code " + request.code() + " is not supported by this name server");
    }

    private ControlHeader answer(final ControlHeader request) {
        if (request instanceof ConnectionHeader.GetRoutes routes) {
            return new ConnectionHeader.Routes(table.masters(routes.topic()));
        }
        return new ConnectionHeader.Failure(
                ErrorCodes.PROTOCOL,
                "this is a name server, which cannot do " + request.getClass().getSimpleName()
                        + ": ask it for routes and connect to a broker");
    }

    private RemotingCommand register(final RemotingCommand request, final Connection peer, final long nowNs) {
        final Map<String, String> fields = request.extFields();
        final BrokerInfo broker = new BrokerInfo(
                fields.getOrDefault("clusterName", ""),
                required(fields, "brokerName"),
                number(fields, "brokerId", BrokerInfo.MASTER),
                required(fields, "brokerAddr"),
                fields.getOrDefault("haServerAddr", ""));
        if (Boolean.parseBoolean(fields.get("compressed"))) {
            throw new IllegalArgumentException(
                    "compressed registrations are not supported: set compressedRegister=false in the broker");
        }
        final byte[] body = ByteBufUtil.getBytes(request.body());
        checkCrc(body, number(fields, "bodyCrc32", 0));
        final long timeoutMs = number(fields, "heartbeatTimeoutMillis", DEFAULT_TIMEOUT_MS);
        final BrokerInfo master =
                table.register(broker, RouteBodies.topics(body), peer, nowNs, TimeUnit.MILLISECONDS.toNanos(timeoutMs));
        final String gone = fields.get(GONE_TOPIC);
        if (gone != null) {
            table.stopServing(broker.name(), gone);
        }
        final Map<String, String> answer = master == null || master.id() == broker.id()
                ? Map.of()
                : Map.of("masterAddr", master.address(), "haServerAddr", master.haAddress());
        return RemotingCommand.response(request, SUCCESS, null, answer, Unpooled.EMPTY_BUFFER);
    }

    private RemotingCommand heartbeat(final RemotingCommand request, final long nowNs) {
        table.alive(required(request.extFields(), "brokerName"), required(request.extFields(), "brokerAddr"), nowNs);
        return RemotingCommand.response(request, SUCCESS, null, Map.of(), Unpooled.EMPTY_BUFFER);
    }

    private RemotingCommand members(final RemotingCommand request) {
        final String name = required(request.extFields(), "brokerName");
        final ByteBuf body = Unpooled.wrappedBuffer(RouteBodies.memberGroup(
                request.extFields().getOrDefault("clusterName", ""), name, table.addresses(name)));
        return RemotingCommand.response(request, SUCCESS, null, Map.of(), body);
    }

    private RemotingCommand unregister(final RemotingCommand request) {
        table.unregister(required(request.extFields(), "brokerName"), required(request.extFields(), "brokerAddr"));
        return RemotingCommand.response(request, SUCCESS, null, Map.of(), Unpooled.EMPTY_BUFFER);
    }

    private RemotingCommand route(final RemotingCommand request) {
        final String topic = required(request.extFields(), "topic");
        final var routes = table.routes(topic);
        if (routes.isEmpty()) {
            return refuse(request, TOPIC_NOT_EXIST, "no broker has registered the topic " + topic);
        }
        final boolean strict = request.version() >= VERSION_4_9_4
                || Boolean.parseBoolean(request.extFields().get("acceptStandardJsonOnly"));
        final ByteBuf body = Unpooled.wrappedBuffer(RouteBodies.topicRoute(routes, admin.order(topic), strict));
        return RemotingCommand.response(request, SUCCESS, null, Map.of(), body);
    }

    private static RemotingCommand refuse(
            final RemotingCommand request, final int code, final @Nullable String remark) {
        return RemotingCommand.response(request, code, remark, Map.of(), Unpooled.EMPTY_BUFFER);
    }

    /** RocketMQ sends the CRC-32 of the body without its sign bit; 0 says that there is none. */
    private static void checkCrc(final byte[] body, final long expected) {
        final CRC32 crc = new CRC32();
        crc.update(body);
        if (expected != 0 && (crc.getValue() & 0x7FFF_FFFF) != expected) {
            throw new IllegalArgumentException("the body does not match its bodyCrc32: it was damaged on the way");
        }
    }

    /** A text of which parts came from outside, fit for a log: no line breaks. */
    private static String printable(final @Nullable String text) {
        return String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
    }

    private static String required(final Map<String, String> fields, final String name) {
        final String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the field " + name + " is missing");
        }
        return value;
    }

    private static long number(final Map<String, String> fields, final String name, final long whenAbsent) {
        final String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            return whenAbsent;
        }
        try {
            return Long.parseLong(value);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException("the field " + name + " is not a number: " + value, e);
        }
    }
}
