/**
 * The safetensors file format: a strict reader over mapped memory and an atomic writer.
 *
 * <pre>
 *   8 bytes          N, length of the header, unsigned little endian
 *   N bytes          header: UTF-8 JSON object, padded at its end with spaces
 *                      "__metadata__": { string: string, ... }                      (optional)
 *                      "name": { "dtype": "F32", "shape": [2,3], "data_offsets": [begin,end] }
 *   the rest         the tensors, little endian, row-major, without a gap, to the end of the file
 * </pre>
 *
 * A file is treated as hostile: every number of the header is checked against the size of the file before anything is
 * allocated for it, and every rule of the format that can be broken has a name in
 * {@link tornado.attention.files.safetensors.SafetensorsException.Rule}.
 */
package tornado.attention.files.safetensors;
