/** How things are said: sentences for errors, numbers, tables, JSON. */
package tornado.attention.bench.text;
