package io.artifactvault.foreign;

import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Counts work instead of time: one for each branch and method entry of the house's own code, and for each call of the JDK that is
 * given text, the characters that it may have to look at. Called by code that {@link MeteredLoader} made; confined to one thread.
 */
public final class Work {
    private static final MethodHandle AROUND = around();

    private static long done;

    private Work() {}

    private static MethodHandle around() {
        try {
            return MethodHandles.lookup()
                    .findStatic(
                            Work.class,
                            "call",
                            MethodType.methodType(Object.class, MethodHandle.class, String.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    static long of(Runnable action) {
        done = 0;
        action.run();
        return done;
    }

    /** A branch or a method entry. */
    public static void step() {
        done++;
    }

    /** Stands in for a method of the JDK. */
    public static CallSite link(MethodHandles.Lookup lookup, String name, MethodType type, Class<?> owner, int isStatic)
            throws ReflectiveOperationException {
        MethodHandle target = isStatic == 1
                ? lookup.findStatic(owner, name, type)
                : lookup.findVirtual(owner, name, type.dropParameterTypes(0, 1));
        MethodHandle spread = target.asFixedArity()
                .asSpreader(Object[].class, type.parameterCount())
                .asType(MethodType.methodType(Object.class, Object[].class));
        MethodHandle counted = MethodHandles.insertArguments(AROUND, 0, spread, name);
        return new ConstantCallSite(
                counted.asCollector(Object[].class, type.parameterCount()).asType(type));
    }

    @SuppressWarnings("UnusedMethod") // found by its name
    private static Object call(MethodHandle target, String name, Object[] arguments) throws Throwable {
        Object result = (Object) target.invokeExact(arguments);
        done += cost(name, arguments, result);
        return result;
    }

    private static long cost(String name, Object[] arguments, Object result) {
        return switch (name) {
            case "startsWith", "endsWith" -> length(arguments[1]);
            case "append" -> length(arguments.length > 1 ? arguments[1] : null);
            case "regionMatches" -> (Integer) arguments[arguments.length - 1];
            case "substring", "subSequence" -> length(result);
            case "indexOf" -> searched(arguments, (Integer) result);
            case "fromHexDigits" -> 1;
            case "equals" -> length(arguments[0]) == length(arguments[1]) ? length(arguments[0]) : 1;
            default -> all(arguments);
        };
    }

    private static long searched(Object[] arguments, int found) {
        int from = arguments.length > 2 && arguments[2] instanceof Integer start ? start : 0;
        long end = found < 0 ? length(arguments[0]) : found;
        return Math.max(1, end - from + 1);
    }

    private static long all(Object[] arguments) {
        long sum = 1;
        for (Object argument : arguments) {
            sum += length(argument);
        }
        return sum;
    }

    private static long length(Object argument) {
        return argument instanceof CharSequence text ? text.length() : 1;
    }
}
