/**
 * Attention modules: one mechanism from one paper per class, each an immutable value of settings and weights.
 *
 * <pre>
 *   settings (timm's names) ─┐
 *                            ├─▶ ModuleType.create ─▶ module ── attach(chain, input) ─▶ Tensor
 *   weights (PyTorch names) ─┘
 * </pre>
 *
 * <p>{@link tornado.attention.modules.Catalogue} lists them by name.
 */
package tornado.attention.modules;
