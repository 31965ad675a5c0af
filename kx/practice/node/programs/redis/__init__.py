"""The redis image: a server that keeps keys in memory and speaks RESP, and redis-cli."""
