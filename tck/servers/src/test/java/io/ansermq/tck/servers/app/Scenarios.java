package io.ansermq.tck.servers.app;

import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.io.PrintWriter;

/** Runs a scenario: {@code /run?what=...&text=...}, answering with its result or what it threw. */
@WebServlet("/run")
public class Scenarios extends HttpServlet {
    private static final long serialVersionUID = 1;

    @EJB
    private Sender sender;

    @Resource
    private UserTransaction transaction;

    @Override
    protected void doGet(final HttpServletRequest request, final HttpServletResponse response) throws IOException {
        final String text = request.getParameter("text");
        response.setContentType("text/plain");
        try (PrintWriter out = response.getWriter()) {
            try {
                out.print(run(String.valueOf(request.getParameter("what")), text));
            } catch (Exception e) {
                log("failed", e);
                response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
                out.print(e);
            }
        }
    }

    private String run(final String what, final String text) throws Exception {
        return switch (what) {
            case "commit" -> sender.send(text);
            case "rollback" -> sender.sendAndRollBack(text);
            case "throw" -> thrown(text);
            case "two" -> sender.sendByTwoFactories(text, false);
            case "two-rollback" -> sender.sendByTwoFactories(text, true);
            case "user-transaction" -> userTransaction(text, true);
            case "user-transaction-rollback" -> userTransaction(text, false);
            case "rows" -> String.valueOf(sender.rows(text));
            case "receive" -> sender.receive(text);
            case "receive-rollback" -> sender.receiveAndRollBack(text);
            case "inject" -> sender.sendByInjectedContext(text);
            case "many" -> sender.many(Integer.parseInt(text));
            case "classic" -> sender.sendClassic(text);
            case "pid" -> String.valueOf(ProcessHandle.current().pid());
            default -> throw new IllegalArgumentException(what);
        };
    }

    private String thrown(final String text) {
        try {
            return sender.sendAndThrow(text);
        } catch (RuntimeException e) {
            return "thrown";
        }
    }

    /** A queue and a database in one transaction. */
    private String userTransaction(final String text, final boolean commit) throws Exception {
        transaction.begin();
        sender.send(text);
        sender.insert(text);
        if (commit) {
            transaction.commit();
        } else {
            transaction.rollback();
        }
        return "done";
    }
}
