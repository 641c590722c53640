/**
 * {@code type: pypi}: Python package indexes (PEP 503, 592, 629, 658, 691, 700, 708, 714, 740, 792).
 *
 * <p>A project's page is stored once, normalised to JSON ({@link PageEdit}); what clients receive is a view of it
 * ({@link PageView}): in their format, with addresses below the mount, without files that are too young
 * ({@link AgeGate}). A file is served by what its project's page says about it ({@link FileTable}).
 */
@NullMarked
package io.artifactvault.backend.pypi;

import org.jspecify.annotations.NullMarked;
