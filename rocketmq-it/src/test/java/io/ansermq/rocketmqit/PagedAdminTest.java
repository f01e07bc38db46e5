package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;
import org.junit.jupiter.api.Test;

/** An administrator who takes long lists page by page. */
class PagedAdminTest extends AdminScenario {

    private static final int PAGE = 2;
    private static final int COUNT = 7;

    @Override
    void configure(final DefaultMQAdminExt admin) {
        admin.setMaxPageSizeInGetMetadata(PAGE);
    }

    @Test
    void shouldGiveAllTopicsAndGroupsPageByPage() throws Exception {
        final DefaultMQAdminExt admin = admin();
        final List<String> names = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            final String name = unique("paged");
            names.add(name);
            admin.createAndUpdateTopicConfig(server.brokerAddress(), new TopicConfig(name, 1, 1));
            final SubscriptionGroupConfig group = new SubscriptionGroupConfig();
            group.setGroupName(name);
            admin.createAndUpdateSubscriptionGroupConfig(server.brokerAddress(), group);
        }
        assertThat(admin.getAllTopicConfig(server.brokerAddress(), 10_000).getTopicConfigTable())
                .containsKeys(names.toArray(String[]::new));
        assertThat(admin.getAllSubscriptionGroup(server.brokerAddress(), 10_000).getSubscriptionGroupTable())
                .containsKeys(names.toArray(String[]::new));
    }
}
