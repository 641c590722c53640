package io.artifactvault.app;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Describes a failure in one line for an operator. Adds the cause to file system exceptions, whose message is only a
 * path.
 */
public final class FailureText {
    private FailureText() {}

    public static String of(Exception failure) {
        return failure instanceof FileSystemException e && e.getFile() != null
                ? ofFile(e, absolute(e.getFile()))
                : line(failure);
    }

    private static String ofFile(FileSystemException failure, String file) {
        return switch (failure) {
            case NoSuchFileException _ -> "The file or folder " + file + " does not exist; check the path.";
            case AccessDeniedException _ -> file + " is not accessible to this user; change its permissions.";
            case NotDirectoryException _ -> file + " is not a folder; pass the path of one.";
            case FileAlreadyExistsException _ -> file + " already exists and is not a folder; pass another path.";
            default ->
                file + ": " + Optional.ofNullable(failure.getReason()).orElse("input or output failed")
                        + "; check the disk and the path.";
        };
    }

    private static String absolute(String file) {
        return Path.of(file).toAbsolutePath().normalize().toString();
    }

    private static String line(Exception failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
    }
}
