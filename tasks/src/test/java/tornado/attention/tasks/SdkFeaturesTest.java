package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What newer versions of TornadoVM have is used where it is, and nowhere else. */
class SdkFeaturesTest {
    /** Stands for an execution plan of TornadoVM 5.2. */
    public static class Plan52 {
        int recorded;

        public Plan52() {}

        public Plan52 withCUDAGraph() {
            recorded++;
            return this;
        }
    }

    /** And of a later one. */
    public static final class Plan7 extends Plan52 {
        int uploads;

        public Plan7() {}

        public Plan7 transferToDevice(Object... objects) {
            assertThat(objects).isEmpty();
            uploads++;
            return this;
        }
    }

    /** One whose device is full. */
    public static final class FullPlan {
        public FullPlan() {}

        public FullPlan transferToDevice() {
            throw new TornadoOutOfMemoryException("full");
        }
    }

    @Test
    void onlyPlansOfOneGraphOnCudaAreRecorded() {
        var plan = new Plan52();
        assertThat(SdkFeatures.recordCudaGraph(plan, 1, "OPENCL")).isFalse();
        assertThat(SdkFeatures.recordCudaGraph(plan, 2, "CUDA")).isFalse();
        assertThat(SdkFeatures.recordCudaGraph(new Object(), 1, "CUDA")).isFalse();
        assertThat(plan.recorded).isZero();
        assertThat(SdkFeatures.recordCudaGraph(plan, 1, "CUDA")).isTrue();
        assertThat(SdkFeatures.recordCudaGraph(plan, 1, "PTX")).isTrue();
        assertThat(plan.recorded).isEqualTo(2);
    }

    @Test
    void weightsGoUpWithoutARunWhereTheyCan() {
        assertThat(SdkFeatures.upload(new Plan52())).isFalse();
        var plan = new Plan7();
        assertThat(SdkFeatures.upload(plan)).isTrue();
        assertThat(plan.uploads).isEqualTo(1);
        assertThatThrownBy(() -> SdkFeatures.upload(new FullPlan())).isInstanceOf(TornadoOutOfMemoryException.class);
    }

    @Test
    void thePropertyTakesTrueOrFalse() {
        try {
            System.setProperty(ChainOptions.CUDA_GRAPH, "true");
            assertThat(ChainOptions.evaluation().cudaGraph()).isTrue();
            System.setProperty(ChainOptions.CUDA_GRAPH, "yes");
            assertThatThrownBy(ChainOptions::evaluation)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(ChainOptions.CUDA_GRAPH + " is 'yes'; it takes true or false.");
        } finally {
            System.clearProperty(ChainOptions.CUDA_GRAPH);
        }
        assertThat(ChainOptions.evaluation().cudaGraph()).isFalse();
    }

    @Test
    void aPreparedPlanRunsAsAnyOther() {
        var options = ChainOptions.evaluation().withCudaGraph(true);
        for (int tasks : new int[] {100, 1}) {
            var chain = TaskChain.named("prepared", options.withTasksAGraph(tasks));
            var x = chain.input("x", Shape.of(2, 3), FloatArray.fromElements(1, -2, 3, -4, 5, -6));
            var w = Weight.of("w", Shape.of(3), new float[] {1, 10, 100});
            var y = BatchNorm.apply(chain, "scale", x, new Affine(chain.weight(w), chain.zeros(3)), Activation.RELU);
            var z = BatchNorm.apply(chain, "again", y, Affine.identity(chain, 3), Activation.IDENTITY);
            chain.output(z);
            try (var plan = chain.plan()) {
                assertThat(plan.prepare()).as("this engine needs no upload").isFalse();
                plan.run();
                assertThat(plan.read(z)).containsExactly(1, 0, 300, 0, 50, 0);
            }
        }
    }
}
