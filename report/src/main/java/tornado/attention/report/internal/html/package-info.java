/** The report as one HTML file: sections, charts as inline SVG, tables; nothing is fetched from anywhere. */
package tornado.attention.report.internal.html;
