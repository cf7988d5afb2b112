/** Files that appear whole or not at all. */
package tornado.attention.files;
