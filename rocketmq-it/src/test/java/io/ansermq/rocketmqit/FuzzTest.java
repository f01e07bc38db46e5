package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.rocketmq.client.producer.SendStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Requests that no client sends: each is answered or costs its sender the connection, and the broker lives on. */
@Isolated // What it captures or measures is the whole JVM's.
class FuzzTest extends RocketMqScenario {

    private static final int REQUESTS = 20_000;

    private static final int[] CODES = {
        10, 11, 12, 14, 15, 17, 21, 25, 26, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 41, 42, 46, 200, 201, 202, 203,
        204, 207, 208, 215, 222, 300, 307, 309, 310, 315, 320, 321, 324, 325, 343, 345, 351, 352, 361, 400, 401, 200050,
        200051, 200053, 200054, 200151
    };

    private static final List<String> NAMES = List.of(
            "topic",
            "consumerGroup",
            "group",
            "queueId",
            "queueOffset",
            "maxMsgNums",
            "sysFlag",
            "commitOffset",
            "suspendTimeoutMillis",
            "subscription",
            "subVersion",
            "expressionType",
            "producerGroup",
            "defaultTopic",
            "defaultTopicQueueNums",
            "bornTimestamp",
            "flag",
            "properties",
            "a",
            "b",
            "c",
            "d",
            "e",
            "f",
            "g",
            "h",
            "i",
            "j",
            "l",
            "m",
            "offset",
            "timestamp",
            "delayLevel",
            "key",
            "maxNum",
            "beginTimestamp",
            "endTimestamp",
            "clientID",
            "clientId",
            "readQueueNums",
            "writeQueueNums",
            "perm",
            "invisibleTime",
            "pollTime",
            "initMode",
            "extraInfo",
            "index",
            "count",
            "statsName",
            "statsKey",
            "msgId",
            "exp",
            "expType",
            "commitOrRollback",
            "commitLogOffset",
            "groupName",
            "cleanOffset");

    private static final List<String> VALUES = List.of(
            "fuzz",
            "%RETRY%fuzz",
            "%DLQ%fuzz",
            "0",
            "1",
            "-1",
            "7",
            "1023",
            "99999999",
            "9223372036854775807",
            "-9223372036854775808",
            "",
            " ",
            "*",
            "A || B",
            "a > 1",
            "a BETWEEN",
            "SQL92",
            "TAG",
            "true",
            "false",
            "0 1 2 3 4 broker 6 7",
            "DELAY\u00015\u0002",
            "TIMER_DELAY_SEC\u00019\u0002",
            "\u0001\u0002\u0001",
            "\u00e4\ud83d");

    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "[]",
            "{",
            "null",
            "{\"clientID\":\"c\",\"consumerDataSet\":[{\"groupName\":\"fuzz\",\"subscriptionDataSet\":[{\"topic\":\"fuzz\",\"subString\":\"a >\",\"expressionType\":\"SQL92\"}]}]}",
            "{\"clientID\":5,\"producerDataSet\":[1],\"consumerDataSet\":{}}",
            "{\"consumerGroup\":\"fuzz\",\"clientId\":\"c\",\"mqSet\":[{\"topic\":\"fuzz\",\"queueId\":-5}]}",
            "{\"groupName\":\"fuzz\",\"retryMaxTimes\":\"x\"}",
            "plain text that is no JSON");

    @Test
    void shouldSurviveRequestsThatNoClientSends() throws Exception {
        final long seed = Long.getLong("anser.seed", 20_261_121L);
        final Random random = new Random(seed);
        producer().send(message("fuzz", "there is something"));
        int left = REQUESTS;
        while (left > 0) {
            left -= oneConnection(random, Math.min(left, 200));
        }
        assertThat(producer().send(message("fuzz", "still alive")).getSendStatus())
                .as("seed %d", seed)
                .isEqualTo(SendStatus.SEND_OK);
    }

    /** Sends without waiting for answers, which a thread of its own reads away. */
    private int oneConnection(final Random random, final int most) throws Exception {
        int sent = 0;
        try (Socket socket = new Socket("127.0.0.1", server.brokerPort())) {
            final DataInputStream in = new DataInputStream(socket.getInputStream());
            final Thread reader = new Thread(() -> drain(in));
            reader.start();
            final DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (sent < most) {
                sent++;
                out.write(frame(random));
            }
            out.flush();
            socket.shutdownOutput();
            reader.join(5_000);
        } catch (final IOException e) {
            // The broker has closed the connection, as it may.
        }
        return Math.max(1, sent);
    }

    private static void drain(final DataInputStream in) {
        final byte[] buffer = new byte[8192];
        try {
            while (in.read(buffer) >= 0) {
                // answers of no interest
            }
        } catch (final IOException e) {
            // closed
        }
    }

    private static byte[] frame(final Random random) {
        final StringBuilder header = new StringBuilder("{\"code\":")
                .append(CODES[random.nextInt(CODES.length)])
                .append(",\"flag\":0,\"language\":\"JAVA\",\"version\":513,\"opaque\":")
                .append(random.nextInt(1000))
                .append(",\"extFields\":{");
        String separator = "";
        for (final String name : NAMES) {
            if (random.nextInt(10) > 0) {
                header.append(separator).append('"').append(name).append("\":\"");
                for (final char next : VALUES.get(random.nextInt(VALUES.size())).toCharArray()) {
                    header.append(String.format("\\u%04x", (int) next));
                }
                header.append('"');
                separator = ",";
            }
        }
        final byte[] head = header.append("}}").toString().getBytes(StandardCharsets.UTF_8);
        final byte[] body = BODIES.get(random.nextInt(BODIES.size())).getBytes(StandardCharsets.UTF_8);
        final byte[] frame = new byte[8 + head.length + body.length];
        java.nio.ByteBuffer.wrap(frame)
                .putInt(4 + head.length + body.length)
                .putInt(head.length)
                .put(head)
                .put(body);
        return frame;
    }
}
