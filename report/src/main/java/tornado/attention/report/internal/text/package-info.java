/** Numbers, tables and JSON as text. */
package tornado.attention.report.internal.text;
