package io.artifactvault;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.util.Optional;

/**
 * {@code String.split} is given a literal of which no character means anything in a regular expression: then nothing can go
 * back. Reads the class files, because the argument is in no list of calls.
 */
final class SplitByLiteral extends ArchCondition<JavaClass> {
    private static final String META = ".$|()[{^?*+\\";

    SplitByLiteral() {
        super("split by plain characters");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        for (MethodModel method : model(type).methods()) {
            Optional<String> literal = Optional.empty();
            for (CodeElement element :
                    method.code().stream().flatMap(code -> code.elementStream()).toList()) {
                if (isSplit(element)) {
                    events.add(new SimpleConditionEvent(
                            type,
                            literal.filter(SplitByLiteral::isPlain).isPresent(),
                            type.getName() + "." + method.methodName().stringValue()
                                    + " splits by something other than plain characters: "
                                    + literal.orElse("a variable")));
                }
                literal = next(element, literal);
            }
        }
    }

    /** What was pushed last, as far as it is a literal. */
    private static Optional<String> next(CodeElement element, Optional<String> before) {
        return switch (element) {
            case ConstantInstruction constant when constant.constantValue() instanceof String text -> Optional.of(text);
            case InvokeInstruction _, InvokeDynamicInstruction _, LoadInstruction _ -> Optional.empty();
            default -> before;
        };
    }

    private static boolean isSplit(CodeElement element) {
        return element instanceof InvokeInstruction call
                && call.owner().asInternalName().equals("java/lang/String")
                && call.name().equalsString("split");
    }

    private static boolean isPlain(String literal) {
        return !literal.isEmpty() && literal.chars().noneMatch(c -> META.indexOf(c) >= 0);
    }

    private static ClassModel model(JavaClass type) {
        try (InputStream bytes = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return ClassFile.of().parse(bytes.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
