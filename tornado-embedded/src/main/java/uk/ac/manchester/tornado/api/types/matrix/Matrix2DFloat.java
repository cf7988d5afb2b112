package uk.ac.manchester.tornado.api.types.matrix;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat;
import uk.ac.manchester.tornado.api.types.utils.FloatOps;

/** A row-major matrix over a {@link FloatArray}. */
public final class Matrix2DFloat implements TornadoMatrixInterface<FloatBuffer> {

    private static final long serialVersionUID = 1L;

    // Matrices up to this size are printed whole.
    private static final int PRINTED = 16;

    private final int rows;
    private final int columns;
    private final transient FloatArray storage;

    /** A matrix over an array of at least {@code rows * columns} elements: a view, not a copy. */
    public Matrix2DFloat(int rows, int columns, FloatArray array) {
        this.rows = rows;
        this.columns = columns;
        this.storage = array;
    }

    /** A matrix of zeros. */
    public Matrix2DFloat(int rows, int columns) {
        this(rows, columns, new FloatArray(Math.multiplyExact(rows, columns)));
    }

    /** A copy of the rows of a Java array, all of the first one's length. */
    public Matrix2DFloat(float[][] matrix) {
        this(matrix.length, matrix[0].length);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                set(i, j, matrix[i][j]);
            }
        }
    }

    /** Transposes a square matrix in place; leaves any other as it is. */
    public static void transpose(Matrix2DFloat matrix) {
        if (matrix.rows != matrix.columns) {
            return;
        }
        for (int i = 0; i < matrix.rows; i++) {
            for (int j = 0; j < i; j++) {
                float below = matrix.get(i, j);
                matrix.set(i, j, matrix.get(j, i));
                matrix.set(j, i, below);
            }
        }
    }

    /** Multiplies every element. */
    public static void scale(Matrix2DFloat matrix, float value) {
        for (int i = 0; i < matrix.storage.getSize(); i++) {
            matrix.storage.set(i, matrix.storage.get(i) * value);
        }
    }

    /** Sets every element to zero. */
    public void clear() {
        storage.clear();
    }

    /** The element of row {@code i}, column {@code j}. */
    public float get(int i, int j) {
        return storage.get(i * columns + j);
    }

    /** Sets the element of row {@code i}, column {@code j}. */
    public void set(int i, int j, float value) {
        storage.set(i * columns + j, value);
    }

    /** A copy of a row. */
    public VectorFloat row(int row) {
        return new VectorFloat(storage.slice(row * columns, columns));
    }

    /** A copy of a column. */
    public VectorFloat column(int col) {
        var vector = new VectorFloat(rows);
        for (int i = 0; i < rows; i++) {
            vector.set(i, get(i, col));
        }
        return vector;
    }

    /** A copy of the diagonal. */
    public VectorFloat diag() {
        var vector = new VectorFloat(Math.min(rows, columns));
        for (int i = 0; i < vector.size(); i++) {
            vector.set(i, get(i, i));
        }
        return vector;
    }

    /** Sets every element. */
    public void fill(float value) {
        storage.init(value);
    }

    /** Sets this matrix to the product of two others. */
    public void multiply(Matrix2DFloat a, Matrix2DFloat b) {
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < columns; col++) {
                float sum = 0;
                for (int k = 0; k < b.rows; k++) {
                    sum += a.get(row, k) * b.get(k, col);
                }
                set(row, col, sum);
            }
        }
    }

    /** A copy. */
    public Matrix2DFloat duplicate() {
        return new Matrix2DFloat(rows, columns, FloatArray.fromArray(storage.toHeapArray()));
    }

    /** Copies all elements of another matrix. */
    public void set(Matrix2DFloat m) {
        for (int i = 0; i < m.storage.getSize(); i++) {
            storage.set(i, m.storage.get(i));
        }
    }

    /** Rows as lines, each element through a format. */
    public String toString(String fmt) {
        var text = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                text.append(String.format(fmt, get(i, j))).append(' ');
            }
            text.append('\n');
        }
        return text.toString().trim();
    }

    @Override
    public String toString() {
        var head = "MatrixFloat <" + rows + " x " + columns + ">";
        return rows < PRINTED && columns < PRINTED ? head + "\n" + toString(FloatOps.FMT) : head;
    }

    /** Copies the buffer's remaining elements to the start. */
    @Override
    public void loadFromBuffer(FloatBuffer buffer) {
        for (int i = 0; buffer.hasRemaining(); i++) {
            storage.set(i, buffer.get());
        }
    }

    /** A copy of the elements. */
    @Override
    public FloatBuffer asBuffer() {
        return FloatBuffer.wrap(storage.toHeapArray());
    }

    @Override
    public int size() {
        return rows * columns;
    }

    @Override
    public long getNumBytes() {
        return storage.getNumBytesOfSegment();
    }

    @Override
    public long getNumBytesWithHeader() {
        return storage.getNumBytesOfSegmentWithHeader();
    }

    @Override
    public MemorySegment getSegment() {
        return storage.getSegment();
    }

    /** Index after the last element of the row that starts at {@code index}. */
    public int getFinalIndexOfRange(int index) {
        return index + columns;
    }

    /** Number of columns. */
    public int getNumColumns() {
        return columns;
    }

    /** Number of rows. */
    public int getNumRows() {
        return rows;
    }
}
