package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with. Immutable.
 *
 * @param code one of {@link ResponseCodes}
 * @param remark what is wrong
 * @param fields the header fields
 * @param body the body, often JSON
 * @param records messages that follow in the body, as the log has them
 */
record Answer(
        int code,
        @Nullable String remark,
        Map<String, String> fields,
        String body,
        @Nullable RecordList records) {

    /** Success with nothing to tell. */
    static final Answer OK = new Answer(ResponseCodes.SUCCESS, null, Map.of(), "", null);

    static Answer refused(final int code, final String remark) {
        return new Answer(code, remark, Map.of(), "", null);
    }

    static Answer fields(final Map<String, String> fields) {
        return new Answer(ResponseCodes.SUCCESS, null, fields, "", null);
    }

    /** Success with header fields, given as name, value, name, value. */
    static Answer fields(final Object... namesAndValues) {
        return fields(map(namesAndValues));
    }

    /** Success with a JSON body. */
    static Answer json(final Object value) {
        return body(Json.text(value), Map.of());
    }

    /** Success with a text as the body. */
    static Answer body(final String body, final Map<String, String> fields) {
        return new Answer(ResponseCodes.SUCCESS, null, fields, body, null);
    }

    static Answer records(final int code, final Map<String, String> fields, final @Nullable RecordList records) {
        return new Answer(code, null, fields, "", records);
    }

    private static Map<String, String> map(final Object... namesAndValues) {
        final Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i].toString(), namesAndValues[i + 1].toString());
        }
        return map;
    }
}
