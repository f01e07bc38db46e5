package io.ansermq.rocketmqit;

import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/** Scenarios with RocketMQ's administration client, whose classes the client of 4.9 has elsewhere. */
abstract class AdminScenario extends RocketMqScenario {

    /** Before it starts. */
    void configure(final DefaultMQAdminExt admin) {}

    DefaultMQAdminExt admin() throws MQClientException {
        final DefaultMQAdminExt admin = new DefaultMQAdminExt();
        admin.setNamesrvAddr(server.nameServerAddress());
        patient(admin);
        configure(admin);
        admin.start();
        afterwards(admin::shutdown);
        return admin;
    }
}
