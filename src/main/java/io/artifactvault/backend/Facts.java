package io.artifactvault.backend;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What upstream said about content.
 *
 * @param fields the fields to keep with it
 * @param length its complete length in bytes, when known
 * @param digest what it must hash to, when upstream names it
 * @param pointsTo the value of the resource's name, when upstream told it
 */
public record Facts(Fields fields, OptionalLong length, Optional<Digest> digest, Optional<String> pointsTo) {}
