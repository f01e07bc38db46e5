package io.ansermq.tools.store;

import io.ansermq.store.inspection.Finding;
import io.ansermq.store.inspection.SalvageReport;
import io.ansermq.store.inspection.SalvageReport.LostMessage;
import io.ansermq.store.inspection.SalvageReport.LostRange;
import io.ansermq.store.inspection.VerifyReport;
import io.ansermq.tools.console.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the commands of this package found, as text or for JSON. Stateless. */
final class ReportText {

    private ReportText() {}

    static String of(final VerifyReport report) {
        final StringBuilder out = new StringBuilder();
        line(out, report.directory());
        line(
                out,
                "log      " + count(report.segments(), "segment") + ", positions " + report.start() + " to "
                        + report.tail() + ", " + count(report.frames(), "frame") + ", "
                        + count(report.messages(), "message") + ", " + count(report.otherRecords(), "other record")
                        + "");
        line(
                out,
                "images   " + report.images()
                        + (report.imagePosition() < 0
                                ? ""
                                : " whole, the newest at position " + report.imagePosition()));
        line(
                out,
                "index    " + count(report.queues(), "queue") + ", " + Quantity.count(report.indexEntries())
                        + " entries");
        report.notes().forEach(note -> line(out, "note     " + note));
        if (report.findings().isEmpty()) {
            line(out, "nothing is wrong");
            return out.toString();
        }
        report.findings().forEach(finding -> line(out, "WRONG    " + finding.text()));
        line(out, count(report.findings().size(), "finding") + "; " + nextStep(report));
        return out.toString();
    }

    private static String nextStep(final VerifyReport report) {
        final boolean log = report.findings().stream().anyMatch(finding -> finding.kind() == Finding.Kind.LOG);
        if (log) {
            return "restore the directory from a backup, or copy what is good with 'anser store salvage "
                    + report.directory() + " NEWDIR'";
        }
        return "a broker can start on it; what it meets of this it reports and leaves out. Keep a copy of the directory first";
    }

    static Map<String, Object> asJson(final VerifyReport report) {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("directory", report.directory());
        document.put("sound", report.findings().isEmpty());
        document.put("segments", report.segments());
        document.put("start", report.start());
        document.put("tail", report.tail());
        document.put("durable", report.durable());
        document.put("frames", report.frames());
        document.put("messages", report.messages());
        document.put("otherRecords", report.otherRecords());
        document.put("images", report.images());
        document.put("imagePosition", report.imagePosition());
        document.put("queues", report.queues());
        document.put("indexEntries", report.indexEntries());
        final List<Map<String, Object>> findings =
                report.findings().stream().map(ReportText::asJson).toList();
        document.put("findings", findings);
        document.put("notes", report.notes());
        return document;
    }

    private static Map<String, Object> asJson(final Finding finding) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", finding.kind().name().toLowerCase(Locale.ROOT));
        fields.put("file", finding.file());
        fields.put("position", finding.position());
        fields.put("end", finding.end());
        fields.put("text", finding.text());
        return fields;
    }

    static String of(final SalvageReport report) {
        final StringBuilder out = new StringBuilder();
        line(
                out,
                "copied " + count(report.messages(), "message") + " and " + report.imagesKept() + " state images from "
                        + report.from() + " to " + report.to());
        report.notes().forEach(note -> line(out, "note   " + note));
        for (final LostRange range : report.lost()) {
            line(
                    out,
                    "LOST   positions " + range.position() + " to " + range.end() + " of " + range.segment() + ": "
                            + count(range.messages().size(), "message") + " that can be named, and "
                            + Quantity.bytes(range.otherBytes())
                            + " of frame headers, other records or bytes beyond recognition");
            for (final LostMessage message : range.messages()) {
                line(
                        out,
                        "       topic " + message.topic() + ", lane " + message.queueId() + ", offset "
                                + message.offset() + ", position " + message.position() + ", " + message.size()
                                + " bytes");
            }
        }
        if (report.lost().isEmpty()) {
            line(out, "nothing was lost");
        } else {
            line(
                    out,
                    "acknowledgements that were lost make their messages come again; messages that were lost are left out");
        }
        line(out, "start a broker on the copy with 'anser server --data " + report.to() + "'");
        return out.toString();
    }

    static Map<String, Object> asJson(final SalvageReport report) {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("from", report.from());
        document.put("to", report.to());
        document.put("messages", report.messages());
        document.put("imagesKept", report.imagesKept());
        final List<Map<String, Object>> lost =
                report.lost().stream().map(ReportText::asJson).toList();
        document.put("lost", lost);
        document.put("notes", report.notes());
        return document;
    }

    private static Map<String, Object> asJson(final LostRange range) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("segment", range.segment());
        fields.put("position", range.position());
        fields.put("end", range.end());
        fields.put("otherBytes", range.otherBytes());
        final List<Map<String, Object>> messages =
                range.messages().stream().map(ReportText::asJson).toList();
        fields.put("messages", messages);
        return fields;
    }

    private static Map<String, Object> asJson(final LostMessage message) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("topic", message.topic());
        fields.put("lane", message.queueId());
        fields.put("offset", message.offset());
        fields.put("position", message.position());
        fields.put("size", message.size());
        return fields;
    }

    private static String count(final long number, final String what) {
        return Quantity.count(number) + " " + what + (number == 1 ? "" : "s");
    }

    private static void line(final StringBuilder out, final String text) {
        out.append(text).append(System.lineSeparator());
    }
}
