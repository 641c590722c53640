package io.artifactvault.backend.pypi;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.LongAdder;

/** The setting {@code max_page_size}: the longest page of an index that is read. Thread-safe. */
final class PageLimit {
    private final long most;
    private final LongAdder exceeded = new LongAdder();

    /** @param most in bytes, decoded */
    PageLimit(long most) {
        this.most = most;
    }

    /** How many pages were longer since startup. */
    long exceeded() {
        return exceeded.sum();
    }

    /** A stream that fails after the limit, with a clause for clients. */
    InputStream of(InputStream page) {
        return new Limited(page);
    }

    private final class Limited extends FilterInputStream {
        private long left = most;

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int octet = super.read();
            took(octet < 0 ? 0 : 1);
            return octet;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            took(Math.max(count, 0));
            return count;
        }

        private void took(int count) throws IOException {
            boolean within = left >= 0;
            left -= count;
            if (left < 0) {
                if (within) {
                    exceeded.increment();
                }
                throw new IOException("the index page is longer than max_page_size (" + most + " bytes)");
            }
        }
    }
}
