package io.artifactvault;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** No string constant of a class, nor one that the compiler copied into it, holds one of some words in any case. */
final class HaveNoConstantOf extends ArchCondition<JavaClass> {
    private final Collection<String> words;

    /** @param words in lower case */
    HaveNoConstantOf(Collection<String> words) {
        super("have no string constant with one of " + words);
        this.words = words;
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        constants(type)
                .filter(this::hasWord)
                .forEach(constant -> events.add(SimpleConditionEvent.violated(
                        type, type.getName() + " has the constant \"" + constant + "\"")));
    }

    private boolean hasWord(String constant) {
        String lower = constant.toLowerCase(Locale.ROOT);
        return words.stream().anyMatch(lower::contains);
    }

    private static Stream<String> constants(JavaClass type) {
        Source source = type.getSource().orElseThrow();
        try {
            ClassModel file = ClassFile.of().parse(Files.readAllBytes(Path.of(source.getUri())));
            return StreamSupport.stream(file.constantPool().spliterator(), false)
                    .filter(StringEntry.class::isInstance)
                    .map(HaveNoConstantOf::text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(PoolEntry entry) {
        return ((StringEntry) entry).stringValue();
    }
}
