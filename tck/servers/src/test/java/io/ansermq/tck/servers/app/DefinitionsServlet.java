package io.ansermq.tck.servers.app;

import jakarta.ejb.EJB;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Asks {@link Definitions} over HTTP. */
@WebServlet("/run")
public class DefinitionsServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @EJB
    private Definitions definitions;

    @Override
    protected void doGet(final HttpServletRequest request, final HttpServletResponse response) throws IOException {
        response.getWriter().print(definitions.send(request.getParameter("text")));
    }
}
