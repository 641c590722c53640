package io.artifactvault.backend.pypi.lock;

import io.artifactvault.http.Scan;
import java.util.ArrayList;
import java.util.List;

/**
 * An environment marker (PEP 508), which says where a package is needed. What the environment does not say may hold:
 * markers contain no negation of an expression, so the result errs only towards more packages. Pure.
 */
public final class Marker {
    private static final int DEEPEST = 50;
    private static final List<String> OPERATORS = List.of("===", "~=", "==", "!=", "<=", ">=", "<", ">");

    private final Expression expression;

    /** A part of a marker. */
    private sealed interface Expression {
        boolean mayHoldIn(Environment environment);

        /** Of which all must hold. */
        record And(List<Expression> parts) implements Expression {
            @Override
            public boolean mayHoldIn(Environment environment) {
                return parts.stream().allMatch(part -> part.mayHoldIn(environment));
            }
        }

        /** Of which one must hold. */
        record Or(List<Expression> parts) implements Expression {
            @Override
            public boolean mayHoldIn(Environment environment) {
                return parts.stream().anyMatch(part -> part.mayHoldIn(environment));
            }
        }

        /** The comparison of a variable with a text; a variable that is none has no name. */
        record Comparison(String variable, String operator, String text, boolean reversed) implements Expression {
            @Override
            public boolean mayHoldIn(Environment environment) {
                return environment.mayBe(variable, operator, text, reversed);
            }
        }
    }

    private Marker(Expression expression) {
        this.expression = expression;
    }

    /** @throws IllegalArgumentException with a clause, if it is not well-formed */
    public static Marker parse(String text) {
        Parser parser = new Parser(tokens(text));
        Expression whole = parser.or(0);
        if (!parser.isOver()) {
            throw malformed();
        }
        return new Marker(whole);
    }

    /** Whether a package with this marker may be needed there. */
    public boolean mayHoldIn(Environment environment) {
        return expression.mayHoldIn(environment);
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("its marker is not well-formed");
    }

    /** A word, an operator, a parenthesis, or a quoted text. */
    private record Token(String text, boolean quoted) {}

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = at + 1;
            if (c == '"' || c == '\'') {
                end = text.indexOf(c, at + 1);
                if (end < 0) {
                    throw malformed();
                }
                tokens.add(new Token(text.substring(at + 1, end), true));
                end++;
            } else if (Scan.isLetter(c)) {
                end = Scan.skip(text, at, Marker::isOfWord);
                tokens.add(new Token(text.substring(at, end), false));
            } else if (!Scan.isSpace(c)) {
                String operator = operator(text, at);
                tokens.add(new Token(operator, false));
                end = at + operator.length();
            }
            at = end;
        }
        return tokens;
    }

    private static boolean isOfWord(char c) {
        return Scan.isLetter(c) || Scan.isDigit(c) || c == '_' || c == '.';
    }

    private static String operator(String text, int at) {
        char c = text.charAt(at);
        if (c == '(' || c == ')') {
            return String.valueOf(c);
        }
        return OPERATORS.stream()
                .filter(operator -> text.startsWith(operator, at))
                .findFirst()
                .orElseThrow(Marker::malformed);
    }

    /** Reads tokens; confined to one thread. */
    private static final class Parser {
        private final List<Token> tokens;
        private int at;

        Parser(List<Token> tokens) {
            this.tokens = tokens;
        }

        boolean isOver() {
            return at == tokens.size();
        }

        private boolean takes(String word) {
            boolean here = !isOver()
                    && !tokens.get(at).quoted()
                    && tokens.get(at).text().equals(word);
            at += here ? 1 : 0;
            return here;
        }

        private Token next() {
            if (isOver()) {
                throw malformed();
            }
            return tokens.get(at++);
        }

        Expression or(int depth) {
            List<Expression> parts = new ArrayList<>();
            do {
                parts.add(and(depth));
            } while (takes("or"));
            return new Expression.Or(parts);
        }

        private Expression and(int depth) {
            List<Expression> parts = new ArrayList<>();
            do {
                parts.add(atom(depth));
            } while (takes("and"));
            return new Expression.And(parts);
        }

        private Expression atom(int depth) {
            if (depth > DEEPEST) {
                throw malformed();
            }
            if (takes("(")) {
                Expression inner = or(depth + 1);
                if (!takes(")")) {
                    throw malformed();
                }
                return inner;
            }
            Token left = next();
            String operator = next().text();
            if (operator.equals("not")) {
                operator += " " + next().text();
            }
            if (!OPERATORS.contains(operator) && !operator.equals("in") && !operator.equals("not in")) {
                throw malformed();
            }
            Token right = next();
            return left.quoted()
                    ? new Expression.Comparison(right.quoted() ? "" : right.text(), operator, left.text(), true)
                    : new Expression.Comparison(left.text(), operator, right.quoted() ? right.text() : "", false);
        }
    }
}
