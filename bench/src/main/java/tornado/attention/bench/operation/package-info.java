/** Single reusable tasks dressed as modules, so that the comparison can check and time them one by one. */
package tornado.attention.bench.operation;
