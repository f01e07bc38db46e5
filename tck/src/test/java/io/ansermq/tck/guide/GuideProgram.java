package io.ansermq.tck.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of Java in a page of the guide.
 *
 * @param page the file
 * @param line where it begins
 * @param text as it stands there
 * @param runs whether it is run: the line before it says {@code <!-- runs -->}
 */
record GuideProgram(Path page, int line, String text, boolean runs) {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^(<!-- runs -->\\n)?```java\\n(.*?)^```$");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(public |final |@\\w+.*\\n)*(class|record|interface) \\w+");
    private static final Pattern MEMBER =
            Pattern.compile("(?m)^(@\\w+(\\(.*\\))?|[\\w<>]+ \\w+\\([^;]*\\)( throws \\w+)? \\{)$");

    /** All in a page. */
    static List<GuideProgram> of(final Path page) throws IOException {
        final String text = Files.readString(page);
        final List<GuideProgram> programs = new ArrayList<>();
        for (final Matcher block = BLOCK.matcher(text); block.find(); ) {
            final int line = (int) text.substring(0, block.start()).lines().count() + 1;
            programs.add(new GuideProgram(page, line, block.group(2), block.group(1) != null));
        }
        return programs;
    }

    /** The name of the class that {@link #source} makes of it. */
    String className() {
        return "Program" + line;
    }

    /**
     * A class that can be compiled: whole types stand in it, members as members, statements in its method {@code run}. It
     * has what a reader would have around them.
     */
    String source() {
        final StringBuilder source = new StringBuilder();
        final StringBuilder body = new StringBuilder();
        text.lines().forEach(each -> (each.startsWith("import ") ? source : body)
                .append(each)
                .append('\n'));
        source.append("""
                import io.ansermq.jms.*;
                import jakarta.jms.*;
                import jakarta.jms.Queue;
                import jakarta.transaction.TransactionManager;
                import jakarta.transaction.UserTransaction;
                import java.util.*;
                import javax.naming.InitialContext;
                import org.apache.camel.CamelContext;
                import org.apache.camel.builder.RouteBuilder;
                import org.apache.camel.component.jms.JmsComponent;
                import org.assertj.core.api.Assertions;
                import org.junit.jupiter.api.Test;
                import org.messaginghub.pooled.jms.*;
                import org.springframework.context.annotation.Bean;
                import org.springframework.jms.annotation.JmsListener;
                import org.springframework.jms.connection.*;
                import org.springframework.jms.core.JmsTemplate;
                import org.springframework.jms.listener.DefaultMessageListenerContainer;
                import org.springframework.transaction.jta.JtaTransactionManager;
                import io.ansermq.junit.AnserBroker;

                @SuppressWarnings("unused")
                public class\s""").append(className()).append(" {\n");
        source.append(
                "    static AnserConnectionFactory factory;\n    TransactionManager transactionManager;\n    UserTransaction userTransaction;\n");
        source.append("    CamelContext camel;\n    interface OrderListener extends MessageListener {}\n");
        if (TYPE.matcher(body).find() || MEMBER.matcher(body).find()) {
            source.append(TYPE.matcher(body).replaceAll("static $0")).append("    void run() throws Exception {}\n");
        } else {
            source.append("    void run() throws Exception {\n").append(body).append("    }\n");
        }
        return source.append("}\n").toString();
    }

    @Override
    public String toString() {
        return page.getFileName() + ":" + line;
    }
}
