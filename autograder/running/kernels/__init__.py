"""Jupyter kernels behind walls: one provisioner, so that everything that starts kernels by jupyter_client has them."""
