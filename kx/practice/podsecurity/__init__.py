"""Pod Security Standards: what the labels of a namespace say about its pods, and what they forbid."""
