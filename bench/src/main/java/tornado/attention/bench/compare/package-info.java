/**
 * The comparison of modules across devices: one list of cases, contenders that run them in turns, checks before times.
 *
 * <pre>
 *   CaseList ─▶ CaseData (weights, inputs) ─┬─▶ Runner of each contender ─▶ result ─▶ Oracle (float64) ─▶ check
 *                                           └─▶ Session: warm-up until steady, rounds in turns ─▶ SampleSets ─▶ report
 * </pre>
 */
package tornado.attention.bench.compare;
