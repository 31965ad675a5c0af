"""The Ingress controller's data path: which rule a request meets, and its way to a pod and back."""
