"""Kernels for the GPU: interpreted on the CPU, compiled without a GPU, run on one."""
