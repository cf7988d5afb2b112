/** Results rendered again and runs of several machines merged: the command over the report's own pages. */
package tornado.attention.bench.report;
