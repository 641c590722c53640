/** The meaning of the Hub's URLs: routes, repositories, revisions and canonical queries. Pure. */
@NullMarked
package io.artifactvault.backend.huggingface.route;

import org.jspecify.annotations.NullMarked;
