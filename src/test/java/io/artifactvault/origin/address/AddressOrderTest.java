package io.artifactvault.origin.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressOrderTest {
    private static List<InetAddress> addresses(String literals) {
        return Arrays.stream(literals.split(" ", -1))
                .map(InetAddress::ofLiteral)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, '', 192.0.2.1",
        "192.0.2.1 192.0.2.2 192.0.2.3, '', 192.0.2.1 192.0.2.2 192.0.2.3",
        "192.0.2.1 192.0.2.2 2001:db8::1 2001:db8::2, '', 192.0.2.1 2001:db8::1 192.0.2.2 2001:db8::2",
        "2001:db8::1 2001:db8::2 2001:db8::3 192.0.2.1, '', 2001:db8::1 192.0.2.1 2001:db8::2 2001:db8::3",
        "192.0.2.1 192.0.2.2 192.0.2.1, '', 192.0.2.1 192.0.2.2",
        "192.0.2.1 192.0.2.2 192.0.2.3, 192.0.2.3, 192.0.2.3 192.0.2.1 192.0.2.2",
        "192.0.2.1 2001:db8::1, 2001:db8::1, 2001:db8::1 192.0.2.1",
        "192.0.2.1 192.0.2.2, 192.0.2.9, 192.0.2.1 192.0.2.2",
    })
    void theLastGoodOneComesFirstAndThenTheFamiliesTakeTurns(String resolved, String good, String expected) {
        Optional<InetAddress> lastGood =
                Optional.of(good).filter(text -> !text.isEmpty()).map(InetAddress::ofLiteral);

        assertThat(AddressOrder.of(addresses(resolved), lastGood)).isEqualTo(addresses(expected));
    }

    @Test
    void ofManyAddressesOnlyTheFirstAreTried() {
        List<InetAddress> many = IntStream.range(0, 200)
                .mapToObj(i -> InetAddress.ofLiteral("192.0.2." + i))
                .toList();

        assertThat(AddressOrder.of(many, Optional.of(many.getLast())))
                .hasSize(32)
                .startsWith(many.getLast(), many.getFirst());
    }
}
