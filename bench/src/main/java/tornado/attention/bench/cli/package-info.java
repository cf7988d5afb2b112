/** What the commands share: options, errors in one sentence, tables; and the commands that look at the machine. */
package tornado.attention.bench.cli;
