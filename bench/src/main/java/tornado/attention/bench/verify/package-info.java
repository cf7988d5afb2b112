/** Checks modules against PyTorch's results: reference cases, tolerances, verdicts. */
package tornado.attention.bench.verify;
