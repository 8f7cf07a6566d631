"""A small town on one machine: images, topology, network and faults. It knows `muhtar`; `muhtar` knows it only in `cli`."""
