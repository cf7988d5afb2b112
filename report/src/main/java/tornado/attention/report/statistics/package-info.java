/** Statistics of timings: each in its own small class, none of which knows what was timed. */
package tornado.attention.report.statistics;
