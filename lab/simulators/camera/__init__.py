"""A camera without a lens: a real RTSP server with a moving picture, a clock in it, and a password."""
