package io.artifactvault.foreign;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

/** Loads the house's classes once more, so that they count their own {@link Work}. */
final class MeteredLoader extends ClassLoader {
    private static final String HOUSE = "io.artifactvault.";
    private static final ClassDesc WORK = ClassDesc.of(Work.class.getName());
    private static final DirectMethodHandleDesc LINK = MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC,
            WORK,
            "link",
            MethodTypeDesc.of(
                    ConstantDescs.CD_CallSite,
                    ConstantDescs.CD_MethodHandles_Lookup,
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_MethodType,
                    ConstantDescs.CD_Class,
                    ConstantDescs.CD_int));

    private static final Set<String> TEXT =
            Set.of("Ljava/lang/String;", "Ljava/lang/CharSequence;", "Ljava/lang/StringBuilder;");

    /** They look at one character, or at none; the branch around them counts. */
    private static final Set<String> CHEAP =
            Set.of("charAt", "length", "isEmpty", "codePointAt", "setLength", "hashCode", "getClass", "compile");

    MeteredLoader() {
        super(MeteredLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean mine = name.startsWith(HOUSE) && !name.equals(Work.class.getName());
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = mine ? findLoadedClass(name) : super.loadClass(name, resolve);
            return loaded == null ? metered(name) : loaded;
        }
    }

    private Class<?> metered(String name) throws ClassNotFoundException {
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            ClassFile classFile = ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG);
            byte[] bytes = classFile.transformClass(
                    classFile.parse(in.readAllBytes()), ClassTransform.transformingMethodBodies(new Metering()));
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static final class Metering implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            step(code);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof InvokeInstruction call && isMetered(call)) {
                meter(code, call);
                return;
            }
            if (element instanceof BranchInstruction) {
                step(code);
            }
            code.with(element);
        }

        private static void step(CodeBuilder code) {
            code.invokestatic(WORK, "step", ConstantDescs.MTD_void);
        }

        private static boolean isMetered(InvokeInstruction call) {
            String owner = call.owner().asInternalName();
            boolean ofText = !isStatic(call) && !call.name().equalsString("append") && TEXT.contains("L" + owner + ";");
            boolean text = takesText(call) || ofText;
            return owner.startsWith("java/")
                    && call.opcode() != Opcode.INVOKESPECIAL
                    && !CHEAP.contains(call.name().stringValue())
                    && text;
        }

        private static boolean isStatic(InvokeInstruction call) {
            return call.opcode() == Opcode.INVOKESTATIC;
        }

        private static boolean takesText(InvokeInstruction call) {
            return call.typeSymbol().parameterList().stream()
                    .map(ClassDesc::descriptorString)
                    .anyMatch(TEXT::contains);
        }

        private static void meter(CodeBuilder code, InvokeInstruction call) {
            ClassDesc owner = call.owner().asSymbol();
            MethodTypeDesc type = call.typeSymbol();
            code.invokedynamic(DynamicCallSiteDesc.of(
                    LINK,
                    call.name().stringValue(),
                    isStatic(call) ? type : type.insertParameterTypes(0, owner),
                    owner,
                    isStatic(call) ? 1 : 0));
        }
    }
}
