package io.ansermq.broker.rocketmq;

/** RocketMQ's request codes, as far as a broker of ours serves or sends them. */
final class RequestCodes {

    static final int SEND_MESSAGE = 10;
    static final int PULL_MESSAGE = 11;
    static final int QUERY_MESSAGE = 12;
    static final int QUERY_CONSUMER_OFFSET = 14;
    static final int UPDATE_CONSUMER_OFFSET = 15;
    static final int UPDATE_AND_CREATE_TOPIC = 17;
    static final int GET_ALL_TOPIC_CONFIG = 21;
    static final int UPDATE_BROKER_CONFIG = 25;
    static final int GET_BROKER_CONFIG = 26;
    static final int GET_BROKER_RUNTIME_INFO = 28;
    static final int SEARCH_OFFSET_BY_TIMESTAMP = 29;
    static final int GET_MAX_OFFSET = 30;
    static final int GET_MIN_OFFSET = 31;
    static final int GET_EARLIEST_MSG_STORETIME = 32;
    static final int VIEW_MESSAGE_BY_ID = 33;
    static final int HEART_BEAT = 34;
    static final int UNREGISTER_CLIENT = 35;
    static final int CONSUMER_SEND_MSG_BACK = 36;
    static final int END_TRANSACTION = 37;
    static final int GET_CONSUMER_LIST_BY_GROUP = 38;
    static final int CHECK_TRANSACTION_STATE = 39;
    static final int NOTIFY_CONSUMER_IDS_CHANGED = 40;
    static final int LOCK_BATCH_MQ = 41;
    static final int UNLOCK_BATCH_MQ = 42;
    static final int CHECK_CLIENT_CONFIG = 46;
    static final int UPDATE_AND_CREATE_SUBSCRIPTION_GROUP = 200;
    static final int GET_ALL_SUBSCRIPTION_GROUP_CONFIG = 201;
    static final int GET_TOPIC_STATS_INFO = 202;
    static final int GET_CONSUMER_CONNECTION_LIST = 203;
    static final int GET_PRODUCER_CONNECTION_LIST = 204;
    static final int DELETE_SUBSCRIPTION_GROUP = 207;
    static final int GET_CONSUME_STATS = 208;
    static final int DELETE_TOPIC_IN_BROKER = 215;
    static final int INVOKE_BROKER_TO_RESET_OFFSET = 222;
    static final int QUERY_TOPIC_CONSUME_BY_WHO = 300;
    static final int GET_SYSTEM_TOPIC_LIST_FROM_BROKER = 305;
    static final int GET_CONSUMER_RUNNING_INFO = 307;
    static final int CONSUME_MESSAGE_DIRECTLY = 309;
    static final int SEND_MESSAGE_V2 = 310;
    static final int VIEW_BROKER_STATS_DATA = 315;
    static final int SEND_BATCH_MESSAGE = 320;
    static final int QUERY_CONSUME_QUEUE = 321;
    static final int SEND_REPLY_MESSAGE = 324;
    static final int SEND_REPLY_MESSAGE_V2 = 325;
    static final int PUSH_REPLY_MESSAGE_TO_CLIENT = 326;
    static final int QUERY_TOPICS_BY_CONSUMER = 343;
    static final int QUERY_SUBSCRIPTION_BY_CONSUMER = 345;
    static final int GET_TOPIC_CONFIG = 351;
    static final int GET_SUBSCRIPTIONGROUP_CONFIG = 352;
    static final int LITE_PULL_MESSAGE = 361;
    static final int RECALL_MESSAGE = 370;
    static final int QUERY_ASSIGNMENT = 400;
    static final int SET_MESSAGE_REQUEST_MODE = 401;
    static final int POP_MESSAGE = 200_050;
    static final int ACK_MESSAGE = 200_051;
    static final int CHANGE_MESSAGE_INVISIBLETIME = 200_053;
    static final int NOTIFICATION = 200_054;
    static final int BATCH_ACK_MESSAGE = 200_151;

    private static final int[] BEYOND_16_BITS = {
        POP_MESSAGE, ACK_MESSAGE, CHANGE_MESSAGE_INVISIBLETIME, NOTIFICATION, BATCH_ACK_MESSAGE
    };

    private RequestCodes() {}

    /** The code that a client meant: RocketMQ's binary header cuts it to 16 bits. */
    static int restore(final int code) {
        for (final int whole : BEYOND_16_BITS) {
            if ((short) whole == (short) code) {
                return whole;
            }
        }
        return code;
    }
}
