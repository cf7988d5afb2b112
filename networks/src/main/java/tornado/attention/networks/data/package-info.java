/** Images with their classes: MNIST's and CIFAR's files, folders of images, and batches of them in an order that a seed decides. */
package tornado.attention.networks.data;
