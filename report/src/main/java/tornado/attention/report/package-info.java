/** What a comparison found: its records, the tables made of them, and the command that renders and merges runs. */
package tornado.attention.report;
