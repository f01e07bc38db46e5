package io.ansermq.broker.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Metrics and health over HTTP. Thread safe.
 *
 * <ul>
 *   <li>{@code /metrics}: for Prometheus, in its text format;
 *   <li>{@code /health/live}: 200 while the broker works, 503 when it should be restarted;
 *   <li>{@code /health/ready}: 200 while it takes connections and producers are not blocked, else 503 with the reason.
 * </ul>
 *
 * <p>There is no login: whoever reaches the address may read. It has threads of its own, and a question costs the core
 * agent one short task.
 */
public final class AdminServer implements AutoCloseable {

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    /** A few, so that one slow reader does not keep a health check waiting. */
    private static final int THREADS = 4;

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private record Page(int status, String type, String text) {}

    /** Makes a page. */
    @FunctionalInterface
    private interface PageSource {
        Page page();
    }

    private final HttpServer http;
    private final ExecutorService threads;
    private final Sampler sampler;
    private final PrometheusMeterRegistry registry;
    private final BrokerMetrics metrics;

    private AdminServer(
            final HttpServer http,
            final ExecutorService threads,
            final Sampler sampler,
            final PrometheusMeterRegistry registry,
            final BrokerMetrics metrics) {
        this.http = http;
        this.threads = threads;
        this.sampler = sampler;
        this.registry = registry;
        this.metrics = metrics;
    }

    /**
     * Opens the port.
     *
     * @param name the broker's, for thread names
     * @throws IOException when the port cannot be opened; the text says what to do
     */
    static AdminServer start(final InetSocketAddress address, final String name, final Sampler sampler)
            throws IOException {
        final HttpServer http = listen(address);
        final AtomicInteger number = new AtomicInteger();
        final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            final Thread thread = new Thread(task, "anser-http-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        final AdminServer server =
                new AdminServer(http, threads, sampler, registry, new BrokerMetrics(registry, sampler.take()));
        http.createContext("/", answer(server::index));
        http.createContext("/metrics", answer(server::scrape));
        http.createContext("/health/live", answer(server::live));
        http.createContext("/health/ready", answer(server::ready));
        http.setExecutor(threads);
        http.start();
        return server;
    }

    private static HttpServer listen(final InetSocketAddress address) throws IOException {
        try {
            return HttpServer.create(address, 0);
        } catch (final IOException e) {
            throw new IOException(
                    "cannot listen on " + address.getHostString() + ":" + address.getPort()
                            + " for metrics and health: " + e.getMessage()
                            + "; choose another address with the option http",
                    e);
        }
    }

    /** Where it listens, also when the system chose the port. */
    public InetSocketAddress address() {
        return http.getAddress();
    }

    /** Is told how long each force of the log took; thread safe. */
    void forced(final long nanos) {
        metrics.forces().record(nanos, TimeUnit.NANOSECONDS);
    }

    private Page scrape() {
        final Sample sample = sampler.take();
        synchronized (metrics) {
            metrics.show(sample);
            return new Page(OK, PROMETHEUS_TEXT, registry.scrape());
        }
    }

    private Page live() {
        sampler.askCore();
        return new Page(OK, TEXT, "live\n");
    }

    private Page ready() {
        final var disk = sampler.askCore().disk();
        return disk.producersBlocked()
                ? new Page(UNAVAILABLE, TEXT, "producers are blocked: " + disk.reason() + "\n")
                : new Page(OK, TEXT, "ready\n");
    }

    private Page index() {
        return new Page(NOT_FOUND, TEXT, "There are /metrics, /health/live and /health/ready.\n");
    }

    private static HttpHandler answer(final PageSource source) {
        return exchange -> {
            try (exchange) {
                write(exchange, pageOf(exchange, source));
            }
        };
    }

    private static Page pageOf(final HttpExchange exchange, final PageSource source) {
        final String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return new Page(METHOD_NOT_ALLOWED, TEXT, "Only GET is understood here.\n");
        }
        try {
            return source.page();
        } catch (final IllegalStateException e) {
            return new Page(UNAVAILABLE, TEXT, e.getMessage() + "\n");
        }
    }

    private static void write(final HttpExchange exchange, final Page page) throws IOException {
        final byte[] body = page.text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", page.type());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(page.status(), -1);
        } else {
            exchange.sendResponseHeaders(page.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Closes the port. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        synchronized (metrics) {
            metrics.close();
        }
    }
}
