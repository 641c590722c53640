package io.artifactvault.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.conditional.ByteRange;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ExtentsTest {
    private static final int LENGTH = 40;

    private static Extents of(long... bounds) {
        Extents extents = Extents.NONE;
        for (int i = 0; i < bounds.length; i += 2) {
            extents = extents.with(new ByteRange(bounds[i], bounds[i + 1]));
        }
        return extents;
    }

    @Test
    void nothingIsOneGap() {
        assertThat(Extents.NONE.gaps(10)).containsExactly(new ByteRange(0, 9));
        assertThat(Extents.NONE.gaps(0)).isEmpty();
        assertThat(Extents.NONE.end()).isZero();
        assertThat(Extents.NONE.size()).isZero();
        assertThat(Extents.NONE.covers(0)).isTrue();
    }

    @Test
    void rangesThatTouchBecomeOne() {
        assertThat(of(0, 4, 5, 9)).isEqualTo(Extents.upTo(10));
        assertThat(of(5, 9, 0, 4)).isEqualTo(Extents.upTo(10));
        assertThat(of(0, 3, 6, 9, 2, 7)).isEqualTo(Extents.upTo(10));
        assertThat(of(0, 3, 5, 9).ranges()).hasSize(2);
    }

    @Test
    void gapsLieBetweenAndAfter() {
        assertThat(of(2, 3, 6, 7).gaps(10))
                .containsExactly(new ByteRange(0, 1), new ByteRange(4, 5), new ByteRange(8, 9));
        assertThat(of(2, 3, 6, 7).gaps(5)).containsExactly(new ByteRange(0, 1), new ByteRange(4, 4));
        assertThat(of(0, 20).gaps(10)).isEmpty();
    }

    @Test
    void whatLiesBeyondIsCutOff() {
        assertThat(of(2, 3, 6, 9).within(8)).isEqualTo(of(2, 3, 6, 7));
        assertThat(of(2, 3, 6, 9).within(6)).isEqualTo(of(2, 3));
        assertThat(of(2, 3).within(0)).isEqualTo(Extents.NONE);
    }

    @Test
    void theyAgreeWithASetOfBytes() {
        Random random = new Random(11);
        for (int run = 0; run < 500; run++) {
            BitSet bytes = new BitSet();
            Extents extents = Extents.NONE;
            for (int i = random.nextInt(6); i > 0; i--) {
                int first = random.nextInt(LENGTH);
                int last = first + random.nextInt(8);
                bytes.set(first, last + 1);
                extents = extents.with(new ByteRange(first, last));
                assertAgree(extents, bytes);
            }
        }
    }

    private static void assertAgree(Extents extents, BitSet bytes) {
        assertThat(extents.size()).isEqualTo(bytes.cardinality());
        assertThat(extents.end()).isEqualTo(bytes.length());
        BitSet missing = new BitSet();
        List<ByteRange> gaps = extents.gaps(LENGTH);
        gaps.forEach(gap -> missing.set((int) gap.first(), (int) gap.last() + 1));
        BitSet expected = new BitSet();
        expected.set(0, LENGTH);
        expected.andNot(bytes);
        assertThat(missing).isEqualTo(expected);
        for (int at = 0; at < LENGTH; at++) {
            assertThat(extents.contiguousFrom(at)).isEqualTo(Math.max(at, bytes.nextClearBit(at)));
            assertThat(extents.within(at).size()).isEqualTo(bytes.get(0, at).cardinality());
        }
    }
}
