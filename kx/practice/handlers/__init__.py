"""What the practice API server answers, one module per family of requests. No module here knows a socket."""
