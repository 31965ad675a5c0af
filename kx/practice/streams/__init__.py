"""exec and attach: streams between kubectl and a container's program, over WebSocket and over SPDY/3.1."""
