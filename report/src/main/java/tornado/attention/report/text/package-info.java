/** Numbers, tables and JSON as text. */
package tornado.attention.report.text;
