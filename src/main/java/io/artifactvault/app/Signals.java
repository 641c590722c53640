package io.artifactvault.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process's signals. The JVM's {@code sun.misc.Signal} is the only API for them; it is used reflectively because
 * the compiler warns about it. If it is missing, the JVM's own handlers stay: then SIGHUP ends the process like
 * SIGTERM.
 */
public final class Signals {
    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /**
     * Runs the action each time that the signal arrives, on a thread that the JVM starts for it.
     *
     * @param name without {@code SIG}, such as {@code HUP}
     * @param action gets the signal's number
     */
    @SuppressWarnings("ReferenceEquality") // A handler is equal only to itself.
    public static void handle(String name, IntConsumer action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler handling = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.accept((Integer) signal.getMethod("getNumber").invoke(arguments[0]));
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default -> "handler of SIG" + name;
            };
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, handling);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException | RuntimeException e) {
            // Windows has no SIGHUP, and a parent such as nohup may have set it to be ignored.
            log.debug("SIG{} keeps its default effect: {}", name, e.toString());
        }
    }
}
