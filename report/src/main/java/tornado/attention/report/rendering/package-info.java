/** Folders of results, and everything that is computed from them: tables, pages, checksums. */
package tornado.attention.report.rendering;
