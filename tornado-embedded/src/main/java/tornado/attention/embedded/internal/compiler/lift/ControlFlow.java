package tornado.attention.embedded.internal.compiler.lift;

import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import tornado.attention.embedded.internal.compiler.analysis.KernelCode;

/**
 * Basic blocks of a method with dominators and post-dominators. Blocks are numbered in code order; the number
 * {@link #exit()} stands for leaving the method.
 */
final class ControlFlow {
    /** A block of instructions: elements {@code from} to {@code to} (exclusive), of which {@code last} ends it. */
    record Block(int from, int to, int last) {}

    private final List<Block> blocks = new ArrayList<>();
    private final int[][] successors;
    private final BitSet[] dominators;
    private final int[] immediatePostDominator;

    ControlFlow(KernelCode code) {
        var leaders = new TreeSet<Integer>();
        leaders.add(code.atOrAfter(0));
        for (int i = code.atOrAfter(0); i < code.size(); i = code.next(i)) {
            var element = code.element(i);
            if (element instanceof TableSwitchInstruction || element instanceof LookupSwitchInstruction) {
                throw new NotLiftable("a switch");
            }
            if (element instanceof BranchInstruction || element instanceof ReturnInstruction) {
                leaders.addAll(code.successors(i));
                leaders.add(code.next(i));
            }
        }
        leaders.remove(code.size());
        int from = -1;
        for (int leader : leaders) {
            if (from >= 0) {
                blocks.add(new Block(from, leader, code.previous(leader)));
            }
            from = leader;
        }
        blocks.add(new Block(from, code.size(), code.previous(code.size())));
        successors = new int[blocks.size()][];
        for (int b = 0; b < blocks.size(); b++) {
            var next = code.successors(blocks.get(b).last());
            successors[b] = next.isEmpty()
                    ? new int[] {exit()}
                    : next.stream().mapToInt(this::blockAt).distinct().toArray();
        }
        dominators = dominators(false);
        immediatePostDominator = immediate(dominators(true));
    }

    private int blockAt(int element) {
        for (int b = 0; b < blocks.size(); b++) {
            if (blocks.get(b).from() == element) {
                return b;
            }
        }
        return exit();
    }

    int exit() {
        return blocks.size();
    }

    Block block(int number) {
        return blocks.get(number);
    }

    int[] successors(int block) {
        return successors[block];
    }

    /** The block where all paths from a block meet again. */
    int merge(int block) {
        return immediatePostDominator[block];
    }

    /** Blocks of the loop a block is the header of; empty if it is none. */
    BitSet loopOf(int header) {
        var loop = new BitSet();
        for (int b = 0; b < blocks.size(); b++) {
            for (int next : successors[b]) {
                if (next == header && dominators[b].get(header)) {
                    collect(header, b, loop);
                }
            }
        }
        return loop;
    }

    private void collect(int header, int block, BitSet loop) {
        loop.set(header);
        if (loop.get(block)) {
            return;
        }
        loop.set(block);
        for (int p = 0; p < blocks.size(); p++) {
            for (int next : successors[p]) {
                if (next == block) {
                    collect(header, p, loop);
                }
            }
        }
    }

    /** Sets of dominating blocks, or of post-dominating ones, by iteration to the fixpoint. */
    private BitSet[] dominators(boolean post) {
        int n = blocks.size() + 1;
        int root = post ? exit() : 0;
        var sets = new BitSet[n];
        for (int b = 0; b < n; b++) {
            sets[b] = new BitSet(n);
            if (b == root) {
                sets[b].set(b);
            } else {
                sets[b].set(0, n);
            }
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int b = 0; b < n; b++) {
                if (b == root) {
                    continue;
                }
                var meet = new BitSet(n);
                meet.set(0, n);
                for (int other = 0; other < n; other++) {
                    if (post ? leads(b, other) : leads(other, b)) {
                        meet.and(sets[other]);
                    }
                }
                meet.set(b);
                if (!meet.equals(sets[b])) {
                    sets[b] = meet;
                    changed = true;
                }
            }
        }
        return sets;
    }

    private boolean leads(int from, int to) {
        if (from < blocks.size()) {
            for (int next : successors[from]) {
                if (next == to) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Of the strict post-dominators of a block the one that all others dominate. */
    private int[] immediate(BitSet[] post) {
        var immediate = new int[blocks.size()];
        for (int b = 0; b < blocks.size(); b++) {
            immediate[b] = exit();
            for (int c = post[b].nextSetBit(0); c >= 0; c = post[b].nextSetBit(c + 1)) {
                if (c != b && post[c].cardinality() == post[b].cardinality() - 1) {
                    immediate[b] = c;
                }
            }
        }
        return immediate;
    }
}
