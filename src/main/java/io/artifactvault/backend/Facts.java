package io.artifactvault.backend;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What upstream states about content.
 *
 * @param fields the fields to store with it
 * @param length its complete length in bytes, if known
 * @param digest its expected digest, if upstream names one
 * @param pointsTo the value of the resource's name, if upstream gave it
 */
public record Facts(Fields fields, OptionalLong length, Optional<Digest> digest, Optional<String> pointsTo) {}
