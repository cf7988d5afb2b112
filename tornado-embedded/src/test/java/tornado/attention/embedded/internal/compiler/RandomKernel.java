package tornado.attention.embedded.internal.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A random kernel as a tree of lines that can be cut down. Indices stay in bounds by construction; conditions look only at
 * inputs and integers, so that rounding cannot change which way a branch goes.
 */
final class RandomKernel {
    static final int SIZE = 4096;

    /** Lines of source: one line, or a block with a head and lines inside. */
    record Line(String text, List<Line> inside) {
        static Line of(String text) {
            return new Line(text, null);
        }
    }

    private final Random random;
    private final List<String> floats = new ArrayList<>();
    private final List<String> ints = new ArrayList<>();
    private int names;
    private int depth;
    /** Whether values cross from nest to nest, from iteration to iteration, or from a loop to one inside it. */
    private boolean crossing;

    private String carry;
    private String shared;
    private String owned;

    private RandomKernel(Random random) {
        this.random = random;
    }

    /** The body of {@code static void NAME(FloatArray a, FloatArray b, IntArray c, FloatArray y, int n, int m, float f)}. */
    static List<Line> generate(long seed) {
        return new RandomKernel(new Random(seed)).kernel();
    }

    static String source(String name, List<Line> body) {
        var out = new StringBuilder("    public static void " + name
                + "(FloatArray a, FloatArray b, IntArray c, FloatArray y, int n, int m, float f) {\n");
        print(body, "        ", out);
        return out.append("    }\n").toString();
    }

    private static void print(List<Line> lines, String indent, StringBuilder out) {
        for (var line : lines) {
            out.append(indent).append(line.text());
            if (line.inside() != null) {
                out.append(" {\n");
                print(line.inside(), indent + "    ", out);
                out.append(indent).append("}");
            }
            out.append('\n');
        }
    }

    private List<Line> kernel() {
        ints.addAll(List.of("n", "m"));
        floats.add("f");
        var body = new ArrayList<Line>();
        if (random.nextBoolean()) {
            body.add(Line.of("int p = n * 2 + m;"));
            ints.add("p");
        }
        crossing = random.nextBoolean();
        int nests = crossing ? 1 + random.nextInt(3) : 1;
        if (crossing && random.nextBoolean()) {
            carry = "carry";
            body.add(Line.of("float carry = 0.25f;"));
            floats.add(carry);
        }
        if (crossing && random.nextInt(3) == 0) {
            shared = "shared";
            body.add(Line.of("float[] shared = new float[4];"));
        }
        for (int nest = 0; nest < nests; nest++) {
            if (crossing) {
                between(body);
            }
            body.add(loop(1 + random.nextInt(3), 0, "0"));
        }
        return body;
    }

