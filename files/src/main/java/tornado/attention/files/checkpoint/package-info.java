/**
 * Files of weights as people have them: PyTorch's {@code .pth} (zip and legacy) read without executing anything, safetensors in one file
 * or in several by an index.
 */
package tornado.attention.files.checkpoint;
