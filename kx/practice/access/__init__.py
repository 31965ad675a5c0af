"""Who may do what: RBAC evaluated from the roles and bindings in the store. Knows no socket and no request."""
