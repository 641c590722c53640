package io.artifactvault.server;

import java.net.InetAddress;

/**
 * A network of addresses: {@code 10.0.0.0/8}, {@code fd00::/8}, or one address alone.
 *
 * @param base an address within it
 * @param bits how many leading bits all its addresses share
 */
public record ProxyNetwork(InetAddress base, int bits) {
    /**
     * @throws IllegalArgumentException when the text is neither an address nor a network; the message continues a
     *     sentence that begins with the setting's name
     */
    public static ProxyNetwork parse(String text) {
        int slash = text.indexOf('/');
        InetAddress base =
                AddressLiteral.read(slash < 0 ? text : text.substring(0, slash)).orElseThrow(ProxyNetwork::malformed);
        int most = base.getAddress().length * 8;
        return new ProxyNetwork(base, slash < 0 ? most : bits(text.substring(slash + 1), most));
    }

    private static int bits(String text, int most) {
        boolean number = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number || Integer.parseInt(text) > most) {
            throw malformed();
        }
        return Integer.parseInt(text);
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("must be addresses or networks such as 10.0.0.0/8, 127.0.0.1 or fd00::/8");
    }

    boolean contains(InetAddress address) {
        byte[] wanted = base.getAddress();
        byte[] found = address.getAddress();
        if (wanted.length != found.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (wanted[i] != found[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((wanted[whole] ^ found[whole]) & 0xff) >>> (8 - rest) == 0;
    }
}
