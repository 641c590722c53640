/** What a URL of the Hub means: routes, repositories, revisions and canonical queries. Pure. */
@NullMarked
package io.artifactvault.backend.huggingface.route;

import org.jspecify.annotations.NullMarked;