    /** Code before or between nests that reads what they write, and changes what they read. */
    private void between(List<Line> out) {
        for (int s = random.nextInt(3); s > 0; s--) {
            String v = "g" + names++;
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    out.add(Line.of("float " + v + " = helper(y.get(" + random.nextInt(40) + "));"));
                    floats.add(v);
                }
                case 2 -> {
                    out.add(Line.of("float " + v + " = 0f;"));
                    out.add(new Line(
                            "for (int e = 0; e < 20; e++)",
                            List.of(Line.of(v + " += " + pick(List.of("y", "a")) + ".get(e) * 0.125f;"))));
                    floats.add(v);
                }
                case 3 -> {
                    if (carry != null) {
                        out.add(new Line("if (m > 4)", List.of(Line.of("carry = helper(carry + 0.5f);"))));
                    }
                }
                default -> {
                    if (shared != null) {
                        out.add(Line.of("shared[1] = helper(" + pick(floats) + ");"));
                    }
                }
            }
        }
    }

    private Line loop(int levels, int level, String flat) {
        String i = "i" + level;
        String bound = level == 0 ? "n" : level == 1 ? "m" : "3";
        int knownInts = ints.size();
        int knownFloats = floats.size();
        ints.add(i);
        String here = level == 0 ? i : "(" + flat + ") * " + bound + " + " + i;
        var inside = new ArrayList<Line>();
        if (level + 1 < levels) {
            if (random.nextInt(3) == 0) {
                String v = "q" + level;
                inside.add(Line.of("int " + v + " = " + i + " * 3 + 1;"));
                ints.add(v);
            }
            if (crossing && random.nextInt(3) == 0) {
                String v = "h" + level + names++;
                String block = level + 2 < levels ? (level == 0 ? " * m * 3" : " * 3") : level == 0 ? " * m" : " * 3";
                inside.add(Line.of("float " + v + " = helper(y.get((" + here + ")" + block + "));"));
                floats.add(v);
            }
            if (crossing && random.nextInt(6) == 0) {
                inside.add(Line.of("float[] own" + level + " = new float[2];"));
                owned = "own" + level;
            }
            inside.add(loop(levels, level + 1, here));
            owned = null;
        } else {
            inside.add(Line.of("int at = " + here + ";"));
            ints.add("at");
            inside.add(Line.of("float r = " + expression(2) + ";"));
            statements(inside, 2 + random.nextInt(4), "r");
            crossings(inside);
            if (random.nextInt(4) == 0) {
                inside.add(new Line("if (" + condition() + ")", List.of(Line.of("y.set(at, y.get(at) * 0.5f + r);"))));
            } else {
                inside.add(Line.of("y.set(at, r);"));
            }
        }
        ints.subList(knownInts, ints.size()).clear();
        floats.subList(knownFloats, floats.size()).clear();
        return new Line("for (@Parallel int " + i + " = 0; " + i + " < " + bound + "; " + i + "++)", inside);
    }

    /** What leaves an iteration: a local, an element of an array of the method or of the loop around. */
    private void crossings(List<Line> out) {
        if (carry != null && random.nextInt(3) == 0) {
            out.add(Line.of("carry = helper(r);"));
        }
        if (shared != null && random.nextBoolean()) {
            out.add(Line.of("shared[at & 3] = helper(shared[at & 3] + r);"));
            out.add(Line.of("r += shared[at & 3];"));
        }
        if (owned != null && random.nextBoolean()) {
            out.add(Line.of(owned + "[at & 1] = helper(" + owned + "[at & 1] + r);"));
            out.add(Line.of("r += " + owned + "[at & 1];"));
        }
        if (crossing && random.nextInt(5) == 0) {
            out.add(Line.of("float[] mine = new float[3];"));
            out.add(Line.of("mine[at % 3] = r;"));
            out.add(Line.of("r = mine[0] + mine[1] * 0.5f;"));
        }
    }

    private void statements(List<Line> out, int count, String result) {
        int knownFloats = floats.size();
        int knownInts = ints.size();
        depth++;
        for (int s = 0; s < count; s++) {
            switch (random.nextInt(depth > 2 ? 4 : 8)) {
                case 0 -> {
                    String v = "v" + names++;
                    out.add(Line.of("float " + v + " = " + expression(2) + ";"));
                    floats.add(v);
                }
                case 1 -> {
                    String v = "k" + names++;
                    out.add(Line.of("int " + v + " = " + integer(2) + ";"));
                    ints.add(v);
                }
                case 2 -> out.add(Line.of(result + " += " + expression(2) + ";"));
                case 3 -> out.add(Line.of(result + " = " + result + " * 0.5f - " + expression(1) + ";"));
                case 4 -> {
                    var yes = new ArrayList<Line>();
                    statements(yes, 1 + random.nextInt(2), result);
                    out.add(new Line("if (" + condition() + ")", yes));
                    if (random.nextBoolean()) {
                        var no = new ArrayList<Line>();
                        statements(no, 1, result);
                        out.add(new Line("else", no));
                    }
                }
                case 5 -> out.add(Line.of(result + " = " + condition() + " ? " + result + " : " + expression(1) + ";"));
                default -> serialLoop(out, result);
            }
        }
        depth--;
        floats.subList(knownFloats, floats.size()).clear();
        ints.subList(knownInts, ints.size()).clear();
    }

    private void serialLoop(List<Line> out, String result) {
        String j = "j" + names++;
        String sum = "s" + names++;
        int trips = new int[] {1, 3, 5, 17, 40}[random.nextInt(5)];
        out.add(Line.of("float " + sum + " = " + (random.nextBoolean() ? "0f" : expression(1)) + ";"));
        ints.add(j);
        var inside = new ArrayList<Line>();
        String term = expression(2);
        switch (random.nextInt(4)) {
            case 0 -> inside.add(Line.of(sum + " += " + term + ";"));
            case 1 -> inside.add(Line.of(sum + " = TornadoMath.max(" + sum + ", " + term + ");"));
            case 2 -> inside.add(Line.of(sum + " += " + load(j) + " * " + load(j) + ";"));
            default -> statements(inside, 2, sum);
        }
        if (random.nextInt(6) == 0) {
            inside.add(new Line("if (c.get(" + j + ") == 7)", List.of(Line.of("break;"))));
        }
        ints.remove(j);
        out.add(new Line("for (int " + j + " = 0; " + j + " < " + trips + "; " + j + "++)", inside));
        out.add(Line.of(result + " += " + sum + " * 0.125f;"));
    }

    private String load(String index) {
        String array = random.nextBoolean() ? "a" : "b";
        return switch (random.nextInt(3)) {
            case 0 -> array + ".get(" + index + ")";
            case 1 -> array + ".get(" + pick(ints) + " * 40 + " + index + " & " + (SIZE - 1) + ")";
            default -> array + ".get((at + " + index + ") & " + (SIZE - 1) + ")";
        };
    }

    private String expression(int levels) {
        if (levels == 0) {
            return switch (random.nextInt(5)) {
                case 0 -> pick(floats);
                case 1 -> random.nextInt(9) * 0.25f - 1 + "f";
                case 2 -> "(float) (" + integer(1) + " & 7)";
                default ->
                    random.nextInt(3) == 0
                            ? "a.get(" + integer(1) + " & " + (SIZE - 1) + ")"
                            : load(pick(ints) + " % 50");
            };
        }
        String x = expression(levels - 1);
        return switch (random.nextInt(9)) {
            case 0 -> "(" + x + " + " + expression(levels - 1) + ")";
            case 1 -> "(" + x + " - " + expression(levels - 1) + ")";
            case 2 -> x + " * " + expression(levels - 1);
            case 3 -> "TornadoMath.tanh(" + x + ")";
            case 4 -> "TornadoMath.min(" + x + ", " + expression(levels - 1) + ")";
            case 5 -> "helper(" + x + ")";
            case 6 -> "1f / (1f + TornadoMath.exp(-(" + x + ")))";
            case 7 -> "TornadoMath.abs(" + x + ")";
            default -> x;
        };
    }

    private String integer(int levels) {
        if (levels == 0) {
            return random.nextInt(3) == 0 ? String.valueOf(random.nextInt(20)) : pick(ints);
        }
        String x = integer(levels - 1);
        String z = integer(levels - 1);
        return switch (random.nextInt(8)) {
            case 0 -> "(" + x + " + " + z + ")";
            case 1 -> "(" + x + " - " + z + ")";
            case 2 -> "(" + x + " * 3)";
            case 3 -> "(" + x + " ^ " + z + ")";
            case 4 -> "(" + x + " >> 1)";
            case 5 -> "Math.max(" + x + ", " + z + ")";
            case 6 -> "c.get(" + x + " & " + (SIZE - 1) + ")";
            default -> x;
        };
    }

    private String condition() {
        String one = switch (random.nextInt(4)) {
            case 0 -> "a.get(" + pick(ints) + " & " + (SIZE - 1) + ") > 0.25f";
            case 1 -> integer(1) + " < " + integer(1);
            case 2 -> "!(b.get(at) <= 0f)";
            default -> "(" + integer(1) + " & 3) != 1";
        };
        return switch (random.nextInt(5)) {
            case 0 -> one + " && " + pick(ints) + " > 2";
            case 1 -> one + " || (at & 1) == 0";
            default -> one;
        };
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
