/** How failures are said: one sentence for what was wrong, where, and what to do. */
package tornado.attention.bench.text;
