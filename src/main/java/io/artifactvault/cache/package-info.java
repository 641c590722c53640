/** The engine: decides what a request needs, fills, joins readers to fills, and knows who may see what. No Netty here. */
@NullMarked
package io.artifactvault.cache;

import org.jspecify.annotations.NullMarked;
