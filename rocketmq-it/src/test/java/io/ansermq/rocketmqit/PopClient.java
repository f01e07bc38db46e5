package io.ansermq.rocketmqit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.client.consumer.AckResult;
import org.apache.rocketmq.client.consumer.AckStatus;
import org.apache.rocketmq.client.consumer.PopResult;
import org.apache.rocketmq.client.consumer.PopStatus;
import org.apache.rocketmq.client.impl.ClientRemotingProcessor;
import org.apache.rocketmq.client.impl.mqclient.MQClientAPIExt;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageRequestMode;
import org.apache.rocketmq.remoting.RPCHook;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.protocol.header.AckMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ChangeInvisibleTimeRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ExtraInfoUtil;
import org.apache.rocketmq.remoting.protocol.header.NotificationRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PopMessageRequestHeader;

/** The official client's POP requests one by one, as RocketMQ's proxy makes them for a group. */
final class PopClient implements AutoCloseable {

    private static final long TIMEOUT_MS = 30_000;

    private final MQClientAPIExt api;
    private final String broker;
    private final String group;
    private final String topic;

    // How the next pops are asked for.
    int most = 32;
    long invisibleMs = 60_000;
    long pollMs;
    int queue = -1;
    boolean ordered;
    String attemptId;
    String expressionType = "TAG";
    String expression = "*";

    PopClient(final TestServer server, final String group, final String topic) {
        this(server, group, topic, null);
    }

    /** @param hook signs the requests, if it is there */
    PopClient(final TestServer server, final String group, final String topic, final RPCHook hook) {
        this.api = api(server, hook);
        this.broker = server.brokerAddress();
        this.group = group;
        this.topic = topic;
    }

    /** The official client's requests to a server. */
    static MQClientAPIExt api(final TestServer server) {
        return api(server, null);
    }

    /** The same, signed. */
    static MQClientAPIExt api(final TestServer server, final RPCHook hook) {
        final ClientConfig config = new ClientConfig();
        config.setNamesrvAddr(server.nameServerAddress());
        final MQClientAPIExt api =
                new MQClientAPIExt(config, new NettyClientConfig(), new ClientRemotingProcessor(null), hook);
        api.updateNameServerAddressList(server.nameServerAddress());
        api.start();
        return api;
    }

    /** Has the push consumers of the group pop from now on. */
    void setMode(final String address) throws Exception {
        api.setMessageRequestMode(address, topic, group, MessageRequestMode.POP, 0, TIMEOUT_MS);
    }

    /** Pops; an empty list when there is nothing. */
    List<MessageExt> pop() throws Exception {
        final PopMessageRequestHeader header = new PopMessageRequestHeader();
        header.setConsumerGroup(group);
        header.setTopic(topic);
        header.setQueueId(queue);
        header.setMaxMsgNums(most);
        header.setInvisibleTime(invisibleMs);
        header.setPollTime(pollMs);
        header.setBornTime(System.currentTimeMillis());
        header.setInitMode(0);
        header.setExpType(expressionType);
        header.setExp(expression);
        header.setOrder(ordered);
        header.setAttemptId(attemptId);
        final PopResult result = api.popMessageAsync(broker, TestServer.BROKER, header, TIMEOUT_MS)
                .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        return result.getPopStatus() == PopStatus.FOUND ? result.getMsgFoundList() : List.of();
    }

    List<String> popBodies() throws Exception {
        return pop().stream().map(RocketMqScenario::body).toList();
    }

    boolean acknowledge(final MessageExt message) throws Exception {
        final AckMessageRequestHeader header = new AckMessageRequestHeader();
        header.setConsumerGroup(group);
        header.setTopic(topic);
        header.setQueueId(message.getQueueId());
        header.setOffset(message.getQueueOffset());
        header.setExtraInfo(message.getProperty("POP_CK"));
        return isOk(api.ackMessageAsync(broker, header, TIMEOUT_MS).get(TIMEOUT_MS, TimeUnit.MILLISECONDS));
    }

    boolean acknowledgeAll(final List<MessageExt> messages) throws Exception {
        final List<String> handles = new ArrayList<>();
        messages.forEach(message -> handles.add(message.getProperty("POP_CK")));
        return isOk(api.batchAckMessageAsync(broker, topic, group, handles, TIMEOUT_MS)
                .get(TIMEOUT_MS, TimeUnit.MILLISECONDS));
    }

    /** The message is to come again after this time; returns the handle that names it from now on. */
    String putOff(final MessageExt message, final long invisible, final boolean suspend) throws Exception {
        final ChangeInvisibleTimeRequestHeader header = new ChangeInvisibleTimeRequestHeader();
        header.setConsumerGroup(group);
        header.setTopic(topic);
        header.setQueueId(message.getQueueId());
        header.setOffset(message.getQueueOffset());
        header.setExtraInfo(message.getProperty("POP_CK"));
        header.setInvisibleTime(invisible);
        header.setSuspend(suspend);
        final AckResult result = api.changeInvisibleTimeAsync(broker, TestServer.BROKER, header, TIMEOUT_MS)
                .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        return isOk(result) ? result.getExtraInfo() : "";
    }

    /** Whether there are messages; waits for them as long as {@link #pollMs} says. */
    boolean notified() throws Exception {
        final NotificationRequestHeader header = new NotificationRequestHeader();
        header.setConsumerGroup(group);
        header.setTopic(topic);
        header.setQueueId(queue);
        header.setPollTime(pollMs);
        header.setBornTime(System.currentTimeMillis());
        header.setOrder(ordered);
        return api.notification(broker, header, TIMEOUT_MS).get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    /** When the message was popped, as its handle says. */
    static long popTime(final MessageExt message) {
        return ExtraInfoUtil.getPopTime(ExtraInfoUtil.split(message.getProperty("POP_CK")));
    }

    private static boolean isOk(final AckResult result) {
        return result.getStatus() == AckStatus.OK;
    }

    @Override
    public void close() {
        api.shutdown();
    }
}
