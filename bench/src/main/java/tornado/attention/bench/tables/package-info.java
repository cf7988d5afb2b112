/** Parameters and multiply-accumulates of published networks, counted from lists of their layers and held against the papers. */
package tornado.attention.bench.tables;
