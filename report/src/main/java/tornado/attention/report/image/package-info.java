/**
 * Photographs in, pictures of attention out.
 *
 * <pre>
 *   photo.png -&gt; ImageFiles.read -&gt; ImageTensor.normalised [1,3,H,W] -&gt; FilterBank.apply [1,64,H/2,W/2] -&gt; module
 *                                                                                                       |
 *   map.png  &lt;- ImageFiles.write &lt;- HeatMap | QueryPanel (pixel maps)  |  GateChart (channel gates)  &lt;---+
 * </pre>
 *
 * Everything is drawn with Java 2D and needs no display; where the machine has no fonts, pictures come without text.
 */
package tornado.attention.report.image;
