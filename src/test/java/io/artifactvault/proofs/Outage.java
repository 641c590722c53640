package io.artifactvault.proofs;

import io.artifactvault.testhub.Fault;
import java.io.IOException;

/** A way in which Hub, CDN and HTTP origin are away, all at once. */
enum Outage {
    REFUSED("connections refused") {
        @Override
        void begin(OutageOrigins origins) {
            origins.stop();
        }

        @Override
        void end(OutageOrigins origins) {
            origins.start();
        }
    },

    SILENT("accepts, never answers") {
        @Override
        void begin(OutageOrigins origins) {
            origins.fail(reply -> {
                reply.neverAnswer();
                return true;
            });
        }

        @Override
        void end(OutageOrigins origins) {
            origins.heal();
        }
    },

    SWALLOWED("connections never complete") {
        @Override
        void begin(OutageOrigins origins) throws IOException {
            origins.swallow();
        }

        @Override
        void end(OutageOrigins origins) throws IOException {
            origins.release();
            origins.start();
        }
    },

    ERRORS("504 everywhere") {
        @Override
        void begin(OutageOrigins origins) {
            origins.fail(Fault.status(504));
        }

        @Override
        void end(OutageOrigins origins) {
            origins.heal();
        }
    },

    NO_NAME("name not found") {
        @Override
        void begin(OutageOrigins origins) throws IOException {
            origins.nameIsKnown(false);
        }

        @Override
        void end(OutageOrigins origins) throws IOException {
            origins.nameIsKnown(true);
        }
    };

    private final String label;

    Outage(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    abstract void begin(OutageOrigins origins) throws IOException;

    abstract void end(OutageOrigins origins) throws IOException;
}
