package uk.ac.manchester.tornado.api.types.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.matrix.Matrix2DFloat;

/** Short vectors, vectors and matrices over arrays. */
class VectorTypesTest {

    private final Float4 a = new Float4(1, -2, 3, 4);
    private final Float4 b = new Float4(2, 4, 8, 16);

    @Test
    void float4Arithmetic() {
        assertThat(Float4.add(a, b).toArray()).containsExactly(3, 2, 11, 20);
        assertThat(Float4.sub(a, b).toArray()).containsExactly(-1, -6, -5, -12);
        assertThat(Float4.mult(a, b).toArray()).containsExactly(2, -8, 24, 64);
        assertThat(Float4.div(a, b).toArray()).containsExactly(0.5f, -0.5f, 0.375f, 0.25f);
        assertThat(Float4.min(a, Float4.scale(b, -1)).toArray()).containsExactly(-2, -4, -8, -16);
        assertThat(Float4.max(a, b).toArray()).containsExactly(2, 4, 8, 16);
        assertThat(Float4.sum(a)).isEqualTo(6);
        assertThat(Float4.dot(a, b)).isEqualTo(2 - 8 + 24 + 64);
        assertThat(Float4.min(a)).isEqualTo(-2);
        assertThat(Float4.max(a)).isEqualTo(4);
        assertThat(Float4.length(new Float4(1, 1, 1, 1))).isEqualTo(2);
        assertThat(Float4.normalise(new Float4(0, 0, 0, 5)).toArray()).containsExactly(0, 0, 0, 1);
        assertThat(Float4.clamp(a, 0, 3).toArray()).containsExactly(1, 0, 3, 3);
        assertThat(Float4.sqrt(b).getW()).isEqualTo(4);
        assertThat(Float4.fract(new Float4(1.25f, 0, 0, 0)).getX()).isEqualTo(0.25f);
        assertThat(Float4.isEqual(a, a.duplicate())).isTrue();
        assertThat(Float4.isEqual(a, b)).isFalse();
    }

    @Test
    void float4Parts() {
        assertThat(a.getHigh().toArray()).containsExactly(3, 4);
        assertThat(a.getLow().toArray()).containsExactly(1, -2);
        assertThat(a.asFloat3().toArray()).containsExactly(1, -2, 3);
        a.setZ(7);
        assertThat(a.get(2)).isEqualTo(7);
        a.loadFromBuffer(FloatBuffer.wrap(new float[] {9, 8}));
        assertThat(a).hasToString(String.format("{%.3f,%.3f,%.3f,%.3f}", 9f, 8f, 7f, 4f));
        assertThat(a.getNumBytes()).isEqualTo(16);
        a.fill(1);
        assertThat(a.asBuffer().get(3)).isEqualTo(1);
    }

    @Test
    void float2AndFloat3() {
        assertThat(Float3.cross(new Float3(1, 0, 0), new Float3(0, 1, 0)).toArray())
                .containsExactly(0, 0, 1);
        assertThat(Float3.dot(new Float3(1, 2, 3), new Float3(4, 5, 6))).isEqualTo(32);
        assertThat(new Float3(1, 2, 3).getS2()).isEqualTo(3);
        assertThat(Float2.add(new Float2(1, 2), 3).toArray()).containsExactly(4, 5);
        assertThat(Float2.length(new Float2(3, 4))).isEqualTo(5);
    }

    @Test
    void vectorFloat4IsAViewOfItsArray() {
        var array = FloatArray.fromElements(1, 2, 3, 4, 5, 6, 7, 8);
        var vector = new VectorFloat4(array);

        assertThat(vector.getLength()).isEqualTo(2);
        assertThat(vector.size()).isEqualTo(8);
        assertThat(vector.get(1).toArray()).containsExactly(5, 6, 7, 8);
        vector.set(0, new Float4(9, 9, 9, 9));
        assertThat(array.get(3)).isEqualTo(9);
        assertThat(vector.sum().toArray()).containsExactly(14, 15, 16, 17);
        assertThat(vector.max().toArray()).containsExactly(9, 9, 9, 9);
        assertThat(vector.min().toArray())
                .as("zero takes part, as in TornadoVM")
                .containsOnly(0);
        var copy = vector.duplicate();
        vector.clear();
        assertThat(copy.get(0).getX()).isEqualTo(9);
        assertThat(copy.getNumBytes()).isEqualTo(32);
        assertThat(copy.getNumBytesWithHeader()).isEqualTo(48);
    }

    @Test
    void vectorFloat() {
        var vector = new VectorFloat(FloatArray.fromElements(3, -1, 2));

        assertThat(VectorFloat.min(vector)).isEqualTo(-1);
        assertThat(VectorFloat.max(vector)).isEqualTo(3);
        assertThat(VectorFloat.dot(vector, vector)).isEqualTo(14);
        assertThat(vector.subVector(1, 2).get(1)).isEqualTo(2);
        assertThat(vector.duplicate().isEqual(vector)).isTrue();
        vector.set(new float[] {5});
        vector.loadFromBuffer(FloatBuffer.wrap(new float[] {5, 6}));
        assertThat(vector.asBuffer().array()).containsExactly(5, 6, 2);
        assertThat(vector.toString("%.0f")).isEqualTo("[ 5 6 2 ]");
        assertThat(vector.toString()).startsWith("VectorFloat <3>");
    }

    @Test
    void matrix() {
        var matrix = new Matrix2DFloat(new float[][] {{1, 2, 3}, {4, 5, 6}});
        var square = new Matrix2DFloat(2, 2);
        var transposed = new Matrix2DFloat(3, 2, FloatArray.fromElements(1, 4, 2, 5, 3, 6));
        square.multiply(matrix, transposed);

        assertThat(square.row(0).asBuffer().array()).containsExactly(14, 32);
        assertThat(matrix.column(1).asBuffer().array()).containsExactly(2, 5);
        assertThat(square.diag().asBuffer().array()).containsExactly(14, 77);
        Matrix2DFloat.scale(square, 2);
        square.set(0, 1, 0);
        Matrix2DFloat.transpose(square);
        assertThat(square.get(0, 1)).isEqualTo(64);
        assertThat(square.get(1, 0)).isZero();
        assertThat(matrix.getFinalIndexOfRange(3)).isEqualTo(6);
        assertThat(matrix.getNumBytes()).isEqualTo(24);
        assertThat(matrix.duplicate().toString("%.0f")).isEqualTo("1 2 3 \n4 5 6");
    }
}
