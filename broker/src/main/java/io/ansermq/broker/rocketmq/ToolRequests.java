package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.InspectedPage;
import io.ansermq.broker.security.NamePattern;
import io.ansermq.remoting.protocol.AdminHeader.FindMessages;
import io.ansermq.remoting.protocol.AdminHeader.Inspect;
import io.ansermq.remoting.protocol.AdminHeader.Inspected;
import io.ansermq.remoting.protocol.AdminHeader.ResetGroup;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the {@code anser} command asks of RocketMQ's world: topics and groups, how far these are, single messages. Owned by
 * the core agent.
 */
final class ToolRequests {

    private final RocketMqState state;
    private final GroupAdmin groups;
    private final ToolRows rows;

    ToolRequests(final RocketMqState state) {
        this.state = state;
        this.groups = new GroupAdmin(state);
        this.rows = new ToolRows(state, groups);
    }

    /** Whether it was one of these; then it is answered. Who inspects is an administrator. */
    boolean handle(final ClientLink link, final ControlHeader request, final int opaque) {
        try {
            if (request instanceof Inspect inspect) {
                return inspect(link, inspect, opaque);
            } else if (request instanceof ResetGroup reset) {
                link.answer(opaque, reset(link, reset));
                return true;
            } else if (request instanceof FindMessages find) {
                link.answer(opaque, find(link, find));
                return true;
            }
            return false;
        } catch (final RefusedException e) {
            link.answer(opaque, new Failure(errorOf(e.code()), e.text()));
            return true;
        }
    }

    private static int errorOf(final int responseCode) {
        return responseCode == ResponseCodes.NO_PERMISSION ? ErrorCodes.AUTHORIZATION : ErrorCodes.DESTINATION;
    }

    private boolean inspect(final ClientLink link, final Inspect question, final int opaque) {
        final Inspected answer;
        switch (question.subject()) {
            case TOPICS -> answer = ofTopics(question, false);
            case TOPIC_QUEUES -> answer = ofTopics(question, true);
            case GROUPS -> answer = ofGroups(question, false);
            case GROUP_PROGRESS -> answer = ofGroups(question, true);
            default -> {
                return false;
            }
        }
        link.answer(opaque, answer);
        return true;
    }

    private Inspected ofTopics(final Inspect question, final boolean queues) {
        return InspectedPage.of(question, state.desk().destinations(), (row, destination) -> {
            final TopicConfig topic = state.topics().find(destination.topic());
            if (topic == null || !NamePattern.matches(question.pattern(), topic.topic())) {
                return;
            }
            if (!queues) {
                row.accept(rows.topic(topic));
                return;
            }
            for (int queue = 0; queue < Math.min(topic.queues(), InspectedPage.MAX_ROWS); queue++) {
                row.accept(rows.queue(topic.topic(), queue));
            }
        });
    }

    private Inspected ofGroups(final Inspect question, final boolean progress) {
        final TreeSet<String> names = new TreeSet<>(state.groups().all().keySet());
        names.addAll(state.clients().allConsumers().keySet());
        return InspectedPage.of(question, new ArrayList<>(names), (row, group) -> {
            if (!NamePattern.matches(question.pattern(), group)) {
                return;
            }
            if (progress) {
                rows.progress(group).stream().limit(InspectedPage.MAX_ROWS).forEach(row);
            } else {
                row.accept(rows.group(group));
            }
        });
    }

    private Inspected reset(final ClientLink link, final ResetGroup reset) {
        final String refusal = link.access().refusalToAdminister("reset groups");
        if (refusal != null) {
            throw new RefusedException(ResponseCodes.NO_PERMISSION, refusal);
        }
        final List<Map<String, String>> queues = new ArrayList<>();
        groups.reset(reset.group(), reset.topic(), reset.queueNumber() - 1, reset.epochMs(), -1)
                .forEach((queue, offset) -> {
                    final Map<String, String> row = new LinkedHashMap<>();
                    row.put("group", reset.group());
                    row.put("topic", reset.topic());
                    row.put("queue", Integer.toString(queue));
                    row.put("offset", Long.toString(offset));
                    queues.add(row);
                });
        link.access()
                .did("reset group '" + reset.group() + "' on '" + reset.topic() + "' to " + reset.epochMs() + " ms");
        return new Inspected(queues, 0);
    }

    private Inspected find(final ClientLink link, final FindMessages find) {
        final List<Map<String, String>> found = new ArrayList<>();
        final String key = find.key();
        final String id = find.id();
        if (!find.topic().isEmpty()) {
            state.rights().requireLooking(link.access(), find.topic());
            final String wanted = key == null ? id : key;
            if (wanted != null) {
                new LookUpRequests(state)
                        .find(find.topic(), wanted, key == null, 0, Long.MAX_VALUE, LookUpRequests.MAX_FOUND)
                        .forEach(message -> found.add(rows.message(message)));
            }
        }
        if (found.isEmpty() && id != null && id.matches("[0-9A-Fa-f]{32}")) {
            final StoredMessage message = StoredMessage.at(state.desk(), MessageIds.position(id));
            if (message != null) {
                state.rights().requireLooking(link.access(), message.topic());
                found.add(rows.message(message));
            }
        }
        return new Inspected(found, 0);
    }
}
